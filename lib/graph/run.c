// SPDX-License-Identifier: GPL-3.0-or-later
/* One run: section after section. Nothing here allocates, and no number depends on which thread does what. */
#include "impl.h"
#include <string.h>

/* Waking the pool costs some microseconds: smaller work (rough nanoseconds) stays on the calling thread. */
static const double FORK_NS = 30e3;
enum { TREE_COLUMNS = 1024 };

typedef struct {
    asy_exec *e;
    const asy__section *section;
    int index, step, first, end;
    int64_t unit, tiles;
} job;

static void set_rows(asy_tensor *table, const asy__section *c, int64_t rows)
{
    for (int i = 0; i < c->n_axes; i++) {
        asy_tensor *t = &table[c->axes[i].tensor];
        for (int k = 0; k < t->s.n; k++)
            if (c->axes[i].axes >> k & 1) t->s.d[k] = rows;
    }
}

#ifdef ASY_DEBUG
/* What nobody may read any more becomes NaN (and −1). */
static void spoil(asy_exec *e, asy__place place, int section, int last, char *scratch)
{
    const asy_plan *p = e->plan;
    for (int b = 0; b < p->n_buffer; b++) {
        const asy__buffer *x = &p->buffer[b];
        if (x->merged != b || x->place != place || x->last != last || x->pinned) continue;
        if (place == ASY__SCRATCH && x->section == section) memset(scratch + x->offset, 0xff, x->bytes);
        if (place == ASY__BLOCK) memset(e->base[b], 0xff, x->bytes);
    }
}
#endif

/* ---- groups: lines first … of a chunk, or of batch values, through all steps of the group */
typedef struct {
    int n; /* tensors */
    asy_tensor t[ASY__FUSED_STEPS * ASY__FUSED_TENSORS];
    int64_t line[ASY__FUSED_STEPS * ASY__FUSED_TENSORS], axis[ASY__FUSED_STEPS * ASY__FUSED_TENSORS];
    size_t move[ASY__FUSED_STEPS *
                ASY__FUSED_TENSORS]; /* bytes a line of memory that goes on from block to block */
} block;

static void add_tensor(block *b, const asy_plan *p, const asy__operand *o, const asy_tensor *t, char *tiles,
                       int64_t first)
{
    const asy__buffer *x = &p->buffer[o->buffer];
    b->t[b->n] = *t;
    b->line[b->n] = o->line;
    b->axis[b->n] = o->axis;
    /* a constant's elements are all the same: its first block serves */
    bool stays = o->line == 0 || x->place == ASY__TILE || x->place == ASY__CONST;
    b->move[b->n] = stays ? 0 : (size_t)o->line * asy_dtype_size(o->type.dtype);
    if (x->place == ASY__TILE) b->t[b->n].data = tiles + x->offset;
    else b->t[b->n].data = (char *)t->data + (size_t)first * b->move[b->n];
    b->n++;
}

static void set_block(block *b, int64_t lines)
{
    for (int i = 0; i < b->n; i++) {
        int64_t n = lines * b->line[i];
        if (b->line[i] == 0) continue;
        if (b->axis[i]) b->t[i].s = ASY_SHAPE(n / b->axis[i], b->axis[i]);
        else b->t[i].s = ASY_SHAPE(n);
    }
}

static void run_lines(const asy_exec *e, const asy__fused *g, const asy_tensor *table, char *scratch,
                      int64_t first, int64_t end)
{
    const asy_plan *p = e->plan;
    block b = { .n = 0 };
    int64_t was = 0;
    for (int i = g->first; i < g->end; i++) {
        const asy__step *s = &p->step[i];
        for (int k = 0; k < s->n_in; k++)
            add_tensor(&b, p, &s->in[k], &table[s->tensor + k], scratch + p->tile_at, first);
        for (int k = 0; k < s->n_out; k++)
            add_tensor(&b, p, &s->out[k], &table[s->tensor + s->n_in + k], scratch + p->tile_at, first);
    }
    for (int64_t at = first, lines; at < end; at += lines) {
        lines = g->block < end - at ? g->block : end - at;
        if (lines != was) set_block(&b, was = lines);
        asy_kwork w = {
            .rows = lines, .scratch = scratch + p->kernel_at, .first = true, .tiles = 1, .total_rows = e->rows
        };
        asy_tensor *t = b.t;
        for (int i = g->first; i < g->end; i++) {
            const asy__step *s = &p->step[i];
            s->fn(s->node, t, t + s->n_in, &w);
            t += s->n_in + s->n_out;
        }
        for (int i = 0; i < b.n; i++) b.t[i].data = (char *)b.t[i].data + (size_t)lines * b.move[i];
    }
}

