// SPDX-License-Identifier: GPL-3.0-or-later
/* Where a stage puts its results. The stage's folder stands behind it; tests use their own. */
#ifndef ASY_METHOD_SINK_H
#define ASY_METHOD_SINK_H
#include "../base/json.h"
#include "../tensor/file.h"

/* One value of results.json. ci_kind: "wilson", "none"; `x`: NaN, or the point of a curve (METRIC@x). */
typedef struct { const char *metric; double value; int64_t n; double lo, hi; const char *ci_kind; double x; } asy_result;
typedef struct asy_sink asy_sink;
struct asy_sink {
    void *ctx;
    asy_status (*result)(asy_sink *, const asy_result *);
    asy_status (*npz)(asy_sink *, const char *file, int n, const asy_named t[]);           /* "adv.npz", "examples/test.npz" */
    asy_status (*safetensors)(asy_sink *, const char *file, int n, const asy_named t[], int n_meta, const char *const meta[][2]);
    asy_status (*line)(asy_sink *, const char *json);                                       /* a line of metrics.jsonl; no clock in it */
    asy_status (*metrics_offset)(asy_sink *, int64_t *bytes);                               /* makes the lines so far durable and gives their length, for a checkpoint */
    asy_status (*metrics_cut)(asy_sink *, int64_t bytes);                                   /* on a start or resume: drops what stands behind that length */
    void (*progress)(asy_sink *, double done /* 0 … 1 */, const char *fmt, ...) ASY_PRINTF(3, 4);   /* for people */
    bool (*stop)(asy_sink *);                                                               /* asked to stop? (signal) */
};
asy_status asy_put(asy_sink *, const char *metric, double value) ASY_CHECKED;               /* a bare count or mean with no interval; n 0, ci_kind "none" */
asy_status asy_put_rate(asy_sink *, const char *metric, int64_t k, int64_t n) ASY_CHECKED;  /* k/n with its 95 % Wilson interval */
asy_status asy_put_rate_at(asy_sink *, const char *metric, double x, int64_t k, int64_t n) ASY_CHECKED;
#endif
