// SPDX-License-Identifier: GPL-3.0-or-later
/* Groups of steps that are done together, block by block: each value of a group is cut into as many lines,
 * and a block of lines goes through all steps before the next block begins. Each step runs its own kernel on
 * the block, so that no bit can change; what lives only inside the group is no larger than a block and stays
 * in the first-level cache.
 *
 * In an element-wise step a line may be any part of the value; beside a suffix of n elements it is a multiple
 * of n; where ops work along the last axis it is a multiple of that; beside a suffix that each row has of its
 * own it is the row. So the number of lines is the greatest common divisor of what the steps allow. */
#include "impl.h"

enum { BLOCK = 2048 }; /* elements; five values of a block fit in 40 KB. 1024 and 4096 measured no better */

typedef struct {
    int first, end;
    bool rows;              /* its values are of all rows: lines are counted a row */
    int64_t lines, longest; /* elements of the longest value, of a row or of all */
} candidate;

static int64_t gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

/* Elements of a row, or of a batch value that has none; 0: rows lie otherwise than along the first axis. */
static int64_t elements(const asy_type *t, bool *rows)
{
    asy_shape s = t->shape;
    *rows = t->cls == ASY_ROW;
    if (s.n > 0 && s.d[0] == -1) {
        *rows = true;
        s.d[0] = 1;
    }
    for (int i = 0; i < s.n; i++)
        if (s.d[i] < 1) return 0;
    return asy_shape_count(&s);
}

typedef enum { CUT, WHOLE, OF_ROW } lies;

/* How the operand of an element-wise step lies beside the first one. */
static lies beside(const asy_type *a, const asy_type *b)
{
    if (a->cls == b->cls && asy_shape_equal(&a->shape, &b->shape)) return CUT;
    return b->cls == ASY_ROW ? OF_ROW : WHOLE;
}

static bool each(const asy__step *s) { return s->node->op->flags & ASY_OP_EACH; }

static lies operand_lies(const asy__step *s, int k)
{
    return each(s) ? beside(&s->in[0].type, &s->in[k].type) : CUT;
}

static int64_t last_axis(const asy_type *t) { return t->shape.n > 0 ? t->shape.d[t->shape.n - 1] : 1; }

/* The most lines that the step's values can be cut into; 0: it is not such a step. */
static int64_t most_lines(const asy_plan *p, const candidate *c, const asy__step *s)
{
    bool rows;
    int64_t a = elements(&s->in[0].type, &rows), b = elements(&s->out[0].type, &rows), most = a;
    if (a == 0 || b == 0) return 0;
    if (!each(s)) {
        if (last_axis(&s->in[0].type) < 1 || last_axis(&s->out[0].type) < 1) return 0;
        return a == b ? a / last_axis(&s->in[0].type) : a < b ? a : b;
    }
    for (int k = 1; k < s->n_in; k++) {
        int64_t n = elements(&s->in[k].type, &rows);
        const asy__buffer *x = &p->buffer[s->in[k].buffer];
        bool leaf = x->place == ASY__INPUT || x->place == ASY__CONST;
        switch (operand_lies(s, k)) {
        case CUT: break;
        case OF_ROW: most = 1; break;
        case WHOLE:
            /* what the group itself makes is not there when its first block begins */
            if (n == 0 || a % n != 0 || (!leaf && x->first >= c->first)) return 0;
            most = gcd(most, a / n);
        }
    }
    return most;
}

/* Takes the step into the group if it can be one of it. */
static bool take(const asy_plan *p, candidate *c, const asy__step *s)
{
    bool fits = s->n_in > 0 && (s->kind == ASY__ROW || s->kind == ASY__BATCH) &&
                (s->node->op->flags & (ASY_OP_EACH | ASY_OP_LAST)) &&
                !(s->entry && (s->entry->scratch || s->entry->pack_arg >= 0)) &&
                c->end - c->first < ASY__FUSED_STEPS;
    if (!fits) return false;
    candidate next = *c;
    int64_t most = most_lines(p, c, s);
    if (most == 0) return false;
    next.lines = gcd(most, c->lines);
    for (int k = 0; k < s->n_in + s->n_out; k++) {
        const asy__operand *o = k < s->n_in ? &s->in[k] : &s->out[k - s->n_in];
        bool rows;
        int64_t n = elements(&o->type, &rows);
        if (k < s->n_in && operand_lies(s, k) == WHOLE) continue;
        if (n == 0 || (c->end > c->first || k > 0 ? rows != next.rows : false)) return false;
        next.rows = rows;
        if (n > next.longest) next.longest = n;
    }
    if (next.longest / next.lines > BLOCK) return false;
    next.end++;
    *c = next;
    return true;
}

/* ---- what a group means for its operands and their buffers */
static void cut(asy__fused *g, const asy__step *s, asy__operand *o, bool in_last)
{
    bool rows;
    o->line = elements(&o->type, &rows) / g->lines;
    o->axis = each(s) ? o->line : in_last ? last_axis(&o->type) : 0;
}

