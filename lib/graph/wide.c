// SPDX-License-Identifier: GPL-3.0-or-later
/* References in float32 plans: they compute in double, each result is rounded once. */
#include "impl.h"

static size_t doubles(const asy_plan *p, const asy__operand *o, int64_t rows)
{
    size_t n, bytes;
    if (o->type.dtype != ASY_F32) return 0;
    n = (size_t)asy__elements(&o->type, p->max_rows);
    if (o->type.cls == ASY_ROW && !asy__mul_size(n, (size_t)rows, &n)) return SIZE_MAX / 64;
    return asy__mul_size(n, sizeof(double), &bytes) ? asy__align(bytes) : SIZE_MAX / 64;
}

static size_t doubles_of(const asy_plan *p, const asy__step *s, const asy__operand *o, int64_t rows)
{
    if (o->line == 0) return doubles(p, o, rows);
    return asy__align((size_t)(p->fused[s->fused].block * o->line) * sizeof(double));
}

size_t asy__wide_scratch(const asy_plan *p, const asy__step *s, int64_t rows)
{
    size_t bytes = 0;
    for (int i = 0; i < s->n_in; i++) bytes += doubles_of(p, s, &s->in[i], rows);
    for (int i = 0; i < s->n_out && s->kind != ASY__GROUP; i++) bytes += doubles_of(p, s, &s->out[i], rows);
    return bytes;
}

static asy_tensor widened(const asy_tensor *t, char **scratch)
{
    asy_tensor d = *t;
    if (t->type != ASY_F32) return d;
    d.type = ASY_F64;
    d.data = *scratch;
    *scratch += asy__align((size_t)asy_shape_count(&t->s) * sizeof(double));
    return d;
}

void asy__wide(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    asy_tensor win[ASY_NODE_IN], wout[ASY_NODE_OUT];
    asy_kwork work = *w;
    char *scratch = w->scratch;
    bool whole = node->out_type[0].cls == ASY_BATCH && !asy__is_group(node);
    work.scratch = NULL;
    for (int i = 0; i < node->n_in; i++) {
        win[i] = widened(&in[i], &scratch);
        if (in[i].type != ASY_F32) continue;
        int64_t n = asy_shape_count(&in[i].s);
        for (int64_t k = 0; k < n; k++) ((double *)win[i].data)[k] = (double)((const float *)in[i].data)[k];
    }
    for (int i = 0; i < node->op->n_out; i++) wout[i] = widened(&out[i], &scratch);
    work.tiles = whole && node->op->tiles ? node->op->tiles(node, w->total_rows) : 1;
    for (work.tile = 0; work.tile < work.tiles; work.tile++) node->op->eval(node, win, wout, &work);
    for (int i = 0; i < node->op->n_out; i++) {
        if (out[i].type != ASY_F32) continue;
        int64_t n = asy_shape_count(&out[i].s);
        for (int64_t k = 0; k < n; k++) ((float *)out[i].data)[k] = (float)((const double *)wout[i].data)[k];
    }
}
