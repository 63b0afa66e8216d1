// SPDX-License-Identifier: GPL-3.0-or-later
/* ARFF, Weka's format: a header of attributes with their types, then rows, dense or sparse. */
#include "_csv.h"

#include <string.h>
#include <strings.h>

enum { MOST_COLUMNS = 100000 };

typedef struct {
    const asy_data_in *in;
    const asy_bytes *file;
    const asy_form *form;
    char *at, *end;
    int64_t line;
    int n, cap;
    asy_raw *cols;
    asy_map **domain; /* of nominal columns: word → index + 1 */
} scan;

static asy_status bad(const scan *s, int64_t column, const char *what)
{
    return asy_data_broken_at(s->in, s->file, "ARFF", s->line, column, "%s", what);
}

static void skip_blanks(scan *s)
{
    while (*s->at == ' ' || *s->at == '\t' || *s->at == '\r') s->at++;
}

/* A word, quoted or up to one of `stops`, a blank ends it too where `blanks`. NULL: a quote is never closed.
 * The byte after it is kept in *after, for the word's NUL may stand on it. */
static char *word(scan *s, const char *stops, bool blanks, char *after)
{
    char quote = *s->at, *from = s->at, *to = from;
    if (quote == '\'' || quote == '"') {
        for (from = to = ++s->at; *s->at != 0 && *s->at != quote; s->at++) {
            if (*s->at == '\\' && s->at[1] != 0) s->at++;
            *to++ = *s->at;
        }
        if (*s->at == 0) return NULL;
        s->at++;
    } else {
        while (*s->at != 0 && strchr(stops, *s->at) == NULL && !(blanks && (*s->at == ' ' || *s->at == '\t')))
            s->at++;
        for (to = s->at; to > from && (to[-1] == ' ' || to[-1] == '\t' || to[-1] == '\r'); to--) {
        }
    }
    skip_blanks(s);
    *after = *s->at;
    *to = 0;
    return from;
}

static bool is_utf8(const char *text)
{
    for (int n; *text != 0; text += n)
        if ((n = asy__utf8_at(text)) == 0) return false;
    return true;
}

static asy_status domain(scan *s, asy_raw *c)
{
    int64_t cap = 0;
    char after = '{';
    asy_map *m = asy_map_new(s->in->arena);
    do {
        s->at++;
        skip_blanks(s);
        const char *w = word(s, ",}", false, &after);
        if (w == NULL || (after != ',' && after != '}')) return bad(s, s->n + 1, "a domain is never closed");
        if (c->n_values == cap) {
            const char **more = ASY_NEWN(s->in->arena, cap = cap > 0 ? 2 * cap : 8, const char *);
            if (more == NULL) return asy_arena_status(s->in->arena);
            if (c->n_values > 0) memcpy(more, c->values, (size_t)c->n_values * sizeof *more);
            c->values = more;
        }
        ((const char **)(uintptr_t)c->values)[c->n_values++] = w;
        if (!asy_map_put(m, w, (void *)(uintptr_t)c->n_values))
            return bad(s, s->n + 1, "a domain has a value twice");
    } while (after == ',');
    s->domain[s->n] = m;
    return asy_arena_status(s->in->arena);
}

static asy_status room(scan *s)
{
    if (s->n == MOST_COLUMNS) return bad(s, 0, "it has more than 100000 attributes");
    if (s->n < s->cap) return ASY_OK;
    int cap = s->cap > 0 ? 2 * s->cap : 32;
    asy_raw *cols = ASY_NEWN(s->in->arena, cap, asy_raw);
    asy_map **maps = ASY_NEWN(s->in->arena, cap, asy_map *);
    if (cols == NULL || maps == NULL) return asy_arena_status(s->in->arena);
    if (s->n > 0) memcpy(cols, s->cols, (size_t)s->n * sizeof *cols);
    if (s->n > 0) memcpy(maps, s->domain, (size_t)s->n * sizeof *maps);
    s->cols = cols;
    s->domain = maps;
    s->cap = cap;
    return ASY_OK;
}

static asy_status attribute(scan *s)
{
    char after;
    ASY_TRY(room(s));
    asy_raw *c = &s->cols[s->n];
    *c = (asy_raw){ .role = ASY_ROLE_NONE };
    skip_blanks(s);
    c->name = word(s, "{", true, &after);
    if (c->name == NULL || c->name[0] == 0 || after == 0)
        return bad(s, s->n + 1, "an attribute lacks its name or type");
    if (!is_utf8(c->name)) return bad(s, s->n + 1, "the attribute's name is not UTF-8");
    if (after == '{') {
        *s->at = '{';
        ASY_TRY(domain(s, c));
        if (s->form->any_domain) c->n_values = 0, s->domain[s->n] = NULL;
    } else {
        *s->at = after;
        const char *type = word(s, "", true, &after);
        c->numbers = type != NULL && (strcasecmp(type, "numeric") == 0 || strcasecmp(type, "real") == 0 ||
                                      strcasecmp(type, "integer") == 0);
        if (type == NULL || (!c->numbers && strcasecmp(type, "string") != 0 && strcasecmp(type, "date") != 0))
            return bad(s, s->n + 1,
                       "an attribute's type is none of numeric, real, integer, {…}, string, date");
    }
    s->n++;
    return ASY_OK;
}

