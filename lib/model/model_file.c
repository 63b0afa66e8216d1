// SPDX-License-Identifier: GPL-3.0-or-later
/* model.safetensors: one tensor a slot, and what is needed to use the file without its spec in its metadata.
 */
#include "fitted.h"
#include "../method/params.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TEXT = 1 << 20 };
static const char format[] = "assay.model/1";

static void put_nums(asy_jw *w, int n, const double v[])
{
    asy_jw_list(w);
    for (int i = 0; i < n; i++)
        asy_jw_num(w, v[i]);
    asy_jw_list_end(w);
}

static void put_shape(asy_jw *w, const asy_shape *s)
{
    asy_jw_list(w);
    for (int i = 0; i < s->n; i++)
        asy_jw_int(w, s->d[i]);
    asy_jw_list_end(w);
}

/* A copy of the arch block without `init`: where training began is no part of what a file holds. */
static const asy_rtree *without_init(asy_arena *a, const asy_rtree *block)
{
    asy_rtree *copy = ASY_NEW(a, asy_rtree), **tail;

    if (!copy)
        return block;
    *copy = *block;
    tail = &copy->child;
    for (const asy_rtree *c = block->child; c; c = c->next) {
        if (strcmp(c->key, "init") == 0)
            continue;
        *tail = ASY_NEW(a, asy_rtree);
        if (!*tail)
            return block;
        **tail = *c;
        tail = &(*tail)->next;
    }
    *tail = NULL;
    return copy;
}

/* The arch block as canonical JSON: what decides whether a file belongs to a spec's model. */
static asy_status arch_text(const asy_model *m, asy_arena *a, const char **out)
{
    asy_buf b;
    asy_status s;

    asy_buf_init(&b, MAX_TEXT);
    asy_rtree_canonical(without_init(a, m->arch->resolved), &b);
    *out = asy_strdup(a, asy_buf_text(&b));
    s = asy_buf_status(&b);
    asy_buf_free(&b);
    ASY_TRY(s);
    return asy_arena_status(a);
}

/* Everything else, as one JSON object: {"class_names":…,"classes":…,"input":…,"mean":…,"outputs":…,
 * "range":…,"std":…}; outputs only where they are not one a class. */
static asy_status contract_text(const asy_model *m, asy_arena *a, const char **out)
{
    double range[2] = { m->lo, m->hi };
    asy_buf b;
    asy_jw w;
    asy_status s;

    asy_buf_init(&b, MAX_TEXT);
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    if (m->class_names) {
        asy_jw_key(&w, "class_names");
        asy_jw_list(&w);
        for (int64_t i = 0; i < m->io.classes; i++)
            asy_jw_text(&w, m->class_names[i]);
        asy_jw_list_end(&w);
    }
    asy_jw_key(&w, "classes");
    asy_jw_int(&w, m->io.classes);
    if (m->io.hidden > 0) {
        asy_jw_key(&w, "hidden");
        asy_jw_int(&w, m->io.hidden);
    }
    asy_jw_key(&w, "input");
    put_shape(&w, &m->io.in);
    asy_jw_key(&w, "mean");
    put_nums(&w, m->channels, m->mean);
    if (m->outputs != m->io.classes) {
        asy_jw_key(&w, "outputs");
        asy_jw_int(&w, m->outputs);
    }
    asy_jw_key(&w, "range");
    put_nums(&w, 2, range);
    asy_jw_key(&w, "std");
    put_nums(&w, m->channels, m->std);
    if (m->io.symbols > 0) {
        asy_jw_key(&w, "symbols");
        asy_jw_int(&w, m->io.symbols);
    }
    if (m->io.targets > 0) {
        asy_jw_key(&w, "targets");
        asy_jw_int(&w, m->io.targets);
    }
    asy_jw_object_end(&w);
    *out = asy_strdup(a, asy_buf_text(&b));
    s = asy_buf_status(&b);
    asy_buf_free(&b);
    ASY_TRY(s);
    return asy_arena_status(a);
}

