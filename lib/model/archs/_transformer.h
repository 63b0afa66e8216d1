// SPDX-License-Identifier: GPL-3.0-or-later
/* Blocks of a transformer with the norm before each branch (Vaswani et al. 2017; Radford et al. 2019):
 * x + proj(attention(qkv(norm1 x))), then x + fc2(gelu(fc1(norm2 x))). */
#ifndef ASY_MODEL_ARCHS_TRANSFORMER_H
#define ASY_MODEL_ARCHS_TRANSFORMER_H
#include "_norm.h"

typedef struct {
    int64_t heads, hidden;             /* hidden: units of the second branch */
    double dropout, attention_dropout; /* behind each branch; of the attention's weights */
    bool causal;
} asy__block;
/* x row [T,width]; tensors NAME/norm1, NAME/qkv … Weights start normal with deviation 0.02, biases at 0. */
asy_val asy__arch_block(asy_scope *, const char *name, const asy__block *, asy_val x);
/* row [.., K] → row [.., out], with the same beginning */
asy_val asy__arch_dense(asy_scope *, const char *name, asy_val x, int64_t out);
#endif