static void cut_step(asy_plan *p, asy__fused *g, asy__step *s)
{
    int deep =
        s->in[0].type.shape.n > s->out[0].type.shape.n ? s->in[0].type.shape.n : s->out[0].type.shape.n;
    for (int k = 0; k < s->n_in; k++) {
        if (operand_lies(s, k) != WHOLE) cut(g, s, &s->in[k], s->in[k].type.shape.n == deep);
        else p->buffer[s->in[k].buffer].whole = g->end;
    }
    for (int k = 0; k < s->n_out; k++) cut(g, s, &s->out[k], s->out[k].type.shape.n == deep);
    if (s->node->op->flags & ASY_OP_LAST && s->in[0].type.shape.n - s->out[0].type.shape.n > 1)
        s->in[0].axis = s->in[0].line; /* the sum of a whole row */
    for (int k = 0; k < s->n_out; k++) {
        asy__buffer *x = &p->buffer[s->out[k].buffer];
        bool inside = x->last < g->end && !x->pinned && !x->all_rows;
        if (!inside || (x->place != ASY__SCRATCH && x->place != ASY__BLOCK)) continue;
        x->place = ASY__TILE;
        x->bytes = (size_t)(g->block * s->out[k].line) * asy_dtype_size(s->out[k].type.dtype);
    }
}

static asy_status make_group(asy_plan *p, const candidate *c)
{
    int64_t line = c->longest / c->lines;
    asy__fused *g = &p->fused[p->n_fused];
    *g = (asy__fused){ .first = c->first, .end = c->end, .rows = c->rows, .lines = c->lines };
    g->block = BLOCK / line;
    for (int i = g->first; i < g->end; i++) p->step[i].fused = p->n_fused;
    for (int i = g->first; i < g->end; i++) cut_step(p, g, &p->step[i]);
    p->n_fused++;
    return ASY_OK;
}

asy_status asy__plan_fuse(asy_plan *p)
{
    p->fused = ASY_NEWN(p->arena, p->n_step, asy__fused);
    if (!p->fused) return asy_arena_status(p->arena);
    for (int i = 0; i < p->n_step; i++) p->step[i].fused = -1;
    for (int s = 0; s < p->n_section && p->fold; s++) {
        for (int i = p->section[s].first; i < p->section[s].end;) {
            candidate c = { .first = i, .end = i };
            while (c.end < p->section[s].end && take(p, &c, &p->step[c.end])) {
            }
            /* a batch value that is large is cut for the sake of its threads alone */
            bool alone = !asy__is_row_section(s) && c.longest > BLOCK;
            if (c.end - c.first > 1 || (c.end > c.first && alone)) ASY_TRY(make_group(p, &c));
            i = c.end > i ? c.end : i + 1;
        }
    }
    return ASY_OK;
}

/* ---- after results in place: what a block of the group reads or writes lives as long as its last block */
static void outlive(asy_plan *p, const asy__fused *g, const asy__operand *o)
{
    asy__buffer *x = &p->buffer[o->buffer];
    if (x->place != ASY__SCRATCH && x->place != ASY__BLOCK) return;
    if (x->first > g->first && x->first < g->end) x->first = g->first;
    if (x->last >= g->first && x->last < g->end) x->last = g->end - 1;
}

static asy_status fit_tiles(asy_plan *p, asy__fused *g)
{
    asy__interval *v = ASY_NEWN(p->arena, p->n_buffer, asy__interval);
    int *which = ASY_NEWN(p->arena, p->n_buffer, int), n = 0;
    size_t bytes;
    if (!v || !which) return asy_arena_status(p->arena);
    for (int i = g->first; i < g->end; i++)
        for (int k = 0; k < p->step[i].n_out; k++) {
            int b = p->step[i].out[k].buffer;
            const asy__buffer *x = &p->buffer[b];
            if (x->place != ASY__TILE || x->first != i) continue;
            v[n] = (asy__interval){ asy__align(x->bytes), 0, x->first, x->last };
            which[n++] = b;
        }
    ASY_TRY(asy__fit(p->arena, n, v, &bytes));
    for (int i = 0; i < n; i++) p->buffer[which[i]].offset = v[i].offset;
    p->tile = asy__max_size(p->tile, bytes);
    return ASY_OK;
}

asy_status asy__plan_tiles(asy_plan *p)
{
    for (int i = 0; i < p->n_fused; i++) {
        const asy__fused *g = &p->fused[i];
        for (int k = g->first; k < g->end; k++) {
            const asy__step *s = &p->step[k];
            for (int a = 0; a < s->n_in; a++) outlive(p, g, &s->in[a]);
            for (int a = 0; a < s->n_out; a++) outlive(p, g, &s->out[a]);
        }
        ASY_TRY(fit_tiles(p, &p->fused[i]));
    }
    return ASY_OK;
}
