// SPDX-License-Identifier: GPL-3.0-or-later
#include "fitted.h"
#include "../base/poly.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const asy_arch *arch_of(const asy_model *m)
{
    return (const asy_arch *)m->arch->m;
}

bool asy_model_has_graph(const asy_model *m)
{
    return arch_of(m)->emit != NULL;
}

/* (x − mean) / std by channel, in the operations of the graph's nodes. */
static void normalise(const asy_model *m, int64_t rows, const float *x, float *out)
{
    int64_t size = asy_shape_count(&m->io.in), area = size / m->channels;
    bool shifts = false, scales = false;
    for (int c = 0; c < m->channels; c++) {
        shifts = shifts || m->mean[c] != 0.0;
        scales = scales || m->std[c] != 1.0;
    }
    memcpy(out, x, (size_t)(rows * size) * sizeof *out);
    for (int64_t i = 0; (shifts || scales) && i < rows * size; i++) {
        int64_t c = i % size / area;
        if (shifts) out[i] -= (float)m->mean[c];
        if (scales) out[i] /= (float)m->std[c];
    }
}

/* ---- learning */

static asy_status load(const asy_model *m, asy_arena *a, const asy_view *v, float **x, int32_t **y)
{
    int64_t size = asy_shape_count(&m->io.in);
    if (v->n < 1 || !v->label) ASY_FAIL(ASY_EINVAL, "there are no labelled samples to train on");
    *x = asy_alloc(a, (size_t)v->n, (size_t)size * sizeof **x);
    *y = ASY_NEWN(a, v->n, int32_t);
    float *raw = ASY_NEWN(a, size, float);
    ASY_TRY(asy_arena_status(a));
    for (int64_t i = 0; i < v->n; i++) {
        asy_view_load(v, 1, i, NULL, raw, *y + i, NULL);
        normalise(m, 1, raw, *x + i * size);
        for (int64_t k = 0; k < size; k++)
            if (!isfinite((*x)[i * size + k]))
                ASY_FAIL(ASY_EDATA, "row %lld holds a value that is not finite", (long long)v->row[i]);
        if ((*y)[i] < 0 || (*y)[i] >= m->io.classes)
            ASY_FAIL(ASY_EDATA, "row %lld has label %d; the model has %lld classes", (long long)v->row[i],
                     (int)(*y)[i], (long long)m->io.classes);
    }
    return ASY_OK;
}

/* Lays the members' states side by side, their tensors' names below the member's. */
static asy_status join(const asy_model *m, asy_arena *a, const asy_state part[], asy_state *out)
{
    if (m->members == 1) return *out = part[0], ASY_OK;
    int n = 0;
    for (int i = 0; i < m->members; i++) n += part[i].n;
    *out = (asy_state){ 0, ASY_NEWN(a, n, asy_named) };
    for (int i = 0; out->t && i < m->members; i++)
        for (int k = 0; k < part[i].n; k++)
            out->t[out->n++] =
                (asy_named){ asy_sprintf(a, "member%d/%s", i + 1, part[i].t[k].name), part[i].t[k].t };
    return asy_arena_status(a);
}

asy_status asy_model_fit(asy_model *m, asy_arena *a, const asy_view *v, asy_rng seed, asy_pool *pool,
                         asy_sink *sink)
{
    const asy_arch *arch = arch_of(m);
    asy_arena *tmp = asy_arena_new(0);
    asy_state all, *part = ASY_NEWN(tmp, m->members, asy_state);
    asy_arch_fit in = { .arena = a, .io = &m->io, .n = v->n, .seed = seed, .pool = pool, .sink = sink };
    float *x = NULL;
    int32_t *y = NULL;
    asy_status s = part ? load(m, tmp, v, &x, &y) : asy_arena_status(tmp);
    if (m->members > 1) in.sink = NULL;
    for (int i = 0; s == ASY_OK && i < m->members; i++) {
        in.x = x;
        in.y = y;
        if (m->members > 1) in.seed = asy_rng_split(seed, "member", (uint64_t)i);
        if (sink && sink->stop && sink->stop(sink)) s = ASY_ESTOP;
        else s = arch->fit(m->arch->params, &in, &part[i]);
    }
    if (s == ASY_OK) s = join(m, a, part, &all);
    asy_arena_free(tmp);
    ASY_TRY(s);
    return asy__model_open(m, a, &all);
}

