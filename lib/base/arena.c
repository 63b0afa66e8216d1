// SPDX-License-Identifier: GPL-3.0-or-later
/* A list of blocks, the newest first, each filled from its start. Blocks come zeroed from calloc and stay
 * untouched until handed out, so a large one costs no memory before it is used; what a reset gives back is
 * zeroed on reuse. Under ASan everything that is not handed out is poisoned, with a red zone after each
 * allocation. */
#include "arena.h"
#include "fault.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
enum { RED_ZONE = 64 };
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum { ALIGN = 64, TEXT_ALIGN = 8 };
static const size_t FIRST_BLOCK = 16 << 10, LARGEST_GROWN_BLOCK = 1 << 20;

typedef struct block {
    struct block *before;
    unsigned char *data;        /* 64-byte aligned */
    size_t cap, used, dirty;    /* bytes from `dirty` on are still zero */
} block;

struct asy_arena {
    block *last;
    size_t limit, bytes, next_cap;
    size_t refused;             /* size of the first request that failed; 0: none has */
    bool over_limit;
};

static atomic_long fail_at, made;

long asy_arena_fail_at(long n)
{
    atomic_store(&fail_at, n);
    return atomic_exchange(&made, 0);
}

bool asy__alloc_fails(void)
{
    long k = atomic_fetch_add(&made, 1) + 1;

    return k == atomic_load(&fail_at);
}

asy_arena *asy_arena_new(size_t limit_bytes)
{
    asy_arena *a = asy__alloc_fails() ? NULL : calloc(1, sizeof *a);

    if (a) {
        a->limit = limit_bytes;
        a->next_cap = FIRST_BLOCK;
    }
    return a;
}

static void drop_last(asy_arena *a)
{
    block *b = a->last;

    a->last = b->before;
    UNPOISON(b->data, b->cap);
    free(b);
}

void asy_arena_free(asy_arena *a)
{
    if (!a)
        return;
    while (a->last)
        drop_last(a);
    free(a);
}

static bool add_block(asy_arena *a, size_t need)
{
    size_t cap = need > a->next_cap ? need : a->next_cap;
    block *b;

    if (cap > SIZE_MAX - sizeof *b - ALIGN)
        return false;
    b = calloc(1, sizeof *b + ALIGN + cap);
    if (!b)
        return false;
    b->data = (unsigned char *)(((uintptr_t)(b + 1) + ALIGN - 1) / ALIGN * ALIGN);
    b->cap = cap;
    b->before = a->last;
    POISON(b->data, cap);
    a->last = b;
    if (a->next_cap < LARGEST_GROWN_BLOCK)
        a->next_cap *= 2;
    return true;
}

static void *refuse(asy_arena *a, size_t n, bool over_limit)
{
    a->refused = n ? n : 1;
    a->over_limit = over_limit;
    return NULL;
}

static void *take(asy_arena *a, size_t n, size_t align)
{
    size_t size, start;
    block *b;
    unsigned char *p;

    if (!a || a->refused)
        return NULL;
    if (asy__alloc_fails() || n > SIZE_MAX / 2)
        return refuse(a, n, false);
    size = (n + (n == 0) + align - 1) / align * align;
    if (a->limit && (size > a->limit || a->bytes > a->limit - size))
        return refuse(a, n, true);
    start = a->last ? (a->last->used + align - 1) / align * align : 0;
    if (!a->last || start > a->last->cap || size + RED_ZONE > a->last->cap - start) {
        if (!add_block(a, size + RED_ZONE))
            return refuse(a, n, false);
        start = 0;
    }
    b = a->last;
    p = b->data + start;
    b->used = start + size + RED_ZONE;
    UNPOISON(p, n + (n == 0));
    if (start < b->dirty)
        memset(p, 0, n);
    if (b->dirty < start + size)
        b->dirty = start + size;
    a->bytes += size;
    return p;
}

void *asy_alloc(asy_arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return a && !a->refused ? refuse(a, SIZE_MAX, false) : NULL;
    return take(a, n * size, ALIGN);
}

char *asy_strndup(asy_arena *a, const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *p = take(a, len + 1, TEXT_ALIGN);

    if (p)
        memcpy(p, s, len);
    return p;
}

char *asy_strdup(asy_arena *a, const char *s)
{
    return asy_strndup(a, s, strlen(s));
}

char *asy_sprintf(asy_arena *a, const char *fmt, ...)
{
    va_list ap;
    int n;
    char *p;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    p = take(a, n < 0 ? 1 : (size_t)n + 1, TEXT_ALIGN);
    if (p && n > 0) {
        va_start(ap, fmt);
        (void)vsnprintf(p, (size_t)n + 1, fmt, ap);
        va_end(ap);
    }
    return p;
}

asy_status asy_arena_status(const asy_arena *a)
{
    if (!a)
        ASY_FAIL(ASY_ENOMEM, "out of memory");
    if (!a->refused)
        return ASY_OK;
    if (a->over_limit)
        ASY_FAIL(ASY_ENOMEM, "%zu bytes more would pass the limit of %zu bytes", a->refused, a->limit);
    ASY_FAIL(ASY_ENOMEM, "out of memory: %zu bytes were asked for", a->refused);
}

size_t asy_arena_bytes(const asy_arena *a)
{
    return a ? a->bytes : 0;
}

asy_mark asy_arena_mark(const asy_arena *a)
{
    if (!a)
        return (asy_mark){ NULL, 0, 0 };
    return (asy_mark){ a->last, a->last ? a->last->used : 0, a->bytes };
}

void asy_arena_reset(asy_arena *a, asy_mark m)
{
    if (!a)
        return;
    while (a->last && a->last != m.block)
        drop_last(a);
    if (a->last) {
        POISON(a->last->data + m.used, a->last->cap - m.used);
        a->last->used = m.used;
    }
    a->bytes = m.bytes;
}
