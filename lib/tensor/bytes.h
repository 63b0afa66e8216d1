// SPDX-License-Identifier: GPL-3.0-or-later
/* What both file formats share: little-endian integers, tensors as bytes. Private to lib/tensor. */
#ifndef ASY_TENSOR_BYTES_H
#define ASY_TENSOR_BYTES_H
#include "file.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tensors are stored as they lie in memory");

static inline void asy__put_le(char **to, int bytes, uint64_t v)
{
    for (int i = 0; i < bytes; i++) *(*to)++ = (char)(unsigned char)(v >> (8 * i) & 0xFF);
}

static inline uint64_t asy__get_le(const char *from, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++) v |= (uint64_t)(unsigned char)from[i] << (8 * i);
    return v;
}

/* Copies the elements, each NaN as 7fc00000 or 7ff8000000000000: the bits of a NaN may differ between processors. */
void asy__put_tensor(char *to, const asy_tensor *t);

/* Refuses a missing name, a size that does not fit and two equal names. `order`: the tensors sorted by name,
 * with `align` by descending alignment first. */
asy_status asy__check_named(asy_arena *, const char *path, int n, const asy_named t[], bool align,
                            int **order) ASY_CHECKED;

/* A name for a message: control bytes as '?', cut at 80 bytes. */
const char *asy__plain_name(asy_arena *, const char *name);
#endif
