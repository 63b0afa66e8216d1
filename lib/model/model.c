// SPDX-License-Identifier: GPL-3.0-or-later
#include "members.h"
#include "../graph/op.h"
#include "../method/loss.h"
#include "targets.h"
#include <math.h>
#include <string.h>

enum { SLOT_ALIGN = 16 };       /* floats: a cache line */

static const asy_arch *arch_of(const asy_model *m)
{
    return (const asy_arch *)m->arch->m;
}

static void slot_from(asy_slot *s, asy_arena *a, const asy_scope_entry *e, int64_t first)
{
    s->name = asy_strdup(a, e->name);
    s->shape = e->shape;
    s->first = first;
    s->n = asy_shape_count(&e->shape);
    s->init = e->init;
    s->fan_in = e->fan_in;
    s->statistic = e->statistic;
    s->decays = e->shape.n >= 2;        /* products' weights; biases, gains and shifts have one axis */
}

static asy_status take_slots(asy_model *m, asy_arena *a, const asy_scope *sc)
{
    int64_t n = 0;

    m->n_slots = asy_scope_count(sc);
    m->slot = ASY_NEWN(a, m->n_slots, asy_slot);
    if (!m->slot)
        return asy_arena_status(a);
    for (int i = 0; i < m->n_slots; i++) {
        slot_from(&m->slot[i], a, asy_scope_at(sc, i), n);
        n += (m->slot[i].n + SLOT_ALIGN - 1) / SLOT_ALIGN * SLOT_ALIGN;
        if (m->slot[i].n > INT64_MAX / 64 || n > INT64_MAX / 64)
            ASY_FAIL(ASY_ESHAPE, "the model has more weights than memory could hold (at `%s`)",
                     m->slot[i].name);
    }
    m->n = n;
    m->w = ASY_NEWN(a, n, float);
    m->version = 1;
    return asy_arena_status(a);
}

/* Writes the model into a graph of its own, to learn which weights it asks for. */
static asy_status discover(asy_model *m, asy_arena *a, asy_arena *tmp)
{
    asy_graph *g = asy_graph_new(tmp, ASY_F32);
    asy_scope *sc = asy_scope_new(tmp, g, ASY_TRAIN);

    if (!g || !sc)
        return asy_arena_status(tmp);
    asy_model_emit(m, sc, asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in));
    ASY_TRY(asy_arena_status(tmp));
    ASY_TRY(asy_graph_status(g));
    return take_slots(m, a, sc);
}

static int members_of(const asy_bound *arch)
{
    const asy_model_keys *keys = arch->at;

    return keys && keys->ensemble > 1 ? (int)keys->ensemble : 1;
}

asy_status asy__model_outputs(asy_model *m, asy_arena *a, int64_t outputs)
{
    asy_arena *tmp = asy_arena_new(0);
    asy_status s;

    m->outputs = outputs;
    s = discover(m, a, tmp);
    asy_arena_free(tmp);
    ASY_TRY(s);
    return ASY_OK;
}

/* What the data set gives, kept as f32 and as f64. */
static asy_status take_tables(asy_model *m, asy_arena *a, const asy_dataset_view *v)
{
    asy_named *t = ASY_NEWN(a, ASY_ARCH_TABLES, asy_named);

    ASY_TRY(asy_arena_status(a));
    if (arch_of(m)->tables)
        ASY_TRY(arch_of(m)->tables(m->arch->params, v, a, &m->io.n_table, t));
    m->io.table = t;
    for (int i = 0; i < m->io.n_table; i++) {
        int64_t n = asy_shape_count(&t[i].t.s);
        double *wide = t[i].t.type == ASY_F32 ? ASY_NEWN(a, n, double) : NULL;

        for (int64_t k = 0; wide && k < n; k++)
            wide[k] = (double)((const float *)t[i].t.data)[k];
        m->wide[i] = wide;
    }
    return asy_arena_status(a);
}

