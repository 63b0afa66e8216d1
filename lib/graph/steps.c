// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps in the order in which they run, the buffers they read and write, and how long each buffer lives.
 *
 * A view has no step: its value stands for the memory of its root. A spread value (a broadcast, say) gets a
 * step in each row section that uses it, right before its first user, so that it need not be kept. An operand
 * that a kernel wants packed gets a PACK step where it is known. */
#include "impl.h"
#include <string.h>

typedef struct {
    asy_val val;
    const asy_kernel_entry *entry;
    const asy_node *node;
    uint64_t key;
    int section, buffer;
} pack;

typedef struct {
    asy_plan *p;
    const asy_graph *g;
    asy_val *root;                  /* by value: whose memory it stands for */
    int *buffer, *maker, *made_for; /* by root: buffer; step of section 0 that writes it, −1; section that a
                                       spread value was last made for */
    bool *whole;                    /* by root: a spread value that is wanted for all rows at once */
    int *section;                   /* by node */
    pack *pack;
    int n_pack;
} emitter;

static asy_status no_memory(const asy_plan *p)
{
    ASY_TRY(asy_arena_status(p->arena));
    ASY_FAIL(ASY_ENOMEM, "a plan's buffers do not fit in the address space");
}

static asy_status new_buffer(asy_plan *p, asy__buffer b, int *index)
{
    if (p->n_buffer == p->cap_buffer) {
        int cap = p->cap_buffer ? 2 * p->cap_buffer : 64;
        asy__buffer *grown = ASY_NEWN(p->arena, cap, asy__buffer);
        if (!grown) return no_memory(p);
        if (p->n_buffer) memcpy(grown, p->buffer, (size_t)p->n_buffer * sizeof *grown);
        p->buffer = grown;
        p->cap_buffer = cap;
    }
    b.merged = *index = p->n_buffer++;
    p->buffer[b.merged] = b;
    return ASY_OK;
}

static asy_status new_step(asy_plan *p, asy__step s, int *index)
{
    if (p->n_step == p->cap_step) {
        int cap = p->cap_step ? 2 * p->cap_step : 64;
        asy__step *grown = ASY_NEWN(p->arena, cap, asy__step);
        if (!grown) return no_memory(p);
        if (p->n_step) memcpy(grown, p->step, (size_t)p->n_step * sizeof *grown);
        p->step = grown;
        p->cap_step = cap;
    }
    s.in = ASY_NEWN(p->arena, s.n_in, asy__operand);
    s.out = ASY_NEWN(p->arena, s.n_out, asy__operand);
    if (!s.in || !s.out) return no_memory(p);
    s.partial = -1;
    *index = p->n_step++;
    p->step[*index] = s;
    return ASY_OK;
}

/* Bytes of a value: of one row of a row value, else with max_rows for the axes that count rows. */
static asy_status unit_bytes(const asy_plan *p, const asy_type *t, size_t *unit)
{
    int64_t n = asy__elements(t, p->max_rows);
    if (n < 0 || !asy__mul_size((size_t)n, asy_dtype_size(t->dtype), unit)) return no_memory(p);
    return ASY_OK;
}

bool asy__counts_rows(const asy_type *t)
{
    for (int i = 0; i < t->shape.n; i++)
        if (t->shape.d[i] == -1) return true;
    return false;
}

static asy_status add_leaf(emitter *e, const asy_node *n)
{
    asy__buffer b = {.place = ASY__CONST, .row = n->out_type[0].cls == ASY_ROW, .section = -1, .val = n->out};
    ASY_TRY(unit_bytes(e->p, &n->out_type[0], &b.unit));
    if (n->op == &asy_op_input) {
        b.place = ASY__INPUT;
        b.slot = e->p->n_input;
        e->p->input[e->p->n_input++] = n->out;
    }
    ASY_TRY(new_buffer(e->p, b, &e->buffer[n->out.id]));
    if (n->op == &asy_op_input) e->p->input_buffer[b.slot] = e->buffer[n->out.id];
    return ASY_OK;
}

