// SPDX-License-Identifier: GPL-3.0-or-later
/* Attacks, and the threat model that stands once for all that are nested in a block. */
#include "../attack.h"
#include "../evaluation.h"
#include "_spots.h"
#include <math.h>

static const char *const norms[]  = { "linf", "l2", NULL };
static const char *const goals[]  = { "untargeted", "least-likely", "random-target", NULL };
static const char *const access[] = { "gradients", "scores", "labels", NULL };
static const char *const eps_words[] = { "epsilon", "radius", "max_norm", NULL };
static const char *const norm_words[] = { "p", "ord", "distance", NULL };
static const char *const target_words[] = { "target_class", "targeted", NULL };
static const char *const query_words[] = { "max_queries", "n_queries", "query_budget", NULL };
static const char *const eot_auto[] = { "auto", NULL };
static const char *const eot_words[] = { "eot_iter", "eot_samples", NULL };

typedef asy_threat par;
const asy_param asy_threat_rows[] = {
    ASY_PARAM_ENUM(norm, "linf", norms, "how the perturbation is measured", .synonyms = norm_words),
    ASY_PARAM_F64(eps, NULL, 0, INFINITY, "radius of the ball, in units of data.range",
                  .flags = ASY_REQUIRED | ASY_LOG | ASY_HI_OPEN, .synonyms = eps_words),
    ASY_PARAM_ENUM(goal, "untargeted", goals, "any other class, or one that the attack is given",
                   .excludes = "target"),
    ASY_PARAM_I64(target, "-1", -1, 1000000, "the class to reach; -1: none", .synonyms = target_words),
    ASY_PARAM_ENUM(access, "gradients", access, "what the attacker sees of the model"),
    ASY_PARAM_I64(queries, "0", 0, 1e15, "budget of model calls an example; 0: no limit",
                  .synonyms = query_words),
    ASY_PARAM_I64(eot, "auto", 1, 100000, "draws that one call of a random model averages over; auto: 20",
                  .choices = eot_auto, .synonyms = eot_words),
    ASY_PARAM_END
};

static const char *const statistics[] = { "running", NULL };
static const asy_param adversary_keys[] = {
    { .key = "mix", .type = ASY_P_F64, .off = offsetof(asy_adversary_keys, mix), .def = "1", .lo = 0, .hi = 1,
      .help = "share of each batch that is perturbed" },
    { .key = "statistics", .type = ASY_P_ENUM, .off = offsetof(asy_adversary_keys, statistics), .def = "running",
      .choices = statistics,
      .help = "what batch normalisation sees during the inner attack, so that no row depends on another" },
    ASY_PARAM_END
};

const asy_spot asy_spot_attack = { .path = "evaluate.*.attack", .noun = "attack", .word = "method" };
const asy_spot asy_spot_adversary = {
    .path = "train.adversary", .noun = "adversary", .word = "method", .gathers = true,
    .keys = adversary_keys, .keys_size = sizeof(asy_adversary_keys),
};

static const asy_spot *const spots[] = { &asy_spot_evaluate, &asy_spot_attack, &asy_spot_adversary, NULL };
ASY__METHODS_OF(attack);

static void facts(const asy_method *m, const char *name, asy_buf *out)
{
    (void)name;
    unsigned bits = ((const asy_attack *)m)->norms;
    asy_buf_puts(out, "Norms");
    for (int i = 0; norms[i]; i++)
        if (bits & 1u << i) asy_buf_printf(out, "%s %s", bits & ((1u << i) - 1) ? "," : "", norms[i]);
    asy_buf_putc(out, '.');
}

/* A linf ball wider than the range holds every image: the radius was meant in other units. */
static void in_range(const void *shared, const asy_tree *block, double lo, double hi, asy_diag *d)
{
    const asy_threat *t = shared;
    const asy_tree *eps = asy_tree_get(block, "eps");
    if (!eps || t->norm != 0 || !(t->eps > hi - lo)) return;
    asy_diag_add(d, "E0205", &eps->loc, "`eps` is %.9g, outside the data range", t->eps);
    if (eps->var)
        asy_diag_label(d, "%s, from `vars.%s` (%s:%d:%d)", eps->text, eps->var->key, eps->var->loc.file,
                       eps->var->loc.line, eps->var->loc.col);
    asy_diag_note(d, "`data.range` is [%.9g, %.9g], so an %s radius must be in (0, %.9g]", lo, hi, norms[t->norm],
                  hi - lo);
    if (hi - lo == 1 && t->eps == floor(t->eps) && t->eps <= 255)
        asy_diag_help(d, "for %g grey level%s of 256 write %g/255 (= %.6f)", t->eps, t->eps == 1 ? "" : "s", t->eps,
                      t->eps / 255);
}

const asy_kind asy_kind_attack = {
    .name = "attack", .plural = "attacks",
    .summary = "searches, near an input, for one that the model gets wrong",
    .spots = spots, .shared = asy_threat_rows, .shared_size = sizeof(asy_threat),
    .suite = "attack", .section = "robustness", .methods = asy_methods_of_attack,
    .needs = ASY_NEED_INPUT, .evaluate = asy_attack_evaluate, .in_range = in_range, .facts = facts,
};
