// SPDX-License-Identifier: GPL-3.0-or-later
/* Datasets: named columns with roles, stored type kept. Kinds dataset (known sets and generators) and reader
 * (file formats). */
#ifndef ASY_METHOD_DATA_H
#define ASY_METHOD_DATA_H
#include "../base/hash.h"
#include "../base/pool.h"
#include "../tensor/tensor.h"
#include "method.h"

typedef enum {
    ASY_ROLE_INPUT,
    ASY_ROLE_LABEL,
    ASY_ROLE_GROUP,
    ASY_ROLE_WEIGHT,
    ASY_ROLE_ID,
    ASY_ROLE_NONE,        /* read because something refers to it by name */
    ASY_ROLE_NUMERIC,     /* F64, NaN where missing: a feature before it is encoded */
    ASY_ROLE_CATEGORICAL, /* codes, −1 where missing: likewise */
    ASY_ROLE_SENSITIVE,   /* codes: an attribute that audits compare by */
    ASY_ROLE_CLEAN,       /* the labels before label noise was put in */
    ASY_ROLE_SOFT,        /* F64 [n, classes]: a distribution over the classes */
    ASY_ROLE_TOKEN,       /* I32 [n, length] */
    ASY_ROLE_EDGE         /* I32 [edges, 2]: row numbers; its first axis is not that of the rows */
} asy_role;
/* First axis: rows. Columns of codes are I32 with `values`: what each code stood for in the file. */
typedef struct {
    const char *name;
    asy_role role;
    asy_tensor data;
    int64_t n_values;
    const char *const *values;
} asy_column;
typedef struct { const char *name; int64_t first, n; } asy_part;        /* rows [first, first + n) of the columns */
enum { ASY_MAX_PARTS = 8, ASY_MAX_NOTES = 8 };
typedef struct {
    const char *name;
    int n_cols; asy_column *cols;           /* inputs U8 or F32, [n, C,H,W] or [n, D]; labels I32, [n], or [n, T] for T labels a row */
    int64_t n;                              /* rows, all parts after another: the row number is the sample's id */
    int n_parts; asy_part parts[ASY_MAX_PARTS];
    double lo, top;                         /* stored range: U8 images 0, 255 */
    int64_t classes; const char *const *class_names;    /* names may be NULL */
    bool ordinal;                           /* the classes are ordered */
    int64_t symbols;                        /* the inputs are bytes that stand for one of as many symbols; 0: they are numbers */
    bool masked;                            /* the T labels are the input's own symbols: models hide some and guess them */
    asy_digest sha;                         /* of the content: files' SHA-256 chained, or of a generator's parameters and output */
    int n_notes; const char *notes[ASY_MAX_NOTES];      /* what a reader decided, for people */
} asy_data;
const asy_column *asy_data_column(const asy_data *, asy_role);   /* the first of that role; NULL */
const asy_column *asy_data_named(const asy_data *, const char *name, asy_role);     /* NULL if there is none */

typedef struct {
    asy_arena *arena;
    asy_diag *diag;                         /* E04…: data missing, corrupt, or not what its checksum says */
    const asy_loc *loc;                     /* where the spec names it; NULL from the command line */
    bool verify;                            /* check SHA-256 of known files */
    asy_pool *pool;                         /* NULL: the caller's thread */
} asy_data_in;

/* ---- readers ---- */

/* A file in memory, inflated if it was gzipped; a NUL follows. Of a folder only the path. */
typedef struct { const char *path; char *data; size_t n; } asy_bytes;
enum { ASY_FILE_LIMIT = 1 << 30 };          /* bytes, also after inflating: a bomb stops here */

/* Labels of a row of text: the character behind it, the one behind each of its characters, or they themselves,
 * some of which models are to guess. */
enum { ASY_TARGET_NEXT, ASY_TARGET_EACH, ASY_TARGET_MASKED };
/* What a spec or a recipe says about the form of files. Each reader takes what concerns it. */
typedef struct {
    enum { ASY_HEADER_YES, ASY_HEADER_NO, ASY_HEADER_GIVEN } header;    /* csv: names in the first row; c1, c2 … ; `names` */
    int n_names; const char *const *names;
    char separator;             /* 0: by the file's name, tab for .tsv, else comma; ' ': runs of blanks */
    bool trim;                  /* blanks around a cell are not part of it */
    int n_na; const char *const *na;    /* cells that stand for a missing value; n_na 0: the empty cell */
    const char *comment, *trail;/* lines that begin so are left out; what is cut off the end of a row */
    bool any_domain;            /* arff: values outside a declared domain are taken */
    asy_shape shape;            /* bits: of a sample */
    int64_t length;             /* text: characters a row; 0: 64 */
    int64_t target;             /* text: ASY_TARGET_…, what a row's labels are */
    /* What `survey` found over all files of the set: the smallest index or the like. */
    bool surveyed; int64_t least, most;
    bool seen[256];             /* text: bytes that occur */
} asy_form;

