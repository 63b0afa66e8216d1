// SPDX-License-Identifier: GPL-3.0-or-later
/* A net as the spec lists its layers. */
#include "_sequence.h"
#include "graph/nn.h"
#include "method/site.h"
#include <stdio.h>

enum { NAME = 64, PREFIX = 40 };
typedef struct {
    const asy_tree *layers;
} par;

static const asy_param params[] = {
    ASY_PARAM_CUSTOM(
        layers,
        "words and maps: conv transposed_conv pool average_pool global_pool norm dropout flatten linear "
        "residual, and activations",
        .flags = ASY_REQUIRED),
    ASY_PARAM_END
};

static void check(const void *vp, const void *shared, asy_site *site)
{
    asy_arena *a = asy_arena_new(0);

    (void)shared;
    if (a) asy__layers_check(a, asy_site_diag(site), "model.layers", ((const par *)vp)->layers);
    asy_arena_free(a);
}

/* ---- a list that is being written */
typedef struct {
    asy_scope *sc;
    asy_arena *arena;
    int64_t classes;
    const char *prefix;             /* of tensor names: "", "residual1/" */
    const char *place;              /* of the list: "", "3." */
    int count[ASY__LAYER_BEND + 1]; /* layers of each kind so far */
    int at;                         /* the layer, from 1 */
} list;

static asy_shape shape_of(const list *s, asy_val x) { return asy_val_type(asy_scope_graph(s->sc), x).shape; }

/* Fails with the layer's place and the shape that it is given. */
static asy_val misfit(const list *s, const asy__layer *l, asy_val x, const char *why)
{
    asy_shape shape = shape_of(s, x);
    char text[96];

    asy_shape_text(&shape, text, sizeof text);
    return asy_graph_fail(asy_scope_graph(s->sc), "layer %s%d (`%s`) is given %s%s: %s", s->place, s->at,
                          l->word, text, shape.n == 3 ? " (height, width, channels)" : "", why);
}

static const char *name_of(list *s, const asy__layer *l, char name[NAME])
{
    (void)snprintf(name, NAME, "%s%s%d", s->prefix, l->word, ++s->count[l->kind]);
    return name;
}

static asy_val weight(list *s, const char *layer, const char *what, asy_shape shape, int64_t fan_in)
{
    char name[NAME + 8];

    (void)snprintf(name, sizeof name, "%s.%s", layer, what);
    return asy_scope_weight(s->sc, name, shape, ASY_INIT_FAN_IN, fan_in);
}

static asy_val conv(list *s, const asy__layer *l, asy_val x, const char *name)
{
    asy_graph *g = asy_scope_graph(s->sc);
    asy_shape in = shape_of(s, x);
    asy_conv c = { .groups = l->groups };
    asy_val w, b = { 0 };
    int64_t fan_in;

    if (in.n != 3) return misfit(s, l, x, "it takes images");
    if (in.d[2] % l->groups != 0 || l->out % l->groups != 0)
        return misfit(s, l, x, "channels that come in and go out must divide into `groups`");
    for (int i = 0; i < 2; i++) {
        int64_t reach = l->dilation[i] * (l->size[i] - 1);
        c.stride[i] = l->stride[i];
        c.dilation[i] = l->dilation[i];
        c.pad[i] = l->pad == ASY__SAME ? reach / 2 : l->pad;
        if (c.pad[i] > reach) return misfit(s, l, x, "`pad` is larger than the kernel reaches");
        if (in.d[i] + 2 * c.pad[i] <= reach) return misfit(s, l, x, "the kernel is larger than the image");
    }
    fan_in = l->size[0] * l->size[1] * in.d[2] / l->groups;
    w = weight(s, name, "weight", ASY_SHAPE(l->out, in.d[2] / l->groups, l->size[0], l->size[1]), fan_in);
    if (l->bias) b = weight(s, name, "bias", ASY_SHAPE(l->out), fan_in);
    return asy_conv2d(g, x, w, b, &c);
}

/* Weight [in, out, kh, kw]. */
static asy_val transposed(list *s, const asy__layer *l, asy_val x, const char *name)
{
    asy_shape in = shape_of(s, x);
    asy_conv c = { .stride = { l->stride[0], l->stride[1] }, .pad = { l->pad, l->pad } };
    asy_val w, b = { 0 };
    int64_t fan_in;

    if (in.n != 3) return misfit(s, l, x, "it takes images");
    for (int i = 0; i < 2; i++)
        if (l->pad > l->size[i] - 1 || (in.d[i] - 1) * l->stride[i] + l->size[i] - 2 * l->pad < 1)
            return misfit(s, l, x, "`pad` is larger than the kernel reaches");
    fan_in = l->size[0] * l->size[1] * l->out;
    w = weight(s, name, "weight", ASY_SHAPE(in.d[2], l->out, l->size[0], l->size[1]), fan_in);
    if (l->bias) b = weight(s, name, "bias", ASY_SHAPE(l->out), fan_in);
    return asy_conv2d_transpose(asy_scope_graph(s->sc), x, w, b, &c, NULL);
}

