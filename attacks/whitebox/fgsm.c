// SPDX-License-Identifier: GPL-3.0-or-later
/* The fast gradient method (Goodfellow et al. 2015): one step of length eps up the loss. The smallest attack
 * there is, and the file to copy for another. */
#include "../_ball.h"

/* Parameters of the attack itself. The threat model (norm, eps, goal, …) is never among them: it comes in
 * job->threat. */
typedef struct { int64_t loss; } par;

/* One row a parameter: key, default as a user would write it, limits or choices, help. From it come reading,
 * checking, `describe`, the stage key. */
static const asy_param params[] = {
    ASY_PARAM_ENUM(loss, "cross-entropy", asy_objective_names, "what is maximised"),
    ASY_PARAM_END
};

/* Attacks job->rows rows on one thread. The harness spreads chunks of rows, the oracle counts and refuses,
 * the evaluator decides what was broken. */
static asy_status run(asy_oracle *oracle, const void *vp, asy_attack_job *job)
{
    const par *p = vp;
    /* Scratch tensors are freed after the call. One that could not be had has no memory, and the next call of
     * the oracle reports it. */
    asy_tensor x = asy_tensor_copy(job->scratch, &job->clean), delta = asy_tensor_like(job->scratch, &x);
    asy_tensor grad = asy_tensor_like(job->scratch, &x), loss = asy_tensor_per_row(job->scratch, &x);

    /* A higher loss is better for the attacker, whatever the goal: the oracle turns targeted goals round. */
    ASY_TRY(asy_oracle_set_loss(oracle, asy_objectives[p->loss]));
    ASY_TRY(asy_oracle_loss_grad(oracle, &x, &loss, &grad));
    /* Draws, if any, come from the job's stream and the sample's id, so that no result depends on how rows
     * were packed. */
    asy__ball_ascend(job, &job->rng, job->threat->eps, &grad, &delta);
    asy__ball_project(job, &delta, &x);
    asy_job_keep(job, NULL, &x);    /* no loss: one step is the answer, good or bad */
    return ASY_OK;
}

/* The file's last definition is the method: fgsm.c holds asy_attack_fgsm, called "fgsm" in a spec. */
const asy_attack asy_attack_fgsm = {
    .m = { .name = "fgsm", .summary = "one gradient step of length eps",
           .cite = "Goodfellow, Shlens, Szegedy 2015, arXiv:1412.6572",
           .revision = 1, .covers = "FGSM",
           .doc = "x' = x + eps·sign(g) for linf, x + eps·g/‖g‖₂ for l2, projected to ball and box; g is "
                  "the gradient of the loss at x. One model call, one gradient.",
           .pitfalls = "A single step underestimates what an attacker can do; coordinates whose gradient "
                       "is exactly 0 do not move.",
           .example = "fgsm: {method: fgsm, norm: linf, eps: 0.1}",
           .needs = ASY_NEED_GRAD, ASY_PARAMS(params) },
    .norms = ASY_LINF | ASY_L2, .run = run,
};
