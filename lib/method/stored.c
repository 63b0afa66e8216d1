// SPDX-License-Identifier: GPL-3.0-or-later
/* Sets of the user's store as datasets: what dataset.json says, as a recipe. */
#include "store.h"
#include "../base/io.h"

#include <string.h>

/* The name without folders and without what follows the first point. */
static const char *stem(asy_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    size_t n = strcspn(name, ".");
    return asy_strndup(a, name, n > 0 ? n : strlen(name));
}

/* Its reader: the one it was added with, else by its files' names; one file more than a part may have can only
 * be a folder of pictures. */
static const char *reader_of(const asy_store_set *set)
{
    bool folder = strchr(set->file[0].name, '/') != NULL;
    const asy_reader *r = set->format != NULL ? asy__reader_named(set->format)
                          : folder            ? asy__reader_for(NULL, set->dir)
                                              : asy__reader_for(NULL, set->file[0].name);
    return r != NULL ? r->m.name : NULL;
}

static asy_status files(const asy_data_in *in, const char *name, const asy_store_set *set,
                        const asy_reader *reader, asy_known_file **out)
{
    asy_known_file *f = *out = ASY_NEWN(in->arena, set->n + 1, asy_known_file);
    if (f == NULL) return asy_arena_status(in->arena);
    if (!reader->folder && set->n > ASY_MAX_PARTS) {
        asy_diag_add(in->diag, "E0406", in->loc, "the store's set `%s` has %d files; at most %d are parts", name,
                     set->n, (int)ASY_MAX_PARTS);
        return ASY_EDATA;
    }
    for (int i = 0; i < set->n; i++) {
        const asy_stored *s = &set->file[i];
        f[i] = (asy_known_file){ .path = s->name, .part = s->part, .role = ASY_ROLE_INPUT, .size = s->size,
                                 .sha256 = s->sha256 };
        if (f[i].part == NULL)
            f[i].part = reader->folder || set->n == 1 ? "all" : stem(in->arena, s->name);
    }
    return asy_arena_status(in->arena);
}

const asy_method *asy_store_method(asy_arena *a, asy_diag *diag, const char *name, const asy_kind **kind)
{
    asy_data_in in = { .arena = a, .diag = diag };
    asy_store_set set;
    asy_known_file *f;
    const char *store = asy_data_store(a);
    const char *path = store != NULL ? asy_sprintf(a, "%s/sets/%s/dataset.json", store, name) : NULL;
    if (path == NULL || strchr(name, '/') != NULL || !asy_io_exists(path)) return NULL;
    if (asy_store_open(&in, name, &set) != ASY_OK) return NULL;
    const char *reader = reader_of(&set);
    if (reader == NULL) {
        asy_diag_add(diag, "E0402", NULL, "the format of the store's set `%s` cannot be told", name);
        asy_diag_help(diag, "assay data rm %s, then add it again with --format", name);
        return NULL;
    }
    asy_recipe *r = ASY_NEW(a, asy_recipe);
    asy_dataset *d = ASY_NEW(a, asy_dataset);
    if (r == NULL || d == NULL || files(&in, name, &set, asy__reader_named(reader), &f) != ASY_OK) return NULL;
    *r = (asy_recipe){ .reader = reader, .dir = set.dir, .licence = "as given by whoever added it",
                       .task = "none stated", .files = f, .columns = { .label = set.label } };
    d->m = (asy_method){ .name = asy_strdup(a, name), .summary = "added to the store on this machine",
                         .cite = "a set of your own", .revision = 1 };
    d->recipe = r;
    *kind = &asy_kind_dataset;
    return d->m.name != NULL ? &d->m : NULL;
}

int asy_store_methods(asy_arena *a, const char *const **names)
{
    asy_data_in in = { .arena = a, .diag = asy_diag_new(a) };
    char **all;
    int n;
    *names = NULL;
    if (asy_data_store(a) == NULL || in.diag == NULL || asy_store_names(&in, &n, &all) != ASY_OK) return 0;
    *names = (const char *const *)all;
    return n;
}
