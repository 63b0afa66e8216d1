// SPDX-License-Identifier: GPL-3.0-or-later
#include "json.h"
#include "decimal.h"
#include "utf8.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { DEEPEST = (int)(sizeof ((asy_jw *)0)->first / sizeof(bool)) - 1 };

void asy_jw_init(asy_jw *w, asy_buf *out, int indent)
{
    *w = (asy_jw){ .out = out, .indent = indent };
    w->first[0] = true;
}

static void new_line(asy_jw *w)
{
    if (w->indent > 0)
        asy_buf_printf(w->out, "\n%*s", w->indent * w->depth, "");
}

/* What stands before a value or a key: nothing after a key, else a comma where it is not the first. */
static void lead(asy_jw *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (!w->first[w->depth])
        asy_buf_putc(w->out, ',');
    w->first[w->depth] = false;
    if (w->depth)
        new_line(w);
}

static void open_level(asy_jw *w, char c)
{
    lead(w);
    asy_buf_putc(w->out, c);
    if (w->depth < DEEPEST)
        w->first[++w->depth] = true;
    else
        w->out->failed = true;
}

static void close_level(asy_jw *w, char c)
{
    bool empty = w->first[w->depth];

    if (w->depth == 0) {
        w->out->failed = true;
        return;
    }
    w->depth--;
    if (!empty)
        new_line(w);
    asy_buf_putc(w->out, c);
}

void asy_jw_object(asy_jw *w)
{
    open_level(w, '{');
}

void asy_jw_object_end(asy_jw *w)
{
    close_level(w, '}');
}

void asy_jw_list(asy_jw *w)
{
    open_level(w, '[');
}

void asy_jw_list_end(asy_jw *w)
{
    close_level(w, ']');
}

static void put_escaped(asy_buf *out, unsigned char c)
{
    static const char from[] = "\b\t\n\f\r\"\\", to[] = "btnfr\"\\";
    const char *at = c ? strchr(from, c) : NULL;

    if (at)
        asy_buf_printf(out, "\\%c", to[at - from]);
    else
        asy_buf_printf(out, "\\u%04x", (unsigned)c);
}

/* Bytes that are not UTF-8 become U+FFFD, so the output is always JSON. */
static void put_string(asy_buf *out, const char *s)
{
    asy_buf_putc(out, '"');
    while (*s) {
        unsigned char c = (unsigned char)*s;
        int n = asy__utf8_length(s);

        if (c < 0x20 || c == '"' || c == '\\')
            put_escaped(out, c);
        else if (n == 0)
            asy_buf_puts(out, "\xef\xbf\xbd");
        else
            asy_buf_put(out, s, (size_t)n);
        s += n ? n : 1;
    }
    asy_buf_putc(out, '"');
}

void asy_jw_key(asy_jw *w, const char *key)
{
    lead(w);
    put_string(w->out, key);
    asy_buf_puts(w->out, w->indent > 0 ? ": " : ":");
    w->after_key = true;
}

void asy_jw_raw(asy_jw *w, const char *json)
{
    lead(w);
    asy_buf_puts(w->out, json);
}

void asy_jw_text(asy_jw *w, const char *s)
{
    lead(w);
    if (s)
        put_string(w->out, s);
    else
        asy_buf_puts(w->out, "null");
}

void asy_jw_num(asy_jw *w, double v)
{
    char text[32];

    (void)asy_json_number(v, text);
    if (isfinite(v))
        asy_jw_raw(w, text);
    else
        asy_jw_text(w, text);
}

void asy_jw_int(asy_jw *w, int64_t v)
{
    lead(w);
    asy_buf_printf(w->out, "%" PRId64, v);
}

void asy_jw_bool(asy_jw *w, bool v)
{
    asy_jw_raw(w, v ? "true" : "false");
}

void asy_jw_null(asy_jw *w)
{
    asy_jw_raw(w, "null");
}

/* The next p-digit number; its exponent too where all digits were nines. */
static void step_up(char *d, int p, int *e)
{
    int i = p - 1;

    while (i >= 0 && d[i] == '9')
        d[i--] = '0';
    if (i >= 0) {
        d[i]++;
        return;
    }
    d[0] = '1';
    (*e)++;
}

/* Does some p-digit decimal read back as v > 0? The nearest one does, or, where v is a power of two and so
 * has more room above than below, perhaps the next one up. */
static bool fits(double v, int p, char *d, int *e)
{
    *e = asy__decimal_digits(v, p, d);
    if (asy__decimal_value(d, *e - p + 1) == v)
        return true;
    step_up(d, p, e);
    return asy__decimal_value(d, *e - p + 1) == v;
}

/* What fits in p digits fits in p + 1, so the least p is found by bisection. */
static int shortest(double v, char *d, int *e)
{
    int lo = 1, hi = 17;

    while (lo < hi) {
        int mid = (lo + hi) / 2;

        if (fits(v, mid, d, e))
            hi = mid;
        else
            lo = mid + 1;
    }
    (void)fits(v, lo, d, e);
    return lo;
}

static char *put_zeros(char *s, int n)
{
    memset(s, '0', (size_t)n);
    return s + n;
}

static char *put_digits(char *s, const char *d, int n)
{
    memcpy(s, d, (size_t)n);
    return s + n;
}

static char *put_exponent(char *s, int e)
{
    unsigned v = (unsigned)(e < 0 ? -e : e);

    *s++ = 'e';
    *s++ = e < 0 ? '-' : '+';
    if (v >= 100)
        *s++ = (char)('0' + v / 100);
    if (v >= 10)
        *s++ = (char)('0' + v / 10 % 10);
    *s++ = (char)('0' + v % 10);
    return s;
}

/* ECMA-262 Number::toString: k digits d, the point after the n-th. */
static char *put_number(char *s, const char *d, int k, int n)
{
    if (k <= n && n <= 21)
        return put_zeros(put_digits(s, d, k), n - k);
    if (0 < n && n <= 21) {
        s = put_digits(s, d, n);
        *s++ = '.';
        return put_digits(s, d + n, k - n);
    }
    if (-6 < n && n <= 0) {
        *s++ = '0';
        *s++ = '.';
        return put_digits(put_zeros(s, -n), d, k);
    }
    *s++ = d[0];
    if (k > 1) {
        *s++ = '.';
        s = put_digits(s, d + 1, k - 1);
    }
    return put_exponent(s, n - 1);
}

int asy_json_number(double v, char out[32])
{
    char digits[18], *s = out;
    int e = 0, k;

    if (!isnan(v) && v < 0)
        *s++ = '-';
    if (isnan(v)) {
        s = put_digits(s, "nan", 3);
    } else if (isinf(v)) {
        s = put_digits(s, "inf", 3);
    } else if (v == 0) {
        *s++ = '0';
    } else {
        k = shortest(fabs(v), digits, &e);
        s = put_number(s, digits, k, e + 1);
    }
    *s = '\0';
    return (int)(s - out);
}