/* Symbols, and labels for each place. */
static asy_status take_symbols(asy_model *m, const asy_dataset_view *v)
{
    const asy_column *label = asy_data_column(&v->data, ASY_ROLE_LABEL);
    const char *name = m->arch->name;

    if (label && label->data.s.n == 2)
        asy_targets_set(&m->io, label->data.s.d[1], v->data.masked);
    if (!arch_of(m)->takes_symbols && m->io.targets > 0)
        ASY_FAIL(ASY_ESHAPE, "`%s` gives one answer a row; the data have %lld labels a row (`data.target`)", name,
                 (long long)m->io.targets);
    if (!arch_of(m)->takes_symbols)
        return ASY_OK;
    m->io.top = v->data.top - v->data.lo;
    m->io.symbols = v->data.symbols;
    if (m->io.symbols < 1 || v->shape.n != 1)
        ASY_FAIL(ASY_ESHAPE, "`%s` takes rows of symbols: `dataset: tinyshakespeare`, or a file read with `format: "
                             "text`", name);
    if (m->io.targets > 0 && m->io.targets != v->shape.d[0])
        ASY_FAIL(ASY_ESHAPE, "`%s` gives an answer for each of %lld symbols; the data have %lld labels a row", name,
                 (long long)v->shape.d[0], (long long)m->io.targets);
    for (int c = 0; c < v->channels; c++)
        if (v->mean[c] != 0.0 || v->std[c] != 1.0)
            ASY_FAIL(ASY_ESHAPE, "`%s` takes symbols, which cannot be normalised; leave `normalize` out", name);
    return ASY_OK;
}

asy_status asy_model_new(asy_model **out, asy_arena *a, const asy_bound *arch, const asy_dataset_view *v,
                         const asy_bound *loss)
{
    asy_model *m = ASY_NEW(a, asy_model);
    bool one = loss && v->data.classes == 2 && (((const asy_loss *)loss->m)->flags & ASY_LOSS_ONE_OUTPUT);

    *out = NULL;
    if (!m)
        return asy_arena_status(a);
    if (v->data.classes < 2)
        ASY_FAIL(ASY_ESHAPE, "`%s` needs labels of at least 2 classes; the data have %lld", arch->name,
                 (long long)v->data.classes);
    m->arch = arch;
    m->io = (asy_arch_io){ .in = v->shape, .classes = v->data.classes };
    m->lo = v->lo;
    m->hi = v->hi;
    m->channels = v->channels;
    memcpy(m->mean, v->mean, sizeof m->mean);
    memcpy(m->std, v->std, sizeof m->std);
    m->class_names = v->data.class_names;
    m->members = members_of(arch);
    m->any_outputs = loss == NULL;
    ASY_TRY(take_symbols(m, v));
    ASY_TRY(take_tables(m, a, v));
    m->outputs = one ? 1 : v->data.classes;
    if (asy_model_has_graph(m))
        ASY_TRY(asy__model_outputs(m, a, m->outputs));
    *out = m;
    return ASY_OK;
}

/* Limit of a uniform draw, deviation of a normal one. */
static double spread(asy_init init, double in, double out)
{
    switch (init) {
    case ASY_INIT_HE:            return sqrt(6.0 / in);
    case ASY_INIT_HE_NORMAL:     return sqrt(2.0 / in);
    case ASY_INIT_XAVIER:        return sqrt(6.0 / (in + out));
    case ASY_INIT_XAVIER_NORMAL: return sqrt(2.0 / (in + out));
    case ASY_INIT_SMALL:         return 0.02;
    default:                     return sqrt(1.0 / in);
    }
}

/* What a slot begins with: what the arch says, or what `init.weights` says of layers; their biases are then
 * 0, unless it is fan-in, which has a rule for them. */
static asy_init init_of(const asy_model *m, const asy_slot *s)
{
    static const asy_init said[] = { ASY_INIT_ZERO,          ASY_INIT_FAN_IN, ASY_INIT_HE,
                                     ASY_INIT_HE_NORMAL,     ASY_INIT_XAVIER, ASY_INIT_XAVIER_NORMAL,
                                     ASY_INIT_LECUN_NORMAL };
    const asy_model_keys *keys = m->arch->at;
    int64_t word = keys && keys->init ? keys->init->weights : 0;

    if (word == 0 || s->init == ASY_INIT_ZERO || s->init == ASY_INIT_ONE || s->init == ASY_INIT_SMALL)
        return s->init;
    return s->shape.n >= 2 || said[word] == ASY_INIT_FAN_IN ? said[word] : ASY_INIT_ZERO;
}

static void begin_slot(const asy_slot *s, asy_init init, const asy_rng *r, float *w)
{
    double in = (double)s->fan_in, out = (double)s->n / (double)(s->shape.n > 1 ? s->shape.d[1] : 1);
    float by = (float)spread(init, in, out);

    if (init == ASY_INIT_ZERO || init == ASY_INIT_ONE)
        for (int64_t k = 0; k < s->n; k++)
            w[k] = init == ASY_INIT_ONE ? 1.0f : 0.0f;
    else if (init == ASY_INIT_FAN_IN || init == ASY_INIT_HE || init == ASY_INIT_XAVIER)
        asy_rng_uniform(r, 0, 0, (size_t)s->n, -by, by, w);
    else
        asy_rng_normal(r, 0, 0, (size_t)s->n, 0, by, w);
}

