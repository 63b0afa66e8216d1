// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/method and the command `data`: loading, before any split. */
#ifndef ASY_METHOD_DATASET_H
#define ASY_METHOD_DATASET_H
#include "view.h"
/* The folder where a known set lies; NULL if it is nowhere. */
const char *asy_known_dir(asy_arena *, const char *name, const asy_recipe *);
/* The same for a set with its parameters; one of several may also lie where all of them do. */
const char *asy_dataset_dir(asy_arena *, const asy_bound *);
/* A known file as it lies in a folder, plain or gzipped; NULL if neither is there. */
const char *asy_known_path(asy_arena *, const char *dir, const char *file);
/* Size and SHA-256 of one file's uncompressed content against its recipe: E0404. */
asy_status asy__known_verify(const asy_data_in *, const asy_bytes *, const asy_known_file *) ASY_CHECKED;
/* Rows of the parts by the `split` block: fills out->views. */
asy_status asy__split(const asy_data_par *, const asy_data_in *, asy_rng split,
                      asy_dataset_view *out) ASY_CHECKED;
const asy_reader *asy__reader_named(const char *name);
const asy_reader *asy__reader_for(const asy_bound *format, const char *path);

/* What a set's files gave, part by part: the tables of its input files one below the other, and beside them
 * those of its label files. */
enum { ASY__FILES_A_PART = 32 };
typedef struct {
    int n;
    asy_table table[ASY__FILES_A_PART];
    const char *path[ASY__FILES_A_PART];
} asy__stack;
typedef struct {
    const char *part;
    asy__stack stack[2];
} asy__piece;

/* One column of the set to be: where it stands in the pieces and what it is for. */
typedef struct {
    int stack, col;
    asy_role role;
} asy__want;
typedef struct {
    const asy_columns_par *par;
    const asy_tree *tree; /* where it stands; NULL: a recipe's */
    const char *stratify, *grouped, *part_column;
    int64_t n_class_names;
    const char *const *class_names; /* order of text labels; NULL: numbers by value, words by bytes */
    bool table;                     /* the set is one of features, not of arrays */
    bool beside;                    /* what is not named is no feature: those are another set's */
} asy__plan;
asy_status asy__columns_read(const asy_data_in *, const asy_tree *, asy_columns_par *) ASY_CHECKED;
asy_status asy__columns_assign(const asy_data_in *, asy__plan *, const asy__piece *, int n_pieces, int *n,
                               asy__want **) ASY_CHECKED;
/* d->classes > 0 beforehand: labels must be below it. */
asy_status asy__join(const asy_data_in *, asy__plan *, int n, const asy__piece *, asy_data *) ASY_CHECKED;
/* One column of text as numbers, codes or classes. */
asy_status asy__typed(const asy_data_in *, const asy__plan *, int n, const asy__piece *, const asy__want *,
                      int64_t rows, asy_column *, asy_data *) ASY_CHECKED;
/* Columns of role SOFT become one, rows divided by their sums; without labels these are the largest. */
asy_status asy__soft(const asy_data_in *, asy_data *) ASY_CHECKED;
/* Lays what was read of a set beside the rows of its base. */
asy_status asy__beside(const asy_data_in *, const asy_recipe *, asy_data *) ASY_CHECKED;
asy_status asy__bad_file(const asy_data_in *, const char *path, const char *fmt, ...) ASY_PRINTF(3, 4);

/* Turns the features into the input, by what the training part holds. */
asy_status asy__encode(const asy_data_par *, const asy_data_in *, asy_dataset_view *) ASY_CHECKED;
asy_status asy__label_noise(const asy_data_par *, const asy_data_in *, asy_rng,
                            asy_dataset_view *) ASY_CHECKED;
/* Corrupts the images of the parts that `corrupt.shift.on` names. */
asy_status asy__shift(const asy_data_par *, const asy_data_in *, asy_dataset_view *) ASY_CHECKED;
/* The augmentations can be done to samples of this shape: E0411. */
asy_status asy__augment_fits(const asy_data_par *, const asy_data_in *, asy_dataset_view *) ASY_CHECKED;
asy_status asy__subset(const asy_data_par *, const asy_data_in *, asy_dataset_view *) ASY_CHECKED;
/* A column of codes by its name, or `label`; −1 of a missing value is one code more. NULL and E0407: none. */
const asy_column *asy__codes(const asy_data_in *, const asy_data *, const char *key, const char *name);
/* Puts one more column into the view's own list. */
asy_status asy__add_column(asy_arena *, asy_dataset_view *, asy_column) ASY_CHECKED;
/* n of `total` things shared out by what each of `classes` has: rounded down, then one more to the largest
 * remainders, the lower class first. */
void asy__shares(int64_t n, int64_t total, int64_t classes, const int64_t have[], int64_t get[]);
/* The part that statistics are fitted on: train, or the first. */
int asy__train_part(const asy_dataset_view *);
#endif
