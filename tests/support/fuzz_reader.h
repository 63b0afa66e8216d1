// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_FUZZ_READER_H
#define ASY_FUZZ_READER_H
#include <stddef.h>
#include <stdint.h>
/* Reads bytes by a reader: whatever they are, the result is whole, or refused with a diagnostic; else it
 * traps. The first byte chooses the form (header, separator, …), the rest is the file. `png`, `jpeg`: one
 * picture; `planetoid`: three files, a zero byte between them. */
int asy_fuzz_reader(const char *reader, const uint8_t *data, size_t n);
/* The readers that have a target; NULL-terminated. */
extern const char *const asy_fuzz_readers[];
#endif
