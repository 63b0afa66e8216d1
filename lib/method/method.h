// SPDX-License-Identifier: GPL-3.0-or-later
/* A method is one file that ends in one `const asy_KIND asy_KIND_some_name`; its parameters are one table.
 * From the table come defaults, reading and checking of a spec, list, describe, show, the stage key. */
#ifndef ASY_METHOD_METHOD_H
#define ASY_METHOD_METHOD_H
#include "../base/diag.h"
#include "../tensor/tensor.h"

typedef enum {
    ASY_P_F64,      /* double; takes 0.1 1e-3 .5 1_000 inf 8/255 */
    ASY_P_I64,      /* int64_t; also 60_000 and 1e4 */
    ASY_P_BOOL,     /* bool; only true and false */
    ASY_P_STR,      /* const char *; anything, verbatim */
    ASY_P_PATH,     /* const char *; relative to the file it stands in, resolved */
    ASY_P_ENUM,     /* int64_t: index into `choices` */
    ASY_P_F64S,     /* asy_f64s */
    ASY_P_STRS,     /* asy_strs */
    /* const asy_bound *: a method block of a kind that may stand at `place`; NULL if absent */
    ASY_P_METHOD,
    ASY_P_METHODS,  /* asy_bounds: blocks of methods that may stand at `place`, in file order */
    ASY_P_BLOCK,    /* const void *: a plain block with the table `block`; NULL if absent and not required */
    ASY_P_MAP,      /* asy_members: free names → values of the row `block` (one row; its key is "*") */
    ASY_P_CUSTOM    /* const asy_tree *: left to the owner's check */
} asy_ptype;

typedef struct { int n; const double *v; } asy_f64s;
typedef struct { int n; const char *const *v; } asy_strs;
typedef struct asy_bound asy_bound;
typedef struct { int n; const asy_bound *const *v; } asy_bounds;
typedef struct asy_spot asy_spot;
typedef struct asy_kind asy_kind;
typedef struct asy_param asy_param;
typedef struct asy_site asy_site;

/* The entries of a map, in file order. value[i] points to the row's C type: `const double *`, of a METHOD
 * `const asy_bound *const *`, of a BLOCK `const st *const *`. */
typedef struct {
    int n;
    const char *const *name;
    const void *const *value;
    const asy_tree *const *tree;
} asy_members;

enum {
    ASY_REQUIRED = 1,
    ASY_NOHASH = 2,     /* cannot change a result: not part of a stage key */
    ASY_LOG = 4,        /* sweeps and axes are logarithmic */
    ASY_LO_OPEN = 8, ASY_HI_OPEN = 16,  /* the limit itself is excluded */
    ASY_SCALAR_OK = 32, /* a list, or a block with only its first key, may be written as one value */
    ASY_NULL_OK = 64    /* `none` (METHOD, METHODS, BLOCK) or an absent key stand for "not there" */
};

struct asy_param {
    const char *key, *help;
    asy_ptype type;
    size_t off;                         /* of the member in the struct */
    const char *def;                    /* default as the user would write it; NULL: none */
    double lo, hi;                      /* F64, I64, members of F64S; NaN: no limit */
    /* ENUM: its words, NULL-terminated. I64: words that may stand for a number, the first for 0, the next
     * for −1 … (`n: all`). */
    const char *const *choices;
    unsigned flags;
    const char *formula;                /* default that follows from other values: "2.5*eps/steps" … */
    double (*derive)(const void *params, const void *shared);   /* … and as code; F64 and I64 */
    const asy_spot *place;             /* METHOD, METHODS */
    const asy_param *block; size_t block_size;  /* BLOCK, MAP */
    /* BLOCK: rules between its keys; optional */
    void (*check)(const void *params, const void *shared, asy_site *);
    const char *const *synonyms;        /* words of other tools, NULL-terminated: `learning_rate` for `lr` */
    /* ENUM: other tools' words for its choices: "cw=margin ce=cross-entropy" */
    const char *words;
    /* a key of this table that may not be written beside this one (E0207) */
    const char *excludes;
};

/* Table rows. `par` is the file's own parameter struct; a member of another type than the row's does not
 * compile. */
