// SPDX-License-Identifier: GPL-3.0-or-later
/* Chunks and offsets: lifetimes over the order of steps, largest first, first fit. */
#include "impl.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A core's share of the second-level cache of the machines in mind (2 MB) less room for weights. */
enum { CHUNK_BYTES = 3 << 19, MOST_ROWS = 32, ROWS_BY_LAYER = 8 };
static const size_t MOST_BYTES = SIZE_MAX / 8;

bool asy__mul_size(size_t a, size_t b, size_t *out)
{
    if (b && a > MOST_BYTES / b) return false;
    *out = a * b;
    return true;
}

static asy_status too_large(void)
{
    ASY_FAIL(ASY_ENOMEM, "a plan's memory does not fit in the address space");
}

typedef struct { size_t bytes; int index; } by_size;

static int larger_first(const void *a, const void *b)
{
    const by_size *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? 1 : -1;
    return x->index < y->index ? -1 : 1;
}

asy_status asy__fit(asy_arena *arena, int n, asy__interval v[], size_t *bytes)
{
    by_size *order = ASY_NEWN(arena, n, by_size);
    int *placed = ASY_NEWN(arena, n, int), n_placed = 0;   /* by offset */
    *bytes = 0;
    if (!order || !placed) return asy_arena_status(arena);
    for (int i = 0; i < n; i++) order[i] = (by_size){v[i].bytes, i};
    qsort(order, (size_t)n, sizeof *order, larger_first);
    for (int i = 0; i < n; i++) {
        asy__interval *x = &v[order[i].index];
        x->offset = 0;
        for (int k = 0; k < n_placed; k++) {
            const asy__interval *y = &v[placed[k]];
            if (y->first > x->last || x->first > y->last) continue;
            if (x->offset + x->bytes <= y->offset) break;
            if (y->offset + y->bytes > x->offset) x->offset = y->offset + y->bytes;
        }
        if (x->offset > MOST_BYTES || x->bytes > MOST_BYTES) return too_large();
        *bytes = asy__max_size(*bytes, x->offset + x->bytes);
        int at = n_placed++;
        for (; at > 0 && v[placed[at - 1]].offset > x->offset; at--) placed[at] = placed[at - 1];
        placed[at] = order[i].index;
    }
    return ASY_OK;
}

/* ---- row sections */
/* Bytes that one row needs at the busiest step: what lives in scratch, and the step's rows elsewhere. */
static asy_status busiest(const asy_plan *p, int s, size_t *bytes)
{
    const asy__section *c = &p->section[s];
    size_t *more = ASY_NEWN(p->arena, c->end - c->first + 2, size_t),
           *less = ASY_NEWN(p->arena, c->end - c->first + 2, size_t), live = 0;
    if (!more || !less) return asy_arena_status(p->arena);
    for (int b = 0; b < p->n_buffer; b++) {
        const asy__buffer *x = &p->buffer[b];
        if (x->merged != b || x->place != ASY__SCRATCH || x->section != s) continue;
        more[x->first - c->first] += x->unit;
        less[x->last - c->first + 1] += x->unit;
    }
    *bytes = 0;
    for (int i = c->first; i < c->end; i++) {
        const asy__step *t = &p->step[i];
        live += more[i - c->first] - less[i - c->first];
        size_t here = live;
        for (int k = 0; k < t->n_in; k++)
            if (p->buffer[t->in[k].buffer].place < ASY__SCRATCH) here += t->in[k].stride;
        for (int k = 0; k < t->n_out; k++)
            if (p->buffer[t->out[k].buffer].place < ASY__SCRATCH) here += t->out[k].stride;
        *bytes = asy__max_size(*bytes, here);
    }
    return ASY_OK;
}

static int64_t chunk_of(size_t row_bytes, int64_t max_rows)
{
    int64_t c = MOST_ROWS;
    while (c > 1 && row_bytes > (size_t)CHUNK_BYTES / (size_t)c) c /= 2;
    if (c == 1 && row_bytes > CHUNK_BYTES) c = ROWS_BY_LAYER;
    while (c / 2 >= max_rows) c /= 2;
    return c;
}

static asy_status fit_scratch(asy_plan *p, int s)
{
    asy__section *c = &p->section[s];
    asy__interval *v = ASY_NEWN(p->arena, p->n_buffer, asy__interval);
    int *which = ASY_NEWN(p->arena, p->n_buffer, int), n = 0;
    if (!v || !which) return asy_arena_status(p->arena);
    for (int b = 0; b < p->n_buffer; b++) {
        asy__buffer *x = &p->buffer[b];
        if (x->merged != b || x->place != ASY__SCRATCH || x->section != s) continue;
        if (!asy__mul_size(x->unit, (size_t)c->chunk, &x->bytes)) return too_large();
        v[n] = (asy__interval){asy__align(x->bytes), 0, x->first, x->last};
        which[n++] = b;
    }
    ASY_TRY(asy__fit(p->arena, n, v, &c->scratch));
    for (int i = 0; i < n; i++) p->buffer[which[i]].offset = v[i].offset;
    return ASY_OK;
}