/* ---- kernels */
const asy_kernel_entry *asy__find_kernel(const asy_plan *p, const asy_node *n)
{
    if (!p->backend) return NULL;
    const asy_kernel_entry *k = p->backend->kernels;
    while (k->op && strcmp(k->op, n->op->name) != 0) k++;
    if (!k->op) return NULL;
    int arg = k->pack_arg;
    bool packable =
        arg < 0 || (arg < n->n_in && n->in_type[arg].cls == ASY_BATCH && !asy__counts_rows(&n->in_type[arg]));
    return packable ? k : NULL;
}

static int find_pack(const emitter *e, const asy_node *n, const asy_kernel_entry *k)
{
    uint64_t key = k->pack_key ? k->pack_key(n) : 0;
    for (int i = 0; i < e->n_pack; i++)
        if (e->pack[i].val.id == n->in[k->pack_arg].id && e->pack[i].entry->pack == k->pack &&
            e->pack[i].key == key)
            return i;
    return -1;
}

static void note_pack(emitter *e, const asy_node *n)
{
    const asy_kernel_entry *k = asy__find_kernel(e->p, n);
    if (!k || k->pack_arg < 0 || find_pack(e, n, k) >= 0) return;
    asy_val v = n->in[k->pack_arg];
    e->pack[e->n_pack++] =
        (pack){v, k, n, k->pack_key ? k->pack_key(n) : 0, e->section[e->g->node_of[v.id]], -1};
}

/* ---- operands */
static void use(emitter *e, int step, asy__operand *o, asy_val v)
{
    asy_val root = e->root[v.id];
    asy_type t = *asy__type_of(e->g, v);
    size_t stride = t.cls == ASY_ROW ? (size_t)asy__elements(&t, 1) * asy_dtype_size(t.dtype) : 0;
    *o = (asy__operand){
        .val = v, .buffer = e->buffer[root.id], .maker = e->maker[root.id], .stride = stride, .type = t
    };
    asy__buffer *b = &e->p->buffer[o->buffer];
    const asy__step *s = &e->p->step[step];
    if (b->last < step) b->last = step;
    if (b->place == ASY__SCRATCH && b->section != s->section) b->place = ASY__BLOCK;
    if (b->row && (t.cls == ASY_BATCH || s->kind == ASY__BATCH)) b->all_rows = true;
}

static asy_status make(emitter *e, int step, int k, asy_val v)
{
    asy_type t = *asy__type_of(e->g, v);
    asy__buffer b = {
        .row = t.cls == ASY_ROW, .first = step, .last = step, .section = e->p->step[step].section, .val = v};
    int index;
    b.place = b.row ? ASY__SCRATCH : ASY__BLOCK;
    ASY_TRY(unit_bytes(e->p, &t, &b.unit));
    ASY_TRY(new_buffer(e->p, b, &index));
    e->buffer[v.id] = index;
    e->maker[v.id] = b.section == 0 ? step : -1;
    e->p->step[step].out[k] = (asy__operand){
        .val = v, .buffer = index, .maker = e->maker[v.id], .stride = b.row ? b.unit : 0, .type = t
    };
    return ASY_OK;
}

static void set_cost(asy_plan *p, asy__step *s)
{
    double elements = 0;
    for (int i = 0; i < s->node->op->n_out; i++)
        elements += (double)asy__elements(&s->node->out_type[i], p->max_rows);
    double flops = s->node->op->flops ? s->node->op->flops(s->node) : elements;
    bool per_row = false;
    for (int i = 0; i < s->n_in; i++) per_row = per_row || s->node->in_type[i].cls == ASY_ROW;
    if (per_row || s->node->out_type[0].cls == ASY_ROW) p->flops_row += flops;
    else p->flops_run += flops;
    s->cost = s->entry ? flops / 32 + elements / 4 : flops * 2;
    if (s->kind == ASY__BATCH && per_row) s->cost *= (double)p->max_rows;
}

