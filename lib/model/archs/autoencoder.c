// SPDX-License-Identifier: GPL-3.0-or-later
/* An encoder, a code, a decoder; the scores come from one linear layer on the code. */
#include "_options.h"
#include "graph/nn.h"
#include <math.h>
#include <stdio.h>

enum { NAME = 24, MAX_LAYERS = 8, MAX_WIDTH = 65536 };
enum { MLP, CONV };
enum { LINEAR, SIGMOID };
static const char *const forms[] = { "mlp", "conv", NULL };
static const char *const outputs[] = { "linear", "sigmoid", NULL };

typedef struct {
    int64_t form, code, output;
    asy_f64s hidden;
    asy__options o;
} par;

static const asy_param params[] = {
    ASY_PARAM_ENUM(form, "mlp", forms, "linear layers, or 3x3 convolutions of stride 2 and their transposes"),
    ASY_PARAM_I64(code, "32", 1, MAX_WIDTH, "numbers between encoder and decoder"),
    ASY_PARAM_F64S(hidden, "[128]", 1, MAX_WIDTH,
                   "units (channels) of the encoder's layers, first to last; the decoder has them in reverse",
                   .flags = ASY_SCALAR_OK),
    ASY_PARAM_ENUM(output, "linear", outputs,
                   "what the decoder ends with; sigmoid: pixels in [0, 1], as a reconstruction by bce needs"),
    ASY__ACTIVATION(o, "between the layers"),
    ASY__NORM(o, "none", "before each activation"),
    ASY__GROUPS(o, "8"),
    ASY__DROPOUT(o, "share of units set to 0 in training, after each of the encoder's layers"),
    ASY_PARAM_END
};

static void check(const void *vp, const void *shared, asy_site *site)
{
    const par *p = vp;

    (void)shared;
    if (p->hidden.n > MAX_LAYERS)
        asy_diag_add(asy_site_diag(site), "E0205", asy_site_loc(site, "hidden"),
                     "`hidden` has %d layers, more than %d", p->hidden.n, MAX_LAYERS);
    for (int i = 0; i < p->hidden.n; i++)
        if (floor(p->hidden.v[i]) != p->hidden.v[i])
            asy_diag_add(asy_site_diag(site), "E0202", asy_site_loc(site, "hidden"),
                         "`hidden` takes whole numbers, not %g", p->hidden.v[i]);
}

/* Sides of an image before each halving. */
typedef struct {
    int64_t side[MAX_LAYERS + 1][2];
} sides;

static const char *named(char name[NAME], const char *what, int i)
{
    (void)snprintf(name, NAME, "%s%d", what, i);
    return name;
}

/* What follows the encoder's layer i, the decoder's behind them. */
static asy_val bend(asy_scope *sc, const par *p, int i, asy_val x)
{
    x = asy__arch_after_conv(sc, &p->o, i, x);
    return i <= p->hidden.n ? asy__arch_dropout(sc, &p->o, i, x) : x;
}

static asy_val encode(asy_scope *sc, const par *p, asy_val x, sides *at)
{
    asy_shape s = asy_val_type(asy_scope_graph(sc), x).shape;
    char name[NAME];

    at->side[0][0] = s.d[0], at->side[0][1] = s.d[1];
    for (int i = 0; i < p->hidden.n && x.id; i++) {
        int64_t n = (int64_t)p->hidden.v[i];

        x = p->form == CONV ? asy__arch_conv(sc, named(name, "encoder/conv", i + 1), x, n, 3, 2, 1)
                            : asy__arch_linear(sc, named(name, "encoder/fc", i + 1), x, n);
        x = bend(sc, p, i + 1, x);
        s = asy_val_type(asy_scope_graph(sc), x).shape;
        at->side[i + 1][0] = s.d[0], at->side[i + 1][1] = s.d[1];
    }
    return asy__arch_linear(sc, "encoder/code", p->form == CONV ? asy__arch_flatten(sc, x) : x, p->code);
}