static asy_val linear(list *s, const asy__layer *l, asy_val x, const char *name)
{
    asy_shape in = shape_of(s, x);
    int64_t k = in.n > 0 ? in.d[in.n - 1] : 0, out = l->out == ASY__CLASSES ? s->classes : l->out;
    asy_val w, b = { 0 };

    if (in.n != 1 && in.n != 2)
        return misfit(s, l, x, "it takes a row of numbers; put `flatten` or `global_pool` before it");
    w = weight(s, name, "weight", ASY_SHAPE(out, k), k);
    if (l->bias) b = weight(s, name, "bias", ASY_SHAPE(out), k);
    return asy_linear(asy_scope_graph(s->sc), x, w, b);
}

static asy_val pool(list *s, const asy__layer *l, asy_val x)
{
    asy_graph *g = asy_scope_graph(s->sc);
    asy_shape in = shape_of(s, x);
    asy_window w = { { l->size[0], l->size[1] }, { l->stride[0], l->stride[1] }, { l->pad, l->pad } };
    asy_val out[2];

    if (in.n != 3) return misfit(s, l, x, "it takes images");
    for (int i = 0; i < 2; i++) {
        if (l->pad >= l->size[i]) return misfit(s, l, x, "`pad` is not smaller than the window");
        if (in.d[i] + 2 * l->pad < l->size[i]) return misfit(s, l, x, "the window is larger than the image");
    }
    if (l->kind == ASY__LAYER_AVERAGE_POOL) return asy_avg_pool(g, x, &w, true);
    asy_max_pool(g, x, &w, out);
    return out[0];
}

static asy_val global_pool(list *s, const asy__layer *l, asy_val x)
{
    asy_graph *g = asy_scope_graph(s->sc);
    asy_shape in = shape_of(s, x);
    asy_val out[2];

    if (in.n != 3) return misfit(s, l, x, "it takes images");
    if (l->choice == 0) return asy_global_avg_pool(g, x);
    asy_max_pool(g, x, &(asy_window){ .size = { in.d[0], in.d[1] }, .stride = { 1, 1 } }, out);
    return asy_reshape(g, out[0], ASY_SHAPE(in.d[2]));
}

static asy_val norm(list *s, const asy__layer *l, asy_val x, const char *name)
{
    asy_shape in = shape_of(s, x);

    if (l->choice == ASY__NORM_GROUP && in.n > 0 && in.d[in.n - 1] % l->groups != 0)
        return misfit(s, l, x, "the channels do not divide into `groups`");
    return asy__arch_norm(s->sc, name, x, (asy__norm)l->choice, l->groups);
}

static asy_val run(list *, const asy_tree *, asy_val x);

/* The input, or what a projection makes of it. */
static asy_val shortcut(list *s, const asy__layer *l, const char *name, asy_val x, asy_val y)
{
    asy_shape in = shape_of(s, x), out = shape_of(s, y);
    asy__layer p = { .word = l->word,
                     .groups = 1,
                     .out = out.n > 0 ? out.d[out.n - 1] : 1,
                     .size = { 1, 1 },
                     .stride = { 1, 1 },
                     .dilation = { 1, 1 } };
    char project[NAME], text[96];

    if (asy_shape_equal(&in, &out)) return x;
    asy_shape_text(&out, text, sizeof text);
    if (l->choice == ASY__SHORTCUT_IDENTITY || in.n != out.n)
        return asy_graph_fail(
            asy_scope_graph(s->sc),
            "layer %s%d (`residual`): its layers make %s of another shape; `shortcut: projection` "
            "takes images to images and rows to rows",
            s->place, s->at, text);
    (void)snprintf(project, sizeof project, "%.40s/shortcut", name);
    if (in.n != 3) return linear(s, &p, x, project);
    for (int i = 0; i < 2; i++) p.stride[i] = (in.d[i] + out.d[i] - 1) / out.d[i];
    x = conv(s, &p, x, project);
    in = shape_of(s, x);
    if (x.id && !asy_shape_equal(&in, &out))
        return misfit(s, l, x, "no stride of the projection gives the shape that its layers give");
    return x;
}

static asy_val residual(list *s, const asy__layer *l, asy_val x, const char *name)
{
    const char *prefix = asy_sprintf(s->arena, "%s/", name),
               *place = asy_sprintf(s->arena, "%s%d.", s->place, s->at);
    list inner = { s->sc, s->arena, s->classes, prefix, place, { 0 }, 0 };
    asy_val y;

    if (!prefix || !place) return asy_graph_fail(asy_scope_graph(s->sc), "out of memory at `%s`", name);
    y = run(&inner, l->body, x);
    if (!y.id) return y;
    x = shortcut(s, l, name, x, y);
    return asy_add(asy_scope_graph(s->sc), y, x);
}

