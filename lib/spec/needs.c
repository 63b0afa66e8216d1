// SPDX-License-Identifier: GPL-3.0-or-later
/* What methods need against what the model's architecture gives, and the training of architectures that have
 * one of their own. */
#include "../method/doc.h"
#include "../method/procedure.h"
#include "../method/registry.h"
#include "overlay.h"

#include <string.h>

enum { NAMED = 12 };

static const asy_tree *named(const asy_tree *block, const char *word)
{
    const asy_tree *t = block != NULL && block->kind == ASY_TREE_MAP ? asy_tree_get(block, word) : block;
    return t != NULL && t->kind == ASY_TREE_SCALAR ? t : NULL;
}

static const asy_method *method_at(asy_arena *a, const asy_tree *block, const asy_spot *spot)
{
    const asy_tree *t = named(block, spot->word);
    const char *name = t != NULL ? asy_strndup(a, t->text, strcspn(t->text, "@")) : NULL;
    return name != NULL ? asy_method_find(name, spot, NULL, NULL) : NULL;
}

static const char *below(asy_arena *a, const char *path, const char *key)
{
    const char *s = asy_sprintf(a, "%s.%s", path, key != NULL ? key : "");
    return s != NULL ? s : "";
}

static bool is_null(const asy_tree *t)
{
    return t == NULL || t->kind == ASY_TREE_NULL;
}

const char *asy__own_procedure(asy_arena *a, const asy_tree *root)
{
    const asy_tree *model = asy_tree_get(root, "model"), *train = asy_tree_get(root, "train");
    const asy_method *arch = method_at(a, model, &asy_spot_model);
    if (arch == NULL || (train != NULL && train->kind == ASY_TREE_SCALAR)) return NULL;
    if (is_null(train) ? !is_null(asy_tree_get(model, "file")) : named(train, asy_spot_train.word) != NULL)
        return NULL;
    return ((const asy_arch *)arch)->procedure;
}

/* ---- keys of another training */

static const asy_param *row_of(const asy_method *m, const char *key)
{
    for (const asy_param *p = m != NULL ? m->params : NULL; p != NULL && p->key != NULL; p++)
        if (strcmp(p->key, key) == 0) return p;
    return NULL;
}

static unsigned gives(const asy_method *arch)
{
    return asy_arch_gives((const asy_arch *)arch);
}

static unsigned missing(const asy_kind *kind, const asy_method *m, const asy_method *arch)
{
    return (kind->needs | m->needs) & ~gives(arch);
}

static void say_need(asy_diag *d, const asy_loc *loc, const char *name, unsigned bits, const asy_method *arch)
{
    asy_buf needs, has;
    asy_buf_init(&needs, 4096), asy_buf_init(&has, 4096);
    asy_need_words(bits, &needs);
    asy_need_words(gives(arch) & ~(unsigned)(ASY_NEED_FIT | ASY_NEED_INPUT), &has);
    if (bits & ASY_NEED_INPUT)
        asy_diag_add(d, "E0303", loc, "`%s` moves a model's input, and `%s` has none: it reads the whole data set",
                     name, arch->name);
    else
        asy_diag_add(d, "E0303", loc, "`%s` needs %s; `%s` gives %s", name, asy_buf_text(&needs), arch->name,
                     asy_buf_text(&has));
    asy_buf_free(&needs), asy_buf_free(&has);
}

static void say_what_works(asy_diag *d, const asy_kind *kind, const asy_method *arch)
{
    asy_buf works;
    int n, k = 0;
    asy_buf_init(&works, 4096);
    const asy_method *const *all = kind->methods(&n);
    for (int i = 0; i < n; i++)
        if (missing(kind, all[i], arch) == 0 && k++ < NAMED)
            asy_buf_printf(&works, "%s`%s`", k > 1 ? ", " : "", all[i]->name);
    if (k == 0)
        asy_diag_help(d, "no %s works with `%s`; measurements such as `accuracy` do", kind->name, arch->name);
    else
        asy_diag_help(d, "%s that work with `%s`: %s%s", kind->plural, arch->name, asy_buf_text(&works),
                      k > NAMED ? ", …" : "");
    asy_buf_free(&works);
}

