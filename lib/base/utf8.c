// SPDX-License-Identifier: GPL-3.0-or-later
#include "utf8.h"
#include <stdbool.h>
#include <stddef.h>

static bool follows(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

int asy__utf8_length(const char *s)
{
    const unsigned char *u = (const unsigned char *)s;

    if (u[0] < 0x80)
        return 1;
    /* first bytes and pairs of them that would be too long, a surrogate or past U+10FFFF */
    if (u[0] < 0xc2 || u[0] > 0xf4 || !follows(u[1]))
        return 0;
    if (u[0] < 0xe0)
        return 2;
    if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) || !follows(u[2]))
        return 0;
    if (u[0] < 0xf0)
        return 3;
    if ((u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f) || !follows(u[3]))
        return 0;
    return 4;
}

int asy__utf8_put_clean(asy_buf *out, const char *s)
{
    int n = asy__utf8_length(s);
    unsigned char c = (unsigned char)s[0], c2 = (unsigned char)(n > 1 ? s[1] : 0);

    if (n == 0 || (c < 0x20 && c != '\t') || c == 0x7f || (c == 0xc2 && c2 < 0xa0))
        asy_buf_putc(out, '?');
    else
        asy_buf_put(out, s, (size_t)n);
    return n ? n : 1;
}

void asy_buf_put_clean(asy_buf *out, const char *s)
{
    while (*s)
        if (*s == '\n')
            asy_buf_putc(out, *s++);
        else
            s += asy__utf8_put_clean(out, s);
}