static asy_status save(const asy_model *m, asy_arena *a, asy_sink *sink, const char *file, const float *w,
                       const char *stage_key)
{
    int n = asy_model_has_graph(m) ? m->n_slots : m->state.n;
    asy_named *t = ASY_NEWN(a, n, asy_named);
    const char *arch, *contract;

    ASY_TRY(arch_text(m, a, &arch));
    ASY_TRY(contract_text(m, a, &contract));
    ASY_TRY(asy_arena_status(a));
    const char *const meta[][2] = {
        { "arch", arch }, { "contract", contract }, { "format", format }, { "stage", stage_key }
    };
    for (int i = 0; i < m->n_slots; i++)
        t[i] = (asy_named){ m->slot[i].name,
                            { (float *)(uintptr_t)(w + m->slot[i].first), m->slot[i].shape, ASY_F32 } };
    for (int i = 0; !asy_model_has_graph(m) && i < n; i++)
        t[i] = m->state.t[i];
    return sink->safetensors(sink, file, n, t, stage_key ? 4 : 3, meta);
}

asy_status asy_model_save(const asy_model *m, asy_sink *sink, const char *file, const float *w,
                          const char *stage_key)
{
    asy_arena *a = asy_arena_new(0);
    asy_status s;

    if (!a)
        ASY_FAIL(ASY_ENOMEM, "no memory to write `%s`", file);
    s = save(m, a, sink, file, w, stage_key);
    asy_arena_free(a);
    ASY_TRY(s);
    return ASY_OK;
}

/* ---- loading: complaints are collected, the model changes only when there is none */

typedef struct { const asy_model *m; const char *path; asy_diag *diag; asy_arena *arena; int errors; } loader;

#define COMPLAIN(l, code, ...) ((l)->errors++, asy_diag_add((l)->diag, code, NULL, __VA_ARGS__))

static const char *meta_get(const asy_safetensors *f, const char *key)
{
    for (int i = 0; i < f->n_meta; i++)
        if (strcmp(f->meta[i][0], key) == 0)
            return f->meta[i][1];
    return NULL;
}

static void check_arch(loader *l, const char *theirs)
{
    const char *ours;

    if (!theirs || arch_text(l->m, l->arena, &ours) != ASY_OK || strcmp(theirs, ours) == 0)
        return;
    COMPLAIN(l, "E0503", "`%s` holds another model than the spec's", l->path);
    asy_diag_note(l->diag, "the file: %.200s", theirs);
    asy_diag_note(l->diag, "the spec: %.200s", ours);
    asy_diag_help(l->diag, "write the file's arch block, or give the file of this model");
}

static bool read_nums(const asy_json *list, int n, double out[])
{
    const asy_json *v = list && list->kind == ASY_J_LIST ? list->child : NULL;

    for (int i = 0; i < n; i++, v = v->next) {
        if (!v || (v->kind != ASY_J_INT && v->kind != ASY_J_NUM) || !isfinite(v->num))
            return false;
        out[i] = v->num;
    }
    return v == NULL;
}

static bool same_shape(const asy_json *list, const asy_shape *s)
{
    const asy_json *v = list && list->kind == ASY_J_LIST ? list->child : NULL;

    for (int i = 0; i < s->n; i++, v = v->next)
        if (!v || v->kind != ASY_J_INT || v->i != s->d[i])
            return false;
    return v == NULL;
}

/* The file's outputs, where no loss has fixed the model's. */
static void check_outputs(loader *l, const asy_json *contract, asy_model *out)
{
    const asy_json *j = asy_json_get(contract, "outputs");
    int64_t k = out->io.classes, found = j && j->kind == ASY_J_INT ? j->i : k;

    if (found == out->outputs)
        return;
    if (found != k && !(found == 1 && k == 2)) {
        COMPLAIN(l, "E0507", "the model in `%s` has %lld outputs for %lld classes", l->path,
                 (long long)found, (long long)k);
    } else if (!out->any_outputs) {
        COMPLAIN(l, "E0507", "the model in `%s` has %lld outputs for two classes; with the loss of the spec it "
                 "has %lld", l->path, (long long)found, (long long)out->outputs);
        asy_diag_help(l->diag, "train with the loss that the file was made with");
    } else if (asy__model_outputs(out, l->arena, found) != ASY_OK) {
        COMPLAIN(l, "E0507", "the model in `%s` cannot be written with %lld outputs", l->path,
                 (long long)found);
    }
}

static bool same_count(const asy_json *contract, const char *key, int64_t n)
{
    const asy_json *j = asy_json_get(contract, key);

    return (j && j->kind == ASY_J_INT ? j->i : 0) == n;
}

