// SPDX-License-Identifier: GPL-3.0-or-later
#include "params.h"
#include <math.h>
#include <string.h>

enum { LONGEST = 128 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The text of n characters without the underscores between its digits; false where one stands elsewhere or
 * it is too long. */
static bool strip(const char *text, size_t n, char out[LONGEST + 1])
{
    size_t k = 0;
    if (n == 0 || n > LONGEST) return false;
    for (size_t i = 0; i < n; i++) {
        if (text[i] != '_')
            out[k++] = text[i];
        else if (i == 0 || i + 1 == n || !is_digit(text[i - 1]) || !is_digit(text[i + 1]))
            return false;
    }
    out[k] = '\0';
    return true;
}

static bool read_plain(const char *text, size_t n, double *out)
{
    char clean[LONGEST + 1];
    return strip(text, n, clean) && asy_json_to_num(clean, out) && !isnan(*out);
}

bool asy_read_number(const char *text, double *out)
{
    size_t n = strnlen(text, LONGEST + 1), upper = strcspn(text, "/");
    if (upper == n) return read_plain(text, n, out);
    double a, b;
    if (!read_plain(text, upper, &a) || !read_plain(text + upper + 1, n - upper - 1, &b)) return false;
    if (!isfinite(a) || !isfinite(b) || b == 0 || !isfinite(a / b)) return false;
    *out = a / b;
    return true;
}

static bool read_digits(const char *s, int64_t *out)
{
    bool minus = *s == '-';
    uint64_t v = 0;
    s += *s == '-' || *s == '+';
    if (!*s) return false;
    for (; *s; s++) {
        if (!is_digit(*s) || v > ((uint64_t)INT64_MAX - (uint64_t)(*s - '0')) / 10) return false;
        v = v * 10 + (uint64_t)(*s - '0');
    }
    *out = minus ? -(int64_t)v : (int64_t)v;
    return true;
}

bool asy_read_integer(const char *text, int64_t *out)
{
    char clean[LONGEST + 1];
    double v;
    if (!strip(text, strnlen(text, LONGEST + 1), clean)) return false;
    if (!strpbrk(clean, "eE")) return read_digits(clean, out);
    /* 1e4, 2.5e3; beyond 2^53 a double no longer says which integer was meant */
    if (!asy_json_to_num(clean, &v) || !(fabs(v) <= 9007199254740992.0) || floor(v) != v) return false;
    *out = (int64_t)v;
    return true;
}
