// SPDX-License-Identifier: GPL-3.0-or-later
#include "_sequence.h"
#include <math.h>
#include <string.h>

/* What the rows read into; a member for each key. */
typedef struct {
    int64_t conv, transposed_conv, global_pool, norm, linear, pad, groups, shortcut;
    asy_f64s pool, average_pool, size, stride, dilation;
    bool bias;
    double dropout;
    const asy_tree *residual;
} par;

static const char *const none[] = { "none", NULL };
static const char *const pads[] = { "none", "same", NULL }, *const outs[] = { "classes", NULL },
                         *const pools[] = { "average", "max", NULL },
                         *const shortcuts[] = { "identity", "projection", NULL };

#define SIDES(key, def_text, help_text)                                                                      \
    ASY_PARAM_F64S(key, def_text, 1, 4096, help_text, .flags = ASY_SCALAR_OK)
#define CHANNELS(key) ASY_PARAM_I64(key, NULL, 1, 65536, "channels that come out", .flags = ASY_REQUIRED)
static const asy_param conv_rows[] = {
    CHANNELS(conv),
    SIDES(size, "3", "of the kernel: one number, or [height, width]"),
    SIDES(stride, "1", "pixels from one place to the next"),
    ASY_PARAM_I64(pad, "none", 0, 4096, "zeros around the image; same: the image keeps its size at stride 1",
                  .choices = pads),
    SIDES(dilation, "1", "pixels from one tap to the next"),
    ASY_PARAM_I64(groups, "1", 1, 65536, "parts of the channels that do not see each other"),
    ASY_PARAM_BOOL(bias, "true", "one number a channel is added"),
    ASY_PARAM_END
};
static const asy_param transposed_rows[] = {
    CHANNELS(transposed_conv),
    SIDES(size, "2", "of the kernel: one number, or [height, width]"),
    SIDES(stride, "2", "factor by which the image grows"),
    ASY_PARAM_I64(pad, "none", 0, 4096, "pixels cut off each side", .choices = none),
    ASY_PARAM_BOOL(bias, "true", "one number a channel is added"),
    ASY_PARAM_END
};
static const asy_param pool_rows[] = {
    ASY_PARAM_F64S(pool, NULL, 1, 4096, "window of a maximum: one number, or [height, width]",
                   .flags = ASY_SCALAR_OK | ASY_REQUIRED),
    SIDES(stride, NULL, "pixels from one window to the next; the window's size if it is not said"),
    ASY_PARAM_I64(pad, "none", 0, 4096, "pixels around the image that are never the largest",
                  .choices = none),
    ASY_PARAM_END
};
static const asy_param average_rows[] = {
    ASY_PARAM_F64S(average_pool, NULL, 1, 4096, "window of a mean: one number, or [height, width]",
                   .flags = ASY_SCALAR_OK | ASY_REQUIRED),
    SIDES(stride, NULL, "pixels from one window to the next; the window's size if it is not said"),
    ASY_PARAM_I64(pad, "none", 0, 4096, "zeros around the image; they count", .choices = none), ASY_PARAM_END
};
static const asy_param global_rows[] = { ASY_PARAM_ENUM(global_pool, "average", pools, "over the image"),
                                         ASY_PARAM_END };
static const asy_param norm_rows[] = {
    ASY_PARAM_ENUM(norm, NULL, asy__norm_words, "over what", .flags = ASY_REQUIRED),
    ASY_PARAM_I64(groups, "8", 1, 65536, "groups of `norm: group`"), ASY_PARAM_END
};
static const asy_param dropout_rows[] = { ASY_PARAM_F64(dropout, NULL, 0, 1,
                                                        "share of values set to 0 in training",
                                                        .flags = ASY_REQUIRED | ASY_HI_OPEN),
                                          ASY_PARAM_END };
static const asy_param linear_rows[] = { ASY_PARAM_I64(linear, NULL, 1, 65536,
                                                       "units; classes: one score a class", .choices = outs,
                                                       .flags = ASY_REQUIRED),
                                         ASY_PARAM_BOOL(bias, "true", "one number a unit is added"),
                                         ASY_PARAM_END };
static const asy_param residual_rows[] = {
    ASY_PARAM_CUSTOM(residual, "layers whose result is added to their input", .flags = ASY_REQUIRED),
    ASY_PARAM_ENUM(shortcut, "identity", shortcuts,
                   "projection: a 1x1 convolution, or a linear layer, where the shape changes"),
    ASY_PARAM_END
};
static const asy_param no_rows[] = { ASY_PARAM_END };

