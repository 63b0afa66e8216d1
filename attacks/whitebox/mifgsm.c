// SPDX-License-Identifier: GPL-3.0-or-later
/* Iterated gradient steps with momentum (Dong et al. 2018). */
#include "../_ball.h"
#include <math.h>

typedef struct { int64_t steps; double step_size, decay; bool early_stop; int64_t loss; } par;

static double step_size(const void *params, const void *threat)
{
    return ((const asy_threat *)threat)->eps / (double)((const par *)params)->steps;
}

static const char *const decay_words[] = { "momentum", "mu", NULL };
static const asy_param params[] = {
    ASY_PARAM_I64(steps, "10", 1, 100000, "gradient steps"),
    ASY_PARAM_DERIVED(step_size, "eps/steps", step_size, 0, INFINITY, "length of a step, in data.range"),
    { .key = "decay", .type = ASY_P_F64, .off = ASY_OFF(decay, double), .def = "1", .lo = 0, .hi = 10,
      .synonyms = decay_words, .help = "share of the accumulated direction that a step keeps"},
    ASY_PARAM_ENUM(loss, "cross-entropy", asy_objective_names, "what is maximised"),
    ASY_PARAM_BOOL(early_stop, "false", "a row leaves at its first success: faster, weaker examples"),
    ASY_PARAM_END
};

/* v ← decay·v + g/‖g‖₁ for each row; a zero gradient adds nothing. */
static void accumulate(const asy_attack_job *job, double decay, const asy_tensor *grad, asy_tensor *velocity)
{
    size_t n = (size_t)(asy_shape_count(&grad->s) / job->rows);
    for (int64_t r = 0; r < job->rows; r++) {
        const float *g = (const float *)grad->data + (size_t)r * n;
        float *v = (float *)velocity->data + (size_t)r * n;
        double sum = asy__sum_abs(n, g), scale = sum > 0 ? 1.0 / sum : 0.0;
        for (size_t i = 0; i < n; i++) v[i] = (float)(decay * (double)v[i] + scale * (double)g[i]);
    }
}

static asy_status run(asy_oracle *oracle, const void *vp, asy_attack_job *job)
{
    const par *p = vp;
    asy_tensor x = asy_tensor_copy(job->scratch, &job->clean), delta = asy_tensor_like(job->scratch, &x);
    asy_tensor grad = asy_tensor_like(job->scratch, &x), loss = asy_tensor_per_row(job->scratch, &x);
    asy_tensor velocity = asy_tensor_like(job->scratch, &x);

    ASY_TRY(asy_oracle_set_loss(oracle, asy_objectives[p->loss]));
    for (int64_t s = 0; s < p->steps; s++) {
        asy_rng step = asy_rng_split(job->rng, "step", (uint64_t)s);
        ASY_TRY(asy_oracle_loss_grad(oracle, &x, &loss, &grad));
        asy_job_keep(job, &loss, &x);
        if (p->early_stop && asy_job_live(job, 3, (asy_tensor *[]){ &delta, &grad, &velocity }) == 0)
            return ASY_OK;
        accumulate(job, p->decay, &grad, &velocity);
        asy__ball_ascend(job, &step, p->step_size, &velocity, &delta);
        asy__ball_project(job, &delta, &x);
    }
    if (!job->training) ASY_TRY(asy_oracle_loss_grad(oracle, &x, &loss, NULL));
    asy_job_keep(job, &loss, &x);
    return ASY_OK;
}

const asy_attack asy_attack_mifgsm = {
    .m = { .name = "mifgsm", .summary = "iterated gradient steps with momentum",
           .cite = "Dong et al. 2018, arXiv:1710.06081",
           .revision = 1, .covers = "U-MI-FGSM, T-MI-FGSM", .words = "mi-fgsm momentum-iterative-method",
           .doc = "v ← decay·v + g/‖g‖₁, x ← projection(x + step_size·direction of v), from x itself; the "
                  "direction is sign(v) for linf and v/‖v‖₂ for l2. With goal: untargeted this is the "
                  "published U-MI-FGSM, with a targeted goal T-MI-FGSM. The point of highest loss is "
                  "returned, a success before any other.",
           .pitfalls = "Made for transfer to other models; with early_stop its examples transfer less.",
           .example = "mifgsm: {method: mifgsm, norm: linf, eps: 0.1, steps: 20}",
           .needs = ASY_NEED_GRAD, ASY_PARAMS(params) },
    .norms = ASY_LINF | ASY_L2, .run = run,
};