/* Range, normalisation and outputs of the file, into `out`. */
static void check_contract(loader *l, const char *text, asy_model *out)
{
    const asy_json *classes;
    asy_json *j;
    double range[2];
    bool positive = true;

    if (!text)
        return;
    if (asy_json_read(l->arena, text, strlen(text), l->path, &j) != ASY_OK) {
        COMPLAIN(l, "E0507", "the input contract in `%s` cannot be read", l->path);
        asy_diag_note(l->diag, "%.200s", asy_error_text());
        return;
    }
    classes = asy_json_get(j, "classes");
    if (!same_shape(asy_json_get(j, "input"), &out->io.in) || !classes || classes->kind != ASY_J_INT
        || classes->i != out->io.classes || !same_count(j, "symbols", out->io.symbols)
        || !same_count(j, "targets", out->io.targets) || !same_count(j, "hidden", out->io.hidden)) {
        COMPLAIN(l, "E0507", "the model in `%s` was made for other inputs or classes than the data's",
                 l->path);
        asy_diag_note(l->diag, "its contract: %.200s", text);
    }
    if (l->errors == 0)
        check_outputs(l, j, out);
    if (!read_nums(asy_json_get(j, "range"), 2, range) || !(range[0] < range[1])
        || !read_nums(asy_json_get(j, "mean"), out->channels, out->mean)
        || !read_nums(asy_json_get(j, "std"), out->channels, out->std)) {
        COMPLAIN(l, "E0507", "range or normalisation in `%s` are not %d finite numbers a list", l->path,
                 out->channels);
        return;
    }
    for (int c = 0; c < out->channels; c++)
        positive = positive && out->std[c] > 0;
    if (!positive)
        COMPLAIN(l, "E0507", "a deviation in `%s` is not above 0", l->path);
    out->lo = range[0];
    out->hi = range[1];
}

static bool all_finite(int64_t n, const float *w)
{
    bool ok = true;

    for (int64_t i = 0; i < n; i++)
        ok = ok && isfinite(w[i]);
    return ok;
}

static void check_slot(loader *l, const asy_slot *s, const asy_safetensors *f)
{
    char want[96], have[96];

    asy_shape_text(&s->shape, want, sizeof want);
    for (int i = 0; i < f->n; i++) {
        const asy_tensor *t = &f->t[i].t;

        if (strcmp(f->t[i].name, s->name) != 0)
            continue;
        asy_shape_text(&t->s, have, sizeof have);
        if (t->type != ASY_F32 || !asy_shape_equal(&t->s, &s->shape))
            COMPLAIN(l, "E0506", "`%s` in `%s` is %s %s; the model needs f32 %s", s->name, l->path,
                     asy_dtype_name(t->type), have, want);
        else if (!all_finite(s->n, t->data))
            COMPLAIN(l, "E0508", "`%s` in `%s` holds values that are not finite", s->name, l->path);
        return;
    }
    COMPLAIN(l, "E0504", "`%s` has no tensor `%s`", l->path, s->name);
    asy_diag_note(l->diag, "the model needs it as f32 %s", want);
}

static void check_surplus(loader *l, const asy_safetensors *f)
{
    const char **names = ASY_NEWN(l->arena, l->m->n_slots, const char *);

    for (int k = 0; names && k < l->m->n_slots; k++)
        names[k] = l->m->slot[k].name;
    for (int i = 0; names && i < f->n; i++) {
        const char *near = asy_near(f->t[i].name, l->m->n_slots, names, NULL);
        bool known = false;

        for (int k = 0; k < l->m->n_slots; k++)
            known = known || strcmp(names[k], f->t[i].name) == 0;
        if (known)
            continue;
        COMPLAIN(l, "E0505", "`%s` holds the tensor `%.100s`, which the model does not have", l->path,
                 f->t[i].name);
        if (near)
            asy_diag_help(l->diag, "the model has `%s`", near);
    }
}

/* Without a graph: the tensors are the architecture's to judge. */
static asy_status take_state(loader *l, asy_model *m, asy_model *contract, const asy_safetensors *f)
{
    asy_state s = { f->n, f->t };
    char why[ASY_ERROR_TEXT];

    if (l->errors)
        ASY_FAIL(ASY_EMODEL, "`%s` does not fit the model", l->path);
    asy_status st = asy__model_open(contract, l->arena, &s);
    if (st == ASY_EMODEL) {
        (void)snprintf(why, sizeof why, "%s", asy_error_text());
        COMPLAIN(l, "E0510", "`%s` is not what `%s` has learnt: %.300s", l->path, m->arch->name, why);
        ASY_FAIL(ASY_EMODEL, "`%s` does not fit the model", l->path);
    }
    ASY_TRY(st);
    *m = *contract;
    return ASY_OK;
}

