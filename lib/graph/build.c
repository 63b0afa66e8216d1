// SPDX-License-Identifier: GPL-3.0-or-later
/* Nodes and values: everything that is added goes through asy_node_add. */
#include "impl.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_NODES = 1 << 20 };
static const int64_t MAX_BYTES = (int64_t)1 << 44;

asy_graph *asy_graph_new(asy_arena *arena, asy_dtype real)
{
    asy_graph *g = ASY_NEW(arena, asy_graph);
    if (!g) return NULL;
    g->arena = arena;
    g->real = real;
    g->n_vals = 1;
    if (real != ASY_F32 && real != ASY_F64)
        asy_graph_fail(g, "a graph computes in f32 or f64, not in %s", asy_dtype_name(real));
    return g;
}

asy_dtype asy_graph_real(const asy_graph *g)
{
    return g ? g->real : ASY_F32;
}

bool asy_graph_per_sample(const asy_graph *g)
{
    return g && g->per_sample;
}

asy_status asy_graph_status(const asy_graph *g)
{
    if (!g) ASY_FAIL(ASY_ENOMEM, "no memory for a graph");
    if (!g->failed) return ASY_OK;
    asy_error_set(&g->error);
    return g->error.status;
}

void asy__graph_keep_error(asy_graph *g, asy_status s)
{
    if (g->failed) return;
    g->failed = true;
    asy_error_get(&g->error);
    g->error.status = s;
}

asy_val asy_graph_fail(asy_graph *g, const char *fmt, ...)
{
    char text[ASY_ERROR_TEXT];
    va_list ap;
    if (!g || g->failed) return (asy_val){0};
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    asy__graph_keep_error(g, asy_fail_(ASY_ESHAPE, __FILE__, __LINE__, "%s", text));
    return (asy_val){0};
}

int64_t asy__elements(const asy_type *t, int64_t rows)
{
    asy_shape s = t->shape;
    for (int i = 0; i < s.n && i < ASY_MAXDIM; i++)
        if (s.d[i] == -1) s.d[i] = rows;
    return asy_shape_count(&s);
}

asy_type asy_val_type(const asy_graph *g, asy_val v)
{
    if (!g || v.id == 0 || v.id >= g->n_vals) return (asy_type){ASY_BATCH, ASY_F32, {0, {0}}};
    return *asy__type_of(g, v);
}

const asy_node *asy_val_node(const asy_graph *g, asy_val v, int *result)
{
    if (!g || v.id == 0 || v.id >= g->n_vals) return NULL;
    const asy_node *n = asy__node_of(g, v);
    if (result) *result = (int)(v.id - n->out.id);
    return n;
}

asy_val asy_val_name(asy_graph *g, asy_val v, const char *fmt, ...)
{
    char text[256];
    va_list ap;
    if (!g || v.id == 0 || v.id >= g->n_vals || g->node[g->node_of[v.id]]->name) return v;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    g->node[g->node_of[v.id]]->name = asy_strdup(g->arena, text);
    return v;
}

/* FNV-1a over what makes two nodes the same. */
static uint32_t hash_bytes(uint32_t h, const void *p, size_t n)
{
    const unsigned char *b = p;
    for (size_t i = 0; i < n; i++) h = (h ^ b[i]) * 16777619u;
    return h;
}

static uint32_t hash_node(const asy_node *n)
{
    uint32_t h = hash_bytes(2166136261u, n->op->name, strlen(n->op->name));
    for (int i = 0; i < n->n_in; i++) h = hash_bytes(h, &n->in[i].id, sizeof n->in[i].id);
    return hash_bytes(h, n->attr, n->attr_size);
}

static bool same_node(const asy_node *a, const asy_node *b)
{
    if (a->op != b->op || a->n_in != b->n_in || a->attr_size != b->attr_size) return false;
    for (int i = 0; i < a->n_in; i++)
        if (a->in[i].id != b->in[i].id) return false;
    return a->attr_size == 0 || memcmp(a->attr, b->attr, a->attr_size) == 0;
}

static uint32_t find_slot(const asy_graph *g, const asy_node *n)
{
    uint32_t i = hash_node(n) & (g->n_slots - 1);
    while (g->slot[i] && !same_node(g->node[g->slot[i] - 1], n)) i = (i + 1) & (g->n_slots - 1);
    return i;
}

/* The arena keeps what is outgrown: doubling bounds that by the final size. */
static void *grown(asy_graph *g, const void *old, uint32_t used, uint32_t cap, size_t size)
{
    void *p = asy_alloc(g->arena, cap, size);
    if (p && old) memcpy(p, old, used * size);
    return p;
}

static bool make_room(asy_graph *g, int n_out)
{
    if (g->n_nodes == g->cap_nodes) {
        uint32_t cap = g->cap_nodes ? 2 * g->cap_nodes : 64;
        asy_node **node = grown(g, g->node, g->n_nodes, cap, sizeof *node);
        uint32_t *slot = ASY_NEWN(g->arena, 2 * cap, uint32_t);
        if (!node || !slot) return false;
        g->node = node;
        g->cap_nodes = cap;
        g->slot = slot;
        g->n_slots = 2 * cap;
        for (uint32_t i = 0; i < g->n_nodes; i++) slot[find_slot(g, node[i])] = i + 1;
    }
    if (g->n_vals + (uint32_t)n_out > g->cap_vals) {
        uint32_t cap = g->cap_vals ? 2 * g->cap_vals : 64;
        uint32_t *node_of = grown(g, g->node_of, g->n_vals, cap, sizeof *node_of);
        if (!node_of) return false;
        g->node_of = node_of;
        g->cap_vals = cap;
    }
    return true;
}