static asy_val layer(list *s, const asy__layer *l, asy_val x)
{
    asy_graph *g = asy_scope_graph(s->sc);
    asy_shape in = shape_of(s, x);
    char name[NAME];

    if (l->kind == ASY__LAYER_BEND) return asy__arch_activation(s->sc, l->choice, x);
    if (l->kind == ASY__LAYER_FLATTEN)
        return in.n == 3 ? asy__arch_flatten(s->sc, x) : asy_reshape(g, x, ASY_SHAPE(asy_shape_count(&in)));
    if (l->kind == ASY__LAYER_POOL || l->kind == ASY__LAYER_AVERAGE_POOL) return pool(s, l, x);
    if (l->kind == ASY__LAYER_GLOBAL_POOL) return global_pool(s, l, x);
    name_of(s, l, name);
    switch (l->kind) {
    case ASY__LAYER_CONV: return conv(s, l, x, name);
    case ASY__LAYER_TRANSPOSED: return transposed(s, l, x, name);
    case ASY__LAYER_LINEAR: return linear(s, l, x, name);
    case ASY__LAYER_NORM: return norm(s, l, x, name);
    case ASY__LAYER_DROPOUT: return asy_scope_dropout(s->sc, name, x, l->rate);
    default: return residual(s, l, x, name);
    }
}

static asy_val run(list *s, const asy_tree *layers, asy_val x)
{
    asy_diag *quiet = asy_diag_new(s->arena);
    bool outermost = !*s->prefix;

    for (const asy_tree *t = layers->child; t && x.id; t = t->next) {
        asy__layer l = { 0 };

        s->at++;
        if (!quiet || !asy__layer_read(s->arena, quiet, "model.layers", t, &l))
            return asy_graph_fail(asy_scope_graph(s->sc), "layer %s%d cannot be read", s->place, s->at);
        if (outermost && (l.kind == ASY__LAYER_LINEAR || !t->next)) asy_scope_tap(s->sc, "features", x);
        x = layer(s, &l, x);
    }
    return x;
}

static asy_val emit(const void *vp, const asy_arch_io *io, asy_scope *sc, asy_val x)
{
    asy_graph *g = asy_scope_graph(sc);
    list s = { sc, asy_arena_new(0), io->classes, "", "", { 0 }, 0 };
    asy_shape out;
    char text[96];

    if (!s.arena) return asy_graph_fail(g, "out of memory");
    x = run(&s, ((const par *)vp)->layers, io->in.n == 3 ? asy_from_chw(g, x) : x);
    asy_arena_free(s.arena);
    out = asy_val_type(g, x).shape;
    asy_shape_text(&out, text, sizeof text);
    if (x.id && (out.n != 1 || out.d[0] != io->classes))
        return asy_graph_fail(
            g, "the layers end with %s, not with %lld scores; let the last be {linear: classes}", text,
            (long long)io->classes);
    return x;
}

const asy_arch asy_arch_sequence = {
    .m = { .name = "sequence",
           .summary = "a list of layers in the spec",
           .revision = 1,
           .cite = "LeCun et al. 1998, Proc. IEEE 86(11)",
           .doc = "Each item is a word (relu, tanh, …, flatten, global_pool) or a map: {conv: CHANNELS, "
                  "size: 3, stride: 1, pad: none|same|N, dilation: 1, groups: 1, bias: true}, "
                  "{transposed_conv: CHANNELS, size: 2, stride: 2, pad: none, bias: true}, {pool: SIZE, "
                  "stride: SIZE, pad: none}, {average_pool: SIZE, stride: SIZE, pad: none}, {global_pool: "
                  "average|max}, {norm: batch|group|layer|instance, groups: 8}, {dropout: RATE}, {linear: "
                  "UNITS, bias: true}, {residual: [LAYERS], shortcut: identity|projection}. Sizes, strides "
                  "and dilations are one number or [height, width]. The last layer gives the scores: "
                  "{linear: classes}, or whatever has as many values as there are classes. Tensors are "
                  "called by kind and count: conv1.weight, conv2.weight, linear1.weight, "
                  "residual1/conv1.weight.",
           .pitfalls =
               "`linear` takes rows of numbers: an image needs `flatten` (in channel, row, column order) or "
               "`global_pool` before it.",
           .example =
               "model: {arch: sequence, layers: [{conv: 16, pad: same}, relu, {pool: 2}, flatten, {linear: "
               "classes}]}",
           .words = "sequential layers",
           .check = check,
           ASY_PARAMS(params) },
    .emit = emit,
};
