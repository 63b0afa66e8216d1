// SPDX-License-Identifier: GPL-3.0-or-later
/* `include: [base.yaml, …]`: files merged first to last, then the file itself (user-experience §3.2). A file
 * may include others; its paths are relative to itself. */
#include "../base/io.h"
#include "resolve.h"

#include <string.h>

enum { MAX_SPEC = 4 << 20 };

/* The files around the one that is read, innermost first. */
typedef struct around {
    const char *path;
    const struct around *up;
} around;
typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const asy_spec_options *opt;
    asy_study *study;
} reader;

static asy_tree *lay(reader *r, const asy_tree *tree, const char *dir, const around *up);

static bool is_around(const around *up, const char *path)
{
    for (; up != NULL; up = up->up)
        if (strcmp(up->path, path) == 0) return true;
    return false;
}

/* The text of the next file: from the disk, or the copy that the study keeps. */
static bool read_text(reader *r, const asy_tree *at, const char *path, asy_include *f)
{
    int i = r->study->n_includes;
    const char *from = i < r->opt->n_frozen ? r->opt->frozen[i] : path;
    char *text;
    asy_status st = asy_io_read(r->arena, from, MAX_SPEC, &text, &f->n);
    if (st != ASY_OK) {
        bool large = st == ASY_EINVAL;
        asy_diag_add(r->diag, large ? "E0109" : "E0107", &at->loc,
                     large ? "`%s` is larger than 4 MiB" : "`%s` cannot be read", path);
        asy_diag_note(r->diag, "%s", asy_error_text());
        return false;
    }
    f->path = path;
    f->text = text;
    return true;
}

static asy_tree *one_file(reader *r, const asy_tree *at, const char *dir, const around *up)
{
    asy_include f = { 0 };
    char *path =
        strcmp(dir, ".") != 0 ? asy_path_join(r->arena, dir, at->text) : asy_strdup(r->arena, at->text);
    if (path == NULL) return NULL;
    if (is_around(up, path)) {
        asy_diag_add(r->diag, "E0106", &at->loc, "`%s` includes itself, by way of %s", path, up->path);
        return NULL;
    }
    if (r->study->n_includes == ASY_INCLUDES) {
        asy_diag_add(r->diag, "E0109", &at->loc, "a spec includes at most %d files", (int)ASY_INCLUDES);
        return NULL;
    }
    if (!read_text(r, at, path, &f)) return NULL;
    r->study->include[r->study->n_includes++] = f;
    asy_tree *t = asy_yaml_text(r->arena, r->diag, path, f.text, f.n);
    if (t != NULL && t->kind != ASY_TREE_MAP) {
        asy_diag_add(r->diag, "E0101", &t->loc, "an included file is a map of keys, as a spec is");
        return NULL;
    }
    return t != NULL ? lay(r, t, asy_path_dir(r->arena, path), &(around){ path, up }) : NULL;
}

static asy_tree *without(asy_arena *a, const asy_tree *map, const char *key)
{
    asy_tree *out = asy_tree_overlay(a, map, NULL, ASY_FROM_FILE);
    for (asy_tree **at = out != NULL ? &out->child : NULL; at != NULL && *at != NULL;)
        if (strcmp((*at)->key, key) == 0) *at = (*at)->next;
        else at = &(*at)->next;
    return out;
}

static asy_tree *lay(reader *r, const asy_tree *tree, const char *dir, const around *up)
{
    const asy_tree *list = asy_tree_get(tree, "include");
    asy_tree *own = without(r->arena, tree, "include"), *base = NULL;
    if (list == NULL || own == NULL) return own;
    if (list->kind != ASY_TREE_LIST) {
        asy_diag_add(r->diag, "E0202", &list->loc, "`include` takes a list of files, such as [base.yaml]");
        return own;
    }
    for (const asy_tree *c = list->child; c != NULL; c = c->next) {
        if (c->kind != ASY_TREE_SCALAR || c->text[0] == 0) {
            asy_diag_add(r->diag, "E0202", &c->loc, "`include` takes paths of files");
            continue;
        }
        const asy_tree *t = one_file(r, c, dir, up);
        if (t == NULL) continue;
        base = base == NULL
                   ? asy_tree_overlay(r->arena, &(asy_tree){ .kind = ASY_TREE_MAP }, t, ASY_FROM_INCLUDE)
                   : asy_tree_overlay(r->arena, base, t, ASY_FROM_INCLUDE);
        if (base == NULL) return NULL;
    }
    if (base == NULL) return own;
    /* The whole is the file's: what lies around a missing key is shown there. */
    asy_tree *all = asy_tree_overlay(r->arena, base, own, ASY_FROM_FILE);
    if (all != NULL) all->loc = tree->loc;
    return all;
}

asy_tree *asy__include(asy_arena *a, asy_diag *d, const asy_tree *root, const char *dir,
                       const asy_spec_options *opt, asy_study *study)
{
    reader r = { a, d, opt, study };
    return lay(&r, root, dir, NULL);
}
