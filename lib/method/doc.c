// SPDX-License-Identifier: GPL-3.0-or-later
#include "doc.h"
#include "../base/json.h"
#include <math.h>
#include <string.h>

const char *asy_param_type(const asy_param *p)
{
    static const char *const names[] = {
        [ASY_P_F64] = "number",   [ASY_P_I64] = "integer", [ASY_P_BOOL] = "boolean",
        [ASY_P_STR] = "text",     [ASY_P_PATH] = "path",   [ASY_P_ENUM] = "choice",
        [ASY_P_F64S] = "numbers", [ASY_P_STRS] = "list",   [ASY_P_METHOD] = "method",
        [ASY_P_METHODS] = "methods",
        [ASY_P_BLOCK] = "block",  [ASY_P_MAP] = "map",     [ASY_P_CUSTOM] = "block",
    };
    return names[p->type];
}

static const char *range(asy_arena *a, const asy_param *p)
{
    char lo[32], hi[32];
    bool has_lo = p->lo != p->hi && isfinite(p->lo), has_hi = p->lo != p->hi && isfinite(p->hi);
    const char *above = p->flags & ASY_LO_OPEN ? "> " : "", *below = p->flags & ASY_HI_OPEN ? "< " : "",
               *text = "";
    (void)asy_json_number(p->lo, lo);
    (void)asy_json_number(p->hi, hi);
    if (has_lo && has_hi) text = asy_sprintf(a, "%s%s … %s%s", above, lo, below, hi);
    else if (has_lo)      text = asy_sprintf(a, "%s%s", *above ? above : "≥ ", lo);
    else if (has_hi)      text = asy_sprintf(a, "%s%s", *below ? below : "≤ ", hi);
    return text ? text : "";
}

const char *asy_param_allowed(asy_arena *a, const asy_param *p)
{
    bool ranged = p->type == ASY_P_F64 || p->type == ASY_P_I64 || p->type == ASY_P_F64S;
    asy_buf s;
    asy_buf_init(&s, 4096);
    if (ranged) asy_buf_puts(&s, range(a, p));
    for (const char *const *c = p->choices; c && *c; c++) asy_buf_printf(&s, "%s%s", s.n ? " " : "", *c);
    if (p->type == ASY_P_BOOL) asy_buf_puts(&s, "true false");
    if ((p->type == ASY_P_METHOD || p->type == ASY_P_METHODS) && p->place) asy_buf_puts(&s, p->place->noun);
    const char *text = asy_strdup(a, asy_buf_text(&s));
    asy_buf_free(&s);
    return text ? text : "";
}

const char *asy_param_default(const asy_param *p, const asy_preset *preset)
{
    for (size_t i = 0; preset && i < sizeof preset->set / sizeof *preset->set && preset->set[i][0]; i++)
        if (strcmp(preset->set[i][0], p->key) == 0) return preset->set[i][1];
    if (p->def) return p->def;
    if (p->formula) return p->formula;
    return p->flags & ASY_REQUIRED ? "required" : "none";
}

static const struct { unsigned bit; const char *what; } needs[] = {
    { ASY_NEED_LABEL, "labels" }, { ASY_NEED_SCORES, "scores" }, { ASY_NEED_GRAD, "gradients" },
    { ASY_NEED_WEIGHTS, "weights" }, { ASY_NEED_PER_SAMPLE, "per-example gradients" },
    { ASY_NEED_INPUT, "an input that can be moved" }, { ASY_NEED_FIT, "an arch without a graph" },
};

void asy_need_words(unsigned bits, asy_buf *out)
{
    size_t begin = out->n;
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (bits & needs[i].bit) asy_buf_printf(out, "%s%s", out->n > begin ? ", " : "", needs[i].what);
}
