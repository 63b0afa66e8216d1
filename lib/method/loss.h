// SPDX-License-Identifier: GPL-3.0-or-later
/* Losses: what training makes small, as graph text. */
#ifndef ASY_METHOD_LOSS_H
#define ASY_METHOD_LOSS_H
#include "../graph/graph.h"
#include "method.h"
typedef struct asy_scope asy_scope;
/* What a loss sees. */
typedef struct { asy_scope *scope; asy_val logits /* row [K] */, labels /* row [], i32 */,
                soft /* row [K], a distribution over the classes; {0} where the data have none */; } asy_loss_in;
/* the loss is the mean of its rows; DP and per-sample analyses require it */
/* ONE_OUTPUT: a model that is trained with it has one output z for two classes; the loss, like everybody else,
 * sees the scores [0, z] */
enum { ASY_LOSS_DECOMPOSES = 1, ASY_LOSS_ONE_OUTPUT = 2 };
typedef struct {
    asy_method m;
    unsigned flags;
    bool (*soft)(const void *params); /* goes by `soft`; NULL: never */
    /* → batch [], and row [] in *rows when it decomposes */
    asy_val (*emit)(const void *params, const asy_loss_in *, asy_val *rows);
} asy_loss;
extern const asy_spot asy_spot_loss;
extern const asy_kind asy_kind_loss;
#endif