void asy_model_init(asy_model *m, const asy_rng *init)
{
    for (int i = 0; i < m->n_slots; i++) {
        const asy_slot *s = &m->slot[i];
        asy_rng r = asy_rng_part(*init, s->name);

        begin_slot(s, init_of(m, s), &r, m->w + s->first);
    }
    m->version++;
}

/* One value a channel as a batch value that lies beside x: [] for one channel, else [C,H,W] or [D]. */
static asy_val per_channel(const asy_model *m, asy_graph *g, const double v[])
{
    int64_t area = 1;
    asy_val c;

    if (m->channels == 1)
        return asy_fill(g, ASY_BATCH, ASY_SCALAR, v[0]);
    c = asy_constant(g, ASY_SHAPE(m->channels), v);
    for (int i = 1; i < m->io.in.n; i++)
        area *= m->io.in.d[i];
    return m->io.in.n > 1 ? asy_reshape(g, asy_expand_last(g, c, area), m->io.in) : c;
}

static asy_val normalise(const asy_model *m, asy_graph *g, asy_val x)
{
    bool shifts = false, scales = false;

    for (int c = 0; c < m->channels; c++) {
        shifts = shifts || m->mean[c] != 0.0;
        scales = scales || m->std[c] != 1.0;
    }
    if (shifts)
        x = asy_sub(g, x, per_channel(m, g, m->mean));
    if (scales)
        x = asy_div(g, x, per_channel(m, g, m->std));
    return x;
}

asy_val asy__model_emit_one(const asy_model *m, asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_arch_io io = m->io;
    asy_val z;
    asy_type t;

    io.classes = m->outputs;
    z = arch_of(m)->emit(m->arch->params, &io, sc, x);
    t = asy_val_type(g, z);

    if (z.id && (t.cls != ASY_ROW || t.shape.n != 1 + (io.targets > 0) || t.shape.d[t.shape.n - 1] != m->outputs
                 || (io.targets > 0 && t.shape.d[0] != io.targets)))
        return asy_graph_fail(g, "`%s` does not give one score a class", m->arch->name);
    if (m->outputs < m->io.classes)
        z = asy_pad(g, z, t.shape.n - 1, 1, 0, 0);
    asy_scope_tap(sc, "logits", z);
    return z;
}

asy_val asy_model_emit(const asy_model *m, asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    asy_val z;

    if (!asy_model_has_graph(m))
        return asy_graph_fail(g, "`%s` has no graph, and so no gradients", m->arch->name);
    for (int i = 0; i < m->n_slots; i++)
        if (m->slot[i].frozen)
            asy_scope_hold(sc, m->slot[i].name);
    asy_scope_tap(sc, "input", x);
    x = arch_of(m)->takes_symbols ? asy_targets_symbols(sc, &m->io, x, m->lo, m->hi) : normalise(m, g, x);
    z = m->members > 1 ? asy__members_emit(m, sc, x) : asy__model_emit_one(m, sc, x);
    return asy_val_name(g, z, "logits");
}

static const asy_slot *slot_named(const asy_model *m, const char *name, int guess)
{
    if (guess < m->n_slots && strcmp(m->slot[guess].name, name) == 0)
        return &m->slot[guess];
    for (int i = 0; i < m->n_slots; i++)
        if (strcmp(m->slot[i].name, name) == 0)
            return &m->slot[i];
    return NULL;
}

int asy_model_binds(const asy_model *m)
{
    return m->n_slots + m->io.n_table;
}

/* They never change. */
int asy_model_bind_tables(const asy_model *m, const asy_scope *sc, asy_bind out[])
{
    bool wide = asy_graph_real(asy_scope_graph(sc)) == ASY_F64;
    int n = 0;

    for (int i = 0; i < m->io.n_table; i++) {
        asy_val v = asy_scope_tabled(sc, m->io.table[i].name);

        if (v.id)
            out[n++] = (asy_bind){ v, wide && m->wide[i] ? (const void *)m->wide[i] : m->io.table[i].t.data, 1 };
    }
    return n;
}

int asy_model_bind(const asy_model *m, const asy_scope *sc, const float *w, uint64_t version, asy_bind out[])
{
    int n = 0;

    for (int i = 0; i < asy_scope_count(sc) && n < m->n_slots; i++) {
        const asy_scope_entry *e = asy_scope_at(sc, i);
        const asy_slot *s = e->bound ? NULL : slot_named(m, e->name, i);

        if (s)
            out[n++] = (asy_bind){ e->val, w + s->first, version };
    }
    return n + asy_model_bind_tables(m, sc, out + n);
}
