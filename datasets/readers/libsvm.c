// SPDX-License-Identifier: GPL-3.0-or-later
/* libsvm's sparse rows: LABEL [qid:Q] INDEX:VALUE … [# comment]. Whether indices count from 0 or from 1 is
 * decided once, over all files of the set. */
#include "assay.h"

#include <string.h>

enum { MOST = 1 << 28, LONGEST = 63 };

typedef struct {
    const asy_data_in *in;
    const asy_bytes *file;
    const char *at, *end;
    int64_t line;
    char word[LONGEST + 1];
} scan;

static asy_status bad(const scan *s, int64_t column, const char *what)
{
    return asy_data_broken_at(s->in, s->file, "libsvm", s->line, column, "%s", what);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* The next word of the line; *more false at its end. */
static asy_status word(scan *s, int64_t column, bool *more)
{
    while (s->at < s->end && is_blank(*s->at)) s->at++;
    *more = s->at < s->end && *s->at != '\n' && *s->at != '#';
    if (!*more) return ASY_OK;
    const char *from = s->at;
    while (s->at < s->end && !is_blank(*s->at) && *s->at != '\n' && *s->at != '#') s->at++;
    size_t n = (size_t)(s->at - from);
    if (n > LONGEST) return bad(s, column, "a word of more than 63 bytes");
    memcpy(s->word, from, n);
    s->word[n] = 0;
    if (strlen(s->word) != n) return bad(s, column, "a zero byte");
    return ASY_OK;
}

static void end_line(scan *s)
{
    while (s->at < s->end && *s->at != '\n') s->at++;
    if (s->at < s->end) s->at++;
}

static bool index_of(const char *text, size_t n, int64_t *out)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        v = 10 * v + (text[i] - '0');
        if (v > MOST) return false;
    }
    *out = v;
    return n > 0;
}

/* INDEX:VALUE or qid:Q (index −1). */
static asy_status pair(scan *s, int64_t column, int64_t *index, double *value)
{
    const char *colon = strchr(s->word, ':');
    if (colon == NULL) return bad(s, column, "`INDEX:VALUE` is expected here");
    if (strncmp(s->word, "qid:", 4) == 0) {
        *index = -1;
        return index_of(colon + 1, strlen(colon + 1), &(int64_t){ 0 })
                   ? ASY_OK
                   : bad(s, column, "a query id is no whole number");
    }
    if (!index_of(s->word, (size_t)(colon - s->word), index))
        return bad(s, column, "an index is no whole number up to 2^28");
    if (colon[1] == 0) return bad(s, column, "an index has no value");
    if (!asy_json_to_num(colon + 1, value) || !(*value - *value == 0))
        return bad(s, column, "a value is no finite number");
    return ASY_OK;
}

/* Where a row's values go; rows counted first with x NULL. */
typedef struct {
    asy_form *form; /* survey: least and most */
    int64_t n, base, width;
    float *x;
    int64_t *seen; /* the last row, + 1, that had each column */
    const char **label, **qid;
    int64_t *line;
    bool any_qid;
} sink;

static asy_status put(scan *s, sink *k, int64_t column, int64_t index, double value)
{
    if (k->form != NULL) {
        if (!k->form->surveyed || index < k->form->least) k->form->least = index;
        if (!k->form->surveyed || index > k->form->most) k->form->most = index;
        k->form->surveyed = true;
    }
    if (k->x == NULL) return ASY_OK;
    int64_t c = index - k->base;
    if (c < 0 || c >= k->width) return bad(s, column, "an index lies outside the set's columns");
    if (k->seen[c] == k->n + 1) return bad(s, column, "an index stands twice in its row");
    k->seen[c] = k->n + 1;
    k->x[k->n * k->width + c] = (float)value;
    return ASY_OK;
}

