// SPDX-License-Identifier: GPL-3.0-or-later
/* Residual networks in the forms that are published for small and large images. */
#include "_options.h"
#include "graph/nn.h"
#include <stdio.h>

enum { NAME = 64, MAX_STAGES = 4, BOTTLENECK = 4 };
enum { CIFAR, IMAGENET, WIDE }; /* form */
enum { IDENTITY, PROJECTION };  /* shortcut */
enum { SMALL, LARGE };          /* stem */
static const char *const forms[] = { "cifar", "imagenet", "wide", NULL };
static const char *const shortcuts[] = { "identity", "projection", NULL };
static const char *const stems[] = { "3x3", "7x7", NULL };

typedef struct {
    int64_t form, depth, width, widen, stem, shortcut;
    asy__options o;
} par;

static const asy_param params[] = {
    ASY_PARAM_ENUM(form, "cifar", forms,
                   "three stages; four stages; three stages with norm and activation first"),
    ASY_PARAM_I64(depth, "20", 8, 1202,
                  "layers: 6n + 2, or of the form imagenet 18 34 50 101 152, or of wide 6n + 4"),
    ASY_PARAM_I64(width, "16", 1, 1024, "channels of the first stage; each further stage has twice as many"),
    ASY_PARAM_I64(widen, "1", 1, 64, "factor of the stages' channels, not of the stem's"),
    ASY_PARAM_ENUM(stem, "3x3", stems, "first convolution; 7x7: of stride 2, and max-pool 3 of stride 2"),
    ASY_PARAM_ENUM(
        shortcut, "identity", shortcuts,
        "where the shape changes: every second pixel and zeros (option A), or a 1x1 convolution (B)"),
    ASY__ACTIVATION(o, "after each norm"),
    ASY__NORM(o, "group", "after each convolution; with none the convolutions have biases"),
    ASY__GROUPS(o, "8"),
    ASY__DROPOUT(o, "share of units set to 0 in training: before the last layer, in the form wide between a "
                    "block's convolutions"),
    ASY_PARAM_END
};

typedef struct {
    int n, blocks[MAX_STAGES];
    bool bottleneck;
} plan;

/* Blocks of each stage; n = 0: no net of this form has this depth. */
static plan plan_of(const par *p)
{
    static const struct {
        int depth;
        plan plan;
    } imagenet[] = { { 18, { 4, { 2, 2, 2, 2 }, false } },
                     { 34, { 4, { 3, 4, 6, 3 }, false } },
                     { 50, { 4, { 3, 4, 6, 3 }, true } },
                     { 101, { 4, { 3, 4, 23, 3 }, true } },
                     { 152, { 4, { 3, 8, 36, 3 }, true } } };
    int more = p->form == WIDE ? 4 : 2, n = (int)(p->depth - more) / 6;

    if (p->form == IMAGENET) {
        for (size_t i = 0; i < sizeof imagenet / sizeof *imagenet; i++)
            if (imagenet[i].depth == p->depth) return imagenet[i].plan;
        return (plan){ 0 };
    }
    return n >= 1 && p->depth == 6 * n + more ? (plan){ 3, { n, n, n }, false } : (plan){ 0 };
}

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (plan_of(p).n > 0) return;
    asy_diag_add(asy_site_diag(site), "E0205", asy_site_loc(site, "depth"),
                 "no residual network of the form `%s` has %lld layers", forms[p->form], (long long)p->depth);
    asy_diag_help(asy_site_diag(site), p->form == IMAGENET ? "use 18, 34, 50, 101 or 152"
                                       : p->form == WIDE   ? "use 6n + 4: 10, 16, 22, 28, 34, 40 …"
                                                           : "use 6n + 2: 8, 14, 20, 32, 44, 56, 110 …");
}

/* ---- a net that is being written */
typedef struct {
    const par *p;
    asy_scope *sc;
    char at[32]; /* stage1/block2 */
} net;

static asy_val conv(const net *n, const char *layer, asy_val x, int64_t out, int64_t k, int64_t stride)
{
    bool bare = n->p->o.norm != ASY__NORM_NONE;
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s%s", n->at, layer);
    return asy__arch_convolve(n->sc, name, x,
                              &(asy__conv_layer){ out, k, stride, k / 2, bare, ASY_INIT_HE_NORMAL });
}

static asy_val norm(const net *n, const char *layer, asy_val x)
{
    char name[NAME];

    (void)snprintf(name, sizeof name, "%s%s", n->at, layer);
    return asy__arch_norm(n->sc, name, x, (asy__norm)n->p->o.norm, n->p->o.groups);
}

static asy_val bend(const net *n, asy_val x) { return asy__arch_activation(n->sc, n->p->o.activation, x); }

/* Option A: every `stride`-th pixel; new channels are zero. */
static asy_val thinned(const net *n, asy_val x, int64_t out, int64_t stride)
{
    asy_graph *g = asy_scope_graph(n->sc);
    asy_val pixel[2] = { x };

    if (stride > 1)
        asy_max_pool(g, x, &(asy_window){ .size = { 1, 1 }, .stride = { stride, stride } }, pixel);
    return asy_pad(g, pixel[0], 2, 0, out - asy_val_type(g, x).shape.d[2], 0);
}

/* What the branch is added to. */
static asy_val shortcut(const net *n, asy_val x, int64_t out, int64_t stride)
{
    asy_shape s = asy_val_type(asy_scope_graph(n->sc), x).shape;

    if (stride == 1 && s.d[2] == out) return x;
    if (n->p->shortcut == IDENTITY && s.d[2] <= out) return thinned(n, x, out, stride);
    x = conv(n, "shortcut", x, out, 1, stride);
    return n->p->form == WIDE ? x : norm(n, "shortcut_norm", x);
}