/* A column as a file has it: an array whose first axis counts rows, or text. */
typedef struct {
    const char *name;
    asy_role role;              /* what the format itself says it is; NONE: the spec says */
    asy_tensor data;            /* data NULL: text */
    const char *const *text;    /* a cell NULL: missing */
    bool numbers;               /* text that the format declares to be numbers */
    int64_t n_values; const char *const *values;    /* declared categories, in their order; 0: none */
} asy_raw;
typedef struct {
    int64_t n;
    int n_cols; asy_raw *cols;
    const int64_t *line;        /* of each row, from 1; NULL: rows are counted from 0 */
    const char *note;           /* what was decided, for people; NULL: nothing */
} asy_table;

typedef struct {
    asy_method m;
    const char *const *suffixes;            /* ".idx", NULL-terminated, for `format` by name; also tried with .gz */
    bool folder;                            /* reads a folder, not a file */
    /* One of the two. A tensor's first axis counts rows. Results live in the arena; text cells may point into
     * the file's bytes, which the reader may change. Complaints name file and byte (or row and column). */
    asy_status (*tensor)(const asy_data_in *, const asy_bytes *, const asy_form *, asy_tensor *);
    asy_status (*table)(const asy_data_in *, const asy_bytes *, const asy_form *, asy_table *);
    /* Looks at every file of a set before any is read: what must be decided once. Optional. */
    asy_status (*survey)(const asy_data_in *, const asy_bytes *, asy_form *);
} asy_reader;

/* "E0402 `PATH` is not a whole FORMAT file: WHAT", with the byte. Returns EDATA. */
asy_status asy_data_broken(const asy_data_in *, const asy_bytes *, const char *format, size_t byte,
                           const char *fmt, ...) ASY_PRINTF(5, 6);
/* The same with PATH:ROW:COLUMN, from 1; column 0: none. */
asy_status asy_data_broken_at(const asy_data_in *, const asy_bytes *, const char *format, int64_t row,
                              int64_t column, const char *fmt, ...) ASY_PRINTF(6, 7);
/* Reads and inflates; E0401, E0402. */
asy_status asy_data_read(const asy_data_in *, const char *path, asy_bytes *) ASY_CHECKED;

/* ---- datasets ---- */

/* The block `columns`: names, or NAME#K, of the files' columns. */
typedef struct {
    const char *label, *clean, *weight, *group, *id;
    bool ordinal;
    asy_strs numeric, categorical, sensitive, soft, drop;
} asy_columns_par;
typedef struct { const char *path, *part; asy_role role; uint64_t size; const char *sha256; /* of the uncompressed content */ } asy_known_file;
typedef struct {
    const char *reader;                     /* "idx"; files of role LABEL: `label_reader`, if there is one */
    const char *label_reader;
    const char *folder;                     /* below the data path; NULL: the set's name */
    const char *dir;                        /* where it lies, if that is known; else NULL */
    const char *base;                       /* another set: its rows, beside which this one's labels are laid, part by part of one name; NULL: none */
    bool only;                              /* with a base: without its other rows; one part, `all` */
    const char *licence, *task, *debian;    /* Debian package that holds it; NULL: none */
    int64_t classes; asy_shape shape;
    const char *const *class_names;         /* also the order of text labels */
    double range[2];                        /* stored; 0, 0: a table */
    const asy_known_file *files;            /* path NULL ends it; looked for as PATH and PATH.gz */
    asy_form form;
    asy_columns_par columns;
    const char *part_column;                /* runs of its values are the parts */
} asy_recipe;
typedef struct {
    asy_method m;
    const asy_recipe *recipe;               /* a known set; else NULL and … */
    int n_recipes;                          /* 0: that one; else so many in a row, */
    int (*pick)(const void *params);        /* … of which the parameters pick one */
    asy_status (*generate)(const void *params, const asy_data_in *, asy_data *);    /* … a generator: no files, a function of its parameters alone */
} asy_dataset;
/* The recipe of a set with its parameters; NULL: it is generated. */
const asy_recipe *asy_dataset_recipe(const asy_bound *);
extern const asy_spot asy_spot_dataset;   /* word "method"; in data.dataset */
extern const asy_spot asy_spot_format;
extern const asy_kind asy_kind_dataset, asy_kind_reader;
#endif
