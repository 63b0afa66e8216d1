// SPDX-License-Identifier: GPL-3.0-or-later
/* What can be asked of a dataset and of the block that names it. */
#include "../base/io.h"
#include "view.h"

#include <string.h>
#include <sys/stat.h>

const asy_column *asy_data_column(const asy_data *d, asy_role role)
{
    for (int i = 0; i < d->n_cols; i++)
        if (d->cols[i].role == role) return &d->cols[i];
    return NULL;
}

const asy_column *asy_data_named(const asy_data *d, const char *name, asy_role role)
{
    for (int i = 0; i < d->n_cols; i++)
        if (d->cols[i].role == role && strcmp(d->cols[i].name, name) == 0) return &d->cols[i];
    return NULL;
}

asy_status asy_data_sensitive(const asy_data_in *in, const asy_data *d, const char *name,
                              const asy_column **out)
{
    enum { SHOWN = 16 };
    const char *names[SHOWN], *list = "";
    int n = 0;
    *out = asy_data_named(d, name, ASY_ROLE_SENSITIVE);
    if (*out != NULL) return ASY_OK;
    for (int i = 0; i < d->n_cols && n < SHOWN && list != NULL; i++)
        if (d->cols[i].role == ASY_ROLE_SENSITIVE) {
            list = asy_sprintf(in->arena, "%s%s`%s`", list, n > 0 ? ", " : "", d->cols[i].name);
            names[n++] = d->cols[i].name;
        }
    asy_diag_add(in->diag, "E0304", in->loc, "the data has no sensitive column `%s`", name);
    if (n > 0 && list != NULL) asy_diag_note(in->diag, "its sensitive columns: %s", list);
    const char *near = n > 0 ? asy_near(name, n, names, NULL) : NULL;
    if (near != NULL) asy_diag_help(in->diag, "did you mean `%s`?", near);
    else asy_diag_help(in->diag, "name it in the data: `columns: {sensitive: [%s]}`", name);
    return ASY_ESPEC;
}

typedef struct {
    asy_arena *arena;
    int n, cap;
    asy_data_file *file;
} list;

static asy_status add(list *l, const char *path, const char *name, const asy_loc *loc, int depth)
{
    enum { DEEPEST = 4 };
    struct stat st;
    char **names;
    int n;
    if (path == NULL || name == NULL) return asy_arena_status(l->arena);
    if (depth > DEEPEST) return ASY_OK;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        ASY_TRY(asy_io_list(l->arena, path, &n, &names));
        for (int i = 0; i < n; i++)
            ASY_TRY(add(l, asy_path_join(l->arena, path, names[i]),
                        depth == 0 ? names[i] : asy_sprintf(l->arena, "%s/%s", name, names[i]), loc,
                        depth + 1));
        return ASY_OK;
    }
    if (l->n == l->cap) {
        asy_data_file *more = ASY_NEWN(l->arena, l->cap = l->cap > 0 ? 2 * l->cap : 16, asy_data_file);
        if (more == NULL) return asy_arena_status(l->arena);
        if (l->n > 0) memcpy(more, l->file, (size_t)l->n * sizeof *more);
        l->file = more;
    }
    l->file[l->n++] = (asy_data_file){ path, name, loc };
    return ASY_OK;
}

asy_status asy_data_files(asy_arena *a, const asy_data_par *par, int *n, asy_data_file **file)
{
    list l = { .arena = a };
    if (par->file != NULL) ASY_TRY(add(&l, par->file, "", NULL, 0));
    for (int i = 0; i < par->files.n; i++) {
        const asy_files_par *f = *(const asy_files_par *const *)par->files.value[i];
        const asy_loc *loc = &par->files.tree[i]->loc;
        ASY_TRY(add(&l, f->input, "", loc, 0));
        if (f->label != NULL) ASY_TRY(add(&l, f->label, "", loc, 0));
    }
    *n = l.n;
    *file = l.file;
    return ASY_OK;
}

asy_status asy_data_folder(asy_arena *a, const char *dir, int *n, asy_data_file **file)
{
    list l = { .arena = a };
    ASY_TRY(add(&l, dir, "", NULL, 0));
    *n = l.n;
    *file = l.file;
    return ASY_OK;
}
