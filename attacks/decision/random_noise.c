// SPDX-License-Identifier: GPL-3.0-or-later
/* Random points of the ball: what an attacker gets without any idea. */
#include "../_ball.h"

typedef struct { int64_t draws; } par;

static const asy_param params[] = {
    ASY_PARAM_I64(draws, "10", 1, 1000000, "points that are tried for each row"),
    ASY_PARAM_END
};

static asy_status run(asy_oracle *oracle, const void *vp, asy_attack_job *job)
{
    const par *p = vp;
    asy_tensor x = asy_tensor_copy(job->scratch, &job->clean), delta = asy_tensor_like(job->scratch, &x);
    int32_t *label = ASY_NEWN(job->scratch, job->rows, int32_t);

    ASY_TRY(asy_arena_status(job->scratch));
    for (int64_t i = 0; i < p->draws; i++) {
        asy_rng draw = asy_rng_split(job->rng, "draw", (uint64_t)i);
        asy__ball_random(job, &draw, &delta);
        asy__ball_project(job, &delta, &x);
        if (!job->training) ASY_TRY(asy_oracle_label(oracle, &x, label));
        asy_job_keep(job, NULL, &x);
        if (asy_job_live(job, 1, (asy_tensor *[]){ &delta }) == 0) return ASY_OK;
    }
    return ASY_OK;
}

const asy_attack asy_attack_random_noise = {
    .m = { .name = "random-noise", .summary = "random points of the ball",
           .cite = "Carlini et al. 2019, arXiv:1902.06705", .revision = 1,
           .doc = "Draws points uniformly from the ball (linf: each coordinate; l2: direction and "
                  "radius), moves them into the box and keeps one that reaches the goal, else the last. "
                  "Needs labels only.",
           .pitfalls = "A baseline: an attack that finds less than this is broken.",
           .example = "noise: {method: random-noise, norm: linf, eps: 0.1, draws: 100}",
           .needs = ASY_NEED_LABEL, ASY_PARAMS(params) },
    .norms = ASY_LINF | ASY_L2, .run = run,
};