#define ASY_OFF(member, type) \
    (offsetof(par, member) + 0 * sizeof(char[_Generic(((par *)0)->member, type: 1, default: -1)]))
#define ASY_ROW(k, t, c) .key = #k, .type = t, .off = ASY_OFF(k, c)
#define ASY_PARAM_F64(k, d, l, h, ...) \
    { ASY_ROW(k, ASY_P_F64, double), .def = d, .lo = l, .hi = h, .help = __VA_ARGS__ }
#define ASY_PARAM_I64(k, d, l, h, ...) \
    { ASY_ROW(k, ASY_P_I64, int64_t), .def = d, .lo = l, .hi = h, .help = __VA_ARGS__ }
#define ASY_PARAM_BOOL(k, d, ...)  { ASY_ROW(k, ASY_P_BOOL, bool), .def = d, .help = __VA_ARGS__ }
#define ASY_PARAM_STR(k, d, ...)   { ASY_ROW(k, ASY_P_STR, const char *), .def = d, .help = __VA_ARGS__ }
#define ASY_PARAM_PATH(k, d, ...)  { ASY_ROW(k, ASY_P_PATH, const char *), .def = d, .help = __VA_ARGS__ }
#define ASY_PARAM_ENUM(k, d, names, ...) \
    { ASY_ROW(k, ASY_P_ENUM, int64_t), .def = d, .choices = names, .help = __VA_ARGS__ }
#define ASY_PARAM_F64S(k, d, l, h, ...) \
    { ASY_ROW(k, ASY_P_F64S, asy_f64s), .def = d, .lo = l, .hi = h, .help = __VA_ARGS__ }
#define ASY_PARAM_STRS(k, d, ...)  { ASY_ROW(k, ASY_P_STRS, asy_strs), .def = d, .help = __VA_ARGS__ }
#define ASY_PARAM_METHOD(k, d, at, ...) \
    { ASY_ROW(k, ASY_P_METHOD, const asy_bound *), .def = d, .place = &at, .help = __VA_ARGS__ }
#define ASY_PARAM_METHODS(k, d, at, ...) \
    { ASY_ROW(k, ASY_P_METHODS, asy_bounds), .def = d, .place = &at, .help = __VA_ARGS__ }
#define ASY_PARAM_BLOCK(k, rows, st, ...) \
    { ASY_ROW(k, ASY_P_BLOCK, const st *), .block = rows, .block_size = sizeof(st), .help = __VA_ARGS__ }
#define ASY_PARAM_MAP(k, row, ...) { ASY_ROW(k, ASY_P_MAP, asy_members), .block = row, .help = __VA_ARGS__ }
#define ASY_PARAM_CUSTOM(k, ...)   { ASY_ROW(k, ASY_P_CUSTOM, const asy_tree *), .help = __VA_ARGS__ }
#define ASY_PARAM_DERIVED(k, text, fn, l, h, ...) \
    { ASY_ROW(k, ASY_P_F64, double), .formula = text, .derive = fn, .lo = l, .hi = h, .help = __VA_ARGS__ }
#define ASY_PARAM_END { .key = NULL }

/* A further name of a method with other defaults: "bim", {"random_start", "false"}.
 * covers: rows of published tables. */
typedef struct { const char *name, *summary, *cite, *set[6][2]; const char *covers; } asy_preset;

/* What a rule between parameters gets: where the keys stand, and where to complain. */
asy_diag      *asy_site_diag(asy_site *);
/* the value's span; the block's if it is absent */
const asy_loc *asy_site_loc(asy_site *, const char *key);

enum {
    ASY_NEED_LABEL = 1,
    ASY_NEED_SCORES = 2,
    ASY_NEED_GRAD = 4,
    ASY_NEED_WEIGHTS = 8,
    ASY_NEED_PER_SAMPLE = 16,
    ASY_NEED_INPUT = 32, /* an input that can be moved */
    ASY_NEED_FIT = 64    /* an architecture that is fitted at once, without a graph */
};