static asy_status emit_node(emitter *e, const asy_node *n, int section, asy__kind kind)
{
    asy_plan *p = e->p;
    int at;
    asy__step s = {.node = n,
                   .entry = asy__find_kernel(p, n),
                   .kind = kind,
                   .section = section,
                   .n_in = n->n_in,
                   .n_out = n->op->n_out};
    s.wide = !s.entry && e->g->real == ASY_F32 && !(n->op->flags & ASY_OP_ANY_REAL);
    s.fn = s.entry ? s.entry->fn : s.wide ? asy__wide : n->op->eval;
    s.tiled = kind == ASY__BATCH && !s.wide && n->op->tiles;
    if (!s.entry && !n->op->eval) ASY_FAIL(ASY_EBUG, "%s has no reference", n->op->name);
    ASY_TRY(new_step(p, s, &at));
    set_cost(p, &p->step[at]);
    for (int i = 0; i < n->n_in; i++) use(e, at, &p->step[at].in[i], n->in[i]);
    for (int i = 0; i < n->op->n_out; i++) ASY_TRY(make(e, at, i, (asy_val){n->out.id + (uint32_t)i}));
    p->step[at].by_rows = n->op == &asy_op_rows || asy__counts_rows(&n->out_type[0]);
    for (int i = 0; i < n->n_in; i++)
        p->step[at].by_rows = p->step[at].by_rows || asy__counts_rows(&n->in_type[i]);
    if (s.entry && s.entry->pack_arg >= 0) {
        asy__operand *o = &p->step[at].in[s.entry->pack_arg];
        o->buffer = e->pack[find_pack(e, n, s.entry)].buffer;
        if (section == 0) o->maker = p->buffer[o->buffer].first;
    }
    return ASY_OK;
}

static asy_status emit_packs(emitter *e, int section, const asy_node *after)
{
    asy_plan *p = e->p;
    for (int i = 0; i < e->n_pack; i++) {
        pack *k = &e->pack[i];
        const asy_node *maker = asy__node_of(e->g, e->root[k->val.id]);
        bool here = !asy__is_leaf(maker) && e->section[e->g->node_of[maker->out.id]] == section &&
                    !asy__is_group(maker);
        if (k->section != section || k->buffer >= 0 || (here ? maker : NULL) != after) continue;
        asy__buffer b = {
            .place = ASY__BLOCK, .pinned = true, .section = section, .unit = k->entry->packed_bytes(k->node)};
        int at;
        ASY_TRY(new_step(p,
                         (asy__step){.node = k->node,
                                     .entry = k->entry,
                                     .kind = ASY__PACK,
                                     .section = section,
                                     .n_in = 1,
                                     .n_out = 1,
                                     .keep = section == 0},
                         &at));
        use(e, at, &p->step[at].in[0], k->val);
        b.first = b.last = at;
        ASY_TRY(new_buffer(p, b, &k->buffer));
        p->step[at].out[0] =
            (asy__operand){ .buffer = k->buffer, .maker = at, .type = *asy__type_of(e->g, k->val) };
        p->step[at].cost = (double)b.unit / 8;
    }
    return ASY_OK;
}

static asy_status emit_row(emitter *e, const asy_node *n, int section)
{
    bool group = asy__is_group(n);
    for (int i = 0; i < n->n_in; i++) {
        asy_val root = e->root[n->in[i].id];
        const asy_node *m = asy__node_of(e->g, root);
        if (!asy__is_spread(m) || e->whole[root.id] || e->made_for[root.id] == section) continue;
        for (int k = 0; k < m->op->n_out; k++) e->made_for[m->out.id + (uint32_t)k] = section;
        ASY_TRY(emit_node(e, m, section, ASY__ROW));
    }
    ASY_TRY(emit_node(e, n, section, group ? ASY__GROUP : ASY__ROW));
    if (!group) return ASY_OK;
    asy_plan *p = e->p;
    asy__step *s = &p->step[p->n_step - 1];
    size_t groups = (size_t)((p->max_rows + ASY_SUM_GROUP - 1) / ASY_SUM_GROUP);
    asy__buffer b = {.place = ASY__BLOCK, .first = p->n_step - 1, .last = p->n_step - 1, .section = section};
    size_t one = p->buffer[s->out[0].buffer].unit * (s->wide ? 2 : 1);
    if (!asy__mul_size(groups, one, &b.unit)) return no_memory(p);
    return new_buffer(p, b, &s->partial);
}

