// SPDX-License-Identifier: GPL-3.0-or-later
/* Programs: x and variables → x′ → model in evaluation mode → objective, compiled once an oracle and run by
 * an attack. */
#include "impl.h"
#include "scorer.h"
#include "../base/poly.h"
#include "../graph/op.h"
#include "../model/fitted.h"
#include <string.h>

enum { MAX_VARS = 8, MAX_OUTS = MAX_VARS + 5, EOT = 20 };

struct asy_program {
    asy_program *next;
    asy_oracle *oracle;
    int n_var;
    asy_var var[MAX_VARS];
    asy_pre pre;
    asy_objective objective;
    unsigned outputs;
    asy_scope *scope;
    asy_val x, goal, in[MAX_VARS];
    asy_plan *plan;
    asy_exec *exec;
    int n_out, loss, grad, n_grad, moved; /* places in the plan's results: 0 is the logits; −1: not there */
    /* Without a graph x′ comes from a plan of its own; the logits, which the model then says, are an input. */
    asy_plan *ahead;
    asy_exec *ahead_exec;
    asy_val z;
    float *logits;
    int n_bind, n_weights;
    asy_bind *bind; /* x, goal, variables, the weights, random values' */
    const float *w;
    uint64_t version;      /* of the weights in `bind` */
    float *mean[MAX_OUTS]; /* of a random model: results averaged over the draws */
};

struct asy_taps {
    asy_graph *g;
    const asy_scope *scope;
    asy_val logits;
    bool all;
};

asy_val asy_tap(const asy_taps *t, const char *name)
{
    if (strcmp(name, "logits") == 0) return t->logits;
    if (!t->all)
        return asy_graph_fail(
            t->g, "`%s` is inside the model; an attack that sees it needs access to gradients", name);
    asy_val v = asy_scope_tapped(t->scope, name);
    return v.id ? v : asy_graph_fail(t->g, "the model has no value that is called `%s`", name);
}

static asy_val objective_of(asy_program *p, asy_graph *g, asy_val logits)
{
    const asy_threat *t = p->oracle->threat;
    asy_taps taps = { g, p->scope, logits, t->access == ASY_ACCESS_GRADIENTS };
    asy_val v = p->objective(g, &taps, p->goal);
    asy_type type = asy_val_type(g, v);
    if (v.id && (type.cls != ASY_ROW || type.dtype != ASY_F32 || type.shape.n != 0))
        return asy_graph_fail(g, "an objective gives one number a row");
    return asy__targeted(t) ? asy_neg(g, v) : v;
}

static asy_status plan_ahead(asy_program *p, asy_graph *g, asy_val x)
{
    ASY_TRY(asy_plan_new(&p->ahead, g, 1, &x, p->oracle->max_rows, p->oracle->backend));
    return asy_exec_new(&p->ahead_exec, p->ahead, NULL);
}

/* Writes the graph and lists its results. */
static asy_status write_graph(asy_program *p, asy_graph *g, asy_val out[MAX_OUTS])
{
    const asy_model *m = p->oracle->model;
    p->x = asy_input(g, "x", ASY_ROW, ASY_F32, m->io.in);
    p->goal = asy_input(g, "goal", ASY_ROW, ASY_I32, ASY_SCALAR);
    for (int i = 0; i < p->n_var; i++)
        p->in[i] = asy_input(g, p->var[i].name, ASY_ROW, ASY_F32, p->var[i].shape);
    asy_val x = p->pre ? p->pre(g, p->in, p->x) : p->x, loss = { 0 };
    asy_val logits = asy_model_has_graph(m)
                         ? asy_model_emit(m, p->scope, x)
                         : (p->z = asy_input(g, "logits", ASY_ROW, ASY_F32, ASY_SHAPE(m->io.classes)));
    ASY_TRY(asy_graph_status(g));
    out[p->n_out++] = logits;
    if (p->pre && !asy_model_has_graph(m)) ASY_TRY(plan_ahead(p, g, x));
    if (p->objective) loss = objective_of(p, g, logits);
    if (p->outputs & ASY_OUT_LOSS) p->loss = p->n_out, out[p->n_out++] = loss;
    asy_val wrt[MAX_VARS + 1];
    if (p->outputs & ASY_OUT_GRAD_X) wrt[p->n_grad++] = p->x;
    for (int i = 0; i < p->n_var && (p->outputs & ASY_OUT_GRAD_VARS); i++) wrt[p->n_grad++] = p->in[i];
    if (p->n_grad) asy_grad(g, loss, p->n_grad, wrt, out + p->n_out);
    p->grad = p->n_out;
    p->n_out += p->n_grad;
    if (p->outputs & ASY_OUT_X) p->moved = p->n_out, out[p->n_out++] = x;
    return asy_graph_status(g);
}

