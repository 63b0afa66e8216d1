// SPDX-License-Identifier: GPL-3.0-or-later
/* An exec: one block of memory and the tensors that point into it; binding and running. */
#include "impl.h"
#include <string.h>

/* The tensor of an operand before any run: no rows. */
static asy_tensor blank(const asy_exec *e, const asy__step *s, const asy__operand *o, const char *scratch)
{
    asy_tensor t = {.type = o->type.dtype, .s = o->type.shape};
    const asy__buffer *b = &e->plan->buffer[o->buffer];
    if (o->type.cls == ASY_ROW) {
        for (int i = t.s.n++; i > 0; i--) t.s.d[i] = t.s.d[i - 1];
        t.s.d[0] = 0;
    }
    for (int i = 0; i < t.s.n; i++)
        if (t.s.d[i] == -1) t.s.d[i] = 0;
    if (b->place == ASY__SCRATCH) t.data = (char *)(uintptr_t)scratch + b->offset;
    else if (b->place != ASY__TILE) t.data = e->base[o->buffer];
    if (s->kind == ASY__GROUP && o == &s->out[0] && s->wide) t.type = ASY_F64;
    return t;
}

static void fill_tensors(asy_exec *e, bool rows, asy_tensor *table, const char *scratch)
{
    const asy_plan *p = e->plan;
    for (int i = 0; i < p->n_step; i++) {
        const asy__step *s = &p->step[i];
        if (asy__is_row_section(s->section) != rows) continue;
        for (int k = 0; k < s->n_in; k++) table[s->tensor + k] = blank(e, s, &s->in[k], scratch);
        for (int k = 0; k < s->n_out; k++) table[s->tensor + s->n_in + k] = blank(e, s, &s->out[k], scratch);
    }
}

static void fill_constant(asy_exec *e, const asy__buffer *b)
{
    const asy_node *n = asy__node_of(e->plan->graph, b->val);
    double value = ((const asy__fill_attr *)n->attr)->value;
    char *data = e->base[b - e->plan->buffer];
    if (n->out_type[0].dtype == ASY_F64)
        for (size_t i = 0; i < b->bytes / sizeof(double); i++) ((double *)(void *)data)[i] = value;
    else
        for (size_t i = 0; i < b->bytes / sizeof(float); i++) ((float *)(void *)data)[i] = (float)value;
}

static void set_bases(asy_exec *e, char *constants)
{
    const asy_plan *p = e->plan;
    for (int i = 0; i < p->n_buffer; i++) {
        const asy__buffer *b = &p->buffer[i];
        if (b->place == ASY__BLOCK) e->base[i] = e->block + p->buffer[b->merged].offset;
        if (b->place != ASY__CONST) continue;
        e->base[i] = constants + b->offset;
        if (b->merged == i) fill_constant(e, b);
    }
}

static asy_status allocate(asy_exec *e)
{
    const asy_plan *p = e->plan;
    size_t n = (size_t)e->n_threads, per_thread, all = p->block + p->constants + p->alone;
    if (!asy__mul_size(n, p->thread, &per_thread))
        ASY_FAIL(ASY_ENOMEM, "no memory for %d threads", e->n_threads);
    char *block = asy_alloc(e->arena, 1, all + per_thread);
    e->base = ASY_NEWN(e->arena, p->n_buffer, char *);
    e->slot = ASY_NEWN(e->arena, p->n_input, asy__slot);
    e->thread = ASY_NEWN(e->arena, n, asy__thread);
    e->tensor = ASY_NEWN(e->arena, p->n_tensor_batch, asy_tensor);
    e->dirty = ASY_NEWN(e->arena, p->n_step, bool);
    e->need = ASY_NEWN(e->arena, p->n_step, bool);
    for (size_t t = 0; e->thread && t < n; t++) {
        e->thread[t].tensor = ASY_NEWN(e->arena, p->n_tensor_row, asy_tensor);
        e->thread[t].rows = ASY_NEWN(e->arena, p->n_section, int64_t);
    }
    ASY_TRY(asy_arena_status(e->arena));
    e->block = block;
    e->alone = block + p->block + p->constants;
    set_bases(e, block + p->block);
    for (size_t t = 0; t < n; t++) {
        e->thread[t].scratch = block + all + t * p->thread;
        fill_tensors(e, true, e->thread[t].tensor, e->thread[t].scratch);
    }
    fill_tensors(e, false, e->tensor, NULL);
    return ASY_OK;
}