static asy_val basic(const net *n, asy_val x, int64_t c, int64_t stride)
{
    asy_val y = bend(n, norm(n, "norm1", conv(n, "conv1", x, c, 3, stride)));

    y = norm(n, "norm2", conv(n, "conv2", y, c, 3, 1));
    return bend(n, asy_add(asy_scope_graph(n->sc), y, shortcut(n, x, c, stride)));
}

/* 1×1, 3×3, 1×1 with four times the channels; the stride is the 3×3's. */
static asy_val bottleneck(const net *n, asy_val x, int64_t c, int64_t stride)
{
    asy_val y = bend(n, norm(n, "norm1", conv(n, "conv1", x, c, 1, 1)));

    y = bend(n, norm(n, "norm2", conv(n, "conv2", y, c, 3, stride)));
    y = norm(n, "norm3", conv(n, "conv3", y, BOTTLENECK * c, 1, 1));
    return bend(n, asy_add(asy_scope_graph(n->sc), y, shortcut(n, x, BOTTLENECK * c, stride)));
}

/* Norm and activation first; where the shape changes, the shortcut begins behind them. */
static asy_val preactivated(const net *n, asy_val x, int64_t c, int64_t stride)
{
    asy_graph *g = asy_scope_graph(n->sc);
    bool same = stride == 1 && asy_val_type(g, x).shape.d[2] == c;
    asy_val in = bend(n, norm(n, "norm1", x)), y = conv(n, "conv1", in, c, 3, stride);
    char name[NAME];

    (void)snprintf(name, sizeof name, "%sdropout", n->at);
    y = asy_scope_dropout(n->sc, name, bend(n, norm(n, "norm2", y)), n->p->o.dropout);
    y = conv(n, "conv2", y, c, 3, 1);
    return asy_add(g, y, same ? x : shortcut(n, in, c, stride));
}

static asy_val stages(net *n, const plan *pl, asy_val x)
{
    int64_t c = n->p->width * n->p->widen;

    for (int s = 0; s < pl->n && x.id; s++, c *= 2)
        for (int b = 0; b < pl->blocks[s]; b++) {
            int64_t stride = s > 0 && b == 0 ? 2 : 1;

            (void)snprintf(n->at, sizeof n->at, "stage%d/block%d/", s + 1, b + 1);
            x = n->p->form == WIDE ? preactivated(n, x, c, stride)
                : pl->bottleneck   ? bottleneck(n, x, c, stride)
                                   : basic(n, x, c, stride);
        }
    n->at[0] = 0;
    return x;
}

static asy_val begin(const net *n, asy_val x)
{
    asy_graph *g = asy_scope_graph(n->sc);
    bool large = n->p->stem == LARGE;
    asy_val pooled[2];

    x = conv(n, "conv1", x, n->p->width, large ? 7 : 3, large ? 2 : 1);
    if (n->p->form != WIDE) x = bend(n, norm(n, "norm1", x));
    if (!large) return x;
    asy_max_pool(g, x, &(asy_window){ .size = { 3, 3 }, .stride = { 2, 2 }, .pad = { 1, 1 } }, pooled);
    return pooled[0];
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    plan pl = plan_of(p);
    net n = { p, sc, "" };

    x = stages(&n, &pl, begin(&n, asy__arch_image("resnet", io, sc, x, 8)));
    if (p->form == WIDE) x = bend(&n, norm(&n, "norm1", x));
    x = asy_global_avg_pool(asy_scope_graph(sc), x);
    if (p->form != WIDE) x = asy__arch_dropout(sc, &p->o, 1, x);
    asy_scope_tap(sc, "features", x);
    return asy__arch_linear(sc, "fc1", x, io->classes);
}

static const asy_preset presets[] = {
    { .name = "resnet-20",
      .summary = "0.27 M weights, for 32x32",
      .cite = "He et al. 2016, arXiv:1512.03385, section 4.2",
      .set = { { "depth", "20" } } },
    { .name = "resnet-18",
      .summary = "four stages behind a 3x3 stem, 11.2 M weights",
      .cite = "He et al. 2016, arXiv:1512.03385",
      .set = { { "form", "imagenet" }, { "depth", "18" }, { "width", "64" }, { "shortcut", "projection" } } },
    { .name = "wide-resnet-28-10",
      .summary = "36.5 M weights",
      .cite = "Zagoruyko, Komodakis 2016, arXiv:1605.07146",
      .set = { { "form", "wide" }, { "depth", "28" }, { "widen", "10" }, { "shortcut", "projection" } } },
    { .name = NULL }
};

const asy_arch asy_arch_resnet = {
    .m = { .name = "resnet",
           .summary = "residual network",
           .revision = 1,
           .cite = "He, Zhang, Ren, Sun 2016, arXiv:1512.03385",
           .doc =
               "A 3×3 convolution, stages of residual blocks (each stage but the first halves the image), "
               "the mean over the image, one linear layer. Form `cifar`: three stages of blocks of two 3×3 "
               "convolutions. `imagenet`: four stages; depths 50, 101, 152 have 1×1, 3×3, 1×1 convolutions "
               "with 4 times the channels. `wide`: norm and activation stand before each convolution. "
               "Convolutions start normal with variance 2/inputs, and have no bias beside a norm.",
           .pitfalls =
               "The published nets have `norm: batch`, which mixes the samples of a batch: it rules out "
               "per-sample gradients, and its statistics belong to the training data.",
           .example = "model: {arch: resnet-18, norm: batch}",
           .words = "resnet20 resnet18 wrn wideresnet",
           .presets = presets,
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
};
