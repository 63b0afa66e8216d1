// SPDX-License-Identifier: GPL-3.0-or-later
/* A transformer over the patches of an image. */
#include "_layers.h"
#include "_transformer.h"
#include "graph/nn.h"
#include <stdio.h>

enum { CLASS, MEAN };
static const char *const tokens[] = { "class", "mean", NULL };

typedef struct {
    int64_t patch, depth, width, heads, mlp, token;
    double dropout, attention_dropout;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(patch, "4", 1, 64, "side of a patch in pixels; the image's sides must divide into patches"),
    ASY_PARAM_I64(depth, "6", 1, 48, "blocks"),
    ASY_PARAM_I64(width, "192", 1, 8192, "features of a patch"),
    ASY_PARAM_I64(heads, "3", 1, 256, "of the attention; the width must divide into them"),
    ASY_PARAM_I64(mlp, "4", 1, 64, "hidden units of a block's second branch, in widths"),
    ASY_PARAM_ENUM(token, "class", tokens,
                   "what the scores are read from: a further token, or the patches' mean"),
    ASY_PARAM_F64(dropout, "0", 0, 1,
                  "share of units set to 0 in training, at the input and behind each branch",
                  .flags = ASY_HI_OPEN),
    ASY_PARAM_F64(attention_dropout, "0", 0, 1, "the same of the attention's weights", .flags = ASY_HI_OPEN),
    ASY_PARAM_END
};

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (p->width % p->heads == 0) return;
    asy_diag_add(asy_site_diag(site), "E0207", asy_site_loc(site, "heads"),
                 "a width of %lld does not divide into %lld heads", (long long)p->width, (long long)p->heads);
}

/* The image [C,H,W] as patches [T,width]. */
static asy_val patches(asy_scope *sc, const par *p, const asy_arch_io *io, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    int64_t n = p->patch;

    x = asy__arch_image("vit-tiny", io, sc, x, n);
    if (!x.id) return x;
    if (io->in.d[1] % n != 0 || io->in.d[2] % n != 0)
        return asy_graph_fail(g,
                              "`vit-tiny`: an image of %lld×%lld does not divide into patches of %lld×%lld",
                              (long long)io->in.d[1], (long long)io->in.d[2], (long long)n, (long long)n);
    x = asy__arch_convolve(sc, "patch", x,
                           &(asy__conv_layer){ p->width, n, n, 0, .init = ASY_INIT_LECUN_NORMAL });
    return asy_reshape(g, x, ASY_SHAPE(io->in.d[1] / n * (io->in.d[2] / n), p->width));
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(sc);
    asy__block b = { p->heads, p->mlp * p->width, p->dropout, p->attention_dropout, false };
    char name[24];

    x = patches(sc, p, io, x);
    if (p->token == CLASS && x.id)
        x = asy_concat(
            g, 2,
            (asy_val[]){ asy_scope_weight(sc, "class.weight", ASY_SHAPE(1, p->width), ASY_INIT_SMALL, 0), x },
            0);
    if (!x.id) return x;
    x = asy_add(g, x, asy_scope_weight(sc, "place.weight", asy_val_type(g, x).shape, ASY_INIT_SMALL, 0));
    x = asy_scope_dropout(sc, "dropout", x, p->dropout);
    for (int i = 1; i <= p->depth; i++) {
        (void)snprintf(name, sizeof name, "block%d", i);
        x = asy__arch_block(sc, name, &b, x);
    }
    x = asy__arch_norm(sc, "norm", x, ASY__NORM_LAYER, 1);
    x = p->token == CLASS ? asy_reshape(g, asy_slice(g, x, 0, 0, 1), ASY_SHAPE(p->width))
                          : asy_mean_axes(g, x, 1u << 0);
    asy_scope_tap(sc, "features", x);
    return asy__arch_dense(sc, "head", x, io->classes);
}

static const asy_preset presets[] = { { .name = "deit-tiny",
                                        .summary = "the published depth of 12 blocks",
                                        .cite = "Touvron et al. 2021, arXiv:2012.12877",
                                        .set = { { "depth", "12" } } },
                                      { .name = NULL } };

const asy_arch asy_arch_vit_tiny = {
    .m = { .name = "vit-tiny",
           .summary = "a transformer over the patches of an image",
           .revision = 1,
           .cite = "Dosovitskiy et al. 2021, arXiv:2010.11929; Touvron et al. 2021, arXiv:2012.12877",
           .doc = "Patches become features by one linear map; a learned place is added to each. Then `depth` "
                  "blocks x + proj(attention(qkv(norm1 x))), x + fc2(gelu(fc1(norm2 x))), a norm, and one "
                  "linear "
                  "layer on the class token or on the mean of the patches. Width and heads are those of "
                  "DeiT-tiny; patches of 4 and 6 blocks suit 28×28 and 32×32. Weights start normal with "
                  "deviation 0.02 (the patches' with 1/sqrt(inputs)), biases at 0.",
           .pitfalls =
               "Trained from nothing on tens of thousands of small images it stays behind convolutional "
               "nets. Adam with warm-up trains it; plain sgd hardly does.",
           .example = "model: {arch: vit-tiny, depth: 4, width: 96}",
           .words = "vit deit vision-transformer",
           .presets = presets,
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
};
