// SPDX-License-Identifier: GPL-3.0-or-later
/* Options that architectures share: rows for their tables, and what each does. A parameter struct holds an
 * `asy__options` under a name of its own, which the rows' macros take. */
#ifndef ASY_MODEL_ARCHS_OPTIONS_H
#define ASY_MODEL_ARCHS_OPTIONS_H
#include "_norm.h"

typedef struct {
    int64_t activation, norm, groups;
    double dropout;
} asy__options;
/* Words of the activations: relu tanh sigmoid gelu silu elu leaky-relu softplus. */
extern const char *const asy__activation_words[];

#define ASY__ACTIVATION(member, help_text)                                                                   \
    {                                                                                                        \
        .key = "activation", .type = ASY_P_ENUM, .off = offsetof(par, member.activation), .def = "relu",     \
        .choices = asy__activation_words, .words = "swish=silu lrelu=leaky-relu logistic=sigmoid",           \
        .help = help_text                                                                                    \
    }
#define ASY__NORM(member, default_word, help_text)                                                           \
    {                                                                                                        \
        .key = "norm", .type = ASY_P_ENUM, .off = offsetof(par, member.norm), .def = default_word,           \
        .choices = asy__norm_words,                                                                          \
        .words = "batchnorm=batch groupnorm=group layernorm=layer bn=batch gn=group", .help = help_text      \
    }
#define ASY__GROUPS(member, default_text)                                                                    \
    {                                                                                                        \
        .key = "groups", .type = ASY_P_I64, .off = offsetof(par, member.groups), .def = default_text,        \
        .lo = 1, .hi = 65536, .help = "groups of `norm: group`; the channels must divide into them"          \
    }
#define ASY__DROPOUT(member, help_text)                                                                      \
    {                                                                                                        \
        .key = "dropout", .type = ASY_P_F64, .off = offsetof(par, member.dropout), .def = "0", .lo = 0,      \
        .hi = 1, .flags = ASY_HI_OPEN, .help = help_text                                                     \
    }
/* All four, for convolutions followed by linear layers. */
#define ASY__CNN_OPTIONS(member, default_groups)                                                             \
    ASY__ACTIVATION(member, "between the layers"),                                                           \
        ASY__NORM(member, "none", "after each convolution, before its activation"),                          \
        ASY__GROUPS(member, default_groups),                                                                 \
        ASY__DROPOUT(member, "share of units set to 0 in training, after each hidden linear layer")

/* activation: an index into the words. */
asy_val asy__arch_activation(asy_scope *, int64_t activation, asy_val x);
/* Dropout named dropout<k>. */
asy_val asy__arch_dropout(asy_scope *, const asy__options *, int k, asy_val x);
/* What follows convolution k: norm<k>, activation. */
asy_val asy__arch_after_conv(asy_scope *, const asy__options *, int k, asy_val x);
/* The same, and max-pool 2×2. Where the activation never falls it comes behind the pooling: the values are
 * the same (a maximum commutes with such functions), and it sees a quarter of the elements. So are relu's
 * derivatives: where the maximum is not positive both orders give 0. */
asy_val asy__arch_after_conv_pool(asy_scope *, const asy__options *, int k, asy_val x);
/* What follows hidden linear layer k: activation, dropout<k>. */
asy_val asy__arch_after_linear(asy_scope *, const asy__options *, int k, asy_val x);
#endif
