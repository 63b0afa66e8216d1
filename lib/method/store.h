// SPDX-License-Identifier: GPL-3.0-or-later
/* The user's store of data: blobs/sha256/ab/abcd… (uncompressed, mode 0444) and sets/NAME/ with dataset.json
 * and links that bear the files' own names. A set appears whole or not at all. */
#ifndef ASY_METHOD_STORE_H
#define ASY_METHOD_STORE_H
#include "dataset.h"

typedef struct {
    const char *name, *part; /* name in the set; part may be NULL */
    uint64_t size;
    char sha256[65];
} asy_stored;
typedef struct {
    int n;
    asy_stored *file;
    const char *dir, *format, *label; /* format, label: as given when it was added; NULL: not */
} asy_store_set;
/* Copies files into the store and publishes the set. E0704: it is there already; E0404: a file is not the
 * recipe's (n_recipes in a row: those of all of them). `meta`: pairs for dataset.json, ended by NULL; may be
 * NULL. Adding, removing and collecting exclude each other, between processes too. */
asy_status asy_store_add(const asy_data_in *, const char *name, const char *from, const asy_recipe *,
                         int n_recipes, const char *const meta[][2]) ASY_CHECKED;
/* A set, by its dataset.json. E0701: no such set; E0402: one that is damaged. */
asy_status asy_store_open(const asy_data_in *, const char *name, asy_store_set *) ASY_CHECKED;
/* Each file hashed again; E0404. */
asy_status asy_store_verify(const asy_data_in *, const char *name) ASY_CHECKED;
asy_status asy_store_names(const asy_data_in *, int *n, char ***names) ASY_CHECKED;
asy_status asy_store_remove(const asy_data_in *, const char *name) ASY_CHECKED;
/* Drops blobs that no set links to. */
asy_status asy_store_collect(const asy_data_in *, int *dropped, uint64_t *bytes) ASY_CHECKED;
/* A set that was added under a name of its own, as a dataset with a recipe; NULL: the store has none of that
 * name, or (with a complaint) one that cannot be read. Its parts: one file is `all`, several are parts of
 * their names. */
const asy_method *asy_store_method(asy_arena *, asy_diag *, const char *name, const asy_kind **);
int asy_store_methods(asy_arena *, const char *const **names);
#endif
