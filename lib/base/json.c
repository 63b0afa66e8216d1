// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading; the writer is json_write.c. */
#include "json.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, LONGEST_NUMBER = 1000 };

/* Nesting is judged here, before jansson recurses; so are NULs, which it takes for the end. */
static asy_status check_form(const char *text, size_t n, const char *name)
{
    int line = 1, col = 0, depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < n; i++) {
        char c = text[i];

        if (((unsigned char)c & 0xc0) != 0x80)
            col++;
        if (c == '\0')
            ASY_FAIL(ASY_EPARSE, "%s:%d:%d: a NUL byte", name, line, col);
        if (c == '\n') {
            line++;
            col = 0;
        } else if (in_string) {
            if (c == '\\')
                i++, col++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > DEEPEST)
                ASY_FAIL(ASY_EPARSE, "%s:%d:%d: nested more than %d deep", name, line, col, DEEPEST);
        } else if (c == ']' || c == '}') {
            depth--;
        }
    }
    return ASY_OK;
}

static bool in_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* Gives integers of 19 and more digits a fraction, so that jansson reads those beyond 64 bits as doubles: the
 * shortest form of 1e20 is such an integer. */
static void put_points(asy_buf *out, const char *text, size_t n)
{
    bool in_string = false;

    for (size_t i = 0, len; i < n; i += len) {
        bool whole = true;

        len = 1;
        if (in_string) {
            if (text[i] == '\\' && i + 1 < n)
                len = 2;
            else if (text[i] == '"')
                in_string = false;
        } else if (text[i] == '"') {
            in_string = true;
        } else {
            for (len = 0; i + len < n && in_number(text[i + len]); len++)
                whole = whole && text[i + len] != '.' && text[i + len] != 'e' && text[i + len] != 'E';
        }
        if (len == 0)
            len = 1;
        asy_buf_put(out, text + i, len);
        if (whole && !in_string && len >= 19)
            asy_buf_puts(out, ".0");
    }
}

static json_t *load(const char *text, size_t n, json_error_t *error)
{
    return json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
}

static asy_json_kind kind_of(const json_t *j)
{
    switch (json_typeof(j)) {
    case JSON_OBJECT: return ASY_J_OBJECT;
    case JSON_ARRAY: return ASY_J_LIST;
    case JSON_STRING: return ASY_J_TEXT;
    case JSON_INTEGER: return ASY_J_INT;
    case JSON_REAL: return ASY_J_NUM;
    case JSON_TRUE: case JSON_FALSE: return ASY_J_BOOL;
    default: return ASY_J_NULL;
    }
}

/* Recurses at most DEEPEST times. NULL: no memory. */
static asy_json *convert(asy_arena *a, json_t *j, const char *key)
{
    asy_json *out = ASY_NEW(a, asy_json), **tail;
    const char *name;
    json_t *member;
    size_t i;

    if (!out)
        return NULL;
    out->kind = kind_of(j);
    out->key = key ? asy_strdup(a, key) : NULL;
    out->b = json_is_true(j);
    out->i = json_integer_value(j);
    out->num = json_number_value(j);
    out->text = json_is_string(j) ? asy_strdup(a, json_string_value(j)) : NULL;
    tail = &out->child;
    json_object_foreach(j, name, member) {
        if ((*tail = convert(a, member, name)) == NULL)
            return NULL;
        tail = &(*tail)->next;
    }
    json_array_foreach(j, i, member) {
        if ((*tail = convert(a, member, NULL)) == NULL)
            return NULL;
        tail = &(*tail)->next;
    }
    return out;
}

static asy_status refuse(const char *name, json_error_t *error)
{
    if (json_error_code(error) == json_error_out_of_memory)
        ASY_FAIL(ASY_ENOMEM, "%s: out of memory", name);
    for (char *s = error->text; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            *s = '?';
    ASY_FAIL(ASY_EPARSE, "%s:%d:%d: %s", name, error->line, error->column, error->text);
}

asy_status asy_json_read(asy_arena *a, const char *text, size_t n, const char *name, asy_json **out)
{
    json_error_t error;
    json_t *j;

    *out = NULL;
    ASY_TRY(check_form(text, n, name));
    j = load(text, n, &error);
    if (!j && json_error_code(&error) == json_error_numeric_overflow) {
        asy_buf pointed;
        asy_status s;

        asy_buf_init(&pointed, SIZE_MAX / 2);
        put_points(&pointed, text, n);
        s = asy_buf_status(&pointed);
        if (s == ASY_OK)
            j = load(asy_buf_text(&pointed), pointed.n, &error);
        asy_buf_free(&pointed);
        ASY_TRY(s);
    }
    if (!j)
        return refuse(name, &error);
    *out = convert(a, j, NULL);
    json_decref(j);
    ASY_TRY(asy_arena_status(a));
    return ASY_OK;
}

const asy_json *asy_json_get(const asy_json *object, const char *key)
{
    if (!object || object->kind != ASY_J_OBJECT)
        return NULL;
    for (const asy_json *j = object->child; j; j = j->next)
        if (strcmp(j->key, key) == 0)
            return j;
    return NULL;
}

static bool is_word(const char *text, double *out)
{
    static const struct { const char *word; double value; } words[] = {
        { "inf", INFINITY }, { "-inf", -INFINITY }, { "nan", NAN }
    };

    for (int i = 0; i < 3; i++) {
        if (strcmp(text, words[i].word) == 0) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

double asy_json_num(const asy_json *j, double otherwise)
{
    double word;

    if (j && (j->kind == ASY_J_INT || j->kind == ASY_J_NUM))
        return j->num;
    return j && j->kind == ASY_J_TEXT && is_word(j->text, &word) ? word : otherwise;
}

/* [+-] digits [. digits] [e [+-] digits]; strtod is given the digits without their point, whatever the
 * locale. */
bool asy_json_to_num(const char *text, double *out)
{
    char digits[LONGEST_NUMBER + 32], *d = digits, *end;
    const char *s = text;
    long shift = 0, exponent = 0;
    int n = 0;
    double v;

    if (is_word(text, out))
        return true;
    if (strnlen(text, LONGEST_NUMBER + 1) > LONGEST_NUMBER)
        return false;
    if (*s == '-')
        *d++ = '-';
    s += *s == '-' || *s == '+';
    for (; *s >= '0' && *s <= '9'; s++, n++)
        *d++ = *s;
    if (*s == '.')
        for (s++; *s >= '0' && *s <= '9'; s++, n++, shift++)
            *d++ = *s;
    if (n == 0)
        return false;
    if (*s == 'e' || *s == 'E') {
        if (!(s[1] >= '0' && s[1] <= '9') && !((s[1] == '-' || s[1] == '+') && s[2] >= '0' && s[2] <= '9'))
            return false;
        exponent = strtol(s + 1, &end, 10);
        s = end;
        exponent = exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : exponent;
    }
    if (*s)
        return false;
    (void)snprintf(d, 24, "e%ld", exponent - shift);
    v = strtod(digits, NULL);
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}