/* ---- row sections */
/* The chain of a group goes on where the last call stopped. */
static void run_group(asy_exec *e, const asy__step *s, const asy_tensor *table, asy_kwork *w, int64_t row0,
                      int64_t rows)
{
    asy_tensor in[ASY_NODE_IN], out;
    size_t bytes;
    for (int k = 0; k < s->n_in; k++) in[k] = table[k];
    out = table[s->n_in];
    bytes = (size_t)asy_shape_count(&out.s) * asy_dtype_size(out.type);
    for (int64_t r = 0; r < rows; r += w->rows) {
        int64_t at = row0 + r, left = ASY_SUM_GROUP - at % ASY_SUM_GROUP;
        w->rows = left < rows - r ? left : rows - r;
        w->first = at % ASY_SUM_GROUP == 0;
        for (int k = 0; k < s->n_in; k++) {
            if (!s->in[k].stride) continue;
            in[k].data = (char *)table[k].data + (size_t)r * s->in[k].stride;
            in[k].s.d[0] = w->rows;
        }
        out.data = e->base[s->partial] + (size_t)(at / ASY_SUM_GROUP) * bytes;
        s->fn(s->node, in, &out, w);
    }
    w->first = true;
    w->rows = rows;
}

/* Inside a task of another pool, whose threads are numbered otherwise, an exec runs on one thread alone. */
static asy__thread *thread_of(const asy_exec *e, int thread)
{
    return &e->thread[thread < e->n_threads ? thread : 0];
}

static void run_chunk(asy_exec *e, const asy__section *c, int section, asy__thread *t, int64_t row0,
                      int64_t rows)
{
    const asy_plan *p = e->plan;
    if (t->rows[section] != rows) {
        set_rows(t->tensor, c, rows);
        t->rows[section] = rows;
    }
    for (int i = 0; i < c->n_patch; i++)
        t->tensor[c->patch[i].tensor].data = e->base[c->patch[i].buffer] + (size_t)row0 * c->patch[i].stride;
    asy_kwork w = {
        .rows = rows, .scratch = t->scratch + p->kernel_at, .first = true, .tiles = 1, .total_rows = e->rows};
    for (int i = c->first; i < c->end; i++) {
        const asy__step *s = &p->step[i];
        asy_tensor *table = t->tensor + s->tensor;
        if (s->fused >= 0) {
            const asy__fused *g = &p->fused[s->fused];
            run_lines(e, g, t->tensor, t->scratch, 0, rows * g->lines);
            i = g->end - 1;
        } else if (s->kind == ASY__GROUP) {
            run_group(e, s, table, &w, row0, rows);
        } else {
            s->fn(s->node, table, table + s->n_in, &w);
        }
#ifdef ASY_DEBUG
        spoil(e, ASY__SCRATCH, section, i, t->scratch);
#endif
    }
}

static asy_status run_unit(void *ctx, int64_t unit, int thread)
{
    const job *j = ctx;
    int64_t row = unit * j->unit, end = row + j->unit, chunk = j->section->chunk;
    if (end > j->e->rows) end = j->e->rows;
    for (; row < end; row += chunk)
        run_chunk(j->e, j->section, j->index, thread_of(j->e, thread), row,
                  chunk < end - row ? chunk : end - row);
    return ASY_OK;
}