static asy_status row(scan *s, sink *k)
{
    int64_t index = 0;
    double value = 0;
    bool more;
    ASY_TRY(word(s, 1, &more));
    if (!more) return ASY_OK;
    if (!asy_json_to_num(s->word, &value) || !(value - value == 0))
        return bad(s, 1, "the label is no finite number");
    if (k->x != NULL) k->label[k->n] = asy_strdup(s->in->arena, s->word), k->line[k->n] = s->line;
    for (int64_t column = 2;; column++) {
        ASY_TRY(word(s, column, &more));
        if (!more) break;
        ASY_TRY(pair(s, column, &index, &value));
        if (index >= 0) ASY_TRY(put(s, k, column, index, value));
        else if (column != 2) return bad(s, column, "a query id stands right after the label");
        else if (k->x != NULL) k->qid[k->n] = asy_strdup(s->in->arena, s->word + 4), k->any_qid = true;
    }
    k->n++;
    return ASY_OK;
}

static asy_status rows(const asy_data_in *in, const asy_bytes *f, sink *k)
{
    scan s = { .in = in, .file = f, .at = f->data, .end = f->data + f->n };
    while (s.at < s.end) {
        s.line++;
        ASY_TRY(row(&s, k));
        end_line(&s);
    }
    return asy_arena_status(in->arena);
}

static asy_status survey(const asy_data_in *in, const asy_bytes *f, asy_form *form)
{
    sink k = { .form = form };
    return rows(in, f, &k);
}

static asy_status table(const asy_data_in *in, const asy_bytes *f, const asy_form *given, asy_table *t)
{
    asy_form form = *given;
    sink k = { 0 };
    if (!form.surveyed) ASY_TRY(survey(in, f, &form));
    ASY_TRY(rows(in, f, &k));
    int64_t n = k.n, base = form.surveyed && form.least == 0 ? 0 : 1, width = form.most - base + 1;
    if (!form.surveyed || width < 1) return asy_data_broken_at(in, f, "libsvm", 1, 0, "no row has a value");
    if (n == 0) return asy_data_broken_at(in, f, "libsvm", 1, 0, "it has no rows");
    if (width > MOST / n)
        return asy_data_broken_at(in, f, "libsvm", 1, 0, "its rows and columns multiply to more than 1 GiB");
    asy_tensor x = asy_tensor_new(in->arena, ASY_F32, ASY_SHAPE(n, width));
    asy_raw *c = ASY_NEWN(in->arena, 3, asy_raw);
    k = (sink){ .base = base,
                .width = width,
                .x = x.data,
                .seen = ASY_NEWN(in->arena, width, int64_t),
                .label = ASY_NEWN(in->arena, n, const char *),
                .qid = ASY_NEWN(in->arena, n, const char *),
                .line = ASY_NEWN(in->arena, n, int64_t) };
    if (x.data == NULL || c == NULL || k.seen == NULL || k.label == NULL || k.qid == NULL || k.line == NULL)
        return asy_arena_status(in->arena);
    ASY_TRY(rows(in, f, &k));
    c[0] = (asy_raw){ .name = "input", .role = ASY_ROLE_INPUT, .data = x };
    c[1] = (asy_raw){ .name = "label", .role = ASY_ROLE_LABEL, .text = k.label };
    c[2] = (asy_raw){ .name = "qid", .role = ASY_ROLE_GROUP, .text = k.qid };
    *t = (asy_table){ .n = n, .n_cols = k.any_qid ? 3 : 2, .cols = c, .line = k.line };
    t->note = base == 0 ? "columns are counted from 0: an index 0 occurs in the set"
                        : "columns are counted from 1: no index 0 occurs in the set";
    return ASY_OK;
}

static const char *const suffixes[] = { ".libsvm", ".svm", ".svmlight", NULL };

const asy_reader asy_reader_libsvm = {
    .m = { .name = "libsvm",
           .summary = "sparse rows `LABEL INDEX:VALUE …`",
           .revision = 1,
           .cite =
               "C.-C. Chang, C.-J. Lin, LIBSVM: a library for support vector machines, ACM TIST 2(3), 2011",
           .doc =
               "Indices may stand in any order, each once. Counting starts at 0 if an index 0 occurs in any "
               "file of the set, else at 1, and all files have the same columns. `qid` becomes a group." },
    .suffixes = suffixes,
    .table = table,
    .survey = survey,
};
