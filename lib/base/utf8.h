// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_BASE_UTF8_H
#define ASY_BASE_UTF8_H
/* Bytes of the UTF-8 character at s (NUL-terminated): 1 to 4; 0 if the bytes there are none (RFC 3629). */
int asy__utf8_length(const char *s);
#endif