/* The transpose of a 3×3 convolution of stride 2 that makes the image `out` of this size. */
static asy_val grown(asy_scope *sc, const char *name, asy_val x, asy_shape out)
{
    asy_graph *g = asy_scope_graph(sc);
    int64_t in = asy_val_type(g, x).shape.d[2], fan_in = 9 * in;
    char text[NAME + 8];
    asy_val w;

    if (!x.id) return x;
    (void)snprintf(text, sizeof text, "%s.weight", name);
    w = asy_scope_weight(sc, text, ASY_SHAPE(in, out.d[2], 3, 3), ASY_INIT_FAN_IN, fan_in);
    x = asy_conv2d_x(g, x, w, &(asy_conv){ .stride = { 2, 2 }, .pad = { 1, 1 } }, out);
    (void)snprintf(text, sizeof text, "%s.bias", name);
    return asy_add(g, x, asy_scope_weight(sc, text, ASY_SHAPE(out.d[2]), ASY_INIT_FAN_IN, fan_in));
}

static asy_val decode_image(asy_scope *sc, const par *p, const asy_arch_io *io, asy_val x, const sides *at)
{
    asy_graph *g = asy_scope_graph(sc);
    int n = p->hidden.n;
    int64_t c = n > 0 ? (int64_t)p->hidden.v[n - 1] : io->in.d[0];
    char name[NAME];

    x = asy__arch_linear(sc, "decoder/code", x, c * at->side[n][0] * at->side[n][1]);
    x = asy_from_chw(g, asy_reshape(g, x, ASY_SHAPE(c, at->side[n][0], at->side[n][1])));
    for (int i = n - 1; i >= 0; i--) {
        c = i > 0 ? (int64_t)p->hidden.v[i - 1] : io->in.d[0];
        x = bend(sc, p, 2 * n - i, x);
        x = grown(sc, named(name, "decoder/conv", n - i), x, ASY_SHAPE(at->side[i][0], at->side[i][1], c));
    }
    return asy_to_chw(g, x);
}

static asy_val decode_row(asy_scope *sc, const par *p, const asy_arch_io *io, asy_val x)
{
    int n = p->hidden.n;
    char name[NAME];

    for (int i = n - 1; i >= 0; i--) {
        x = asy__arch_linear(sc, named(name, "decoder/fc", n - i), x, (int64_t)p->hidden.v[i]);
        x = bend(sc, p, 2 * n - i, x);
    }
    x = asy__arch_linear(sc, named(name, "decoder/fc", n + 1), x, asy_shape_count(&io->in));
    return asy_reshape(asy_scope_graph(sc), x, io->in);
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    const par *p = vp;
    asy_graph *g = asy_scope_graph(sc);
    sides at;
    asy_val code, image;

    x = p->form == CONV ? asy__arch_image("autoencoder", io, sc, x, 4)
                        : asy_reshape(g, x, ASY_SHAPE(asy_shape_count(&io->in)));
    code = encode(sc, p, x, &at);
    image = p->form == CONV ? decode_image(sc, p, io, code, &at) : decode_row(sc, p, io, code);
    if (p->output == SIGMOID) {
        asy_scope_tap(sc, "reconstruction/logits", image);
        image = asy_sigmoid(g, image);
    }
    asy_scope_tap(sc, "reconstruction", image);
    asy_scope_tap(sc, "features", code);
    return asy__arch_linear(sc, "fc1", code, io->classes);
}

const asy_arch asy_arch_autoencoder = {
    .m = { .name = "autoencoder",
           .summary = "encoder, code and decoder; the scores are linear in the code",
           .revision = 1,
           .cite = "Hinton, Salakhutdinov 2006, Science 313(5786)",
           .doc =
               "Train it with `loss: reconstruction`: then the decoder learns to give the input back, in the "
               "units of `data.range`, and the scores' layer learns from labels only as far as that loss's "
               "`labels` says. With any other loss the decoder learns nothing. The code is the tap "
               "`features`, the decoder's result the tap `reconstruction`. Form `conv` halves the image with "
               "each layer.",
           .pitfalls =
               "After training on reconstruction alone (`labels: 0`) the accuracy is that of a random "
               "linear layer on the code and means nothing.",
           .example = "model: {arch: autoencoder, form: conv, hidden: [16, 32], output: sigmoid}",
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
};