static asy_status check_type(const asy_node *n, const asy_type *t, asy_dtype real)
{
    const char *op = n->op->name;
    int most = t->cls == ASY_ROW ? ASY_MAXDIM - 1 : ASY_MAXDIM;
    if (t->shape.n < 0 || t->shape.n > most)
        ASY_FAIL(ASY_ESHAPE, "%s: %d axes; a %s value has at most %d", op, t->shape.n,
                 t->cls == ASY_ROW ? "row" : "batch", most);
    for (int i = 0; i < t->shape.n; i++)
        if (t->shape.d[i] < (t->cls == ASY_BATCH ? -1 : 0))
            ASY_FAIL(ASY_ESHAPE, "%s: axis %d has size %lld", op, i, (long long)t->shape.d[i]);
    if (t->dtype != ASY_I32 && t->dtype != real)
        ASY_FAIL(ASY_ESHAPE, "%s: type %s in a graph of %s", op, asy_dtype_name(t->dtype),
                 asy_dtype_name(real));
    int64_t count = asy__elements(t, 1);
    if (count < 0 || count > MAX_BYTES / (int64_t)asy_dtype_size(t->dtype))
        ASY_FAIL(ASY_ESHAPE, "%s: the result is too large", op);
    return ASY_OK;
}

static asy_status type_node(const asy_graph *g, const asy_node *n, asy_type out[])
{
    ASY_TRY(n->op->type(n, n->in_type, out));
    for (int i = 0; i < n->op->n_out; i++) ASY_TRY(check_type(n, &out[i], g->real));
    return ASY_OK;
}

/* One allocation: node, types, inputs, attributes. */
static asy_node *copy_node(asy_graph *g, const asy_node *n, const asy_type in[], const asy_type out[])
{
    size_t ni = (size_t)n->n_in, no = (size_t)n->op->n_out;
    size_t head = (sizeof *n + 15) / 16 * 16, types = (ni + no) * sizeof(asy_type),
           vals = (ni * sizeof(asy_val) + 15) / 16 * 16;
    char *p = asy_alloc(g->arena, 1, head + types + vals + n->attr_size);
    if (!p) return NULL;
    asy_node *c = (asy_node *)(void *)p;
    asy_type *t = (asy_type *)(void *)(p + head);
    *c = *n;
    c->in_type = t;
    c->out_type = t + ni;
    if (ni) memcpy(t, in, ni * sizeof *t);
    memcpy(t + ni, out, no * sizeof *t);
    if (ni) memcpy(p + head + types, n->in, ni * sizeof(asy_val));
    c->in = (const asy_val *)(const void *)(p + head + types);
    if (n->attr_size) memcpy(p + head + types + vals, n->attr, n->attr_size);
    c->attr = n->attr_size ? p + head + types + vals : NULL;
    return c;
}

static asy_status add(asy_graph *g, asy_node *n, asy_val *out)
{
    asy_type in_type[ASY_NODE_IN], out_type[ASY_NODE_OUT] = {{0}};
    if (n->n_in < 0 || n->n_in > ASY_NODE_IN || n->op->n_out < 1 || n->op->n_out > ASY_NODE_OUT)
        ASY_FAIL(ASY_EBUG, "%s: %d inputs, %d results", n->op->name, n->n_in, n->op->n_out);
    for (int i = 0; i < n->n_in; i++) {
        if (n->in[i].id >= g->n_vals)
            ASY_FAIL(ASY_EINVAL, "%s: input %d is not a value of this graph", n->op->name, i);
        in_type[i] = *asy__type_of(g, n->in[i]);
    }
    n->in_type = in_type;
    n->out_type = out_type;
    if (g->n_nodes >= MAX_NODES) ASY_FAIL(ASY_ENOMEM, "a graph has at most %d nodes", MAX_NODES);
    if (!make_room(g, n->op->n_out)) return asy_arena_status(g->arena);
    uint32_t slot = find_slot(g, n);
    if (!g->slot[slot]) {
        ASY_TRY(type_node(g, n, out_type));
        n->out.id = g->n_vals;
        asy_node *copy = copy_node(g, n, in_type, out_type);
        if (!copy) return asy_arena_status(g->arena);
        for (int i = 0; i < n->op->n_out; i++) g->node_of[g->n_vals++] = g->n_nodes;
        g->node[g->n_nodes++] = copy;
        g->slot[slot] = g->n_nodes;
    }
    *out = g->node[g->slot[slot] - 1]->out;
    return ASY_OK;
}

void asy_node_add(asy_graph *g, const asy_op *op, int n_in, const asy_val in[], const void *attr,
                  size_t attr_size, asy_val out[])
{
    asy_val first = {0};
    bool fine = g && !g->failed;
    for (int i = 0; fine && i < n_in; i++) fine = in[i].id != 0;
    if (fine) {
        asy_node n = {.op = op, .n_in = n_in, .in = in, .attr = attr, .attr_size = attr_size};
        asy_status s = add(g, &n, &first);
        if (s != ASY_OK) asy__graph_keep_error(g, s);
    }
    for (int i = 0; i < op->n_out; i++) out[i].id = first.id ? first.id + (uint32_t)i : 0;
}
