// SPDX-License-Identifier: GPL-3.0-or-later
/* How diagnostics look (user-experience §5). */
#include "diag.h"
#include "diag_item.h"
#include "json.h"
#include "utf8.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 20, LEAST_GUTTER = 2, WINDOW = 160 };

typedef struct { asy_buf *out; int gutter; bool color; } page;

/* Texts hold what users wrote. */
static void put_clean(asy_buf *out, const char *s)
{
    while (*s) {
        if (*s == '\n') {
            asy_buf_putc(out, ' ');
            s++;
        } else {
            s += asy__utf8_put_clean(out, s);
        }
    }
}

static void ink(const page *p, const char *code)
{
    if (p->color)
        asy_buf_printf(p->out, "\033[%sm", code);
}

static void put_spaces(const page *p, int n)
{
    asy_buf_printf(p->out, "%*s", n, "");
}

static bool on_command_line(const asy_loc *l)
{
    return strncmp(l->file, "command line", strlen("command line")) == 0;
}

static bool has_place(const asy_loc *l)
{
    return l->file && l->line > 0;
}

/* Start of line `line`, and its length in characters; NULL where the text is shorter. */
static const char *line_start(const char *text, int line, int *n_chars)
{
    const char *start, *s;

    while (line > 1 && (text = strchr(text, '\n')) != NULL) {
        text++;
        line--;
    }
    if (!text)
        return NULL;
    *n_chars = 0;
    for (s = start = text; *s && *s != '\n' && !(s[0] == '\r' && s[1] == '\n'); (*n_chars)++) {
        int n = asy__utf8_length(s);

        s += n ? n : 1;
    }
    return start;
}

static const char *skip_chars(const char *s, int n)
{
    for (; n > 0; n--) {
        int len = asy__utf8_length(s);

        s += len ? len : 1;
    }
    return s;
}

static void put_gutter(const page *p, int line)
{
    ink(p, "34");
    if (line)
        asy_buf_printf(p->out, "%*d |", p->gutter, line);
    else
        asy_buf_printf(p->out, "%*s |", p->gutter, "");
    ink(p, "0");
}

static void put_arrow(const page *p, const asy_loc *l)
{
    put_spaces(p, p->gutter);
    ink(p, "34");
    asy_buf_puts(p->out, "-->");
    ink(p, "0");
    asy_buf_putc(p->out, ' ');
    put_clean(p->out, l->file);
    if (l->line > 0 && !on_command_line(l))
        asy_buf_printf(p->out, ":%d:%d", l->line, l->col);
    asy_buf_putc(p->out, '\n');
}

/* The source line (unless it stands there already) and the marks under it. Of a very long line, a window
 * around the marks. Tabs stay tabs in both, so they line up whatever a tab's width. */
static void put_source(const page *p, const asy_loc *l, bool show_line, char mark, const char *ink_code,
                       const char *label)
{
    int n, from, to, col, end;
    const char *start = l->text ? line_start(l->text, l->line, &n) : NULL, *s;

    if (!start)
        return;
    col = l->col < 1 ? 1 : l->col > n + 1 ? n + 1 : l->col;
    end = l->end_line > l->line ? n + 1 : l->end_line == l->line && l->end_col <= n + 1 ? l->end_col : n + 1;
    if (l->end_line < l->line || end <= col)
        end = col + 1;
    from = n > WINDOW && col > WINDOW / 2 ? col - WINDOW / 2 : 0;
    to = n - from > WINDOW ? from + WINDOW : n;
    if (show_line) {
        put_gutter(p, on_command_line(l) ? 0 : l->line);
        asy_buf_puts(p->out, from ? " …" : " ");
        s = skip_chars(start, from);
        for (int i = from; i < to; i++)
            s += asy__utf8_put_clean(p->out, s);
        asy_buf_puts(p->out, to < n ? "…\n" : "\n");
    }
    put_gutter(p, 0);
    asy_buf_puts(p->out, from ? "  " : " ");
    s = skip_chars(start, from);
    for (int i = from + 1; i < col; i++, s = skip_chars(s, 1))
        asy_buf_putc(p->out, *s == '\t' ? '\t' : ' ');
    ink(p, ink_code);
    for (int i = col; i < end && i <= to + 1; i++)
        asy_buf_putc(p->out, mark);
    if (label) {
        asy_buf_putc(p->out, ' ');
        put_clean(p->out, label);
    }
    ink(p, "0");
    asy_buf_putc(p->out, '\n');
}

static int digits_of(const asy_loc *l)
{
    int n = 1;

    if (!has_place(l) || on_command_line(l))
        return 0;
    for (int v = l->line; v >= 10; v /= 10)
        n++;
    return n;
}

