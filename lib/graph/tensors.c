// SPDX-License-Identifier: GPL-3.0-or-later
/* Each step has a tensor for each input and result, made once: row sections' in a table of each thread, batch
 * sections' in one of the exec. Here is decided what must be set in them again: data pointers that move with
 * the chunk or belong to the caller, axes that count rows. */
#include "impl.h"

static bool moves(const asy_plan *p, const asy__step *s, const asy__operand *o)
{
    asy__place place = p->buffer[o->buffer].place;
    bool chunked = asy__is_row_section(s->section) && o->type.cls == ASY_ROW;
    return place == ASY__INPUT || (place == ASY__BLOCK && chunked);
}

static unsigned row_axes(const asy_type *t)
{
    unsigned axes = t->cls == ASY_ROW ? 1u : 0;
    for (int i = 0; i < t->shape.n; i++)
        if (t->shape.d[i] == -1) axes |= 1u << i;
    return axes;
}

static void describe(const asy_plan *p, asy__section *c, const asy__step *s, const asy__operand *o,
                     int tensor)
{
    bool chunked = asy__is_row_section(s->section);
    unsigned axes = row_axes(&o->type);
    if (moves(p, s, o)) c->patch[c->n_patch++] = (asy__patch){tensor, o->buffer, chunked ? o->stride : 0};
    if (axes) c->axes[c->n_axes++] = (asy__axes){tensor, axes};
}

static asy_status describe_section(asy_plan *p, int index)
{
    asy__section *c = &p->section[index];
    int *next = asy__is_row_section(index) ? &p->n_tensor_row : &p->n_tensor_batch, total = 0;
    for (int i = c->first; i < c->end; i++) total += p->step[i].n_in + p->step[i].n_out;
    c->patch = ASY_NEWN(p->arena, total, asy__patch);
    c->axes = ASY_NEWN(p->arena, total, asy__axes);
    c->group = ASY_NEWN(p->arena, c->end - c->first, int);
    ASY_TRY(asy_arena_status(p->arena));
    for (int i = c->first; i < c->end; i++) {
        asy__step *s = &p->step[i];
        s->tensor = *next;
        if (s->kind == ASY__GROUP) c->group[c->n_group++] = i;
        for (int k = 0; k < s->n_in; k++) describe(p, c, s, &s->in[k], (*next)++);
        for (int k = 0; k < s->n_out; k++) describe(p, c, s, &s->out[k], (*next)++);
    }
    return ASY_OK;
}

asy_status asy__plan_tensors(asy_plan *p)
{
    for (int s = 0; s < p->n_section; s++) ASY_TRY(describe_section(p, s));
    return ASY_OK;
}
