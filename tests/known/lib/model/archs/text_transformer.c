// SPDX-License-Identifier: GPL-3.0-or-later
#include "../_world.h"
#include <math.h>
#include <string.h>

/* Rows of T of V symbols; `targets`: a label for each place. x: symbol s is s / (V − 1). */
static asy_status make(asy_model **m, asy_known_env *e, const char *const pairs[][2], int64_t length,
                       int64_t symbols, bool targets)
{
    asy_dataset_view *v = ASY_NEW(e->arena, asy_dataset_view);
    const asy_bound *b;

    ASY_TRY(asy_arena_status(e->arena));
    asy_world_data(v, e->arena, ASY_SHAPE(length), symbols, 0, NULL, NULL);
    v->data.symbols = symbols;
    v->data.top = (double)symbols - 1;
    if (targets)
        v->data.cols[1].data.s = ASY_SHAPE(0, length);
    ASY_TRY(asy_bind_text(e->arena, &asy_spot_model, "text-transformer", pairs, &b));
    return asy_model_new(m, e->arena, b, v, NULL);
}

static asy_status count(asy_known_env *e, const char *const pairs[][2], double *found)
{
    asy_model *m;

    ASY_TRY(make(&m, e, pairs, 64, 65, true));
    *found = (double)asy_world_count(m);
    return ASY_OK;
}
static asy_status parameters(asy_known_env *e, double *found) { return count(e, NULL, found); }
static asy_status untied(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "tied", "false" }, { "depth", "1" }, { "width", "8" },
                                            { "heads", "2" }, { "mlp", "3" }, { NULL, NULL } };

    return count(e, pairs, found);
}

static const char *const one[][2] = { { "depth", "1" }, { "width", "2" }, { "heads", "1" }, { NULL, NULL } };
static const char *const both_ways[][2] = {
    { "depth", "1" }, { "width", "2" }, { "heads", "1" }, { "causal", "false" }, { NULL, NULL }
};

static void set(const asy_model *m, const char *name, int n, const float *w)
{
    memcpy(asy_world_slot(m, name), w, (size_t)n * sizeof *w);
}

/* Weights of 0 leave x as the symbol's line; the last norm of (1, −1) is (1, −1)/√(1 + 1e-5). */
static asy_status bare(asy_known_env *e, double *found)
{
    static const float table[] = { 1, -1, 3, 5 }, gain[] = { 1, 1 };
    float x[3] = { 1, 1, 0 }, z[2];
    asy_model *m;

    ASY_TRY(make(&m, e, one, 3, 2, false));
    set(m, "symbol.weight", 4, table);
    set(m, "norm.weight", 2, gain);
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[0];
    return ASY_OK;
}

/* q = k = 0: places seen count equally. v and proj are the identity on the normed line: at the end of 0 0 1 a
 * share (1 + 1 − 1)/3 of it is added to the line of symbol 1, and turns its sign. */
static asy_status attend(asy_known_env *e, const char *const pairs[][2], int place, double *found)
{
    static const float table[] = { 0.5f, -0.5f, -0.25f, 0.25f }, gain[] = { 1, 1 },
                       qkv[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1 }, proj[] = { 1, 0, 0, 1 };
    float x[3] = { 0, 0, 1 }, z[6];
    asy_model *m;

    ASY_TRY(make(&m, e, pairs, 3, 2, true));
    set(m, "symbol.weight", 4, table);
    set(m, "norm.weight", 2, gain);
    set(m, "block1/norm1.weight", 2, gain);
    set(m, "block1/qkv.weight", 12, qkv);
    set(m, "block1/proj.weight", 4, proj);
    ASY_TRY(asy_world_scores(e->arena, m, 1, x, z));
    *found = (double)z[2 * place];
    return ASY_OK;
}
static asy_status last_of_three(asy_known_env *e, double *found) { return attend(e, one, 2, found); }
/* Without the mask the same at every place: of symbol 0 the line grows, which the norm takes back. */
static asy_status last_both_ways(asy_known_env *e, double *found) { return attend(e, both_ways, 2, found); }

