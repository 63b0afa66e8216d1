// SPDX-License-Identifier: GPL-3.0-or-later
/* Projected gradient ascent inside a norm ball (Madry et al. 2018); without the random start the basic
 * iterative method (Kurakin et al. 2017). */
#include "../_ball.h"
#include <math.h>

typedef struct { int64_t steps, restarts, loss; double step_size; bool random_start, early_stop; } par;

static double step_size(const void *params, const void *threat)
{
    return 2.5 * ((const asy_threat *)threat)->eps / (double)((const par *)params)->steps;
}

static const asy_param params[] = {
    ASY_PARAM_I64(steps, "40", 1, 100000, "gradient steps in each restart"),
    ASY_PARAM_DERIVED(step_size, "2.5*eps/steps", step_size, 0, INFINITY,
                      "length of a step, in data.range"),
    ASY_PARAM_I64(restarts, "1", 1, 1000, "independent starts; the worst case is kept"),
    ASY_PARAM_BOOL(random_start, "true", "start uniformly inside the ball"),
    ASY_PARAM_ENUM(loss, "cross-entropy", asy_objective_names, "what is maximised"),
    ASY_PARAM_BOOL(early_stop, "false", "a row leaves at its first success: faster, weaker examples"),
    ASY_PARAM_END
};

static const asy_preset presets[] = {
    { .name = "bim", .summary = "iterated gradient steps from the input itself",
      .cite = "Kurakin, Goodfellow, Bengio 2017, arXiv:1607.02533",
      .set = { { "random_start", "false" } }, .covers = "BIM" },
    { .name = NULL }
};

static int64_t passes(const void *vp)
{
    return ((const par *)vp)->restarts;
}

static asy_status run(asy_oracle *oracle, const void *vp, asy_attack_job *job)
{
    const par *p = vp;
    asy_tensor x = asy_tensor_copy(job->scratch, &job->clean), delta = asy_tensor_like(job->scratch, &x);
    asy_tensor grad = asy_tensor_like(job->scratch, &x), loss = asy_tensor_per_row(job->scratch, &x);
    asy_rng start = asy_rng_part(job->rng, "start");

    ASY_TRY(asy_oracle_set_loss(oracle, asy_objectives[p->loss]));
    if (p->random_start) {
        asy__ball_random(job, &start, &delta);
        asy__ball_project(job, &delta, &x);
    }
    for (int64_t s = 0; s < p->steps; s++) {
        asy_rng step = asy_rng_split(job->rng, "step", (uint64_t)s);
        ASY_TRY(asy_oracle_loss_grad(oracle, &x, &loss, &grad));
        asy_job_keep(job, &loss, &x);
        if (p->early_stop && asy_job_live(job, 2, (asy_tensor *[]){ &delta, &grad }) == 0) return ASY_OK;
        asy__ball_ascend(job, &step, p->step_size, &grad, &delta);
        asy__ball_project(job, &delta, &x);
    }
    if (!job->training) ASY_TRY(asy_oracle_loss_grad(oracle, &x, &loss, NULL));
    asy_job_keep(job, &loss, &x);
    return ASY_OK;
}

static void check(const void *vp, const void *vt, asy_site *site)
{
    const par *p = vp;
    const asy_threat *t = vt;
    if (t && p->step_size * (double)p->steps < t->eps)
        asy_diag_add(asy_site_diag(site), "W0607", asy_site_loc(site, "step_size"),
                     "%lld steps of %g cannot reach the edge of a ball of radius %g", (long long)p->steps,
                     p->step_size, t->eps);
}

const asy_attack asy_attack_pgd = {
    .m = { .name = "pgd", .summary = "projected gradient ascent inside a norm ball",
           .cite = "Madry et al. 2018, arXiv:1706.06083",
           .revision = 1, .covers = "PGD", .words = "projected-gradient-descent i-fgsm ifgsm",
           .doc = "From x or a random point of the ball: x ← projection(x + step_size·direction), the "
                  "direction being sign(g) for linf and g/‖g‖₂ for l2. The point of highest loss over "
                  "steps and restarts is returned, a success before any other; restarts run on rows that "
                  "still resist. In training every row runs all steps and the last point is used.",
           .pitfalls = "steps·step_size below eps cannot reach the edge of the ball. A loss that "
                       "saturates has zero gradients: see zero_gradients, and try loss: margin.",
           .example = "pgd: {method: pgd, norm: linf, eps: 8/255, steps: 40, restarts: 5}",
           .needs = ASY_NEED_GRAD, .check = check, .presets = presets, ASY_PARAMS(params) },
    .norms = ASY_LINF | ASY_L2, .passes = passes, .run = run,
};
