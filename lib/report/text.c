// SPDX-License-Identifier: GPL-3.0-or-later
#include "impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void asy__html(asy_buf *b, const char *text)
{
    for (const char *p = text; *p != 0; p++) {
        if (*p == '&') asy_buf_puts(b, "&amp;");
        else if (*p == '<') asy_buf_puts(b, "&lt;");
        else if (*p == '>') asy_buf_puts(b, "&gt;");
        else if (*p == '"') asy_buf_puts(b, "&quot;");
        else if ((unsigned char)*p >= 0x20 || *p == '\n' || *p == '\t') asy_buf_putc(b, *p);
    }
}

/* Percent with one decimal; else four significant digits, without a useless exponent. */
void asy__number(asy_buf *b, double v, bool percent)
{
    if (isnan(v)) asy_buf_puts(b, "–");
    else if (percent) asy_buf_printf(b, "%.1f", 100 * v);
    else if (v == 0 || (fabs(v) >= 1e-3 && fabs(v) < 1e5)) asy_buf_printf(b, "%.4g", v);
    else asy_buf_printf(b, "%.3g", v);
}

void asy__cell_html(asy_buf *b, const asy__cell *c)
{
    if (c->n == 0) {
        asy_buf_puts(b, "<td class=none>–</td>");
        return;
    }
    asy_buf_puts(b, "<td title=\"");
    for (int i = 0; i < c->n; i++) asy_buf_puts(b, i > 0 ? ", " : ""), asy__number(b, c->value[i], c->rate);
    asy_buf_puts(b, "\"><b>");
    asy__number(b, c->mean, c->rate);
    asy_buf_puts(b, "</b>");
    if (!isnan(c->lo)) {
        asy_buf_puts(b, " <span class=ci>[");
        asy__number(b, c->lo, c->rate);
        asy_buf_puts(b, ", ");
        asy__number(b, c->hi, c->rate);
        asy_buf_puts(b, "]</span>");
    }
    if (c->n_missing > 0) asy_buf_printf(b, " <span class=ci>(%d missing)</span>", c->n_missing);
    asy_buf_puts(b, "</td>");
}

asy_status asy__put(const asy__study *s, const char *name, const asy_buf *b)
{
    char *path = asy_path_join(s->arena, s->dir, name),
         *dir = path != NULL ? asy_path_dir(s->arena, path) : NULL;
    if (dir == NULL) return asy_arena_status(s->arena);
    ASY_TRY(asy_io_mkdirs(dir));
    return asy_io_write_buf(path, b);
}
