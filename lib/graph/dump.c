// SPDX-License-Identifier: GPL-3.0-or-later
#include "impl.h"
#include <inttypes.h>

static const char *const PLACE[] = { "input", "constant", "block", "scratch", "tile" };

static void put_value(const asy_plan *p, asy_buf *b, const asy__operand *o)
{
    const asy__buffer *x = &p->buffer[o->buffer];
    char shape[160];
    asy_shape_text(&o->type.shape, shape, sizeof shape);
    if (o->val.id) asy_buf_printf(b, " %%%" PRIu32, o->val.id);
    else asy_buf_puts(b, " packed");
    asy_buf_printf(b, ":%s:%s%s@%s", o->type.cls == ASY_ROW ? "row" : "batch", asy_dtype_name(o->type.dtype),
                   shape, PLACE[x->place]);
    if (x->place != ASY__INPUT) asy_buf_printf(b, "+%zu", x->offset);
    if (o->val.id && !x->val.id) asy_buf_puts(b, "(packed)");
}

static void put_step(const asy_plan *p, asy_buf *b, int i)
{
    const asy__step *s = &p->step[i];
    asy_buf_printf(b, "  %d %s%s", i, s->kind == ASY__PACK ? "pack for " : "", s->node->op->name);
    if (s->node->name) asy_buf_printf(b, " '%s'", s->node->name);
    asy_buf_puts(b, " in");
    for (int k = 0; k < s->n_in; k++) put_value(p, b, &s->in[k]);
    asy_buf_puts(b, " out");
    for (int k = 0; k < s->n_out; k++) put_value(p, b, &s->out[k]);
    if (s->kind == ASY__GROUP) asy_buf_printf(b, " partials@block+%zu", p->buffer[s->partial].offset);
    asy_buf_printf(b, " by %s%s", s->entry ? p->backend->name : "reference", s->keep ? " kept" : "");
    if (s->scratch) asy_buf_printf(b, " scratch %zu", s->scratch);
    asy_buf_putc(b, '\n');
}

void asy_plan_dump(const asy_plan *p, asy_buf *b)
{
    asy_buf_printf(b,
                   "plan %s, up to %" PRId64 " rows, backend %s: block %zu, constants %zu, thread %zu, alone "
                                             "%zu bytes; %.6g flop a row, %.6g a run\n",
                   asy_dtype_name(p->graph->real), p->max_rows, p->backend ? p->backend->name : "none",
                   p->block, p->constants, p->thread, p->alone, p->flops_row, p->flops_run);
    for (int i = 0; i < p->n_input; i++) {
        const asy_node *n = asy__node_of(p->graph, p->input[i]);
        char shape[160];
        asy_shape_text(&n->out_type[0].shape, shape, sizeof shape);
        asy_buf_printf(b, "input %%%" PRIu32 " '%s' %s %s%s\n", p->input[i].id, n->name ? n->name : "?",
                       n->out_type[0].cls == ASY_ROW ? "row" : "batch", asy_dtype_name(n->out_type[0].dtype),
                       shape);
    }
    for (int s = 0; s < p->n_section; s++) {
        const asy__section *c = &p->section[s];
        if (asy__is_row_section(s))
            asy_buf_printf(b, "section %d: rows, chunk %" PRId64 ", scratch %zu\n", s, c->chunk, c->scratch);
        else asy_buf_printf(b, "section %d: batch\n", s);
        for (int i = c->first; i < c->end; i++) {
            int f = p->step[i].fused;
            if (f >= 0 && p->fused[f].first == i)
                asy_buf_printf(b, "  steps %d to %d together, by %" PRId64 " of the %" PRId64 " lines%s\n", i,
                               p->fused[f].end - 1, p->fused[f].block, p->fused[f].lines,
                               p->fused[f].rows ? " of each row" : "");
            put_step(p, b, i);
        }
    }
    for (int i = 0; i < p->n_out; i++)
        asy_buf_printf(b, "out %d: %%%" PRIu32 "@block+%zu%s\n", i, p->out[i].val.id,
                       p->buffer[p->out[i].buffer].offset, p->out[i].copied ? " copied" : "");
}
