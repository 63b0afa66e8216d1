// SPDX-License-Identifier: GPL-3.0-or-later
/* From text to a study: read, lay arms, smoke and overrides over the root, bind, plan the stages.
 * Everything wrong is collected before anything runs (user-experience §3, §5). */
#ifndef ASY_SPEC_SPEC_H
#define ASY_SPEC_SPEC_H
#include "../base/rng.h"
#include "../method/arch.h"
#include "../method/params.h"
#include "../method/view.h"

/* ---- reading. UTF-8, one document; duplicate keys, tabs, tags, unknown aliases, conflict markers are E01xx;
 * limits: depth 64, 100 000 nodes, 4 MiB. NULL tree when nothing can be read. */
asy_tree *asy_yaml_read(asy_arena *, asy_diag *, const char *path); /* E0107 if unreadable */
asy_tree *asy_yaml_text(asy_arena *, asy_diag *, const char *name, const char *text, size_t n);
/* Lays `over` on `base`: maps merge, everything else replaces, `~` removes. Nodes keep their places; replaced
 * ones are remembered in `over`. Neither argument is changed. */
asy_tree *asy_tree_overlay(asy_arena *, const asy_tree *base, const asy_tree *over, asy_origin);

/* ---- the root block: what the tables of lib/spec/root.c read */
typedef struct {
    int64_t threads;
    int64_t precision;
} asy_compute_par; /* precision: float32 */
typedef struct {
    int64_t assay;
    const char *name, *title, *notes;
    asy_strs tags;
    const asy_data_par *data;
    const asy_bound *model; /* kind arch; its `at` is asy_model_keys (lib/method/arch.h) */
    const asy_bound *train; /* kind procedure; NULL: `train: none` */
    asy_members evaluate;   /* name → const asy_bound *, of any kind with `evaluate` */
    asy_members expect;     /* name → a claim (lib/spec/expect.c) */
    const char *baseline;
    const asy_tree *arms, *seeds, *smoke, *vars, *sweep; /* as written; used before binding */
    const asy_compute_par *compute;
} asy_root;

/* ---- the plan */
typedef enum { ASY_STAGE_DATA, ASY_STAGE_TRAIN, ASY_STAGE_EVALUATE } asy_stage_kind;
typedef struct asy_run_plan asy_run_plan;
typedef struct asy_stage {
    asy_stage_kind kind;
    char key[65];      /* SHA-256, hex; the folder's name is its first 24 digits */
    const char *part;  /* the stage's own part of the resolved spec: canonical JSON, goes into stage.json */
    const char *label; /* for people: "data", "train", the evaluation's name */
    const asy_bound *bound; /* TRAIN: procedure; EVALUATE: the block */
    int n_deps;
    const struct asy_stage *deps[2]; /* TRAIN: data; EVALUATE: data, train (or data alone with train: none) */
    const asy_run_plan *run;         /* the first run that needs it */
    int index;
} asy_stage;
/* One value of an axis: as it is written, for people, and where. */
typedef struct {
    const char *path, *text;
    const asy_tree *value;
} asy_axis_value;
struct asy_run_plan {
    const char *arm;
    const char *config; /* "ARM", or "ARM[PATH=VALUE,…]": what tables call it */
    int n_axes;
    const asy_axis_value *axis; /* by path */
    const char *axes;           /* the same as canonical JSON: {"PATH":VALUE,…} */
    uint64_t seed;
    const asy_rng_fixed *fixed; /* streams that have the first seed's values; NULL: none */
    char id[13];                /* first 12 hex digits of SHA-256 of {"arm":…,"axes":{…},"seed":…} */
    asy_root root;
    const asy_rtree *resolved;
    asy_stage *data, *train; /* train NULL with train: none */
    int n_eval;
    asy_stage **eval; /* in the order of root.evaluate */
};
enum { ASY_INCLUDES = 16 };
typedef struct {
    const char *path, *text; /* as the including file finds it; verbatim */
    size_t n;
} asy_include;
typedef struct {
    const char *name, *title, *notes, *baseline;
    bool smoke;
    const char *source;
    size_t source_n; /* the spec, verbatim */
    int n_includes;
    asy_include include[ASY_INCLUDES]; /* in the order in which they are read */
    const char *dir;                   /* folder of the spec file: what relative paths are relative to */
    char spec_id[65];                  /* hash over the plan */
    int n_arms;
    const char *const *arms;
    int n_seeds;
    const uint64_t *seeds;
    const asy_rng_fixed *fixed;
    int n_configs; /* combinations of the axes, 1 without */
    int n_runs;
    asy_run_plan *runs; /* by arm, combination of axes, seed */
    int n_stages;
    asy_stage **stages; /* each once, in an order in which they can be done */
    int threads;        /* compute.threads, 0: all cores */
} asy_study;

/* The loss that a run trains with; NULL: it trains nothing, or without one. */
const asy_bound *asy_run_loss(const asy_run_plan *);

typedef struct {
    int n_set;
    const char *const *set; /* PATH=VALUE, in order */
    const int *set_number;  /* the argument number of each, for messages; NULL: 1, 2, … */
    bool smoke;
    int n_axes;
    const char *const *axes; /* PATH=V1,V2…: axes beside the spec's */
    bool zip;                /* all axes side by side */
    int n_frozen;
    const char *const *frozen; /* a kept copy of each included file, in the order of reading; 0: read them */
    int n_arms;
    const char *const *arms; /* subset to plan; 0: all */
    int n_seeds;
    const char *const *seeds;
    const char *const *allow;
    const char *dir; /* what relative paths in the spec are relative to; NULL: the spec file's own folder */
    const char *cwd; /* and those of overrides; NULL: the working directory */
} asy_spec_options;
/* Reads, resolves, binds and plans. Complaints are in the diag; the study is usable only if asy_diag_status
 * is OK. `path` "-" reads stdin. Data files of `data.files` are hashed here (E04). */
asy_status asy_study_read(asy_study **, asy_arena *, const char *path, const asy_spec_options *,
                          asy_diag *) ASY_CHECKED;
/* The resolved spec as YAML, or one line a value with its origin; run NULL: the first. */
void asy_study_show(const asy_study *, const asy_run_plan *, bool origin, asy_buf *);
/* JSON: for each arm every value and where it comes from; places are in spec/source.yaml, the copy in the
 * folder. */
void asy_study_origins(const asy_study *, asy_buf *);
/* JSON Schema (draft-07) of the language. */
void asy_spec_schema(asy_buf *);
/* JSON: the claims of `expect`, with =PATH worked out. */
void asy_study_expect(const asy_study *, asy_buf *);
#endif
