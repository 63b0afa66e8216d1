// SPDX-License-Identifier: GPL-3.0-or-later
/* What a model makes of its input beside the input. */
#include "assay.h"
#include "graph/nn.h"

enum { MSE, BCE };
static const char *const measures[] = { "mse", "bce", NULL };
typedef struct {
    int64_t measure;
    double labels;
} par;

static const asy_param params[] = {
    ASY_PARAM_ENUM(measure, "mse", measures,
                   "mean square; or cross-entropy of each value as a share of 1, for inputs in [0, 1]"),
    ASY_PARAM_F64(labels, "0", 0, 1e6, "weight of the scores' cross-entropy beside it"), ASY_PARAM_END
};

static asy_val flat(asy_graph *g, asy_val x)
{
    asy_shape s = asy_val_type(g, x).shape;

    return asy_reshape(g, x, ASY_SHAPE(asy_shape_count(&s)));
}

static asy_val emit(const void *vp, const asy_loss_in *in, asy_val *rows)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(in->scope);
    asy_val x = asy_scope_tapped(in->scope, "input"),
            y = asy_scope_tapped(in->scope, p->measure == BCE ? "reconstruction/logits" : "reconstruction"),
            d;

    if (!y.id || !x.id)
        return asy_graph_fail(
            g, p->measure == BCE && asy_scope_tapped(in->scope, "reconstruction").id
                   ? "`reconstruction` by bce needs a model that ends in shares: `output: sigmoid`"
                   : "`reconstruction` needs a model that gives its input back: `autoencoder`");
    x = flat(g, x);
    y = flat(g, y);
    if (p->measure == MSE) d = asy_square(g, asy_sub(g, y, x));
    else d = asy_sub(g, asy_softplus(g, y), asy_mul(g, y, x)); /* −x ln σ(y) − (1 − x) ln (1 − σ(y)) */
    *rows = asy_mean_last(g, d);
    if (p->labels > 0)
        *rows = asy_add(g, *rows, asy_affine(g, asy_xent(g, in->logits, in->labels), p->labels, 0));
    return asy_div(g, asy_batch_sum(g, *rows), asy_rows(g));
}

const asy_loss asy_loss_reconstruction = {
    .m = { .name = "reconstruction",
           .summary = "the model's image of its input beside the input",
           .revision = 1,
           .cite = "Hinton, Salakhutdinov 2006, Science 313(5786)",
           .doc = "A row's loss is the mean over its values of (r - x)², r the tap `reconstruction`, x the "
                  "input "
                  "in the units of data.range; or, by bce, of -x ln r - (1 - x) ln(1 - r). The labels count "
                  "only "
                  "through `labels`, the weight of the cross-entropy of the scores.",
           .pitfalls = "With `labels: 0` the scores are not trained, and accuracy means nothing.",
           .example = "loss: {method: reconstruction, labels: 0.1}",
           ASY_PARAMS(params) },
    .flags = ASY_LOSS_DECOMPOSES,
    .emit = emit,
};