/* ---- order */
static bool spread_on_demand(const emitter *e, const asy_node *n)
{
    for (int i = 0; i < n->op->n_out; i++)
        if (e->whole[n->out.id + (uint32_t)i]) return false;
    return asy__is_spread(n);
}

static asy_status emit_section(emitter *e, int s)
{
    asy_plan *p = e->p;
    p->section[s].first = p->n_step;
    if (!asy__is_row_section(s)) ASY_TRY(emit_packs(e, s, NULL));
    for (int i = 0; i < p->n_nodes; i++) {
        const asy_node *n = p->node[i];
        bool group = asy__is_group(n);
        if (e->section[e->g->node_of[n->out.id]] - group != s) continue;
        if (asy__is_leaf(n) || asy__is_view(n) || spread_on_demand(e, n)) continue;
        if (asy__is_row_section(s)) ASY_TRY(emit_row(e, n, s));
        else {
            ASY_TRY(emit_node(e, n, s, ASY__BATCH));
            ASY_TRY(emit_packs(e, s, n));
        }
    }
    p->section[s].end = p->n_step;
    return ASY_OK;
}

static asy_status start(emitter *e, const bool live[], int n, const asy_val outs[])
{
    asy_plan *p = e->p;
    size_t nv = e->g->n_vals;
    e->root = ASY_NEWN(p->arena, nv, asy_val);
    e->buffer = ASY_NEWN(p->arena, nv, int);
    e->maker = ASY_NEWN(p->arena, nv, int);
    e->made_for = ASY_NEWN(p->arena, nv, int);
    e->whole = ASY_NEWN(p->arena, nv, bool);
    e->section = ASY_NEWN(p->arena, e->g->n_nodes, int);
    e->pack = ASY_NEWN(p->arena, p->n_nodes, pack);
    p->input_buffer = ASY_NEWN(p->arena, p->n_nodes, int);
    p->input = ASY_NEWN(p->arena, p->n_nodes, asy_val);
    ASY_TRY(asy_arena_status(p->arena));
    p->n_section = asy__sections(e->g, live, e->section);
    p->section = ASY_NEWN(p->arena, p->n_section, asy__section);
    ASY_TRY(asy_arena_status(p->arena));
    for (size_t v = 0; v < nv; v++) e->buffer[v] = e->maker[v] = e->made_for[v] = -1;
    for (int i = 0; i < p->n_nodes; i++) {
        const asy_node *m = p->node[i];
        for (int k = 0; k < m->op->n_out; k++) e->root[m->out.id + (uint32_t)k].id = m->out.id + (uint32_t)k;
        if (asy__is_view(m)) e->root[m->out.id] = e->root[m->in[0].id];
        if (asy__is_leaf(m)) ASY_TRY(add_leaf(e, m));
        bool chain = m->out_type[0].cls == ASY_BATCH && !asy__is_view(m) && !asy__is_group(m);
        for (int k = 0; k < m->n_in; k++)
            if (chain || m->in_type[k].cls == ASY_BATCH) e->whole[e->root[m->in[k].id].id] = true;
        note_pack(e, m);
    }
    for (int i = 0; i < n; i++) e->whole[e->root[outs[i].id].id] = true;
    return ASY_OK;
}