asy_status asy_exec_new(asy_exec **out, const asy_plan *p, asy_pool *pool)
{
    *out = NULL;
    asy_arena *arena = asy_arena_new(0);
    asy_exec *e = ASY_NEW(arena, asy_exec);
    if (!e) {
        asy_arena_free(arena);
        ASY_FAIL(ASY_ENOMEM, "no memory for an exec");
    }
    *e = (asy_exec){.arena = arena, .plan = p, .pool = pool, .n_threads = asy_pool_threads(pool), .rows = -1};
    asy_status s = allocate(e);
    if (s != ASY_OK) asy_exec_free(e);
    ASY_TRY(s);
    *out = e;
    return ASY_OK;
}

void asy_exec_free(asy_exec *e)
{
    if (!e) return;
    asy__observe_free(e);
    asy_arena_free(e->arena);
}

void asy_exec_check(asy_exec *e, bool on)
{
    e->check = on;
}

void asy_exec_trace(asy_exec *e, asy_buf *b)
{
    e->trace = b;
}

/* ---- running */
static const char *name_of(const asy_plan *p, int slot)
{
    const char *name = asy__node_of(p->graph, p->input[slot])->name;
    return name ? name : "?";
}

static asy_status bind(asy_exec *e, int n, const asy_bind in[])
{
    const asy_plan *p = e->plan;
    for (int i = 0; i < p->n_input; i++) e->slot[i].bound = false;
    for (int i = 0; i < n; i++) {
        int k = in[i].input.id < p->n_ids ? p->input_of[in[i].input.id] : -1;
        if (k < 0) continue;
        asy__slot *s = &e->slot[k];
        if (!in[i].data) ASY_FAIL(ASY_EINVAL, "input '%s' is bound to no memory", name_of(p, k));
        if (s->bound) ASY_FAIL(ASY_EINVAL, "input '%s' is bound twice", name_of(p, k));
        s->changed = in[i].version == 0 || in[i].version != s->version || in[i].data != s->data;
        s->data = in[i].data;
        s->version = in[i].version;
        s->bound = true;
        e->base[p->input_buffer[k]] = (char *)(uintptr_t)in[i].data;
    }
    for (int i = 0; i < p->n_input; i++)
        if (!e->slot[i].bound) ASY_FAIL(ASY_EINVAL, "input '%s' is not bound", name_of(p, i));
    return ASY_OK;
}

static void copy_outs(asy_exec *e)
{
    const asy_plan *p = e->plan;
    for (int i = 0; i < p->n_out; i++) {
        if (!p->out[i].copied) continue;
        asy_tensor t = asy_exec_out(e, i);
        size_t bytes = asy_tensor_bytes(&t);
        if (bytes) memcpy(t.data, e->base[p->out[i].from], bytes);
    }
}

asy_status asy_exec_run(asy_exec *e, int64_t rows, int n, const asy_bind in[])
{
    if (rows < 0 || rows > e->plan->max_rows)
        ASY_FAIL(ASY_EINVAL, "%lld rows in a plan for 0 to %lld", (long long)rows,
                 (long long)e->plan->max_rows);
    asy_status s = bind(e, n, in);
    if (s == ASY_OK) s = asy__run_sections(e, rows);
    if (s != ASY_OK)    /* what was made before is not to be trusted in the next run */
        for (int i = 0; i < e->plan->n_input; i++) e->slot[i].version = 0;
    ASY_TRY(s);
    copy_outs(e);
    if (e->check || e->trace) return asy__observe(e, n, in);
    return ASY_OK;
}

asy_tensor asy_exec_out(const asy_exec *e, int i)
{
    const asy__out *o = &e->plan->out[i];
    int64_t rows = e->rows < 0 ? 0 : e->rows;
    asy_tensor t = {.data = e->base[o->buffer], .s = o->type.shape, .type = o->type.dtype};
    for (int k = 0; k < t.s.n; k++)
        if (t.s.d[k] == -1) t.s.d[k] = rows;
    if (o->type.cls == ASY_ROW) {
        for (int k = t.s.n++; k > 0; k--) t.s.d[k] = t.s.d[k - 1];
        t.s.d[0] = rows;
    }
    return t;
}