/* Rows until the last thread is done, if each takes units of so many. */
static int64_t span(int64_t rows, int64_t unit, int threads)
{
    int64_t units = (rows + unit - 1) / unit;
    return (units + threads - 1) / threads * unit;
}

/* A chunk, or a whole part of it (never less than a group) if that spreads clearly better. */
static int64_t unit_rows(int64_t chunk, int64_t rows, int threads)
{
    int64_t best = chunk > ASY_SUM_GROUP ? chunk : ASY_SUM_GROUP;
    if (threads == 1) return best;
    for (int64_t u = best / 2; u >= ASY_SUM_GROUP; u /= 2)
        if (20 * span(rows, u, threads) < 17 * span(rows, best, threads)) best = u;
    return best;
}

/* One block of columns of a step's partials: the tree of asy_tree_f32, then the result. */
static void tree(asy_exec *e, const asy__step *s, size_t groups, size_t first, size_t n)
{
    size_t all = (size_t)asy__elements(&s->out[0].type, 1);
    double *d = (double *)(void *)e->base[s->partial];
    float *f = (float *)(void *)e->base[s->partial];
    bool f64 = s->wide || s->out[0].type.dtype == ASY_F64;
    for (size_t h = 1; h < groups; h *= 2)
        for (size_t g = 0; g + h < groups; g += 2 * h) {
            size_t a = g * all + first, b = (g + h) * all + first;
            if (f64)
                for (size_t i = 0; i < n; i++) d[a + i] += d[b + i];
            else
                for (size_t i = 0; i < n; i++) f[a + i] += f[b + i];
        }
    char *out = e->base[s->out[0].buffer];
    if (s->wide)
        for (size_t i = first; i < first + n; i++) ((float *)(void *)out)[i] = (float)d[i];
    else if (f64) memcpy(out + first * sizeof(double), d + first, n * sizeof(double));
    else memcpy(out + first * sizeof(float), f + first, n * sizeof(float));
}

static int64_t tree_tasks(const asy__step *s)
{
    return (asy__elements(&s->out[0].type, 1) + TREE_COLUMNS - 1) / TREE_COLUMNS;
}

static asy_status run_tree(void *ctx, int64_t task, int thread)
{
    const job *j = ctx;
    (void)thread;
    for (int i = 0; i < j->section->n_group; i++) {
        const asy__step *s = &j->e->plan->step[j->section->group[i]];
        int64_t tasks = tree_tasks(s), n = asy__elements(&s->out[0].type, 1), first = task * TREE_COLUMNS;
        if (task >= tasks) {
            task -= tasks;
            continue;
        }
        tree(j->e, s, (size_t)j->unit, (size_t)first,
             (size_t)(n - first < TREE_COLUMNS ? n - first : TREE_COLUMNS));
        break;
    }
    return ASY_OK;
}

static asy_status finish_groups(asy_exec *e, const asy__section *c)
{
    job j = {.e = e, .section = c, .unit = (e->rows + ASY_SUM_GROUP - 1) / ASY_SUM_GROUP};
    int64_t tasks = 0;
    for (int i = 0; i < c->n_group; i++) {
        const asy__operand *o = &e->plan->step[c->group[i]].out[0];
        if (e->rows == 0) memset(e->base[o->buffer], 0, e->plan->buffer[o->buffer].unit);
        tasks += tree_tasks(&e->plan->step[c->group[i]]);
    }
    if (e->rows == 0) return ASY_OK;
    double cost = (double)(tasks * j.unit * TREE_COLUMNS) / 4;
    return asy_pool_run(cost < FORK_NS ? NULL : e->pool, tasks, run_tree, &j);
}