/* One cell, checked against its attribute's domain. "?" unquoted is a missing value. */
static asy_status cell(scan *s, int k, const char *stops, const char **out, char *after)
{
    bool quote = *s->at == '\'' || *s->at == '"';
    const char *w = word(s, stops, *stops == 0 || strchr(stops, '}') != NULL, after);
    if (w == NULL) return bad(s, k + 1, "a quote is never closed in its line");
    if (!is_utf8(w)) return bad(s, k + 1, "this value is not UTF-8");
    *out = !quote && strcmp(w, "?") == 0 ? NULL : w;
    if (*out != NULL && s->domain[k] != NULL && !asy_map_has(s->domain[k], w))
        return asy_data_broken_at(s->in, s->file, "ARFF", s->line, k + 1,
                                  "`%.80s` is not in the domain of `%s`", w, s->cols[k].name);
    return ASY_OK;
}

static asy_status dense(scan *s, asy__cells *c)
{
    char after = ',';
    for (int k = 0; k < s->n; k++) {
        const char *text;
        if (after != ',') return bad(s, k + 1, "this row has too few values");
        skip_blanks(s);
        ASY_TRY(cell(s, k, ",", &text, &after));
        if (after != 0 && after != ',') return bad(s, k + 1, "something follows a quoted value");
        if (after == ',') s->at++;
        ASY_TRY(asy__cells_put(c, text));
    }
    return after == 0 ? ASY_OK : bad(s, s->n + 1, "this row has too many values");
}

/* {index value, …}: what is not there is 0, or the first word of its domain. */
static asy_status sparse(scan *s, asy__cells *c)
{
    int64_t k, first = c->n_cells;
    char after = ',';
    for (int i = 0; i < s->n; i++)
        ASY_TRY(asy__cells_put(c, s->cols[i].n_values > 0 ? s->cols[i].values[0] : "0"));
    s->at++;
    skip_blanks(s);
    if (*s->at == '}') return ASY_OK;
    while (after == ',') {
        skip_blanks(s);
        const char *index = word(s, ",}", true, &after);
        if (index == NULL || !asy__natural(index, s->n - 1, &k))
            return bad(s, 0, "a sparse value's index is wrong");
        *s->at = after;
        ASY_TRY(cell(s, (int)k, ",}", &c->cell[first + k], &after));
        if (after != ',' && after != '}') return bad(s, k + 1, "a sparse row is never closed");
        s->at++;
    }
    return ASY_OK;
}

static bool keyword(scan *s, const char *name)
{
    size_t n = strlen(name);
    if (strncasecmp(s->at, name, n) != 0 || (s->at[n] != 0 && strchr(" \t\r", s->at[n]) == NULL))
        return false;
    s->at += n;
    return true;
}

/* One line of the file; it ends in a NUL. */
static asy_status line(scan *s, asy__cells *c, bool *data)
{
    skip_blanks(s);
    if (*s->at == 0 || *s->at == '%') return ASY_OK;
    if (*data) {
        ASY_TRY(*s->at == '{' ? sparse(s, c) : dense(s, c));
        return asy__cells_line(c, s->line);
    }
    if (keyword(s, "@relation")) return ASY_OK;
    if (keyword(s, "@attribute")) return attribute(s);
    if (!keyword(s, "@data"))
        return bad(s, 0, "a line of the header begins with none of @relation, @attribute, @data");
    if (s->n == 0) return bad(s, 0, "it has no attributes");
    *data = true;
    c->n_cols = s->n;
    return ASY_OK;
}

static asy_status table(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_table *t)
{
    scan s = { .in = in, .file = f, .form = form };
    asy__cells c = { .arena = in->arena };
    bool data = false;
    char *end = f->data + f->n, *next;
    const char *nul = f->n > 0 ? memchr(f->data, 0, f->n) : NULL;
    if (nul != NULL) return asy_data_broken(in, f, "ARFF", (size_t)(nul - f->data), "a zero byte");
    for (char *at = f->data; at < end; at = next) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL) stop = end;
        next = stop + 1;
        *stop = 0;
        s.at = at;
        s.line++;
        ASY_TRY(line(&s, &c, &data));
    }
    if (!data) return asy_data_broken_at(in, f, "ARFF", s.line, 0, "it has no @data");
    return asy__cells_table(&c, s.cols, t);
}

static const char *const suffixes[] = { ".arff", NULL };

const asy_reader asy_reader_arff = {
    .m = { .name = "arff",
           .summary = "Weka's tables with declared types",
           .revision = 1,
           .cite = "I. Witten, E. Frank, Data Mining, 2005; the Attribute-Relation File Format",
           .doc = "Numeric, nominal, string and date attributes, dense and sparse rows, `?` for missing "
                  "values. A "
                  "nominal value outside its domain is an error. A domain gives a label its order." },
    .suffixes = suffixes,
    .table = table,
};
