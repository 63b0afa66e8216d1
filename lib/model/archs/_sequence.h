// SPDX-License-Identifier: GPL-3.0-or-later
/* Layers as a spec lists them: reading. */
#ifndef ASY_MODEL_ARCHS_SEQUENCE_H
#define ASY_MODEL_ARCHS_SEQUENCE_H
#include "_options.h"

enum { ASY__LAYERS = 256, ASY__LAYERS_DEEP = 4 };
typedef enum {
    ASY__LAYER_CONV,
    ASY__LAYER_TRANSPOSED,
    ASY__LAYER_POOL,
    ASY__LAYER_AVERAGE_POOL,
    ASY__LAYER_GLOBAL_POOL,
    ASY__LAYER_NORM,
    ASY__LAYER_DROPOUT,
    ASY__LAYER_FLATTEN,
    ASY__LAYER_LINEAR,
    ASY__LAYER_RESIDUAL,
    ASY__LAYER_BEND /* an activation */
} asy__layer_kind;
enum { ASY__SAME = -1, ASY__CLASSES = 0 }; /* of `pad`, of `linear` */
enum { ASY__SHORTCUT_IDENTITY, ASY__SHORTCUT_PROJECTION };

/* A layer with its keys read; each kind has some of them. */
typedef struct {
    asy__layer_kind kind;
    const char *word;
    int64_t out, pad, groups, choice; /* choice: activation, norm, pooling, shortcut */
    int64_t size[2], stride[2], dilation[2];
    bool bias;
    double rate;
    const asy_tree *body;
} asy__layer;

/* Reads one item of a list `path`; complaints go to the diagnostics. False: it is no layer. */
bool asy__layer_read(asy_arena *, asy_diag *, const char *path, const asy_tree *, asy__layer *);
/* Reads them all, nested ones too, for their complaints. */
void asy__layers_check(asy_arena *, asy_diag *, const char *path, const asy_tree *list);
#endif