/* ---- results and lifetimes at the end */
static asy_status place_outs(emitter *e, int n, const asy_val outs[])
{
    asy_plan *p = e->p;
    p->n_out = n;
    p->out = ASY_NEWN(p->arena, n, asy__out);
    ASY_TRY(asy_arena_status(p->arena));
    for (int i = 0; i < n; i++) {
        int b = e->buffer[e->root[outs[i].id].id];
        p->out[i] = (asy__out){outs[i], b, *asy__type_of(e->g, outs[i]), false, b};
        p->buffer[b].last = p->n_step;
        if (p->buffer[b].place == ASY__SCRATCH) p->buffer[b].place = ASY__BLOCK;
        if (p->buffer[b].place == ASY__BLOCK) continue;
        if (p->buffer[b].place == ASY__CONST) p->buffer[b].all_rows = true;
        asy__buffer copy = p->buffer[b];
        copy.place = ASY__BLOCK;
        copy.first = copy.last = p->n_step;
        p->out[i].copied = true;
        ASY_TRY(new_buffer(p, copy, &p->out[i].buffer));
    }
    return ASY_OK;
}

/* What section 0 makes for later sections or as a result stays until an input that it depends on changes. */
static void keep_first_section(asy_plan *p)
{
    for (int i = 0; i < p->section[0].end; i++) {
        asy__step *s = &p->step[i];
        for (int k = 0; k < s->n_out; k++)
            s->keep = s->keep || p->buffer[s->out[k].buffer].last >= p->section[0].end;
        for (int k = 0; s->keep && k < s->n_out; k++) p->buffer[s->out[k].buffer].pinned = true;
    }
}

static int owner(const asy_plan *p, int b)
{
    while (p->buffer[b].merged != b) b = p->buffer[b].merged;
    return b;
}

static bool may_replace(const asy_plan *p, const asy__step *s, int step, int a, int o)
{
    const asy__buffer *x = &p->buffer[a], *y = &p->buffer[o];
    if (x->place != y->place || x->place == ASY__INPUT || x->place == ASY__CONST) return false;
    if (step < x->whole) return false;
    /* Memory that a step of this row section sees whole may not change under it, chunk by chunk. */
    if (x->all_rows && s->kind == ASY__ROW) return false;
    if (x->last != step || x->pinned || y->pinned || x->row != y->row || x->unit != y->unit) return false;
    for (int k = 1; k < s->n_in; k++)
        if (owner(p, s->in[k].buffer) == a) return false;
    return true;
}

static void merge_in_place(asy_plan *p)
{
    for (int i = 0; i < p->n_step; i++) {
        asy__step *s = &p->step[i];
        bool whole = s->kind == ASY__ROW || s->kind == ASY__BATCH;
        if (!whole || !(s->node->op->flags & ASY_OP_INPLACE0) || s->n_in == 0) continue;
        if (s->entry && s->entry->pack_arg == 0) continue;
        int a = owner(p, s->in[0].buffer), o = s->out[0].buffer;
        if (!may_replace(p, s, i, a, o)) continue;
        p->buffer[o].merged = a;
        p->buffer[a].last = p->buffer[o].last;
        if (p->buffer[o].whole > p->buffer[a].whole) p->buffer[a].whole = p->buffer[o].whole;
    }
    for (int i = 0; i < p->n_step; i++) {
        asy__step *s = &p->step[i];
        for (int k = 0; k < s->n_in; k++) s->in[k].buffer = owner(p, s->in[k].buffer);
        for (int k = 0; k < s->n_out; k++) s->out[k].buffer = owner(p, s->out[k].buffer);
    }
    for (int i = 0; i < p->n_out; i++) p->out[i].buffer = owner(p, p->out[i].buffer);
}

asy_status asy__plan_steps(asy_plan *p, const bool live[], int n, const asy_val outs[])
{
    emitter e = {.p = p, .g = p->graph};
    ASY_TRY(start(&e, live, n, outs));
    for (int s = 0; s < p->n_section; s++) ASY_TRY(emit_section(&e, s));
    ASY_TRY(place_outs(&e, n, outs));
    if (p->n_section) keep_first_section(p);
    ASY_TRY(asy__plan_fuse(p));
    merge_in_place(p);
    return asy__plan_tiles(p);
}