static asy_status run_row_section(asy_exec *e, int index)
{
    const asy__section *c = &e->plan->section[index];
    job j = {.e = e, .section = c, .index = index};
    bool fork = e->n_threads > 1 && c->cost * (double)e->rows >= FORK_NS;
    if (c->first == c->end) return ASY_OK;
    j.unit = unit_rows(c->chunk, e->rows, fork ? e->n_threads : 1);
    int64_t units = (e->rows + j.unit - 1) / j.unit;
    if (fork) ASY_TRY(asy_pool_run(e->pool, units, run_unit, &j));
    for (int64_t u = 0; !fork && u < units; u++) ASY_TRY(run_unit(&j, u, 0));
    ASY_TRY(finish_groups(e, c));
#ifdef ASY_DEBUG
    for (int i = c->first; i < c->end; i++) spoil(e, ASY__BLOCK, index, i, NULL);
#endif
    return ASY_OK;
}

/* ---- batch sections */
static asy_status run_tile(void *ctx, int64_t tile, int thread)
{
    const job *j = ctx;
    asy_exec *e = j->e;
    const asy__step *s = &e->plan->step[j->step];
    asy_tensor *table = e->tensor + s->tensor;
    char *scratch = s->tiled ? thread_of(e, thread)->scratch + e->plan->kernel_at : e->alone;
    asy_kwork w = {.rows = e->rows,
                   .scratch = scratch,
                   .first = true,
                   .tile = tile,
                   .tiles = j->tiles,
                   .total_rows = e->rows};
    s->fn(s->node, table, table + s->n_in, &w);
    return ASY_OK;
}

static bool reads_rows(const asy__step *s)
{
    for (int k = 0; k < s->n_in; k++)
        if (s->in[k].type.cls == ASY_ROW) return true;
    return false;
}

static asy_status run_batch_step(asy_exec *e, int step)
{
    const asy__step *s = &e->plan->step[step];
    job j = {.e = e, .step = step, .tiles = 1};
    if (e->rows == 0 && reads_rows(s)) {
        for (int k = 0; k < s->n_out; k++)
            memset(e->base[s->out[k].buffer], 0, e->plan->buffer[s->out[k].buffer].bytes);
        return ASY_OK;
    }
    if (s->tiled) j.tiles = s->node->op->tiles(s->node, e->rows);
    double cost = s->cost * (reads_rows(s) ? (double)e->rows / (double)e->plan->max_rows : 1);
    if (j.tiles > 1 && e->n_threads > 1 && cost >= FORK_NS)
        return asy_pool_run(e->pool, j.tiles, run_tile, &j);
    for (int64_t t = 0; t < j.tiles; t++) ASY_TRY(run_tile(&j, t, 0));
    return ASY_OK;
}

enum { TILE_BLOCKS = 8 };

static asy_status run_group_tile(void *ctx, int64_t tile, int thread)
{
    const job *j = ctx;
    const asy__fused *g = &j->e->plan->fused[j->index];
    int64_t first = tile * TILE_BLOCKS * g->block, end = first + TILE_BLOCKS * g->block;
    run_lines(j->e, g, j->e->tensor, thread_of(j->e, thread)->scratch, first, end < j->unit ? end : j->unit);
    return ASY_OK;
}

static asy_status run_batch_group(asy_exec *e, int index)
{
    const asy__fused *g = &e->plan->fused[index];
    job j = { .e = e, .index = index, .unit = g->lines * (g->rows ? e->rows : 1) };
    int64_t tiles = (j.unit + TILE_BLOCKS * g->block - 1) / (TILE_BLOCKS * g->block);
    double cost = 0;
    for (int i = g->first; i < g->end; i++) cost += e->plan->step[i].cost;
    if (g->rows) cost *= (double)e->rows / (double)e->plan->max_rows;
    return asy_pool_run(cost < FORK_NS ? NULL : e->pool, tiles, run_group_tile, &j);
}

static asy_status run_pack(void *ctx, int64_t task, int thread)
{
    const job *j = ctx;
    asy_exec *e = j->e;
    const asy__step *s = &e->plan->step[j->first + task];
    (void)thread;
    if (s->section == 0 && !e->need[j->first + task]) return ASY_OK;
    s->entry->pack(s->node, &e->tensor[s->tensor], e->base[s->out[0].buffer]);
    return ASY_OK;
}