/* ---- opening */

/* The member that a name belongs to, from 0, and the rest of the name; −1: none. */
static int member_of(const asy_model *m, const char *name, const char **rest)
{
    *rest = name;
    if (m->members == 1) return 0;
    for (int i = 0; i < m->members; i++) {
        char prefix[24];
        int n = snprintf(prefix, sizeof prefix, "member%d/", i + 1);
        if (strncmp(name, prefix, (size_t)n) == 0) return *rest = name + n, i;
    }
    return -1;
}

asy_status asy__model_open(asy_model *m, asy_arena *a, const asy_state *all)
{
    const void **fitted = ASY_NEWN(a, m->members, const void *);
    asy_named *t = ASY_NEWN(a, all->n, asy_named);
    const char *rest;
    ASY_TRY(asy_arena_status(a));
    for (int k = 0; k < all->n; k++)
        if (member_of(m, all->t[k].name, &rest) < 0)
            ASY_FAIL(ASY_EMODEL, "the tensor `%.100s` is none of a member's", all->t[k].name);
    for (int i = 0; i < m->members; i++) {
        asy_state part = { 0, t };
        for (int k = 0; k < all->n; k++)
            if (member_of(m, all->t[k].name, &rest) == i) t[part.n++] = (asy_named){ rest, all->t[k].t };
        ASY_TRY(arch_of(m)->open(m->arch->params, &m->io, &part, a, &fitted[i]));
    }
    m->state = *all;
    m->fitted = fitted;
    m->version++;
    return ASY_OK;
}

/* ---- predicting */

enum { ROWS = 32 };
typedef struct { const asy_model *m; int64_t rows; const float *x; float *logits; } prediction;

static asy_status predict(const asy_model *m, int64_t rows, const float *x, float *logits, asy_arena *tmp)
{
    int64_t n = rows * m->io.classes;
    float *seen = ASY_NEWN(tmp, rows * asy_shape_count(&m->io.in), float);
    double *p = ASY_NEWN(tmp, n, double), *sum = ASY_NEWN(tmp, n, double);
    ASY_TRY(asy_arena_status(tmp));
    normalise(m, rows, x, seen);
    for (int i = 0; i < m->members; i++) {
        ASY_TRY(arch_of(m)->predict(m->arch->params, m->fitted[i], rows, seen, p, tmp));
        for (int64_t k = 0; k < n; k++) sum[k] += p[k];
    }
    for (int64_t k = 0; k < n; k++) {
        double mean = sum[k] / (double)m->members;
        logits[k] = (float)asy_log_f64(mean < 0x1p-126 ? 0x1p-126 : mean);
    }
    return ASY_OK;
}

static asy_status predict_block(void *ctx, int64_t task, int thread)
{
    const prediction *p = ctx;
    int64_t at = task * ROWS, rows = p->rows - at < ROWS ? p->rows - at : ROWS;
    (void)thread;
    asy_arena *tmp = asy_arena_new(0);
    asy_status s = predict(p->m, rows, p->x + at * asy_shape_count(&p->m->io.in),
                           p->logits + at * p->m->io.classes, tmp);
    asy_arena_free(tmp);
    return s;
}

asy_status asy_model_predict(const asy_model *m, asy_pool *pool, int64_t rows, const float *x, float *logits)
{
    prediction p = { m, rows, x, logits };
    if (!m->fitted) ASY_FAIL(ASY_EINVAL, "`%s` has not been fitted", m->arch->name);
    return asy_pool_run(pool, (rows + ROWS - 1) / ROWS, predict_block, &p);
}
