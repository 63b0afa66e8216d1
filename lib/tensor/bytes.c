// SPDX-License-Identifier: GPL-3.0-or-later
#include "bytes.h"

#include <math.h>
#include <stdlib.h>

void asy__put_tensor(char *to, const asy_tensor *t)
{
    static const uint32_t nan32 = 0x7FC00000u;
    static const uint64_t nan64 = 0x7FF8000000000000u;
    size_t bytes = asy_tensor_bytes(t), size = asy_dtype_size(t->type), n = bytes / size;
    if (bytes == 0) return;
    memcpy(to, t->data, bytes);
    if (t->type == ASY_F32) {
        const float *x = t->data;
        for (size_t i = 0; i < n; i++)
            if (isnan(x[i])) memcpy(to + i * size, &nan32, size);
    } else if (t->type == ASY_F64) {
        const double *x = t->data;
        for (size_t i = 0; i < n; i++)
            if (isnan(x[i])) memcpy(to + i * size, &nan64, size);
    }
}

typedef struct { const char *name; size_t align; int index; } entry;

static int by_align_then_name(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    if (a->align != b->align) return a->align > b->align ? -1 : 1;
    int c = strcmp(a->name, b->name);
    return c ? c : a->index - b->index;
}

static int by_name(const void *x, const void *y)
{
    const entry *a = x, *b = y;
    int c = strcmp(a->name, b->name);
    return c ? c : a->index - b->index;
}

asy_status asy__check_named(asy_arena *a, const char *path, int n, const asy_named t[], bool align,
                            int **order)
{
    entry *e = ASY_NEWN(a, n, entry);
    *order = ASY_NEWN(a, n, int);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < n; i++) {
        if (!t[i].name) ASY_FAIL(ASY_EINVAL, "`%s`: tensor %d has no name", path, i);
        int64_t count = asy_shape_count(&t[i].t.s);
        size_t size = asy_dtype_size(t[i].t.type);
        if (count < 0 || (uint64_t)count > (SIZE_MAX / 2) / size || (count > 0 && !t[i].t.data))
            ASY_FAIL(ASY_ESHAPE, "`%s`: tensor `%s` has no usable shape or no data", path, t[i].name);
        e[i] = (entry){ .name = t[i].name, .align = size, .index = i };
    }
    qsort(e, (size_t)n, sizeof *e, by_name);
    for (int i = 1; i < n; i++)
        if (strcmp(e[i - 1].name, e[i].name) == 0)
            ASY_FAIL(ASY_EINVAL, "`%s`: two tensors are called `%s`", path, e[i].name);
    if (align) qsort(e, (size_t)n, sizeof *e, by_align_then_name);
    for (int i = 0; i < n; i++) (*order)[i] = e[i].index;
    return ASY_OK;
}

const char *asy__plain_name(asy_arena *a, const char *name)
{
    char *copy = asy_strndup(a, name, 80);
    if (!copy) return "";
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7F) *p = '?';
    return copy;
}