/* Packs that stand in a row: side by side. */
static asy_status run_packs(asy_exec *e, int first, int end)
{
    job j = {.e = e, .first = first, .end = end};
    double cost = 0;
    for (int i = first; i < end; i++)
        if (e->plan->step[i].section != 0 || e->need[i]) cost += e->plan->step[i].cost;
    if (cost == 0) return ASY_OK;
    return asy_pool_run(cost < FORK_NS ? NULL : e->pool, end - first, run_pack, &j);
}

static asy_status run_batch_section(asy_exec *e, int index)
{
    const asy_plan *p = e->plan;
    const asy__section *c = &p->section[index];
    for (int i = 0; i < c->n_patch; i++) e->tensor[c->patch[i].tensor].data = e->base[c->patch[i].buffer];
    for (int i = c->first, end; i < c->end; i = end) {
        end = i + 1;
        if (p->step[i].kind == ASY__PACK) {
            while (end < c->end && p->step[end].kind == ASY__PACK) end++;
            ASY_TRY(run_packs(e, i, end));
        } else if (p->step[i].fused >= 0) {
            end = p->fused[p->step[i].fused].end;
            if (index != 0 || e->need[i]) ASY_TRY(run_batch_group(e, p->step[i].fused));
        } else if (index != 0 || e->need[i]) {
            ASY_TRY(run_batch_step(e, i));
        }
#ifdef ASY_DEBUG
        for (int k = i; k < end; k++) spoil(e, ASY__BLOCK, index, k, NULL);
#endif
    }
    return ASY_OK;
}

/* Section 0 depends on batch inputs alone: which of its steps must be done again? Those that are kept and
 * depend on a change, and what these need that is not kept. The steps of a group go together. */
static bool changed(const asy_exec *e, const asy__step *s, bool rows_changed)
{
    bool d = e->rows < 0 || (rows_changed && s->by_rows);
    for (int k = 0; k < s->n_in && !d; k++) {
        const asy__buffer *b = &e->plan->buffer[s->in[k].buffer];
        d = b->place == ASY__INPUT ? e->slot[b->slot].changed
                                   : s->in[k].maker >= 0 && e->dirty[s->in[k].maker];
    }
    return d;
}

/* Steps first … are one group, or one step. */
static int end_of(const asy_plan *p, int first)
{
    int g = p->step[first].fused;
    return g >= 0 ? p->fused[g].end : first + 1;
}

static void find_need(asy_exec *e, bool rows_changed)
{
    const asy_plan *p = e->plan;
    int end = p->n_section ? p->section[0].end : 0;
    for (int i = 0, next; i < end; i = next) {
        bool dirty = false, keep = false;
        next = end_of(p, i);
        for (int k = i; k < next; k++) {
            dirty = e->dirty[k] = dirty || changed(e, &p->step[k], rows_changed);
            keep = keep || p->step[k].keep;
        }
        for (int k = i; k < next; k++) {
            e->dirty[k] = dirty;
            e->need[k] = dirty && keep;
        }
    }
    for (int i = end; i-- > 0;) {
        int g = p->step[i].fused, first = g >= 0 ? p->fused[g].first : i;
        bool need = false;
        for (int k = first; k <= i; k++) need = need || e->need[k];
        for (int k = first; k <= i && need; k++) {
            e->need[k] = true;
            for (int a = 0; a < p->step[k].n_in; a++) {
                int m = p->step[k].in[a].maker;
                if (m >= 0 && !p->step[m].keep) e->need[m] = true;
            }
        }
        i = first;
    }
}

asy_status asy__run_sections(asy_exec *e, int64_t rows)
{
    const asy_plan *p = e->plan;
    find_need(e, rows != e->rows);
    if (rows != e->rows)
        for (int s = 0; s < p->n_section; s += 2) set_rows(e->tensor, &p->section[s], rows);
    e->rows = rows;
    for (int s = 0; s < p->n_section; s++) {
        if (asy__is_row_section(s)) ASY_TRY(run_row_section(e, s));
        else ASY_TRY(run_batch_section(e, s));
    }
    return ASY_OK;
}
