// SPDX-License-Identifier: GPL-3.0-or-later
#include "describe_cost.h"
#include <stdlib.h>
#include <string.h>

const char *const asy__cost_passes[] = { "forward", "step", NULL };

enum { MOST_CLASSES = 1000000, MOST_AXIS = 1 << 20, MOST_AXES = 4 };

/* 512MiB, 1.5G, 2e9, 4096: a number and a unit of 1000s (kB MB GB TB) or of 1024s (KiB … and bare K M G T).
 */
static bool read_size(const char *s, uint64_t *bytes)
{
    static const char units[] = "kmgt";
    char *end;
    double v = strtod(s, &end), step = 1024;
    int power = 0;
    if (*s < '0' || *s > '9') return false;
    const char *u = *end ? strchr(units, *end | 0x20) : NULL;
    if (u != NULL) {
        power = (int)(u - units) + 1;
        end++;
        if (strcmp(end, "B") == 0) step = 1000;
        else if (*end && strcmp(end, "iB") != 0) return false;
    } else if (*end && strcmp(end, "B") != 0) {
        return false;
    }
    for (int i = 0; i < power; i++) v *= step;
    if (!(v >= 1 && v <= 1e18)) return false;
    *bytes = (uint64_t)v;
    return true;
}

static bool read_count(const char **s, int64_t most, int64_t *n)
{
    char *end;
    if (**s < '0' || **s > '9') return false;
    long long v = strtoll(*s, &end, 10);
    *s = end;
    *n = v;
    return v >= 1 && v <= most;
}

/* 3x32x32, 64 */
static bool read_shape(const char *s, asy_shape *shape)
{
    for (shape->n = 0; shape->n < MOST_AXES; s++) {
        if (!read_count(&s, MOST_AXIS, &shape->d[shape->n++])) return false;
        if (!*s) return asy_shape_count(shape) <= 1 << 30;
        if (*s != 'x') return false;
    }
    return false;
}

/* KEY=VALUE operands after the name. */
static int read_pairs(asy_cli *c, asy_cost_ask *ask)
{
    const char *(*pairs)[2] = asy_alloc(c->arena, (size_t)c->n_args + 1, sizeof *pairs);
    if (pairs == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    for (int i = 1; i < c->n_args; i++) {
        const char *is = strchr(c->args[i], '=');
        if (is == NULL || is == c->args[i])
            return asy_cli_usage(c, "after NAME comes KEY=VALUE, not `%s`", c->args[i]);
        char *key = asy_strdup(c->arena, c->args[i]);
        if (key == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
        key[is - c->args[i]] = 0;
        pairs[i - 1][0] = key;
        pairs[i - 1][1] = is + 1;
    }
    pairs[c->n_args - 1][0] = NULL;
    ask->pairs = (const char *const(*)[2])pairs;
    return ASY_EXIT_OK;
}

static int read_show(asy_cli *c, asy_cost_ask *ask)
{
    static const struct {
        const char *option;
        asy_cost_show show;
    } shows[] = { { "plan", ASY_COST_PLAN }, { "dot", ASY_COST_DOT }, { "trace", ASY_COST_TRACE } };
    for (size_t i = 0; i < sizeof shows / sizeof *shows; i++) {
        const char *pass = asy_cli_get(c, shows[i].option);
        if (pass == NULL) continue;
        if (ask->show != ASY_COST_TABLE) return asy_cli_usage(c, "only one of --plan, --dot and --trace");
        if (asy_cli_has(c, "memory"))
            return asy_cli_usage(c, "--memory does not go with --%s", shows[i].option);
        ask->show = shows[i].show;
        ask->step = strcmp(pass, "step") == 0;
    }
    return ASY_EXIT_OK;
}

int asy__cost_read(asy_cli *c, asy_cost_ask *ask, bool *asked)
{
    const char *memory = asy_cli_get(c, "memory"), *input = asy_cli_get(c, "input"),
               *classes = asy_cli_get(c, "classes"), *rest = classes;
    *ask = (asy_cost_ask){ .in = ASY_SHAPE(1, 28, 28), .classes = 10, .memory = (uint64_t)1 << 30 };
    if (memory && !read_size(memory, &ask->memory))
        return asy_cli_usage(c, "--memory takes a size such as 512MiB or 4GiB, not `%s`", memory);
    if (input && !read_shape(input, &ask->in))
        return asy_cli_usage(c, "--input takes a shape such as 3x32x32 or 64, not `%s`", input);
    if (classes && (!read_count(&rest, MOST_CLASSES, &ask->classes) || *rest || ask->classes < 2))
        return asy_cli_usage(c, "--classes takes 2 to %d, not `%s`", MOST_CLASSES, classes);
    ask->own_in = input != NULL;
    ask->own_classes = classes != NULL;
    int code = read_show(c, ask);
    if (code == ASY_EXIT_OK) code = read_pairs(c, ask);
    *asked = memory || input || classes || ask->show != ASY_COST_TABLE || c->n_args > 1;
    return code;
}

int asy__cost_print(asy_cli *c, const asy_kind *k, const asy_method *m, const asy_cost_ask *ask, bool asked)
{
    enum { MOST_TEXT = 1 << 28 };
    asy_buf out;
    if (!k->cost)
        return asked ? asy_cli_usage(c, "`%s` (%s) has no plan of its own: only an architecture has",
                                     ask->name, k->name)
                     : ASY_EXIT_OK;
    asy_buf_init(&out, MOST_TEXT);
    asy_status s = k->cost(m, ask, &out);
    if (s == ASY_OK) s = asy_buf_status(&out);
    int code = s == ASY_OK || !asked ? ASY_EXIT_OK : asy_cli_status(c, s);
    if (s != ASY_OK && !asked) asy_error_clear(); /* what takes no such sample has no such facts */
    const char *indent = ask->show == ASY_COST_TABLE ? "      " : "";
    for (const char *t = s == ASY_OK ? asy_buf_text(&out) : ""; *t;) {
        size_t n = strcspn(t, "\n");
        printf("%s%.*s\n", indent, (int)n, t);
        t += n + (t[n] == '\n');
    }
    asy_buf_free(&out);
    return code;
}