static const struct {
    const char *word;
    asy__layer_kind kind;
    const asy_param *rows;
} kinds[] = {
    { "conv", ASY__LAYER_CONV, conv_rows },
    { "transposed_conv", ASY__LAYER_TRANSPOSED, transposed_rows },
    { "pool", ASY__LAYER_POOL, pool_rows },
    { "average_pool", ASY__LAYER_AVERAGE_POOL, average_rows },
    { "global_pool", ASY__LAYER_GLOBAL_POOL, global_rows },
    { "norm", ASY__LAYER_NORM, norm_rows },
    { "dropout", ASY__LAYER_DROPOUT, dropout_rows },
    { "flatten", ASY__LAYER_FLATTEN, no_rows },
    { "linear", ASY__LAYER_LINEAR, linear_rows },
    { "residual", ASY__LAYER_RESIDUAL, residual_rows },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static int kind_named(const char *word)
{
    for (int i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].word, word) == 0) return i;
    return -1;
}

static int activation_named(const char *word)
{
    for (int i = 0; asy__activation_words[i]; i++)
        if (strcmp(asy__activation_words[i], word) == 0) return i;
    return -1;
}

/* ---- complaints */
static void say_unknown(asy_diag *d, const char *path, const asy_loc *at, const char *word)
{
    const char *names[KINDS + 16], *second = NULL, *near;
    int n = 0;

    for (int i = 0; i < KINDS; i++) names[n++] = kinds[i].word;
    for (int i = 0; asy__activation_words[i]; i++) names[n++] = asy__activation_words[i];
    asy_diag_add(d, "E0204", at, "no layer is called `%s`", word);
    asy_diag_path(d, path);
    near = asy_near(word, n, names, &second);
    if (near && second) asy_diag_help(d, "did you mean `%s` or `%s`?", near, second);
    else if (near) asy_diag_help(d, "did you mean `%s`?", near);
    asy_diag_note(d, "layers: conv transposed_conv pool average_pool global_pool norm dropout flatten linear "
                     "residual, and the "
                     "activations relu tanh sigmoid gelu silu elu leaky-relu softplus");
}

static void say_form(asy_diag *d, const char *path, const asy_loc *at)
{
    asy_diag_add(d, "E0202", at, "a layer is a word or a map that begins with one");
    asy_diag_path(d, path);
    asy_diag_help(
        d, "for example: [{conv: 16, size: 3, pad: same}, relu, {pool: 2}, flatten, {linear: classes}]");
}

/* The one key of the map that names a layer; −1 with a complaint. */
static int kind_of(asy_diag *d, const char *path, const asy_tree *t)
{
    const asy_tree *named = NULL;

    for (const asy_tree *c = t->child; c; c = c->next) {
        if (kind_named(c->key) < 0) continue;
        if (named) {
            asy_diag_add(d, "E0207", &c->key_loc, "`%s` and `%s` are two layers", named->key, c->key);
            asy_diag_path(d, path);
            asy_diag_second(d, &named->key_loc, "the other one");
            asy_diag_help(d, "write them as two items of the list");
            return -1;
        }
        named = c;
    }
    if (named && kinds[kind_named(named->key)].rows != no_rows) return kind_named(named->key);
    if (!t->child) say_form(d, path, &t->loc);
    else if (named || activation_named(t->child->key) >= 0) {
        named = named ? named : t->child;
        asy_diag_add(d, "E0202", &named->key_loc, "`%s` is written as a word, without a value", named->key);
        asy_diag_path(d, path);
    } else {
        say_unknown(d, path, &t->child->key_loc, t->child->key);
    }
    return -1;
}

/* One number or [height, width], whole. */
static void read_pair(asy_diag *d, const char *path, const asy_tree *map, const char *key, asy_f64s v,
                      int64_t out[2])
{
    const asy_tree *t = asy_tree_get(map, key);
    bool whole = v.n == 1 || v.n == 2;

    for (int i = 0; i < v.n; i++) whole = whole && floor(v.v[i]) == v.v[i];
    if (v.n > 0 && whole) {
        out[0] = (int64_t)v.v[0];
        out[1] = (int64_t)v.v[v.n - 1];
    } else if (v.n > 0 || t) {
        asy_diag_add(d, "E0202", t ? &t->loc : &map->loc,
                     "`%s` takes one whole number, or two: [height, width]", key);
        asy_diag_path(d, path);
    }
}