enum { LONG = 7, SYMBOLS = 5 };
/* Random weights; the symbol at `change` is another one. How many places' scores move. */
static asy_status moved(asy_known_env *e, const char *causal, int change, double *found)
{
    const char *const pairs[][2] = { { "depth", "2" }, { "width", "8" }, { "heads", "2" }, { "causal", causal },
                                     { NULL, NULL } };
    float x[2 * LONG], z[2 * LONG * SYMBOLS];
    asy_rng init = asy_rng_part(asy_rng_seed(3), "init");
    asy_model *m;

    ASY_TRY(make(&m, e, pairs, LONG, SYMBOLS, true));
    asy_model_init(m, &init);
    for (int i = 0; i < 2 * LONG; i++)
        x[i] = (float)(i % LONG * 3 % SYMBOLS) / (SYMBOLS - 1);
    x[LONG + change] = x[change] > 0 ? 0 : 1;
    ASY_TRY(asy_world_scores(e->arena, m, 2, x, z));
    *found = 0;
    for (int i = 0; i < LONG; i++)
        *found += memcmp(z + i * SYMBOLS, z + (LONG + i) * SYMBOLS, SYMBOLS * sizeof *z) != 0;
    return ASY_OK;
}
static asy_status first_causal(asy_known_env *e, double *found) { return moved(e, "true", 0, found); }
static asy_status fifth_causal(asy_known_env *e, double *found) { return moved(e, "true", 4, found); }
static asy_status fifth_both_ways(asy_known_env *e, double *found) { return moved(e, "false", 4, found); }

/* Without places, symbols in another order have their scores in that order. The largest difference. */
static asy_status permuted(asy_known_env *e, double *found)
{
    static const char *const pairs[][2] = { { "depth", "2" }, { "width", "8" }, { "heads", "2" },
                                            { "causal", "false" }, { NULL, NULL } };
    float x[2 * LONG], z[2 * LONG * SYMBOLS];
    asy_rng init = asy_rng_part(asy_rng_seed(4), "init");
    asy_model *m;

    ASY_TRY(make(&m, e, pairs, LONG, SYMBOLS, true));
    asy_model_init(m, &init);
    memset(asy_world_slot(m, "place.weight"), 0, (size_t)LONG * 8 * sizeof(float));
    for (int i = 0; i < LONG; i++) {
        x[i] = (float)(i * i % SYMBOLS) / (SYMBOLS - 1);
        x[LONG + i * 3 % LONG] = x[i];
    }
    ASY_TRY(asy_world_scores(e->arena, m, 2, x, z));
    *found = 0;
    for (int i = 0; i < LONG; i++)
        for (int k = 0; k < SYMBOLS; k++)
            *found = fmax(*found, fabs((double)z[i * SYMBOLS + k]
                                       - (double)z[(LONG + i * 3 % LONG) * SYMBOLS + k]));
    return ASY_OK;
}

const asy_known asy_known_arch_text_transformer[] = {
    { "parameters of 65 symbols, 64 places, width 128, depth 4", 809856, 0,
      "closed form: 65*128 + 64*128 + 4*(12*128^2 + 13*128) + 2*128", parameters },
    { "parameters of width 8, mlp 3, untied", 65 * 8 + 64 * 8 + (10 * 64 + 12 * 8) + 16 + 65 * 8, 0,
      "closed form: 65*8 + 64*8 + 4*64 + 6*64 + 12*8 + 16 + 65*8", untied },
    { "a line of the table, normed, with itself", 1.9999900000749995, 3e-7, "closed form: 2/sqrt(1 + 1e-5)", bare },
    { "equal attention at the end of 0 0 1", 0.9992810064679495, 1e-5,
      "closed form: f(-1/4 + (2 f(1/2) - f(1/4))/3), f(d) = d/sqrt(d^2 + 1e-5)", last_of_three },
    { "the same without the mask", 0.9992810064679495, 1e-5, "closed form: the last place sees all in both",
      last_both_ways },
    { "places moved by the first symbol, causal", LONG, 0, "a place sees those before it and itself", first_causal },
    { "places moved by the fifth of 7, causal", 3, 0, "a place sees none behind it", fifth_causal },
    { "places moved by the fifth, both ways", LONG, 0, "every place sees all", fifth_both_ways },
    { "symbols in another order", 0, 1e-6, "attention without places commutes with permutations", permuted },
    { .name = NULL }
};