static asy_status build(asy_program *p)
{
    asy_oracle *o = p->oracle;
    asy_val out[MAX_OUTS];
    asy_graph *g = asy_graph_new(o->arena, ASY_F32);
    if (!g) return asy_arena_status(o->arena);
    p->scope = asy_scope_new(o->arena, g, ASY_EVAL);
    p->bind = ASY_NEWN(o->arena, 3 + p->n_var + asy_model_binds(o->model) + ASY_SCOPE_NOISE, asy_bind);
    if (!asy_model_has_graph(o->model)) p->logits = ASY_NEWN(o->arena, o->max_rows * o->model->io.classes, float);
    ASY_TRY(asy_arena_status(o->arena));
    p->loss = p->moved = -1;
    ASY_TRY(write_graph(p, g, out));
    ASY_TRY(asy_arena_status(o->arena));
    ASY_TRY(asy_scope_noise_new(p->scope, o->max_rows));
    for (int i = 0; i < p->n_out && asy_scope_is_random(p->scope); i++) {
        asy_type type = asy_val_type(g, out[i]);
        p->mean[i] = asy_alloc(o->arena, (size_t)(asy_shape_count(&type.shape) * o->max_rows), sizeof(float));
    }
    ASY_TRY(asy_arena_status(o->arena));
    ASY_TRY(asy_plan_new(&p->plan, g, p->n_out, out, o->max_rows, o->backend));
    return asy_exec_new(&p->exec, p->plan, NULL);
}

static bool same(const asy_program *p, int n, const asy_var var[], asy_pre pre, asy_objective objective,
                 unsigned outputs)
{
    if (p->n_var != n || p->pre != pre || p->objective != objective || p->outputs != outputs) return false;
    for (int i = 0; i < n; i++)
        if (strcmp(p->var[i].name, var[i].name) != 0 || !asy_shape_equal(&p->var[i].shape, &var[i].shape))
            return false;
    return true;
}

asy_status asy__program_get(asy_program **out, asy_oracle *o, int n, const asy_var var[], asy_pre pre,
                            asy_objective objective, unsigned outputs)
{
    *out = NULL;
    for (asy_program *p = o->programs; p; p = p->next)
        if (same(p, n, var, pre, objective, outputs)) return *out = p, ASY_OK;
    if (n < 0 || n > MAX_VARS)
        ASY_FAIL(ASY_EINVAL, "a program takes at most %d variables, not %d", MAX_VARS, n);
    if (!objective && (outputs & (ASY_OUT_LOSS | ASY_OUT_GRAD_X | ASY_OUT_GRAD_VARS)))
        ASY_FAIL(ASY_EINVAL, "a loss or gradient needs an objective");
    if (!pre && (n > 0 || (outputs & ASY_OUT_X)))
        ASY_FAIL(ASY_EINVAL, "variables and X need a function that makes x' of them");
    asy_program *p = ASY_NEW(o->arena, asy_program);
    if (!p) return asy_arena_status(o->arena);
    *p = (asy_program){ .oracle = o, .n_var = n, .pre = pre, .objective = objective, .outputs = outputs };
    for (int i = 0; i < n; i++) p->var[i] = (asy_var){ asy_strdup(o->arena, var[i].name), var[i].shape };
    p->next = o->programs;
    o->programs = p; /* first, so that what it holds is freed if the rest fails */
    asy_status s = build(p);
    if (s != ASY_OK) p->n_var = -1; /* found by no search */
    ASY_TRY(s);
    *out = p;
    return ASY_OK;
}

