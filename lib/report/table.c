// SPDX-License-Identifier: GPL-3.0-or-later
/* A table in its four forms. Files carry full precision; only what people read is rounded. */
#include "impl.h"

#include <math.h>

static void csv_text(asy_buf *b, const char *s)
{
    bool quote = false;
    for (const char *p = s; *p != 0; p++) quote = quote || *p == ',' || *p == '"' || *p == '\n' || *p == '\r';
    if (!quote) {
        asy_buf_puts(b, s);
        return;
    }
    asy_buf_putc(b, '"');
    for (const char *p = s; *p != 0; p++) {
        if (*p == '"') asy_buf_putc(b, '"');
        asy_buf_putc(b, *p);
    }
    asy_buf_putc(b, '"');
}

static void csv_number(asy_buf *b, double v)
{
    char text[32];
    if (isnan(v)) return;
    asy_json_number(v, text);
    asy_buf_puts(b, text);
}

static void csv(asy_buf *b, const asy__table *t)
{
    asy_buf_puts(b, "row,column,mean,ci_lo,ci_hi,ci_kind,seeds,missing,n\r\n");
    for (int r = 0; r < t->n_rows; r++)
        for (int c = 0; c < t->n_cols; c++) {
            const asy__cell *x = &t->cell[r * t->n_cols + c];
            csv_text(b, t->row[r]);
            asy_buf_putc(b, ',');
            csv_text(b, t->col[c]);
            asy_buf_putc(b, ',');
            csv_number(b, x->mean);
            asy_buf_putc(b, ',');
            csv_number(b, x->lo);
            asy_buf_putc(b, ',');
            csv_number(b, x->hi);
            asy_buf_printf(b, ",%s,%d,%d,%lld\r\n", x->ci_kind, x->n, x->n_missing, (long long)x->rows);
        }
}

static void md_cell(asy_buf *b, const asy__cell *x)
{
    asy__number(b, x->mean, x->rate);
    if (isnan(x->lo)) return;
    asy_buf_puts(b, " [");
    asy__number(b, x->lo, x->rate);
    asy_buf_puts(b, ", ");
    asy__number(b, x->hi, x->rate);
    asy_buf_putc(b, ']');
}

static void markdown(asy_buf *b, const asy__table *t)
{
    asy_buf_printf(b, "%s\n\n| %s |", t->caption, t->corner);
    for (int c = 0; c < t->n_cols; c++) asy_buf_printf(b, " %s |", t->col[c]);
    asy_buf_puts(b, "\n| --- |");
    for (int c = 0; c < t->n_cols; c++) asy_buf_puts(b, " ---: |");
    for (int r = 0; r < t->n_rows; r++) {
        asy_buf_printf(b, "\n| %s |", t->row[r]);
        for (int c = 0; c < t->n_cols; c++)
            asy_buf_putc(b, ' '), md_cell(b, &t->cell[r * t->n_cols + c]), asy_buf_puts(b, " |");
    }
    asy_buf_putc(b, '\n');
}

static void json(asy_buf *b, const asy__table *t)
{
    asy_jw w;
    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "caption"), asy_jw_text(&w, t->caption);
    asy_jw_key(&w, "cells"), asy_jw_list(&w);
    for (int i = 0; i < t->n_rows * t->n_cols; i++) {
        const asy__cell *x = &t->cell[i];
        asy_jw_object(&w);
        asy_jw_key(&w, "ci"), asy_jw_list(&w), asy_jw_num(&w, x->lo), asy_jw_num(&w, x->hi),
            asy_jw_list_end(&w);
        asy_jw_key(&w, "ci_kind"), asy_jw_text(&w, x->ci_kind);
        asy_jw_key(&w, "column"), asy_jw_text(&w, t->col[i % t->n_cols]);
        asy_jw_key(&w, "mean"), asy_jw_num(&w, x->mean);
        asy_jw_key(&w, "missing"), asy_jw_int(&w, x->n_missing);
        asy_jw_key(&w, "n"), asy_jw_int(&w, x->rows);
        asy_jw_key(&w, "row"), asy_jw_text(&w, t->row[i / t->n_cols]);
        asy_jw_key(&w, "values"), asy_jw_list(&w);
        for (int k = 0; k < x->n; k++) asy_jw_num(&w, x->value[k]);
        asy_jw_list_end(&w);
        asy_jw_object_end(&w);
    }
    asy_jw_list_end(&w);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.table/1");
    asy_jw_object_end(&w);
    asy_buf_putc(b, '\n');
}

asy_status asy__table_csv(const asy__study *s, const char *file, const asy__table *t)
{
    asy_buf b;
    asy_buf_init(&b, 64 << 20);
    csv(&b, t);
    asy_status st = asy__put(s, file, &b);
    asy_buf_free(&b);
    return st;
}

asy_status asy__table_write(const asy__study *s, const asy__table *t)
{
    static void (*const form[])(asy_buf *, const asy__table *) = { csv, markdown, json };
    static const char *const ending[] = { "csv", "md", "json" };
    for (int i = 0; i < 3; i++) {
        asy_buf b;
        asy_buf_init(&b, 64 << 20);
        form[i](&b, t);
        char *name = asy_sprintf(s->arena, "tables/%s.%s", t->name, ending[i]);
        asy_status st = name != NULL ? asy__put(s, name, &b) : asy_arena_status(s->arena);
        asy_buf_free(&b);
        ASY_TRY(st);
    }
    return ASY_OK;
}

void asy__table_html(asy_buf *b, const asy__table *t)
{
    asy_buf_puts(b, "<div class=wide><table><caption>");
    asy__html(b, t->caption);
    asy_buf_puts(b, "</caption>\n<thead><tr><th scope=col>");
    asy__html(b, t->corner);
    asy_buf_puts(b, "</th>");
    for (int c = 0; c < t->n_cols; c++)
        asy_buf_puts(b, "<th scope=col>"), asy__html(b, t->col[c]), asy_buf_puts(b, "</th>");
    asy_buf_puts(b, "</tr></thead>\n<tbody>\n");
    for (int r = 0; r < t->n_rows; r++) {
        asy_buf_puts(b, "<tr><th scope=row>");
        asy__html(b, t->row[r]);
        asy_buf_puts(b, "</th>");
        for (int c = 0; c < t->n_cols; c++) asy__cell_html(b, &t->cell[r * t->n_cols + c]);
        asy_buf_puts(b, "</tr>\n");
    }
    asy_buf_puts(b, "</tbody></table></div>\n");
}