static void put_item(page *p, const asy_diag_item *it)
{
    const char *color = it->level == ASY_ERROR ? "1;31" : "1;33";
    bool placed = has_place(&it->loc), second = has_place(&it->second);
    int a = digits_of(&it->loc), b = digits_of(&it->second);

    p->gutter = a > b ? a : b;
    if (p->gutter < LEAST_GUTTER)
        p->gutter = LEAST_GUTTER;
    ink(p, color);
    asy_buf_printf(p->out, "%s[%s]", it->level == ASY_ERROR ? "error" : "warning", it->code);
    ink(p, "0");
    asy_buf_puts(p->out, ": ");
    put_clean(p->out, it->message);
    asy_buf_putc(p->out, '\n');
    if (it->loc.file)
        put_arrow(p, &it->loc);
    if (placed)
        put_source(p, &it->loc, true, '^', color, it->label);
    if (second) {
        bool same_file = placed && strcmp(it->loc.file, it->second.file) == 0;
        bool wide = it->second.end_line > it->second.line || it->second.end_col > it->second.col + 1;

        if (!same_file)
            put_arrow(p, &it->second);
        put_source(p, &it->second, !same_file || it->second.line != it->loc.line, wide ? '-' : '^', "1;34",
                   it->second_text);
    }
    for (const asy__diag_line *l = it->lines; l; l = l->next) {
        asy_buf_printf(p->out, "%*s = %s: ", p->gutter, "", l->help ? "help" : "note");
        put_clean(p->out, l->text);
        asy_buf_putc(p->out, '\n');
    }
}

static int by_place(const void *va, const void *vb)
{
    const asy_diag_item *a = *(asy_diag_item *const *)va, *b = *(asy_diag_item *const *)vb;

    if (a->file_rank != b->file_rank)
        return a->file_rank < b->file_rank ? -1 : 1;
    if (a->loc.line != b->loc.line)
        return a->loc.line < b->loc.line ? -1 : 1;
    if (a->loc.col != b->loc.col)
        return a->loc.col < b->loc.col ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* In file order; NULL if there is nothing to show or no memory for it. */
static asy_diag_item **sorted(const asy_diag *d)
{
    asy_diag_item **items = d && d->n ? ASY_NEWN(d->arena, d->n, asy_diag_item *) : NULL;
    int n = 0;

    if (!items)
        return NULL;
    for (asy_diag_item *it = d->first; it; it = it->next)
        items[n++] = it;
    qsort(items, (size_t)n, sizeof *items, by_place);
    return items;
}

void asy_diag_render(const asy_diag *d, asy_buf *out, bool color)
{
    asy_diag_item **items = sorted(d);
    page p = { .out = out, .color = color };

    for (int i = 0; items && i < d->n && i < MOST; i++) {
        if (i)
            asy_buf_putc(out, '\n');
        put_item(&p, items[i]);
    }
    if (items && d->n > MOST)
        asy_buf_printf(out, "\n… and %d more\n", d->n - MOST);
}

static void put_text_or_null(asy_jw *w, const char *key, const char *text)
{
    asy_jw_key(w, key);
    asy_jw_text(w, text);
}

static void put_place(asy_jw *w, const asy_loc *l)
{
    static const char *const keys[] = { "line", "col", "end_line", "end_col" };
    int values[] = { l->line, l->col, l->end_line, l->end_col };

    put_text_or_null(w, "file", l->file);
    for (int i = 0; i < 4; i++) {
        asy_jw_key(w, keys[i]);
        if (has_place(l))
            asy_jw_int(w, values[i]);
        else
            asy_jw_null(w);
    }
}

/* Help lines joined; the label and the second place stand among the notes. */
static void put_words(asy_arena *a, asy_jw *w, const asy_diag_item *it)
{
    const char *help = NULL;

    for (const asy__diag_line *l = it->lines; l; l = l->next)
        if (l->help)
            help = help ? asy_sprintf(a, "%s\n%s", help, l->text) : l->text;
    put_text_or_null(w, "help", help);
    asy_jw_key(w, "notes");
    asy_jw_list(w);
    if (it->label)
        asy_jw_text(w, it->label);
    if (it->second_text)
        asy_jw_text(w, asy_sprintf(a, "%s:%d:%d: %s", it->second.file, it->second.line, it->second.col,
                                   it->second_text));
    for (const asy__diag_line *l = it->lines; l; l = l->next)
        if (!l->help)
            asy_jw_text(w, l->text);
    asy_jw_list_end(w);
}

void asy_diag_render_json(const asy_diag *d, asy_buf *out)
{
    asy_diag_item **items = sorted(d);

    for (int i = 0; items && i < d->n; i++) {
        const asy_diag_item *it = items[i];
        asy_jw w;

        asy_jw_init(&w, out, 0);
        asy_jw_object(&w);
        put_text_or_null(&w, "code", it->code);
        put_text_or_null(&w, "level", it->level == ASY_ERROR ? "error" : "warning");
        put_text_or_null(&w, "message", it->message);
        put_place(&w, &it->loc);
        put_text_or_null(&w, "path", it->path);
        put_words(d->arena, &w, it);
        asy_jw_object_end(&w);
        asy_buf_putc(out, '\n');
    }
}