/* ---- reading */
static void take(asy_diag *d, const char *path, const asy_tree *map, const par *p, asy__layer *l)
{
    *l = (asy__layer){ .kind = l->kind,
                       .word = l->word,
                       .out = l->kind == ASY__LAYER_CONV     ? p->conv
                              : l->kind == ASY__LAYER_LINEAR ? p->linear
                                                             : p->transposed_conv,
                       .pad = p->pad,
                       .groups = p->groups,
                       .choice = l->kind == ASY__LAYER_NORM          ? p->norm
                                 : l->kind == ASY__LAYER_GLOBAL_POOL ? p->global_pool
                                                                     : p->shortcut,
                       .size = { 1, 1 },
                       .stride = { 1, 1 },
                       .dilation = { 1, 1 },
                       .bias = p->bias,
                       .rate = p->dropout,
                       .body = p->residual };
    read_pair(d, path, map, "pool", p->pool, l->size);
    read_pair(d, path, map, "average_pool", p->average_pool, l->size);
    read_pair(d, path, map, "size", p->size, l->size);
    if (l->kind == ASY__LAYER_POOL || l->kind == ASY__LAYER_AVERAGE_POOL)
        memcpy(l->stride, l->size, sizeof l->stride);
    read_pair(d, path, map, "stride", p->stride, l->stride);
    read_pair(d, path, map, "dilation", p->dilation, l->dilation);
    if (l->kind == ASY__LAYER_CONV && l->pad == ASY__SAME && (l->size[0] % 2 == 0 || l->size[1] % 2 == 0)) {
        asy_diag_add(d, "E0207", &map->loc, "`pad: same` needs a kernel of odd size");
        asy_diag_path(d, path);
        asy_diag_help(d, "say how many zeros stand around the image: `pad: %lld`",
                      (long long)(l->size[0] / 2));
    }
    if (l->kind == ASY__LAYER_RESIDUAL && l->body && l->body->kind != ASY_TREE_LIST) {
        asy_diag_add(d, "E0202", &l->body->loc, "`residual` takes a list of layers");
        asy_diag_path(d, path);
    }
}

bool asy__layer_read(asy_arena *a, asy_diag *d, const char *path, const asy_tree *t, asy__layer *l)
{
    asy_binder b = { .arena = a, .diag = d };
    asy_tree word, map;
    int errors = asy_diag_errors(d), k;
    par p;

    memset(&p, 0, sizeof p);
    if (t->kind == ASY_TREE_SCALAR) {
        int bend = activation_named(t->text);
        if (bend >= 0) {
            *l = (asy__layer){ .kind = ASY__LAYER_BEND, .word = asy__activation_words[bend], .choice = bend };
            return true;
        }
        k = kind_named(t->text);
        if (k < 0) return say_unknown(d, path, &t->loc, t->text), false;
        word = (asy_tree){ .kind = ASY_TREE_NULL, .key = kinds[k].word, .loc = t->loc, .key_loc = t->loc };
        map = (asy_tree){ .kind = ASY_TREE_MAP,
                          .loc = t->loc,
                          .child = kinds[k].rows == no_rows ? NULL : &word };
        t = &map;
    } else if (t->kind != ASY_TREE_MAP) {
        return say_form(d, path, &t->loc), false;
    } else {
        k = kind_of(d, path, t);
        if (k < 0) return false;
    }
    l->kind = kinds[k].kind;
    l->word = kinds[k].word;
    (void)asy_bind_block(&b, path, t, kinds[k].rows, &p);
    if (asy_diag_errors(d) == errors) take(d, path, t, &p, l);
    return asy_diag_errors(d) == errors;
}

static int check_list(asy_arena *a, asy_diag *d, const char *path, const asy_tree *list, int depth, int count)
{
    int i = 0;

    if (depth > ASY__LAYERS_DEEP) {
        asy_diag_add(d, "E0205", &list->loc, "residual layers stand more than %d deep", ASY__LAYERS_DEEP);
        asy_diag_path(d, path);
        return count;
    }
    for (const asy_tree *t = list->child; t && count <= ASY__LAYERS; t = t->next, i++) {
        const char *at = asy_sprintf(a, "%s[%d]", path, i);
        asy__layer l = { 0 };

        count++;
        if (at && asy__layer_read(a, d, at, t, &l) && l.kind == ASY__LAYER_RESIDUAL)
            count = check_list(a, d, at, l.body, depth + 1, count);
    }
    return count;
}

void asy__layers_check(asy_arena *a, asy_diag *d, const char *path, const asy_tree *list)
{
    if (list->kind != ASY_TREE_LIST || !list->child) {
        asy_diag_add(d, "E0202", &list->loc, "`layers` takes a list of layers");
        asy_diag_path(d, path);
        return;
    }
    if (check_list(a, d, path, list, 1, 0) <= ASY__LAYERS) return;
    asy_diag_add(d, "E0205", &list->loc, "`layers` has more than %d layers", ASY__LAYERS);
    asy_diag_path(d, path);
}
