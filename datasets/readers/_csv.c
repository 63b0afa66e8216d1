// SPDX-License-Identifier: GPL-3.0-or-later
/* RFC 4180, with other separators, comments, missing values. Cells are cut out of the file's bytes in place.
 */
#include "_csv.h"

#include <string.h>

enum { MOST_COLUMNS = 100000 };

int asy__utf8_at(const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    int n = p[0] < 0x80                   ? 1
            : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
            : (p[0] & 0xf0) == 0xe0       ? 3
            : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                          : 0;
    for (int i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

bool asy__natural(const char *text, int64_t most, int64_t *out)
{
    int64_t v = 0;
    if (text == NULL || *text == 0) return false;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9') return false;
        v = 10 * v + (*text - '0');
        if (v > most) return false;
    }
    *out = v;
    return true;
}

static asy_status grow(asy_arena *a, void **list, int64_t n, int64_t *cap, size_t size)
{
    if (n < *cap) return ASY_OK;
    int64_t more = *cap > 0 ? 2 * *cap : 1024;
    void *p = asy_alloc(a, (size_t)more, size);
    if (p == NULL) return asy_arena_status(a);
    if (n > 0) memcpy(p, *list, (size_t)n * size);
    *list = p;
    *cap = more;
    return ASY_OK;
}

asy_status asy__cells_put(asy__cells *c, const char *cell)
{
    void *list = c->cell;
    ASY_TRY(grow(c->arena, &list, c->n_cells, &c->cap, sizeof *c->cell));
    c->cell = list;
    c->cell[c->n_cells++] = cell;
    return ASY_OK;
}

asy_status asy__cells_line(asy__cells *c, int64_t line)
{
    void *list = c->line;
    ASY_TRY(grow(c->arena, &list, c->n, &c->line_cap, sizeof *c->line));
    c->line = list;
    c->line[c->n++] = line;
    return ASY_OK;
}

asy_status asy__cells_table(asy__cells *c, asy_raw *cols, asy_table *t)
{
    for (int k = 0; k < c->n_cols; k++) {
        const char **text = ASY_NEWN(c->arena, c->n, const char *);
        if (text == NULL) return asy_arena_status(c->arena);
        for (int64_t i = 0; i < c->n; i++) text[i] = c->cell[i * c->n_cols + k];
        cols[k].text = text;
    }
    *t = (asy_table){ .n = c->n, .n_cols = c->n_cols, .cols = cols, .line = c->line };
    return ASY_OK;
}

typedef struct {
    const asy_data_in *in;
    const asy_bytes *file;
    const asy_form *form;
    char sep, *at, *end;
    int64_t line, began; /* where we are; where this row began */
    int64_t column;      /* of the cell being read, from 1 */
    bool row_ends;
} scan;

static asy_status bad(const scan *s, const char *what)
{
    return asy_data_broken_at(s->in, s->file, "CSV", s->began, s->column, "%s", what);
}

static bool is_break(char c) { return c == '\n' || c == '\r'; }
static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static void skip_break(scan *s)
{
    if (s->at < s->end && *s->at == '\r') {
        *s->at++ = 0;
        if (s->at < s->end && *s->at == '\n') s->at++;
    } else if (s->at < s->end) {
        *s->at++ = 0;
    }
    s->line++;
}

/* Past the separator, or to the end of the row. `stop` is where the cell's text ends. */
static asy_status close_cell(scan *s, char *stop)
{
    s->row_ends = s->at == s->end || is_break(*s->at);
    if (!s->row_ends && s->sep == ' ') {
        while (s->at < s->end && is_blank(*s->at)) s->at++;
        s->row_ends = s->at == s->end || is_break(*s->at); /* blanks at the end of a row separate nothing */
    } else if (!s->row_ends) {
        s->at++;
    }
    if (s->row_ends && s->at < s->end) skip_break(s);
    *stop = 0;
    return ASY_OK;
}

static asy_status quoted(scan *s, char **cell)
{
    char *to = ++s->at;
    *cell = to;
    for (; s->at < s->end; s->at++) {
        if (*s->at == '"' && s->at + 1 < s->end && s->at[1] == '"') s->at++;
        else if (*s->at == '"') break;
        if (*s->at == '\n') s->line++;
        *to++ = *s->at;
    }
    if (s->at == s->end) return bad(s, "a quoted cell is never closed");
    s->at++;
    while (s->form->trim && s->at < s->end && is_blank(*s->at) && *s->at != s->sep) s->at++;
    bool ends = s->at == s->end || is_break(*s->at) || (s->sep == ' ' ? is_blank(*s->at) : *s->at == s->sep);
    if (!ends) return bad(s, "text follows the closing quote of a cell");
    return close_cell(s, to);
}

static asy_status plain(scan *s, char **cell)
{
    *cell = s->at;
    while (s->at < s->end && !is_break(*s->at) && (s->sep == ' ' ? !is_blank(*s->at) : *s->at != s->sep)) {
        if (*s->at == '"' && s->sep != '\t')
            return bad(s, "a quote inside a cell that does not begin with one");
        s->at++;
    }
    char *stop = s->at;
    while (s->form->trim && stop > *cell && is_blank(stop[-1])) stop--;
    return close_cell(s, stop);
}

static asy_status check_text(const scan *s, const char *cell, const char *stop)
{
    for (const char *p = cell; *p != 0;) {
        int n = (unsigned char)*p < 0x80 ? 1 : asy__utf8_at(p);
        if (n == 0) return bad(s, "this cell is not UTF-8 (from Latin-1: iconv -f LATIN1 -t UTF-8)");
        p += n;
    }
    (void)stop;
    return ASY_OK;
}

static asy_status cell(scan *s, char **out)
{
    s->column++;
    while (s->form->trim && s->at < s->end && is_blank(*s->at) && *s->at != s->sep) s->at++;
    if (s->at < s->end && *s->at == '"') ASY_TRY(quoted(s, out));
    else ASY_TRY(plain(s, out));
    return check_text(s, *out, NULL);
}

static bool begins_with(const char *at, const char *end, const char *with)
{
    size_t n = with != NULL ? strlen(with) : 0;
    return n > 0 && (size_t)(end - at) >= n && memcmp(at, with, n) == 0;
}

/* Moves to the next row: past comments and, unless a table has one column, empty lines. False: no more. */
static bool next_row(scan *s, bool empty_counts)
{
    for (; s->at < s->end; skip_break(s)) {
        if (s->sep == ' ')
            while (s->at < s->end && is_blank(*s->at)) s->at++;
        if (s->at == s->end) return false;
        if (begins_with(s->at, s->end, s->form->comment)) {
            while (s->at < s->end && !is_break(*s->at)) s->at++;
            continue;
        }
        if (is_break(*s->at) && !(empty_counts && s->sep != ' ')) continue;
        s->began = s->line;
        s->column = 0;
        return true;
    }
    return false;
}

static const char *missing(const asy_form *f, const char *text)
{
    if (f->n_na == 0) return *text == 0 ? NULL : text;
    for (int i = 0; i < f->n_na; i++)
        if (strcmp(text, f->na[i]) == 0) return NULL;
    return text;
}

static void cut_trail(const asy_form *f, char *text)
{
    size_t n = strlen(text), m = f->trail != NULL ? strlen(f->trail) : 0;
    if (m > 0 && n >= m && strcmp(text + n - m, f->trail) == 0) text[n - m] = 0;
}

/* The first row: the names, or how many columns there are. */
static asy_status first_row(scan *s, asy__cells *c, asy_raw **cols)
{
    if (!next_row(s, false)) return asy_data_broken_at(s->in, s->file, "CSV", 1, 0, "it has no rows");
    do {
        char *text;
        ASY_TRY(cell(s, &text));
        if (s->column > MOST_COLUMNS) return bad(s, "it has more than 100000 columns");
        if (s->row_ends) cut_trail(s->form, text);
        ASY_TRY(asy__cells_put(c, text));
    } while (!s->row_ends);
    c->n_cols = (int)s->column;
    if (s->form->header == ASY_HEADER_GIVEN && s->form->n_names != c->n_cols)
        return asy_data_broken_at(s->in, s->file, "CSV", s->began, 0,
                                  "it has %d columns, `header` has %d names", c->n_cols, s->form->n_names);
    *cols = ASY_NEWN(c->arena, c->n_cols, asy_raw);
    for (int i = 0; *cols != NULL && i < c->n_cols; i++) {
        const char *name = s->form->header == ASY_HEADER_GIVEN ? s->form->names[i] : c->cell[i];
        if (s->form->header == ASY_HEADER_NO || *name == 0) name = asy_sprintf(c->arena, "c%d", i + 1);
        (*cols)[i] = (asy_raw){ .name = name, .role = ASY_ROLE_NONE };
    }
    ASY_TRY(asy_arena_status(c->arena));
    if (s->form->header == ASY_HEADER_YES) return c->n_cells = 0, ASY_OK;
    for (int i = 0; i < c->n_cols; i++) c->cell[i] = missing(s->form, c->cell[i]);
    return asy__cells_line(c, s->began);
}

static asy_status row(scan *s, asy__cells *c)
{
    do {
        char *text;
        ASY_TRY(cell(s, &text));
        if (s->column > c->n_cols)
            return asy_data_broken_at(s->in, s->file, "CSV", s->began, s->column,
                                      "this row has more than the %d cells of the first", c->n_cols);
        if (s->row_ends) cut_trail(s->form, text);
        ASY_TRY(asy__cells_put(c, missing(s->form, text)));
    } while (!s->row_ends);
    if (s->column < c->n_cols)
        return asy_data_broken_at(s->in, s->file, "CSV", s->began, s->column,
                                  "this row has %lld cells, the first has %d", (long long)s->column,
                                  c->n_cols);
    return asy__cells_line(c, s->began);
}

static char separator(const asy_bytes *f, const asy_form *form)
{
    size_t n = strlen(f->path);
    if (form->separator != 0) return form->separator;
    if (n > 3 && strcmp(f->path + n - 3, ".gz") == 0) n -= 3;
    return n > 4 && memcmp(f->path + n - 4, ".tsv", 4) == 0 ? '\t' : ',';
}

asy_status asy__csv_read(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_table *t)
{
    scan s = { .in = in, .file = f, .form = form, .sep = separator(f, form), .at = f->data, .line = 1 };
    asy__cells c = { .arena = in->arena };
    asy_raw *cols = NULL;
    s.end = f->data + f->n;
    const char *nul = f->n > 0 ? memchr(f->data, 0, f->n) : NULL;
    if (nul != NULL)
        return asy_data_broken(in, f, "CSV", (size_t)(nul - f->data), "a zero byte (UTF-16? then: iconv)");
    if (f->n >= 3 && memcmp(f->data, "\xef\xbb\xbf", 3) == 0) s.at += 3;
    ASY_TRY(first_row(&s, &c, &cols));
    while (next_row(&s, c.n_cols == 1)) {
        if (c.n == INT32_MAX) return bad(&s, "it has more than 2^31 rows");
        ASY_TRY(row(&s, &c));
    }
    return asy__cells_table(&c, cols, t);
}
