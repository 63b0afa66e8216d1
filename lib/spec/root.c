// SPDX-License-Identifier: GPL-3.0-or-later
/* The root block of a spec. */
#include "../method/evaluation.h"
#include "../method/procedure.h"
#include "../method/schema.h"
#include "overlay.h"

#include <math.h>

static const char *const precisions[] = { "float32", NULL };

#define par asy_compute_par
static const asy_param compute_rows[] = { { .key = "threads",
                                            .type = ASY_P_I64,
                                            .off = ASY_OFF(threads, int64_t),
                                            .def = "0",
                                            .lo = 0,
                                            .hi = 4096,
                                            .flags = ASY_NOHASH,
                                            .help = "threads in all; 0: every core" },
                                          ASY_PARAM_ENUM(precision, "float32", precisions,
                                                         "number format of training and attacks"),
                                          ASY_PARAM_END };
#undef par

static const asy_param evaluate_row[] = { { .key = "*",
                                            .type = ASY_P_METHOD,
                                            .place = &asy_spot_evaluate,
                                            .help = "one evaluation: an attack or another measurement" },
                                          ASY_PARAM_END };

#define par asy_root
const asy_param asy__root_rows[] = {
    { .key = "assay",
      .type = ASY_P_I64,
      .off = ASY_OFF(assay, int64_t),
      .flags = ASY_REQUIRED | ASY_NOHASH,
      .lo = 1,
      .hi = NAN,
      .help = "version of the spec language: 1" },
    { .key = "name",
      .type = ASY_P_STR,
      .off = ASY_OFF(name, const char *),
      .flags = ASY_REQUIRED | ASY_NOHASH,
      .help = "[a-z0-9][a-z0-9-]*, up to 64 characters; names the results folder" },
    { .key = "title",
      .type = ASY_P_STR,
      .off = ASY_OFF(title, const char *),
      .flags = ASY_NOHASH,
      .help = "one line for the report" },
    { .key = "notes",
      .type = ASY_P_STR,
      .off = ASY_OFF(notes, const char *),
      .flags = ASY_NOHASH,
      .help = "a paragraph for the report" },
    { .key = "tags",
      .type = ASY_P_STRS,
      .off = ASY_OFF(tags, asy_strs),
      .flags = ASY_NOHASH,
      .help = "words to find the study by" },
    { .key = "data",
      .type = ASY_P_BLOCK,
      .off = ASY_OFF(data, const asy_data_par *),
      .flags = ASY_REQUIRED,
      .block = asy_data_rows,
      .block_size = sizeof(asy_data_par),
      .check = asy_data_par_check,
      .help = "dataset or files, split, range" },
    { .key = "model",
      .type = ASY_P_METHOD,
      .off = ASY_OFF(model, const asy_bound *),
      .flags = ASY_REQUIRED,
      .place = &asy_spot_model,
      .help = "architecture, or a file to read" },
    { .key = "train",
      .type = ASY_P_METHOD,
      .off = ASY_OFF(train, const asy_bound *),
      .flags = ASY_REQUIRED | ASY_NULL_OK,
      .place = &asy_spot_train,
      .help = "the training; none: evaluate only" },
    { .key = "evaluate",
      .type = ASY_P_MAP,
      .off = ASY_OFF(evaluate, asy_members),
      .block = evaluate_row,
      .def = "{clean: accuracy}",
      .help = "name → evaluation" },
    { .key = "vars",
      .type = ASY_P_CUSTOM,
      .off = ASY_OFF(vars, const asy_tree *),
      .flags = ASY_NOHASH,
      .help = "name → value; `$name` elsewhere stands for it" },
    { .key = "arms",
      .type = ASY_P_CUSTOM,
      .off = ASY_OFF(arms, const asy_tree *),
      .flags = ASY_NOHASH,
      .help = "name → partial spec laid over the root" },
    { .key = "baseline",
      .type = ASY_P_STR,
      .off = ASY_OFF(baseline, const char *),
      .flags = ASY_NOHASH,
      .help = "arm that comparisons are made against; the first one by default" },
    { .key = "sweep",
      .type = ASY_P_CUSTOM,
      .off = ASY_OFF(sweep, const asy_tree *),
      .flags = ASY_NOHASH,
      .help = "axes: PATH → values; combine grid, zip or random" },
    { .key = "seeds",
      .type = ASY_P_CUSTOM,
      .off = ASY_OFF(seeds, const asy_tree *),
      .flags = ASY_NOHASH,
      .help = "a count, a list of seeds, or {count, base, fixed}" },
    { .key = "expect",
      .type = ASY_P_MAP,
      .off = ASY_OFF(expect, asy_members),
      .flags = ASY_NOHASH,
      .block = asy__expect_row,
      .help = "name → a claim about results" },
    { .key = "compute",
      .type = ASY_P_BLOCK,
      .off = ASY_OFF(compute, const asy_compute_par *),
      .block = compute_rows,
      .block_size = sizeof(asy_compute_par),
      .help = "threads, precision" },
    { .key = "smoke",
      .type = ASY_P_CUSTOM,
      .off = ASY_OFF(smoke, const asy_tree *),
      .flags = ASY_NOHASH,
      .help = "partial spec laid over everything under --smoke" },
    ASY_PARAM_END
};

/* Architectures that are fitted at once need no `train`. */
static void fitted(const char *names[], int most)
{
    int n, k = 0;
    const asy_method *const *all = asy_kind_arch.methods(&n);
    for (int i = 0; i < n && k + 1 < most; i++)
        if (((const asy_arch *)all[i])->procedure != NULL) names[k++] = all[i]->name;
    names[k] = NULL;
}

void asy_spec_schema(asy_buf *b)
{
    static const char *const by_name[] = { "arms", NULL }, *const parts[] = { "smoke", NULL };
    const char *names[64];
    asy_jw w;
    fitted(names, 64);
    asy_jw_init(&w, b, 1);
    asy_schema_write(&w, &(asy_schema){ .id = "assay-1.schema.json",
                                        .title = "Assay experiment spec",
                                        .root = asy__root_rows,
                                        .parts_by_name = by_name,
                                        .parts = parts,
                                        .spared = "train",
                                        .where = "model",
                                        .word = asy_spot_model.word,
                                        .names = names });
    asy_buf_putc(b, '\n');
}