static void say_key(asy_arena *a, asy_diag *d, const asy_tree *key, const asy_param *row,
                    const asy_method *arch, const char *procedure)
{
    const asy_method *m = row->type == ASY_P_METHOD ? method_at(a, key, row->place) : NULL;
    if (m != NULL && (m->needs & ~gives(arch)) != 0) { /* an adversary, say */
        const asy_tree *name = named(key, row->place->word);
        say_need(d, &name->loc, name->text, m->needs & ~gives(arch), arch);
        asy_diag_help(d, "leave `%s` out: `%s` is fitted at once", key->key, arch->name);
        return;
    }
    asy_diag_add(d, "E0301", &key->key_loc, "`%s` means nothing to `%s`, which is fitted at once", key->key,
                 arch->name);
    asy_diag_path(d, below(a, "train", key->key));
    asy_diag_help(d, "leave it out; an arm that shares a `train` block with others writes `train: %s`",
                  procedure);
}

asy_tree *asy__lay_procedure(asy_arena *a, asy_diag *d, asy_tree *root, const char *procedure)
{
    const asy_method *arch = method_at(a, asy_tree_get(root, "model"), &asy_spot_model),
                     *own = asy_method_find(procedure, &asy_spot_train, NULL, NULL),
                     *ordinary = asy_method_find(asy_spot_train.def, &asy_spot_train, NULL, NULL);
    asy_tree *train = ASY_NEW(a, asy_tree), *method = ASY_NEW(a, asy_tree), **tail = &root->child;
    if (train == NULL || method == NULL) return NULL;
    *method = (asy_tree){ .kind = ASY_TREE_SCALAR, .key = asy_spot_train.word, .text = procedure,
                          .origin = ASY_FROM_DEFAULT };
    *train = (asy_tree){ .origin = ASY_FROM_DEFAULT, .key = "train" };
    while (*tail != NULL && strcmp((*tail)->key, "train") != 0) tail = &(*tail)->next;
    const asy_tree *was = *tail;
    if (was != NULL) *train = *was;
    train->kind = ASY_TREE_MAP;
    train->child = method;
    for (const asy_tree *k = was != NULL && was->kind == ASY_TREE_MAP ? was->child : NULL; k != NULL; k = k->next) {
        const asy_param *row = row_of(own, k->key) == NULL ? row_of(ordinary, k->key) : NULL;
        if (is_null(k)) continue;
        if (row != NULL) {
            say_key(a, d, k, row, arch, procedure);
            continue;
        }
        method->next = ASY_NEW(a, asy_tree);
        if (method->next == NULL) return NULL;
        *method->next = *k;
        method = method->next;
        method->next = NULL;
    }
    *tail = train; /* the tree was made for this arm: nobody else sees the change */
    return root;
}

/* ---- what is bound */

static void check_methods(asy_arena *a, asy_diag *d, const char *path, const asy_rtree *t, const asy_loc *around,
                          const asy_method *arch)
{
    const asy_bound *b = t->type == ASY_P_METHOD && !t->absent ? t->method : NULL;
    const asy_tree *name = b != NULL && b->tree != NULL ? named(b->tree, "method") : NULL;
    const asy_loc *loc = name != NULL ? &name->loc : t->loc.line > 0 ? &t->loc : around;
    unsigned bits = b != NULL ? missing(b->kind, b->m, arch) : 0;
    if (bits != 0) {
        say_need(d, loc, b->name, bits, arch);
        asy_diag_path(d, path);
        say_what_works(d, b->kind, arch);
    }
    for (const asy_rtree *c = t->child; c != NULL; c = c->next)
        if (c->child != NULL || c->method != NULL)
            check_methods(a, d, below(a, path, c->key), c, loc, arch);
}

/* Keys of `model` that say where training by gradients begins. */
static void check_model(asy_diag *d, const asy_tree *model, const asy_root *root)
{
    const asy_method *arch = root->model->m;
    const asy_model_keys *keys = root->model->at;
    const asy_tree *init = asy_tree_get(model, "init"), *file = asy_tree_get(model, "file");
    if (((const asy_arch *)arch)->emit != NULL) return;
    if (keys->init != NULL && init != NULL)
        asy_diag_add(d, "E0301", &init->key_loc, "`init` means nothing to `%s`, which is fitted at once",
                     arch->name);
    if (keys->file != NULL && root->train != NULL) {
        asy_diag_add(d, "E0301", file != NULL ? &file->key_loc : NULL,
                     "`%s` is fitted at once; what `file` holds would be thrown away", arch->name);
        asy_diag_help(d, "write `train: none` to use the file");
    }
}

void asy__check_needs(asy_arena *a, asy_diag *d, const asy_tree *tree, const asy_root *root,
                      const asy_rtree *resolved)
{
    if (root->model == NULL) return;
    check_model(d, asy_tree_get(tree, "model"), root);
    for (const asy_rtree *c = resolved->child; c != NULL; c = c->next)
        check_methods(a, d, c->key, c, &tree->loc, root->model->m);
}
