// SPDX-License-Identifier: GPL-3.0-or-later
/* Random values of a model: each has its own key, all share the sample's id and draw. */
#include "noise.h"
#include "../graph/nn.h"
#include <stdio.h>
#include <string.h>

/* A new random value's key; {0} on failure. */
static asy_val new_key(asy_scope *sc, const char *given)
{
    const char *label = asy__scope_name(sc, given);
    asy__noise *n = asy__scope_noise(sc);
    asy_graph *g = asy_scope_graph(sc);
    char name[80];

    for (int i = 0; i < n->n; i++)
        if (strcmp(n->label[i], label) == 0) return asy_graph_fail(g, "the model draws `%s` twice", label);
    if (n->n == ASY__NOISE)
        return asy_graph_fail(g, "a model draws at most %d random values", (int)ASY__NOISE);
    (void)snprintf(name, sizeof name, "key of %.64s", label);
    n->key[n->n] = asy_input(g, name, ASY_BATCH, ASY_I32, ASY_SHAPE(2));
    n->label[n->n] = asy_strdup(asy__scope_arena(sc), label);
    if (!n->label[n->n]) return asy_graph_fail(g, "out of memory at `%s`", label);
    return n->key[n->n++];
}

asy_val asy_scope_sample(asy_scope *sc)
{
    asy__noise *n = asy__scope_noise(sc);

    if (!n->id.id) n->id = asy_input(asy_scope_graph(sc), "sample id", ASY_ROW, ASY_I32, ASY_SHAPE(2));
    return n->id;
}

asy_val asy_scope_random(asy_scope *sc, const char *label, asy_shape shape, bool normal, double a, double b)
{
    asy__noise *n = asy__scope_noise(sc);
    asy_graph *g = asy_scope_graph(sc);
    asy_val key = new_key(sc, label), id = asy_scope_sample(sc);

    if (!key.id) return key;
    if (!n->draw.id) n->draw = asy_input(g, "draw", ASY_ROW, ASY_I32, ASY_SCALAR);
    return asy_random(g, key, id, n->draw, shape, normal, a, b);
}

asy_val asy_scope_dropout(asy_scope *sc, const char *label, asy_val x, double rate)
{
    asy_graph *g = asy_scope_graph(sc);

    if (!x.id || asy_scope_mode(sc) == ASY_EVAL || rate == 0) return x;
    asy_val u = asy_scope_random(sc, label, asy_val_type(g, x).shape, false, 0, 1);
    return asy_dropout(g, x, u, rate);
}

asy_val asy_scope_dropout_batch(asy_scope *sc, const char *label, asy_val x, asy_val ids, double rate)
{
    asy_graph *g = asy_scope_graph(sc);

    if (!x.id || asy_scope_mode(sc) == ASY_EVAL || rate == 0) return x;
    asy_shape s = asy_val_type(g, x).shape;
    asy_val key = new_key(sc, label);
    if (!key.id) return key;
    return asy_dropout(
        g, x, asy_random(g, key, ids, (asy_val){ 0 }, asy_shape_of(s.n - 1, s.d + 1), false, 0, 1), rate);
}

asy_status asy_scope_noise_new(asy_scope *sc, int64_t max_rows)
{
    asy__noise *n = asy__scope_noise(sc);

    if (!n->id.id) return ASY_OK;
    n->max_rows = max_rows;
    n->id_word = asy_alloc(asy__scope_arena(sc), (size_t)max_rows, 2 * sizeof *n->id_word);
    n->draw_word = ASY_NEWN(asy__scope_arena(sc), max_rows, int32_t);
    return asy_arena_status(asy__scope_arena(sc));
}

int asy_scope_noise_bind(asy_scope *sc, const asy_rng *stream, int64_t rows, const uint64_t *id,
                         const int64_t *draw, int64_t more, asy_bind out[])
{
    asy__noise *n = asy__scope_noise(sc);
    int at = n->n;

    for (int64_t i = 0; n->id.id && i < rows && i < n->max_rows; i++) {
        n->id_word[2 * i] = (int32_t)(uint32_t)id[i];
        n->id_word[2 * i + 1] = (int32_t)(uint32_t)(id[i] >> 32);
        n->draw_word[i] = (int32_t)(((draw ? draw[i] : 0) + more) & 0x3fffffff);
    }
    for (int i = 0; i < n->n; i++) {
        asy_rng r = asy_rng_part(*stream, n->label[i]);
        n->word[i][0] = (int32_t)r.key[0];
        n->word[i][1] = (int32_t)r.key[1];
        out[i] = (asy_bind){ n->key[i], n->word[i], 0 };
    }
    if (n->id.id) out[at++] = (asy_bind){ n->id, n->id_word, 0 };
    if (n->draw.id) out[at++] = (asy_bind){ n->draw, n->draw_word, 0 };
    return at;
}