static void take(asy_model *m, const asy_safetensors *f)
{
    for (int i = 0; i < f->n; i++)
        for (int k = 0; k < m->n_slots; k++)
            if (strcmp(f->t[i].name, m->slot[k].name) == 0)
                memcpy(m->w + m->slot[k].first, f->t[i].t.data, (size_t)m->slot[k].n * sizeof *m->w);
    m->version++;
}

asy_status asy_model_load(asy_model *m, const char *path, asy_diag *diag, asy_arena *a)
{
    asy_model contract = *m;
    loader l = { &contract, path, diag, a, 0 };
    asy_safetensors f;

    ASY_TRY(asy_safetensors_read(a, path, &f, diag));
    check_arch(&l, meta_get(&f, "arch"));
    check_contract(&l, meta_get(&f, "contract"), &contract);
    if (!asy_model_has_graph(m))
        return take_state(&l, m, &contract, &f);
    for (int i = 0; i < contract.n_slots; i++)
        check_slot(&l, &contract.slot[i], &f);
    check_surplus(&l, &f);
    ASY_TRY(asy_arena_status(a));
    if (l.errors)
        ASY_FAIL(ASY_EMODEL, "`%s` does not fit the model", path);
    contract.version = m->version;
    *m = contract;
    take(m, &f);
    return ASY_OK;
}

/* ---- beginning from another model */

asy_status asy_model_adopt(asy_model *m, const char *path, asy_diag *diag, asy_arena *a)
{
    loader l = { m, path, diag, a, 0 };
    asy_safetensors f;
    int taken = 0;

    ASY_TRY(asy_safetensors_read(a, path, &f, diag));
    for (int i = 0; i < f.n; i++)
        for (int k = 0; k < m->n_slots; k++) {
            const asy_slot *s = &m->slot[k];
            const asy_tensor *t = &f.t[i].t;

            if (strcmp(f.t[i].name, s->name) != 0 || t->type != ASY_F32 || !asy_shape_equal(&t->s, &s->shape))
                continue;
            check_slot(&l, s, &f);
            memcpy(m->w + s->first, t->data, (size_t)s->n * sizeof *m->w);
            taken++;
        }
    if (taken == 0) {
        COMPLAIN(&l, "E0504", "`%s` holds no tensor of the model's names and shapes", path);
        asy_diag_note(diag, "the model's first is `%s`", m->n_slots > 0 ? m->slot[0].name : "");
    }
    ASY_TRY(asy_arena_status(a));
    if (l.errors)
        ASY_FAIL(ASY_EMODEL, "`%s` does not fit the model", path);
    m->version++;
    return ASY_OK;
}

/* A tensor's name inside its member. */
static const char *in_member(const asy_model *m, const char *tensor)
{
    const char *slash = m->members > 1 ? strchr(tensor, '/') : NULL;

    return slash ? slash + 1 : tensor;
}

static bool is_of_layer(const char *tensor, const char *layer)
{
    size_t n = strlen(layer);

    return strncmp(tensor, layer, n) == 0 && (tensor[n] == 0 || tensor[n] == '.' || tensor[n] == '/');
}

asy_status asy_model_freeze(asy_model *m, asy_strs layers, asy_diag *diag)
{
    int errors = 0;

    for (int i = 0; i < layers.n; i++) {
        int found = 0;

        for (int k = 0; k < m->n_slots; k++)
            if (is_of_layer(m->slot[k].name, layers.v[i])
                || is_of_layer(in_member(m, m->slot[k].name), layers.v[i])) {
                m->slot[k].frozen = true;
                found++;
            }
        if (found > 0)
            continue;
        errors++;
        asy_diag_add(diag, "E0509", NULL, "`freeze` names `%s`, which is no layer of `%s`", layers.v[i],
                     m->arch->name);
        for (int k = 0; k < m->n_slots; k++)
            asy_diag_note(diag, "it has the tensor `%s`", m->slot[k].name);
    }
    if (errors)
        ASY_FAIL(ASY_EMODEL, "`freeze` names what the model does not have");
    return ASY_OK;
}