void asy__programs_free(asy_oracle *o)
{
    for (asy_program *p = o->programs; p; p = p->next) {
        asy_exec_free(p->exec);
        asy_plan_free(p->plan);
        asy_exec_free(p->ahead_exec);
        asy_plan_free(p->ahead);
    }
    o->programs = NULL;
}

asy_status asy_oracle_compile(asy_program **out, asy_oracle *o, int n, const asy_var var[], asy_pre pre,
                              asy_objective objective, unsigned outputs)
{
    int64_t access = o->threat->access;
    if (!asy_model_has_graph(o->model) && (outputs & (ASY_OUT_GRAD_X | ASY_OUT_GRAD_VARS)))
        ASY_FAIL(ASY_EUNSUP, "this attack needs gradients; `%s` has none", o->model->arch->name);
    if (access != ASY_ACCESS_GRADIENTS && (outputs & (ASY_OUT_GRAD_X | ASY_OUT_GRAD_VARS)))
        ASY_FAIL(ASY_EUNSUP, "this attack needs access to gradients");
    if (access == ASY_ACCESS_LABELS && (outputs & (ASY_OUT_LOSS | ASY_OUT_LOGITS)))
        ASY_FAIL(ASY_EUNSUP, "this attack needs access to scores");
    return asy__program_get(out, o, n, var, pre, objective, outputs);
}

/* Draws that a call averages over: the threat's, or 20 for a random model (DESIGN §3.6). */
static int64_t draws(const asy_program *p)
{
    int64_t eot = p->oracle->threat->eot;
    return !asy_scope_is_random(p->scope) ? 1 : eot > 0 ? eot : EOT;
}

/* Counts `calls` calls for each live row; at the budget the job ends. */
static asy_status count(asy_oracle *o, bool gradient, int64_t calls)
{
    struct asy_job_state *s = o->job->state;
    asy__rows *all = s->all;
    int64_t budget = o->threat->queries;
    for (int64_t i = 0; i < o->job->rows && budget > 0; i++)
        if (all->queries[s->row[i]] + calls > budget) {
            o->spent = true;
            ASY_FAIL(ASY_ESTOP, "the budget of %lld queries is spent", (long long)budget);
        }
    for (int64_t i = 0; i < o->job->rows; i++) {
        all->queries[s->row[i]] += calls;
        if (gradient) all->gradients[s->row[i]] += calls;
    }
    return ASY_OK;
}

static void bind(asy_program *p, const asy_tensor *x, const asy_tensor var[])
{
    const asy_oracle *o = p->oracle;
    asy_bind *b = p->bind;
    int n = 2 + p->n_var;
    b[0] = (asy_bind){ p->x, x->data, 0 };
    b[1] = (asy_bind){ p->goal, o->job->label, 0 };
    for (int i = 0; i < p->n_var; i++) b[2 + i] = (asy_bind){ p->in[i], var[i].data, 0 };
    if (p->n_bind == 0 || p->w != o->w || p->version != o->version)
        p->n_weights = asy_model_bind(o->model, p->scope, o->w, o->version, b + n);
    p->w = o->w;
    p->version = o->version;
    p->n_bind = n + p->n_weights;
    if (p->logits) b[p->n_bind++] = (asy_bind){ p->z, p->logits, 0 };
}

/* Result i of the last run: of a random model the mean over its draws. */
static asy_tensor result(const asy_program *p, int i)
{
    asy_tensor t = asy_exec_out(p->exec, i);
    if (p->mean[i]) t.data = p->mean[i];
    return t;
}