static asy_status plan_row_section(asy_plan *p, int s)
{
    size_t row_bytes = 0;
    ASY_TRY(busiest(p, s, &row_bytes));
    asy__section *c = &p->section[s];
    c->chunk = chunk_of(row_bytes, p->max_rows);
    if (c->chunk > p->chunk) p->chunk = c->chunk;
    for (int i = c->first; i < c->end; i++) c->cost += p->step[i].cost;
    return fit_scratch(p, s);
}

/* ---- the block. Chunks of a row section run in any order: what any of its steps touches lives through all
 * of it. */
static asy__interval block_life(const asy_plan *p, const asy__buffer *x)
{
    asy__interval v = {asy__align(x->bytes), 0, x->first, x->last};
    if (x->pinned) return (asy__interval){v.bytes, 0, 0, INT_MAX};
    if (x->first < p->n_step && asy__is_row_section(p->step[x->first].section))
        v.first = p->section[p->step[x->first].section].first;
    if (x->last < p->n_step && asy__is_row_section(p->step[x->last].section))
        v.last = p->section[p->step[x->last].section].end - 1;
    return v;
}

static asy_status fit_block(asy_plan *p)
{
    asy__interval *v = ASY_NEWN(p->arena, p->n_buffer, asy__interval);
    int *which = ASY_NEWN(p->arena, p->n_buffer, int), n = 0;
    if (!v || !which) return asy_arena_status(p->arena);
    for (int b = 0; b < p->n_buffer; b++) {
        asy__buffer *x = &p->buffer[b];
        if (x->merged != b || x->place != ASY__BLOCK) continue;
        if (!asy__mul_size(x->unit, x->row ? (size_t)p->max_rows : 1, &x->bytes)) return too_large();
        v[n] = block_life(p, x);
        which[n++] = b;
    }
    ASY_TRY(asy__fit(p->arena, n, v, &p->block));
    for (int i = 0; i < n; i++) p->buffer[which[i]].offset = v[i].offset;
    return ASY_OK;
}

static bool same_constant(const asy_plan *p, const asy__buffer *a, const asy__buffer *b)
{
    const asy__fill_attr *x = asy__node_of(p->graph, a->val)->attr, *y = asy__node_of(p->graph, b->val)->attr;
    return x->type.dtype == y->type.dtype && memcmp(&x->value, &y->value, sizeof x->value) == 0;
}

/* Constants of one value are one piece of memory, as large as the largest. */
static asy_status place_constants(asy_plan *p)
{
    int64_t chunk = p->chunk < p->max_rows ? p->chunk : p->max_rows;
    int *first = ASY_NEWN(p->arena, p->n_buffer, int), n = 0;
    if (!first) return asy_arena_status(p->arena);
    for (int b = 0; b < p->n_buffer; b++) {
        asy__buffer *x = &p->buffer[b];
        if (x->place != ASY__CONST) continue;
        int64_t rows = !x->row ? 1 : x->all_rows ? p->max_rows : chunk;
        if (!asy__mul_size(x->unit, (size_t)rows, &x->bytes)) return too_large();
        int k = 0;
        while (k < n && !same_constant(p, &p->buffer[first[k]], x)) k++;
        if (k == n) first[n++] = b;
        asy__buffer *shared = &p->buffer[first[k]];
        shared->bytes = asy__max_size(shared->bytes, x->bytes);
        x->merged = first[k];
    }
    for (int k = 0; k < n; k++) {
        asy__buffer *x = &p->buffer[first[k]];
        if (p->constants > MOST_BYTES) return too_large();
        x->offset = p->constants;
        p->constants += asy__align(x->bytes);
    }
    for (int b = 0; b < p->n_buffer; b++)
        if (p->buffer[b].place == ASY__CONST) p->buffer[b].offset = p->buffer[p->buffer[b].merged].offset;
    return ASY_OK;
}

/* ---- kernels' scratch */
static void add_scratch(asy_plan *p, asy__step *s, size_t *shared)
{
    int64_t rows = p->max_rows;
    if (s->kind == ASY__PACK) return;
    if (s->kind != ASY__BATCH && rows > p->section[s->section].chunk) rows = p->section[s->section].chunk;
    if (s->kind == ASY__GROUP && rows > ASY_SUM_GROUP) rows = ASY_SUM_GROUP;
    if (s->wide) s->scratch = asy__wide_scratch(p, s, rows);
    else if (s->entry && s->entry->scratch) s->scratch = s->entry->scratch(s->node, rows);
    bool alone = s->kind == ASY__BATCH && !s->tiled && s->fused < 0;
    if (alone) p->alone = asy__max_size(p->alone, s->scratch);
    else *shared = asy__max_size(*shared, s->scratch);
}

asy_status asy__plan_memory(asy_plan *p)
{
    size_t shared = 0;
    for (int s = 1; s < p->n_section; s += 2) ASY_TRY(plan_row_section(p, s));
    ASY_TRY(fit_block(p));
    ASY_TRY(place_constants(p));
    for (int s = 1; s < p->n_section; s += 2)
        p->kernel_at = asy__max_size(p->kernel_at, p->section[s].scratch);
    for (int i = 0; i < p->n_step; i++) add_scratch(p, &p->step[i], &shared);
    if (shared > MOST_BYTES || p->alone > MOST_BYTES) return too_large();
    p->tile_at = p->kernel_at + asy__align(shared);
    p->thread = p->tile_at + asy__align(p->tile);
    p->alone = asy__align(p->alone);
    return ASY_OK;
}
