// SPDX-License-Identifier: GPL-3.0-or-later
/* The `data` block: a dataset opened, split into parts, and seen as rows of model inputs. */
#ifndef ASY_METHOD_VIEW_H
#define ASY_METHOD_VIEW_H
#include "../base/rng.h"
#include "data.h"

/* The parameters of the block `data` (table asy_data_rows). */
typedef struct {
    int64_t categorical, numeric, missing; /* ASY_ENCODE_… */
} asy_encode_par;
enum { ASY_ENCODE_ONE_HOT, ASY_ENCODE_INDEX };
enum { ASY_ENCODE_STANDARDIZE, ASY_ENCODE_NONE };
enum { ASY_MISSING_ERROR, ASY_MISSING_MEAN, ASY_MISSING_MODE, ASY_MISSING_CATEGORY };
typedef struct {
    int64_t method; /* ASY_NOISE_… */
    double rate;
} asy_label_noise_par;
extern const int asy_label_noise_revision; /* part of the stage key; raised when the same seed gives other labels */
enum { ASY_NOISE_SYMMETRIC, ASY_NOISE_ASYMMETRIC, ASY_NOISE_INSTANCE };
typedef struct {
    const asy_label_noise_par *labels;
    const asy_bound *shift; /* a corruption, its place's keys asy_shift_keys */
} asy_corrupt_par;
typedef struct {
    int64_t n, per_class; /* 0: not given */
} asy_subset_par;
typedef struct {
    const char *input, *label, *sha256;
} asy_files_par;
typedef struct {
    const asy_bound *dataset; /* or `files`, or `file` */
    asy_members files;        /* part → asy_files_par */
    const char *file, *sha256;
    const asy_bound *format;
    const asy_tree *header; /* true | false | [NAME…] */
    const char *separator;
    bool trim;
    asy_strs na;
    int64_t length, target;
    const asy_tree *columns; /* asy_columns_par, read by asy__columns_read so that its places are known */
    const asy_encode_par *encode;
    asy_bounds augment; /* of training samples: the train stage's alone */
    const asy_corrupt_par *corrupt;
    const asy_subset_par *subset;
    const char *stratify, *grouped;
    const asy_tree *split;     /* part → count | fraction | all | rest | {per_class: N} | {skip:, take:} |
                                  {every:, offset:}; absent: the set's own parts */
    asy_f64s range;            /* [LO, HI] that the model and the attacks see; default [0, 1] */
    const asy_tree *normalize; /* none (default) | dataset (mean and deviation of the train part, a channel) |
                                  {mean: […], std: […]} */
} asy_data_par;
extern const asy_param asy_data_rows[];

/* Rows of a dataset as model inputs. `row` are row numbers of the data = sample ids, ascending. */
typedef struct {
    const asy_data *data;
    const asy_column *input, *label;
    int64_t n;
    const uint32_t *row;
    double lo, hi;
} asy_view;
enum { ASY_MAX_VIEWS = 16, ASY_MAX_CHANNELS = 64 };
typedef struct {
    asy_data data;
    int n_views;
    struct {
        const char *name;
        asy_view view;
    } views[ASY_MAX_VIEWS];
    double lo, hi;   /* data.range */
    asy_shape shape; /* of a sample as stored: [C,H,W] or [D] */
    int channels;
    asy_bounds augment; /* what training does to samples */
    int n_names;
    const char *const *feature;                           /* of a table: what each of the D inputs is */
    double mean[ASY_MAX_CHANNELS], std[ASY_MAX_CHANNELS]; /* in data.range units; 0, 1 without normalisation;
                                                             channels: C, or D if D ≤ 64, else 1 */
} asy_dataset_view;

/* Labels a row: 1, or the T of text. */
int64_t asy_view_labels(const asy_view *);
/* Finds, reads and checks the data, makes the split (stream SEED/split) and the label noise
 * (SEED/noise/labels). Complaints are E04 (and E02 for the
 * split's form) in in->diag. */
asy_status asy_dataset_open(const asy_data_par *, const asy_data_in *, asy_rng seed,
                            asy_dataset_view *) ASY_CHECKED;
/* Its two halves, for many splits of one loaded set: what lies in files or is generated, all parts; then
 * split and normalisation (the columns are shared). */
asy_status asy_data_load(const asy_data_par *, const asy_data_in *, asy_data *) ASY_CHECKED;
asy_status asy_dataset_divide(const asy_data_par *, const asy_data_in *, const asy_data *, asy_rng seed,
                              asy_dataset_view *) ASY_CHECKED;
/* Form of the block alone, without touching files (for `check`). */
void asy_data_par_check(const void *par, const void *shared, asy_site *);
const asy_view *asy_dataset_part(const asy_dataset_view *, const char *name); /* NULL if there is none */
/* Samples view->row[index[i]], i < n: x [n, S…] as lo + (hi − lo)·(v / top) in f32 by a true division, y [n]
 * (or [n, T]), id [n]. y, id may be NULL; index NULL: 0 … n−1 from `first`. */
void asy_view_load(const asy_view *, int64_t n, int64_t first, const uint32_t *index, float *x, int32_t *y,
                   uint64_t *id);
/* A fixed stratified subset of n rows (stream "subset", which never depends on the seed); n ≥ view->n or n ≤
 * 0: the view itself. */
asy_status asy_view_subset(asy_arena *, const asy_view *, int64_t n, asy_view *out) ASY_CHECKED;

/* A sensitive column by its name; E0304 at `loc` if the data has none of that name. */
asy_status asy_data_sensitive(const asy_data_in *, const asy_data *, const char *name,
                              const asy_column **) ASY_CHECKED;
/* Every local file that the block reads, folders file by file: what a stage key must hash. `name` is the
 * file's name below its folder, "" for a file that the block names itself. */
typedef struct {
    const char *path, *name;
    const asy_loc *loc;
} asy_data_file;
asy_status asy_data_files(asy_arena *, const asy_data_par *, int *n, asy_data_file **) ASY_CHECKED;
asy_status asy_data_folder(asy_arena *, const char *dir, int *n, asy_data_file **) ASY_CHECKED;

/* Where a data set NAME is looked for, in order: $ASSAY_DATA/NAME, $XDG_DATA_HOME/assay/data/sets/NAME,
 * /usr/share/datasets/NAME. NULL-terminated, in the arena. */
/* The user's store, $XDG_DATA_HOME/assay/data; NULL without a home. */
const char *asy_data_store(asy_arena *);
const char *const *asy_data_paths(asy_arena *, const char *name);
#endif
