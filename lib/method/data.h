// SPDX-License-Identifier: GPL-3.0-or-later
/* Datasets: named columns with roles, stored type kept. Kinds dataset (known sets and generators) and reader (file formats). */
#ifndef ASY_METHOD_DATA_H
#define ASY_METHOD_DATA_H
#include "../base/hash.h"
#include "../tensor/tensor.h"
#include "method.h"

typedef enum { ASY_ROLE_INPUT, ASY_ROLE_LABEL, ASY_ROLE_GROUP, ASY_ROLE_WEIGHT, ASY_ROLE_ID } asy_role;
typedef struct { const char *name; asy_role role; asy_tensor data; /* first axis: rows */ } asy_column;
typedef struct { const char *name; int64_t first, n; } asy_part;        /* rows [first, first + n) of the columns */
enum { ASY_MAX_COLS = 64, ASY_MAX_PARTS = 8 };
typedef struct {
    const char *name;
    int n_cols; asy_column *cols;           /* inputs U8 or F32, [n, C,H,W] or [n, D]; labels I32, [n] */
    int64_t n;                              /* rows, all parts after another: the row number is the sample's id */
    int n_parts; asy_part parts[ASY_MAX_PARTS];
    double lo, top;                         /* stored range: U8 images 0, 255 */
    int64_t classes; const char *const *class_names;    /* names may be NULL */
    asy_digest sha;                         /* of the content: files' SHA-256 chained, or of a generator's parameters and output */
} asy_data;
const asy_column *asy_data_column(const asy_data *, asy_role);   /* the first of that role; NULL */

typedef struct {
    asy_arena *arena;
    asy_diag *diag;                         /* E04…: data missing, corrupt, or not what its checksum says */
    const asy_loc *loc;                     /* where the spec names it; NULL from the command line */
    bool verify;                            /* check SHA-256 of known files */
} asy_data_in;

typedef struct { const char *path, *part; asy_role role; uint64_t size; const char *sha256; /* of the uncompressed content */ } asy_known_file;
typedef struct {
    const char *reader;                     /* "idx" */
    const char *licence, *task, *debian;    /* Debian package that holds it; NULL: none */
    int64_t classes; asy_shape shape;
    const char *const *class_names;
    double range[2];                        /* stored */
    const asy_known_file *files;            /* path NULL ends it; looked for as PATH and PATH.gz */
} asy_recipe;
typedef struct {
    asy_method m;
    const asy_recipe *recipe;               /* a known set; else NULL and … */
    asy_status (*generate)(const void *params, const asy_data_in *, asy_data *);    /* … a generator: no files, a function of its parameters alone */
} asy_dataset;
typedef struct { const char *part, *input, *label; } asy_file_pair;     /* label may be NULL */
typedef struct {
    asy_method m;
    const char *const *suffixes;            /* ".idx", NULL-terminated, for `format` by name */
    /* Reads one file into a tensor whose first axis counts rows. Complaints name file and byte (or row and column). */
    asy_status (*tensor)(const asy_data_in *, const char *path, asy_tensor *);
} asy_reader;
extern const asy_spot asy_spot_dataset;   /* word "method"; in data.dataset */
extern const asy_spot asy_spot_format;
extern const asy_kind asy_kind_dataset, asy_kind_reader;
#endif
