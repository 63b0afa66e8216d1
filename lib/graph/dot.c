// SPDX-License-Identifier: GPL-3.0-or-later
/* A plan as a graph for Graphviz: steps in boxes of their sections and groups, inputs and constants as ovals.
 */
#include <inttypes.h>
#include "impl.h"

/* Words inside "…": quotes and backslashes are escaped, control characters are left out. */
static void put_escaped(asy_buf *b, const char *s)
{
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') asy_buf_putc(b, '\\');
        if ((unsigned char)*s >= ' ' && *s != 127) asy_buf_putc(b, *s);
    }
}

static void put_type(asy_buf *b, const asy_type *t)
{
    char shape[160];
    asy_shape_text(&t->shape, shape, sizeof shape);
    asy_buf_printf(b, "\\n%s %s %s", t->cls == ASY_ROW ? "row" : "batch", asy_dtype_name(t->dtype), shape);
}

static void put_step(const asy_plan *p, asy_buf *b, int i)
{
    const asy__step *s = &p->step[i];
    asy_buf_printf(b, "    s%d [label=\"%s%s", i, s->kind == ASY__PACK ? "pack for " : "", s->node->op->name);
    if (s->node->name && s->kind != ASY__PACK) {
        asy_buf_puts(b, "\\n");
        put_escaped(b, s->node->name);
    }
    put_type(b, &s->out[0].type);
    asy_buf_puts(b, "\"];\n");
}

static void put_leaf(asy_buf *b, const asy_node *n)
{
    asy_buf_printf(b, "  v%" PRIu32 " [shape=ellipse label=\"", n->out.id);
    if (n->op == &asy_op_fill) asy_buf_printf(b, "%.9g", ((const asy__fill_attr *)n->attr)->value);
    else put_escaped(b, n->name ? n->name : "input");
    put_type(b, &n->out_type[0]);
    asy_buf_puts(b, "\"];\n");
}

/* Whose memory a value stands for. */
static asy_val root_of(const asy_plan *p, asy_val v)
{
    const asy_node *n = asy__node_of(p->graph, v);
    while (asy__is_view(n)) {
        v = n->in[0];
        n = asy__node_of(p->graph, v);
    }
    return v;
}

static bool makes(const asy__step *s, asy_val v)
{
    for (int k = 0; k < s->n_out; k++)
        if (s->out[k].val.id == v.id) return true;
    return false;
}

/* Where what `packed` or v's root says comes from: the last step before `before`, else a leaf. */
static void put_source(const asy_plan *p, asy_buf *b, int before, asy_val v, int packed)
{
    asy_val root = root_of(p, v);
    int from = before - 1;
    for (; from >= 0; from--) {
        const asy__step *s = &p->step[from];
        if (packed >= 0 ? s->kind == ASY__PACK && s->out[0].buffer == packed : makes(s, root)) break;
    }
    if (from >= 0) asy_buf_printf(b, "  s%d", from);
    else asy_buf_printf(b, "  v%" PRIu32, root.id);
}

static void put_edges(const asy_plan *p, asy_buf *b, int i)
{
    const asy__step *s = &p->step[i];
    for (int k = 0; k < s->n_in; k++) {
        bool packed = s->kind != ASY__PACK && !p->buffer[s->in[k].buffer].val.id;
        put_source(p, b, i, s->in[k].val, packed ? s->in[k].buffer : -1);
        asy_buf_printf(b, " -> s%d;\n", i);
    }
}

static void put_section(const asy_plan *p, asy_buf *b, int s)
{
    const asy__section *c = &p->section[s];
    if (c->first == c->end) return;
    asy_buf_printf(b, "  subgraph cluster_%d {\n    label=\"section %d: ", s, s);
    if (asy__is_row_section(s)) asy_buf_printf(b, "rows, chunk %" PRId64 "\";\n", c->chunk);
    else asy_buf_puts(b, "batch\";\n");
    for (int i = c->first; i < c->end; i++) {
        const asy__fused *f = p->step[i].fused >= 0 ? &p->fused[p->step[i].fused] : NULL;
        if (f && f->first == i)
            asy_buf_printf(b, "    subgraph cluster_%d_%d {\n    label=\"%" PRId64 " lines at a time\";\n", s,
                           i, f->block);
        put_step(p, b, i);
        if (f && f->end == i + 1) asy_buf_puts(b, "    }\n");
    }
    asy_buf_puts(b, "  }\n");
}

void asy_plan_dot(const asy_plan *p, asy_buf *b)
{
    asy_buf_puts(b, "digraph plan {\n  node [shape=box fontsize=10];\n");
    for (int i = 0; i < p->n_nodes; i++)
        if (asy__is_leaf(p->node[i])) put_leaf(b, p->node[i]);
    for (int s = 0; s < p->n_section; s++) put_section(p, b, s);
    for (int i = 0; i < p->n_step; i++) put_edges(p, b, i);
    for (int i = 0; i < p->n_out; i++) {
        asy_buf_printf(b, "  o%d [shape=ellipse label=\"result %d\"];\n", i, i);
        put_source(p, b, p->n_step, p->out[i].val, -1);
        asy_buf_printf(b, " -> o%d;\n", i);
    }
    asy_buf_puts(b, "}\n");
}