typedef struct {
    const char *name, *summary, *cite, *doc;
    const char *tags;                   /* space-separated words that `list` filters by: "defense" */
    const char *pitfalls, *example;     /* for describe */
    const char *covers;                 /* rows of published tables, comma-separated; NULL: none */
    const char *words;                  /* other tools' names for it, space-separated: "universal" for uap */
    int revision;                       /* part of the stage key; raise when a result or default may change */
    const asy_param *params; size_t params_size;        /* NULL, 0: takes none */
    const asy_preset *presets;          /* name NULL ends it */
    unsigned needs;                     /* ASY_NEED_* */
    /* Rules between parameters; optional. Called only where each value by itself was right. */
    void (*check)(const void *params, const void *shared, asy_site *);
} asy_method;
#define ASY_PARAMS(table) .params = (table), .params_size = sizeof(par)

/* A place in a spec where a method block may stand, with the keys that belong to the place (`n`, `on` of an
 * evaluation; `mix` of an adversary). */
struct asy_spot {
    const char *path;                           /* "evaluate.*", "train.optimizer": for messages and help */
    const char *noun;                           /* "evaluation", "adversary" */
    const asy_param *keys; size_t keys_size;    /* NULL: none */
    /* the key that names the method: "method"; "arch" for a model */
    const char *word;
    const char *def;                            /* the method of a block that names none; NULL: it must */
    /* shared keys of all that is nested here stand in this block */
    bool gathers;
    /* Methods that are not compiled in, by name, and all their names; NULL: none. What is wrong with one is
     * said in the diag. */
    const asy_method *(*more)(asy_arena *, asy_diag *, const char *name, const asy_kind **);
    int (*more_names)(asy_arena *, const char *const **);
};

typedef enum { ASY_COST_TABLE, ASY_COST_PLAN, ASY_COST_DOT, ASY_COST_TRACE } asy_cost_show;
/* What `describe` asks of a method that makes a plan of a graph. */
typedef struct {
    const char *name;                           /* as written: the method's or a preset's */
    asy_shape in;                               /* of a sample */
    int64_t classes;
    bool own_in, own_classes;                   /* asked for, not the defaults */
    uint64_t memory;                            /* bytes: how large may a batch be? */
    const char *const (*pairs)[2];              /* parameters that are not the default; NULL at the end */
    asy_cost_show show;
    bool step;                                  /* all but TABLE: of a training step, else of the forward pass */
} asy_cost_ask;

/* A kind of method. Nothing switches on a kind: command line, schema, help walk these descriptors. */
struct asy_kind {
    const char *name, *plural, *summary;
    const asy_spot *const *spots;               /* where it may stand; NULL-terminated */
    /* Keys that stand once, in the outermost block that holds a method of this kind (an attack's threat
     * model). */
    const asy_param *shared; size_t shared_size;
    const char *suite;                          /* the conformance suite, tests/conform/SUITE.c; NULL: none */
    const char *section;                        /* the report's section; NULL: none */
    const asy_method *const *(*methods)(int *n);/* generated: every method of this kind, sorted by name */
    /* Kinds that may stand in `evaluate`: runs one (ctx: asy_eval_ctx). */
    asy_status (*evaluate)(const asy_bound *, void *ctx);
    unsigned needs;                             /* ASY_NEED_* of all its methods */
    /* Shared keys against data.range, [lo, hi]; `block` is the map in which they stand. Optional. */
    void (*in_range)(const void *shared, const asy_tree *block, double lo, double hi, asy_diag *);
    /* a sentence for describe: "Norms linf, l2."; optional. name: the method's, or its preset's */
    void (*facts)(const asy_method *, const char *name, asy_buf *);
    asy_status (*cost)(const asy_method *, const asy_cost_ask *, asy_buf *); /* of plans, for describe; optional */
};

/* A method with its parameters read: what code receives. */
struct asy_bound {
    const asy_kind *kind;
    const asy_method *m;        /* first member of the kind's struct */
    const char *name;           /* as written: the method's or the preset's */
    const void *params, *shared, *at;   /* the method's struct, the kind's shared keys, the place's keys */
    const asy_tree *tree;       /* where it stood; NULL for a default */
    const struct asy_rtree *resolved;   /* its resolved values */
};
#endif
