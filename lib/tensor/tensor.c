// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor.h"

#include <inttypes.h>
#include <stdio.h>

static const struct { const char *name; size_t size; } TYPES[] = {
    [ASY_F32] = { "f32", 4 }, [ASY_F64] = { "f64", 8 }, [ASY_I32] = { "i32", 4 }, [ASY_U8] = { "u8", 1 },
};

size_t asy_dtype_size(asy_dtype t)
{
    return TYPES[t].size;
}

const char *asy_dtype_name(asy_dtype t)
{
    return TYPES[t].name;
}

asy_shape asy_shape_of(int n, const int64_t d[])
{
    asy_shape s = { 0 };
    if (n < 0 || n > ASY_MAXDIM) return (asy_shape){ .n = 1, .d = { -1 } };
    s.n = n;
    for (int i = 0; i < n; i++) s.d[i] = d[i];
    return s;
}

int64_t asy_shape_count(const asy_shape *s)
{
    int64_t count = 1;
    bool over = s->n < 0 || s->n > ASY_MAXDIM, zero = false;
    for (int i = 0; !over && i < s->n; i++) {
        if (s->d[i] < 0) return -1;
        if (s->d[i] == 0) zero = true;
        else if (count > INT64_MAX / s->d[i]) over = true;
        else count *= s->d[i];
    }
    return over ? -1 : zero ? 0 : count;
}

bool asy_shape_equal(const asy_shape *a, const asy_shape *b)
{
    if (a->n != b->n) return false;
    for (int i = 0; i < a->n; i++)
        if (a->d[i] != b->d[i]) return false;
    return true;
}

int asy_shape_text(const asy_shape *s, char *out, size_t cap)
{
    char all[ASY_MAXDIM * 21 + 3];
    size_t at = 0;
    all[at++] = '[';
    for (int i = 0; i < s->n && i < ASY_MAXDIM; i++)
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%" PRId64, i ? "," : "", s->d[i]);
    all[at++] = ']';
    all[at] = '\0';
    return snprintf(out, cap, "%s", all);
}

asy_tensor asy_tensor_new(asy_arena *a, asy_dtype type, asy_shape s)
{
    int64_t count = asy_shape_count(&s);
    /* A shape that no memory can hold is asked for as such, so that the arena fails and says so. */
    size_t n = count < 0 || (uint64_t)count > SIZE_MAX ? SIZE_MAX : (size_t)count;
    void *data = asy_alloc(a, n, n == SIZE_MAX ? 2 : asy_dtype_size(type));
    return (asy_tensor){ .data = data, .s = s, .type = type };
}

asy_tensor asy_tensor_rows(const asy_tensor *t, int64_t first, int64_t n)
{
    asy_tensor rows = *t;
    asy_shape row = { .n = t->s.n - 1 };
    for (int i = 1; i < t->s.n; i++) row.d[i - 1] = t->s.d[i];
    rows.s.d[0] = n;
    rows.data = (char *)t->data + (size_t)first * (size_t)asy_shape_count(&row) * asy_dtype_size(t->type);
    return rows;
}

size_t asy_tensor_bytes(const asy_tensor *t)
{
    int64_t count = asy_shape_count(&t->s);
    return count < 0 ? 0 : (size_t)count * asy_dtype_size(t->type);
}
