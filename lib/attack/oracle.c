// SPDX-License-Identifier: GPL-3.0-or-later
/* The threat model's view of a model: what an attack may ask, each a program. */
#include "impl.h"
#include "scorer.h"
#include <string.h>

asy_status asy__oracle_new(asy_oracle **out, const asy_model *model, const asy_threat *threat,
                           const asy_backend *backend, int64_t max_rows)
{
    *out = NULL;
    asy_arena *a = asy_arena_new(0);
    asy_oracle *o = ASY_NEW(a, asy_oracle);
    if (!o) {
        asy_arena_free(a);
        ASY_FAIL(ASY_ENOMEM, "out of memory for an oracle");
    }
    *o = (asy_oracle){ .arena = a,
                       .model = model,
                       .backend = backend,
                       .threat = threat,
                       .max_rows = max_rows,
                       .objective = asy_objectives[0] };
    o->drawn = ASY_NEWN(a, max_rows, int64_t);
    *out = o;
    return asy_arena_status(a);
}

void asy__oracle_free(asy_oracle *o)
{
    if (!o) return;
    asy__programs_free(o);
    asy_arena_free(o->arena);
}

void asy__oracle_begin(asy_oracle *o, asy_attack_job *job, const float *w, uint64_t version, asy_rng noise)
{
    o->job = job;
    o->w = w;
    o->version = version;
    o->spent = false;
    o->noise = noise;
    o->objective = asy_objectives[0];
}

void asy__oracle_end(asy_oracle *o)
{
    o->job = NULL;
}

asy_status asy_oracle_set_loss(asy_oracle *o, asy_objective objective)
{
    if (!objective) ASY_FAIL(ASY_EINVAL, "no objective is given");
    o->objective = objective;
    return ASY_OK;
}

/* Whether a tensor of the caller's holds `rows` rows of `size` elements. */
static asy_status fits(const asy_oracle *o, const asy_tensor *t, int64_t size, const char *what)
{
    ASY_TRY(asy_arena_status(o->job->scratch));
    int64_t rows = t->s.n > 0 ? t->s.d[0] : -1;
    if (!t->data || t->type != ASY_F32 || rows < o->job->rows || asy_shape_count(&t->s) != rows * size)
        ASY_FAIL(ASY_ESHAPE, "%s is not float32 with %lld elements in each of %lld rows", what,
                 (long long)size, (long long)o->job->rows);
    return ASY_OK;
}

static asy_status logits_of(asy_oracle *o, const asy_tensor *x, const float **z)
{
    asy_program *p;
    asy_tensor out[1];
    if (!o->job) ASY_FAIL(ASY_EINVAL, "no attack is running");
    ASY_TRY(fits(o, x, asy_shape_count(&o->model->io.in), "x"));
    ASY_TRY(asy__program_get(&p, o, 0, NULL, NULL, NULL, ASY_OUT_LOGITS));
    ASY_TRY(asy_program_run(p, o->job->rows, x, NULL, out));
    *z = out[0].data;
    return ASY_OK;
}

asy_status asy_oracle_label(asy_oracle *o, const asy_tensor *x, int32_t *label)
{
    const float *z;
    int64_t k = o->model->io.classes;
    ASY_TRY(logits_of(o, x, &z));
    for (int64_t i = 0; i < o->job->rows; i++) label[i] = asy_argmax(k, z + i * k);
    return ASY_OK;
}

asy_status asy_oracle_scores(asy_oracle *o, const asy_tensor *x, asy_tensor *scores)
{
    const float *z;
    int64_t k = o->model->io.classes;
    if (o->threat->access == ASY_ACCESS_LABELS) ASY_FAIL(ASY_EUNSUP, "this attack needs access to scores");
    ASY_TRY(logits_of(o, x, &z));
    ASY_TRY(fits(o, scores, k, "scores"));
    memcpy(scores->data, z, (size_t)(o->job->rows * k) * sizeof(float));
    return ASY_OK;
}

asy_status asy_oracle_loss_grad(asy_oracle *o, const asy_tensor *x, asy_tensor *loss, asy_tensor *grad)
{
    asy_program *p;
    asy_tensor out[2];
    int64_t size = asy_shape_count(&o->model->io.in);
    if (!o->job) ASY_FAIL(ASY_EINVAL, "no attack is running");
    ASY_TRY(
        asy_oracle_compile(&p, o, 0, NULL, NULL, o->objective, ASY_OUT_LOSS | (grad ? ASY_OUT_GRAD_X : 0u)));
    ASY_TRY(fits(o, x, size, "x"));
    ASY_TRY(fits(o, loss, 1, "loss"));
    if (grad) ASY_TRY(fits(o, grad, size, "grad"));
    size_t rows = (size_t)o->job->rows;
    ASY_TRY(asy_program_run(p, o->job->rows, x, NULL, out));
    memcpy(loss->data, out[0].data, rows * sizeof(float));
    if (grad) memcpy(grad->data, out[1].data, rows * (size_t)size * sizeof(float));
    return ASY_OK;
}
