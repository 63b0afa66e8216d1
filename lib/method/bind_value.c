// SPDX-License-Identifier: GPL-3.0-or-later
/* One value of one type. Each function says what is wrong and returns false, or writes *dst and the node. */
#include "bind.h"
#include "../base/io.h"
#include <math.h>
#include <string.h>

bool asy__in_range(const asy_param *p, double v)
{
    if (p->lo == p->hi) return true;
    bool low  = (p->flags & ASY_LO_OPEN) ? v <= p->lo : v < p->lo;
    bool high = (p->flags & ASY_HI_OPEN) ? v >= p->hi : v > p->hi;
    return !low && !high;       /* a limit that is NaN bounds nothing */
}

static void say_range(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t)
{
    asy_diag_add(b->diag, "E0205", &t->loc, "`%s` is %s, outside its range", p->key, t->text);
    asy__say_var(b, t);
    asy_diag_path(b->diag, asy__path(b, f->path, p->key));
    asy_diag_label(b->diag, "%s", asy__takes(b->arena, p));
    if (p->help) asy_diag_note(b->diag, "`%s`: %s", p->key, p->help);
}

static bool read_f64(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t, double *out)
{
    if (t->kind != ASY_TREE_SCALAR || !asy_read_number(t->text, out)) return asy__say_type(b, f, p, t), false;
    if (!asy__in_range(p, *out)) return say_range(b, f, p, t), false;
    return true;
}

static bool read_i64(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t, asy_rtree *r)
{
    for (int i = 0; p->choices && t->kind == ASY_TREE_SCALAR && p->choices[i]; i++)
        if (strcmp(t->text, p->choices[i]) == 0) return r->i = -i, r->text = p->choices[i], true;
    if (t->kind != ASY_TREE_SCALAR || !asy_read_integer(t->text, &r->i))
        return asy__say_type(b, f, p, t), false;
    if (!asy__in_range(p, (double)r->i)) return say_range(b, f, p, t), false;
    return true;
}

/* Words of other tools for a choice: "cw=margin ce=cross-entropy". */
static const char *choice_for(asy_arena *a, const asy_param *p, const char *word)
{
    size_t n = strlen(word);
    for (const char *s = p->words; s && *s && n; s += strcspn(s, " "), s += *s == ' ')
        if (strncmp(s, word, n) == 0 && s[n] == '=')
            return asy_strndup(a, s + n + 1, strcspn(s + n + 1, " "));
    return NULL;
}

static void say_choice(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t)
{
    const char *second = NULL;
    int n = 0;
    if (t->var == t) return;
    while (p->choices[n]) n++;
    const char *near = choice_for(b->arena, p, t->text);
    if (!near) near = asy_near(t->text, n, p->choices, &second);
    asy_diag_add(b->diag, "E0206", &t->loc, "`%s` cannot be `%s`", p->key, t->text);
    asy_diag_path(b->diag, asy__path(b, f->path, p->key));
    asy_diag_label(b->diag, "%s", asy__takes(b->arena, p));
    if (near && second) asy_diag_help(b->diag, "did you mean `%s` or `%s`?", near, second);
    else if (near)      asy_diag_help(b->diag, "did you mean `%s`?", near);
}

static bool read_choice(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t,
                        asy_rtree *r)
{
    if (t->kind != ASY_TREE_SCALAR) return asy__say_type(b, f, p, t), false;
    for (int i = 0; p->choices[i]; i++)
        if (strcmp(t->text, p->choices[i]) == 0) return r->i = i, r->text = p->choices[i], true;
    return say_choice(b, f, p, t), false;
}

static bool read_bool(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t, bool *out)
{
    bool is_true = t->kind == ASY_TREE_SCALAR && strcmp(t->text, "true") == 0;
    if (!is_true && (t->kind != ASY_TREE_SCALAR || strcmp(t->text, "false") != 0))
        return asy__say_type(b, f, p, t), false;
    *out = is_true;
    return true;
}

/* Relative to the folder of the file that it stands in; on the command line and on stdin, to the working
 * directory. */
static const char *path_of(const asy_binder *b, const asy_tree *t)
{
    if (!t->loc.file) return t->text;
    const char *dir = t->origin == ASY_FROM_OVERRIDE ? b->cwd
                      : b->dir && t->origin != ASY_FROM_INCLUDE ? b->dir : asy_path_dir(b->arena, t->loc.file);
    return dir && strcmp(dir, ".") != 0 ? asy_path_join(b->arena, dir, t->text) : t->text;
}

bool asy__bind_scalar(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t, void *dst,
                      asy_rtree *r)
{
    switch (p->type) {
    case ASY_P_F64:
        if (!read_f64(b, f, p, t, &r->num)) return false;
        *(double *)dst = r->num;
        return true;
    case ASY_P_I64:
        if (!read_i64(b, f, p, t, r)) return false;
        *(int64_t *)dst = r->i;
        return true;
    case ASY_P_ENUM:
        if (!read_choice(b, f, p, t, r)) return false;
        *(int64_t *)dst = r->i;
        return true;
    case ASY_P_BOOL:
        if (!read_bool(b, f, p, t, &r->b)) return false;
        *(bool *)dst = r->b;
        return true;
    default:
        if (t->kind != ASY_TREE_SCALAR || (p->type == ASY_P_PATH && !*t->text))
            return asy__say_type(b, f, p, t), false;
        r->text = p->type == ASY_P_PATH ? path_of(b, t) : t->text;
        *(const char **)dst = r->text;
        return r->text != NULL;
    }
}

bool asy__bind_list(asy_binder *b, const asy__frame *f, const asy_param *p, const asy_tree *t, void *dst,
                    asy_rtree *r)
{
    bool one = t->kind == ASY_TREE_SCALAR && (p->flags & ASY_SCALAR_OK);
    if (!one && t->kind != ASY_TREE_LIST) return asy__say_type(b, f, p, t), false;
    int n = one ? 1 : asy_tree_count(t), i = 0;
    bool good = true;
    double *num = p->type == ASY_P_F64S ? ASY_NEWN(b->arena, n, double) : NULL;
    const char **text = p->type == ASY_P_STRS ? ASY_NEWN(b->arena, n, const char *) : NULL;
    asy_param member = *p;
    member.type = p->type == ASY_P_F64S ? ASY_P_F64 : ASY_P_STR;
    asy_rtree **tail = &r->child;
    r->list = true;
    for (const asy_tree *m = one ? t : t->child; m && i < n; m = one ? NULL : m->next, i++) {
        asy_rtree *c = asy__rtree_new(b, NULL, member.type, m);
        double v = 0;
        const char *s = NULL;
        if (!c || (!num && !text)) return false;
        if (!asy__bind_scalar(b, f, &member, m, num ? (void *)&v : (void *)&s, c)) good = false;
        else if (num)  num[i] = v;
        else           text[i] = s;
        *tail = c;
        tail = &c->next;
    }
    if (p->type == ASY_P_F64S) *(asy_f64s *)dst = (asy_f64s){ n, num };
    else                       *(asy_strs *)dst = (asy_strs){ n, text };
    return good;
}