/* One run a draw; a row's draws go on from call to call, wherever it lies and whoever is beside it. */
static asy_status run_draws(asy_program *p, int64_t rows)
{
    asy_oracle *o = p->oracle;
    const struct asy_job_state *s = o->job->state;
    int64_t n = draws(p);
    for (int64_t i = 0; i < rows; i++) o->drawn[i] = s->all->queries[s->row[i]] - n;
    for (int64_t k = 0; k < n; k++) {
        int noise =
            asy_scope_noise_bind(p->scope, &o->noise, rows, o->job->id, o->drawn, k, p->bind + p->n_bind);
        ASY_TRY(asy_exec_run(p->exec, rows, p->n_bind + noise, p->bind));
        for (int i = 0; i < p->n_out; i++) {
            asy_tensor t = asy_exec_out(p->exec, i);
            int64_t size = asy_shape_count(&t.s);
            for (int64_t j = 0; j < size; j++) {
                float sum = (k ? p->mean[i][j] : 0.0f) + ((const float *)t.data)[j];
                p->mean[i][j] = k + 1 < n ? sum : sum / (float)n;
            }
        }
    }
    return ASY_OK;
}

/* Without a graph: x′, what the model says of it, and what the objective makes of that. */
static asy_status run_fitted(asy_program *p, int64_t rows, const asy_tensor *x)
{
    const float *at = x->data;
    if (p->ahead) {
        ASY_TRY(asy_exec_run(p->ahead_exec, rows, p->n_bind, p->bind));
        at = asy_exec_out(p->ahead_exec, 0).data;
    }
    ASY_TRY(asy_model_predict(p->oracle->model, NULL, rows, at, p->logits));
    return asy_exec_run(p->exec, rows, p->n_bind, p->bind);
}

enum { SOME = 1, BROKEN = 2 };
/* Sets what is not finite to 0; says whether something is not 0, and whether something was not finite. */
static int tidy(int64_t n, float *g)
{
    uint32_t some = 0, broken = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t u = asy_f32_bits(g[i]), bad = 0u - (uint32_t)((u & 0x7F800000u) == 0x7F800000u);
        u &= ~bad;
        some |= u << 1;
        broken |= bad;
        g[i] = asy_f32_from(u);
    }
    return (some ? SOME : 0) | (broken ? BROKEN : 0);
}

static void look_at_gradients(asy_program *p)
{
    for (int64_t r = 0; r < p->oracle->job->rows; r++) {
        int found = 0;
        for (int i = 0; i < p->n_grad; i++) {
            asy_tensor t = result(p, p->grad + i);
            int64_t size = asy_shape_count(&t.s) / t.s.d[0];
            found |= tidy(size, (float *)t.data + r * size);
        }
        if (found & BROKEN) p->oracle->nonfinite++;
        else if (!(found & SOME)) p->oracle->zero_gradients++;
    }
}

static void look_at_goal(asy_program *p)
{
    const asy_oracle *o = p->oracle;
    const asy_attack_job *job = o->job;
    int64_t k = o->model->io.classes;
    const float *z = result(p, 0).data;
    bool targeted = asy__targeted(o->threat);
    for (int64_t i = 0; i < job->rows; i++)
        job->state->hit[i] = (asy_argmax(k, z + i * k) == job->label[i]) == targeted;
}

asy_status asy_program_run(asy_program *p, int64_t rows, const asy_tensor *x, const asy_tensor var[],
                           asy_tensor out[])
{
    asy_oracle *o = p->oracle;
    if (!o->job || rows != o->job->rows)
        ASY_FAIL(ASY_EINVAL, "a program runs on the live rows of a job, not on %lld", (long long)rows);
    ASY_TRY(asy_arena_status(o->job->scratch));
    ASY_TRY(count(o, p->n_grad > 0, draws(p)));
    bind(p, x, var);
    int sample = asy_scope_noise_bind(p->scope, &o->noise, rows, o->job->id, NULL, 0, p->bind + p->n_bind);
    if (p->logits) ASY_TRY(run_fitted(p, rows, x));
    else ASY_TRY(p->mean[0] ? run_draws(p, rows) : asy_exec_run(p->exec, rows, p->n_bind + sample, p->bind));
    look_at_goal(p);
    if (p->n_grad) look_at_gradients(p);
    int n = 0;
    if (p->outputs & ASY_OUT_LOSS) out[n++] = result(p, p->loss);
    for (int i = 0; i < p->n_grad; i++) out[n++] = result(p, p->grad + i);
    if (p->outputs & ASY_OUT_LOGITS) out[n++] = result(p, 0);
    if (p->outputs & ASY_OUT_X) out[n++] = result(p, p->moved);
    return ASY_OK;
}
