// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_BASE_UTF8_H
#define ASY_BASE_UTF8_H
#include "buf.h"
/* Puts the character at s, or `?` for a control character (but tab) and a byte that is none; returns its
 * length. */
int asy__utf8_put_clean(asy_buf *out, const char *s);
/* Bytes of the UTF-8 character at s (NUL-terminated): 1 to 4; 0 if the bytes there are none (RFC 3629). */
int asy__utf8_length(const char *s);
#endif
