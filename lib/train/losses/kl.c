// SPDX-License-Identifier: GPL-3.0-or-later
/* Divergence of the prediction from a distribution over the classes. */
#include "_rows.h"

enum { LABEL, SOFT };
static const char *const targets[] = { "label", "soft", NULL };
typedef struct {
    int64_t target;
    double smoothing;
} par;

static const asy_param params[] = {
    ASY_PARAM_ENUM(target, "label", targets, "one-hot labels, or the data's distributions over the classes"),
    ASY_PARAM_F64(smoothing, "0.1", 0, 1, "share of each target that is spread evenly over all classes"),
    ASY_PARAM_END
};

static double x_log_x(double x) { return x > 0 ? x * asy_log_f64(x) : 0; }

/* Σ q log q − Σ q log p, q = (1 − s)·onehot(y) + s/K. The first sum is the same for every label, the second
 * the cross-entropy: xent + s·(z_y − mean z). */
static asy_val from_label(asy_graph *g, const asy_loss_in *in, double s, double n)
{
    double least = x_log_x(1 - s + s / n) + (n - 1) * x_log_x(s / n);
    asy_val mean = asy_affine(g, asy_sum_last(g, in->logits), 1 / n, 0);
    asy_val over = asy_sub(g, asy_pick(g, in->logits, in->labels), mean);
    asy_val xent = asy_add(g, asy_xent(g, in->logits, in->labels), asy_affine(g, over, s, 0));

    return asy_affine(g, xent, 1, least);
}

/* Σ q (log q − log p), 0 log 0 = 0. */
static asy_val from_shares(asy_graph *g, const asy_loss_in *in, double s, double n)
{
    asy_val q = asy_affine(g, in->soft, 1 - s, s / n), log_q = asy_log(g, asy_clamp(g, q, 1e-37, 2));

    return asy_sum_last(g, asy_mul(g, q, asy_sub(g, log_q, asy_log_softmax(g, in->logits))));
}

static bool soft(const void *vp) { return ((const par *)vp)->target == SOFT; }

static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(in->scope);
    double n = (double)asy__loss_classes(in);

    if (p->target == SOFT && !in->soft.id)
        return asy_graph_fail(g, "`kl` with `target: soft` needs distributions over the classes");
    return asy__loss_of(
        in, p->target == SOFT ? from_shares(g, in, p->smoothing, n) : from_label(g, in, p->smoothing, n), rows);
}

const asy_loss asy_loss_kl = {
    .m = { .name = "kl",
           .summary = "divergence of the soft-max from a distribution over the classes",
           .revision = 1,
           .cite = "Kullback, Leibler 1951, Ann. Math. Stat. 22(1)",
           .doc = "A row's loss is sum_k q_k log(q_k / p_k), p the soft-max, q = (1 - s) t + s/K over the K "
                  "classes, s = smoothing. t is 1 at the label and 0 elsewhere, or with `target: soft` what the "
                  "data say: `data.columns.soft` names a column for each class, some sets bring their own "
                  "(cifar10h). The loss is 0 where p = q; its gradient is that of cross-entropy with the same "
                  "target.",
           .example = "loss: {method: kl, target: soft, smoothing: 0}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .soft = soft,
    .emit = emit,
};
