// SPDX-License-Identifier: GPL-3.0-or-later
#include "corruption.h"
#include "dataset.h"

#include <math.h>
#include <string.h>

bool asy_view_has_images(const asy_view *w)
{
    return w->input->data.s.n == 4 && (w->input->data.type == ASY_U8 || w->input->data.type == ASY_F32);
}

/* Rows of a view on their way through a corruption. One of x and column is set. */
typedef struct {
    const asy_corruption *c;
    int severity;
    const asy_view *view;
    int64_t first, n;
    asy_rng rng;
    float *x;                   /* in data.range */
    const asy_tensor *column;   /* in stored units, by row number */
} work;

enum { ROWS_A_TASK = 16 };

static float clip(float v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* The stored values of a row as shares of their range. */
static void take(const asy_view *w, uint32_t row, int64_t each, float *v)
{
    float lo = (float)w->data->lo, width = (float)w->data->top - lo;
    const asy_tensor *t = &w->input->data;
    for (int64_t j = 0; j < each; j++) {
        float stored = t->type == ASY_U8 ? (float)((const uint8_t *)t->data)[row * each + j]
                                         : ((const float *)t->data)[row * each + j];
        v[j] = clip((stored - lo) / width);
    }
}

static void give(const work *k, int64_t i, uint32_t row, int64_t each, const float *v)
{
    const asy_view *w = k->view;
    float lo = (float)w->data->lo, width = (float)w->data->top - lo;
    bool bytes = w->input->data.type == ASY_U8;
    for (int64_t j = 0; j < each; j++) {
        float stored = lo + width * clip(v[j]);
        if (bytes) stored = floorf(stored + 0.5f);
        if (k->column != NULL && bytes) ((uint8_t *)k->column->data)[row * each + j] = (uint8_t)stored;
        else if (k->column != NULL) ((float *)k->column->data)[row * each + j] = stored;
        else
            k->x[i * each + j] = (float)w->lo + ((float)w->hi - (float)w->lo) * ((stored - lo) / width);
    }
}

static asy_status corrupt_rows(void *ctx, int64_t task, int thread)
{
    const work *k = ctx;
    const int64_t *d = k->view->input->data.s.d;
    int64_t each = d[1] * d[2] * d[3],
            end = (task + 1) * ROWS_A_TASK < k->n ? (task + 1) * ROWS_A_TASK : k->n;
    asy_arena *a = asy_arena_new(0);
    float *x = ASY_NEWN(a, each, float), *out = ASY_NEWN(a, each, float);
    asy_mark empty = asy_arena_mark(a);
    asy_status s = asy_arena_status(a);
    (void)thread;
    for (int64_t i = task * ROWS_A_TASK; s == ASY_OK && i < end; i++) {
        uint32_t row = k->view->row[k->first + i];
        take(k->view, row, each, x);
        k->c->apply(&(asy_corruption_in){ &k->rng, row, k->severity, d[1], d[2], d[3], a }, x, out);
        s = asy_arena_status(a);
        if (s == ASY_OK) give(k, i, row, each, out);
        asy_arena_reset(a, empty);
    }
    asy_arena_free(a);
    return s;
}

static asy_status corrupt(work *k, asy_pool *pool)
{
    k->rng = asy_rng_part(asy_rng_part(asy_rng_seed(0), "corrupt"), k->c->m.name);
    return asy_pool_run(pool, (k->n + ROWS_A_TASK - 1) / ROWS_A_TASK, corrupt_rows, k);
}

asy_status asy_corruption_load(const asy_corruption *c, int severity, const asy_view *w, int64_t first,
                               int64_t n, asy_pool *pool, float *x)
{
    work k = { .c = c, .severity = severity, .view = w, .first = first, .n = n, .x = x };
    if (severity == 0) return asy_view_load(w, n, first, NULL, x, NULL, NULL), ASY_OK;
    if (!asy_view_has_images(w))
        ASY_FAIL(ASY_EINVAL, "`%s` corrupts images; the samples are none", c->m.name);
    return corrupt(&k, pool);
}

/* ---- data.corrupt.shift */

static bool named(const asy_strs *s, const char *name)
{
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->v[i], name) == 0) return true;
    return false;
}

/* A part gets a column of its own, by row number like the one before: pages of other rows stay untouched. */
static asy_status shift_part(const asy_bound *b, const asy_data_in *in, asy_view *w)
{
    asy_column *c = ASY_NEW(in->arena, asy_column);
    work k = { .c = (const asy_corruption *)b->m, .view = w, .n = w->n,
               .severity = (int)((const asy_shift_keys *)b->at)->severity };
    if (c == NULL) return asy_arena_status(in->arena);
    *c = *w->input;
    c->data = asy_tensor_new(in->arena, w->input->data.type, w->input->data.s);
    if (c->data.data == NULL) return asy_arena_status(in->arena);
    k.column = &c->data;
    ASY_TRY(corrupt(&k, in->pool));
    w->input = c;
    return ASY_OK;
}

static asy_status no_images(const asy_bound *b, const asy_data_in *in, const asy_dataset_view *d)
{
    char shape[64];
    (void)asy_shape_text(&d->shape, shape, sizeof shape);
    asy_diag_add(in->diag, "E0411", b->tree != NULL ? &b->tree->loc : in->loc,
                 "`%s` corrupts images, and a sample of `%s` is none: its shape is %s", b->name, d->data.name,
                 shape);
    return ASY_EDATA;
}

asy_status asy__shift(const asy_data_par *p, const asy_data_in *in, asy_dataset_view *d)
{
    const asy_bound *b = p->corrupt != NULL ? p->corrupt->shift : NULL;
    const asy_strs *on = b != NULL ? &((const asy_shift_keys *)b->at)->on : NULL;
    for (int i = 0; b != NULL && i < on->n; i++) {
        if (asy_dataset_part(d, on->v[i]) != NULL) continue;
        asy_diag_add(in->diag, "E0405", b->tree != NULL ? &b->tree->loc : in->loc,
                     "`corrupt.shift` names the part `%s`, and the data has none of that name", on->v[i]);
        return ASY_EDATA;
    }
    if (b == NULL || ((const asy_shift_keys *)b->at)->severity == 0) return ASY_OK;
    for (int i = 0; i < d->n_views; i++) {
        if (!named(on, d->views[i].name)) continue;
        if (!asy_view_has_images(&d->views[i].view)) return no_images(b, in, d);
        ASY_TRY(shift_part(b, in, &d->views[i].view));
    }
    return ASY_OK;
}
