// SPDX-License-Identifier: GPL-3.0-or-later
/* npz: a zip archive (PKWARE APPNOTE 6.3) of .npy 1.0 members (NumPy Enhancement Proposal 1). */
#include "bytes.h"
#include "../base/gz.h"
#include "../base/io.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    LOCAL = 30, CENTRAL = 46, END = 22,                    /* bytes of the three records, names apart */
    LOCAL_SIGN = 0x04034b50, CENTRAL_SIGN = 0x02014b50, END_SIGN = 0x06054b50,
    VERSION = 20, UTF8 = 0x0800, DAY_1980 = 0x0021,        /* 1980-01-01; the time is 0 */
    NPY_MAGIC = 10, NPY_ALIGN = 64, MAX_MEMBERS = 65535, MAX_NAME = 60000, MAX_NPY_HEADER = 512
};
static const uint64_t MAX_BYTES = 0xFFFFFFFEu;             /* more would need zip64 */
static const char *const DESCR[] = {
    [ASY_F32] = "<f4", [ASY_F64] = "<f8", [ASY_I32] = "<i4", [ASY_U8] = "|u1",
};
enum { TYPES = sizeof DESCR / sizeof *DESCR };

/* ---- writing ---- */

/* The .npy header with its magic, padded so that the data begin at a multiple of 64. Returns its length. */
static size_t npy_header(const asy_tensor *t, char out[MAX_NPY_HEADER])
{
    char *at = out;
    memcpy(at, "\x93NUMPY\x01\x00", 8);
    int n = snprintf(out + NPY_MAGIC, MAX_NPY_HEADER - NPY_MAGIC,
                     "{'descr': '%s', 'fortran_order': False, 'shape': (", DESCR[t->type]);
    size_t len = NPY_MAGIC + (size_t)n;
    for (int i = 0; i < t->s.n; i++)
        len += (size_t)snprintf(out + len, MAX_NPY_HEADER - len, "%s%" PRId64, i ? ", " : "", t->s.d[i]);
    len += (size_t)snprintf(out + len, MAX_NPY_HEADER - len, t->s.n == 1 ? ",), }" : "), }");
    while ((len + 1) % NPY_ALIGN != 0) out[len++] = ' ';
    out[len++] = '\n';
    at += 8;
    asy__put_le(&at, 2, len - NPY_MAGIC);
    return len;
}

typedef struct { uint64_t offset, bytes; uint32_t crc; } member;

/* Fields that the local and the central record share. */
static void put_common(char **at, const member *m, size_t name)
{
    asy__put_le(at, 2, VERSION);
    asy__put_le(at, 2, UTF8);
    asy__put_le(at, 2, 0);          /* stored */
    asy__put_le(at, 2, 0);
    asy__put_le(at, 2, DAY_1980);
    asy__put_le(at, 4, m->crc);
    asy__put_le(at, 4, m->bytes);
    asy__put_le(at, 4, m->bytes);
    asy__put_le(at, 2, name);
    asy__put_le(at, 2, 0);
}

static void put_name(char **at, const char *name)
{
    size_t n = strlen(name);
    memcpy(*at, name, n);
    memcpy(*at + n, ".npy", 4);
    *at += n + 4;
}

static void put_member(char **at, const char *start, const asy_named *t, member *m)
{
    char header[MAX_NPY_HEADER];
    size_t head = npy_header(&t->t, header), name = strlen(t->name) + 4;
    char *record = *at, *body = record + LOCAL + name;
    memcpy(body, header, head);
    asy__put_tensor(body + head, &t->t);
    m->offset = (uint64_t)(record - start);
    m->bytes = head + asy_tensor_bytes(&t->t);
    m->crc = asy_crc32(0, body, (size_t)m->bytes);
    asy__put_le(at, 4, LOCAL_SIGN);
    put_common(at, m, name);
    put_name(at, t->name);
    *at = body + m->bytes;
}

static void put_directory(char **at, const char *start, int n, const asy_named t[], const member m[])
{
    const char *first = *at;
    for (int i = 0; i < n; i++) {
        asy__put_le(at, 4, CENTRAL_SIGN);
        asy__put_le(at, 2, VERSION);
        put_common(at, &m[i], strlen(t[i].name) + 4);
        asy__put_le(at, 2, 0);      /* comment */
        asy__put_le(at, 2, 0);      /* disk */
        asy__put_le(at, 2, 0);      /* attributes, inner and outer */
        asy__put_le(at, 4, 0);
        asy__put_le(at, 4, m[i].offset);
        put_name(at, t[i].name);
    }
    uint64_t bytes = (uint64_t)(*at - first), offset = (uint64_t)(first - start);
    asy__put_le(at, 4, END_SIGN);
    asy__put_le(at, 4, 0);          /* disks */
    asy__put_le(at, 2, (uint64_t)n);
    asy__put_le(at, 2, (uint64_t)n);
    asy__put_le(at, 4, bytes);
    asy__put_le(at, 4, offset);
    asy__put_le(at, 2, 0);
}

static asy_status write_all(asy_arena *a, const char *path, int n, const asy_named t[])
{
    int *order;
    uint64_t total = END;
    if (n < 0 || n > MAX_MEMBERS)
        ASY_FAIL(ASY_EINVAL, "`%s`: %d arrays, at most %d fit", path, n, MAX_MEMBERS);
    ASY_TRY(asy__check_named(a, path, n, t, false, &order));
    for (int i = 0; i < n; i++) {
        size_t name = strlen(t[i].name) + 4, bytes = asy_tensor_bytes(&t[i].t);
        if (name > MAX_NAME) ASY_FAIL(ASY_EINVAL, "`%s`: the name of array %d is too long", path, i);
        total += LOCAL + CENTRAL + 2 * name + MAX_NPY_HEADER;
        if (bytes > MAX_BYTES || total + bytes > MAX_BYTES)
            ASY_FAIL(ASY_EINVAL, "`%s`: more than 4 GB do not fit into one npz file; write fewer rows", path);
        total += bytes;
    }
    char *all = asy_alloc(a, (size_t)total, 1), *at = all;   /* a little more than is used */
    member *m = ASY_NEWN(a, n, member);
    ASY_TRY(asy_arena_status(a));
    for (int i = 0; i < n; i++) put_member(&at, all, &t[i], &m[i]);
    put_directory(&at, all, n, t, m);
    return asy_io_put(path, all, (size_t)(at - all));
}

asy_status asy_npz_write(const char *path, int n, const asy_named t[])
{
    asy_arena *a = asy_arena_new(0);
    if (!a) ASY_FAIL(ASY_ENOMEM, "no memory to write `%s`", path);
    asy_status s = write_all(a, path, n, t);
    asy_arena_free(a);
    ASY_TRY(s);
    return ASY_OK;
}

/* ---- reading ---- */

typedef struct { asy_arena *arena; const char *path, *data; size_t n, taken; } reader;

static asy_status bad(const reader *r, const char *where, const char *fmt, ...) ASY_PRINTF(3, 4);
static asy_status bad(const reader *r, const char *where, const char *fmt, ...)
{
    char text[300];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASY_FAIL(ASY_EPARSE, "`%s`, byte %td: %s", r->path, where - r->data, text);
}

/* Skips spaces, then the text if it is there. */
static bool skip(const char **at, const char *end, const char *text)
{
    const char *p = *at;
    size_t n = strlen(text);
    while (p < end && *p == ' ') p++;
    if ((size_t)(end - p) < n || memcmp(p, text, n) != 0) return false;
    *at = p + n;
    return true;
}

static asy_status parse_shape(const reader *r, const char **at, const char *end, asy_shape *s)
{
    *s = ASY_SCALAR;
    if (!skip(at, end, "(")) return bad(r, *at, "the array's shape does not begin with `(`");
    while (!skip(at, end, ")")) {
        int64_t v = 0;
        while (*at < end && **at == ' ') ++*at;
        const char *first = *at;
        for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
            if (v > (INT64_MAX - 9) / 10) return bad(r, first, "an axis of the array is too long");
            v = 10 * v + (**at - '0');
        }
        if (*at == first) return bad(r, first, "an axis of the array is not a number");
        if (s->n == ASY_MAXDIM) return bad(r, first, "the array has more than %d axes", ASY_MAXDIM);
        s->d[s->n++] = v;
        if (!skip(at, end, ",") && !(*at < end && **at == ')'))
            return bad(r, *at, "the array's shape is never closed");
    }
    return ASY_OK;
}

/* {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } */
static asy_status parse_npy_header(const reader *r, const char *at, const char *end, asy_tensor *t)
{
    int type = 0;
    if (!skip(&at, end, "{") || !skip(&at, end, "'descr':") || !skip(&at, end, "'"))
        return bad(r, at, "the array's header does not begin with its `descr`");
    while (type < TYPES && !skip(&at, end, DESCR[type])) type++;
    if (type == TYPES) return bad(r, at, "the array is of a type other than <f4, <f8, <i4, |u1");
    t->type = (asy_dtype)type;
    if (!skip(&at, end, "'") || !skip(&at, end, ",") || !skip(&at, end, "'fortran_order':"))
        return bad(r, at, "the array's header lacks `fortran_order` after `descr`");
    if (!skip(&at, end, "False"))
        return bad(r, at, "the array is not in C order: save `numpy.ascontiguousarray` of it");
    if (!skip(&at, end, ",") || !skip(&at, end, "'shape':"))
        return bad(r, at, "the array's header lacks `shape` after `fortran_order`");
    ASY_TRY(parse_shape(r, &at, end, &t->s));
    skip(&at, end, ",");
    if (!skip(&at, end, "}") || !skip(&at, end, "\n") || at != end)
        return bad(r, at, "the array's header does not end here");
    return ASY_OK;
}

static asy_status read_npy(const reader *r, const char *body, size_t n, asy_tensor *t)
{
    if (n < NPY_MAGIC || memcmp(body, "\x93NUMPY\x01\x00", 8) != 0)
        return bad(r, body, "no .npy array of version 1.0 begins here");
    size_t head = NPY_MAGIC + (size_t)asy__get_le(body + 8, 2);
    if (head > n) return bad(r, body + 8, "the array's header is longer than the array's file");
    ASY_TRY(parse_npy_header(r, body + NPY_MAGIC, body + head, t));
    int64_t count = asy_shape_count(&t->s);
    size_t size = asy_dtype_size(t->type);
    if (count < 0 || (uint64_t)count > SIZE_MAX / size || (size_t)count * size != n - head)
        return bad(r, body + head, "%zu bytes follow, which is not what the array's shape and type need",
                   n - head);
    t->data = asy_alloc(r->arena, (size_t)count, size);
    ASY_TRY(asy_arena_status(r->arena));
    if (n > head) memcpy(t->data, body + head, n - head);
    return ASY_OK;
}

/* One central record at `c` (whose names fit) and the member that it points at. */
static asy_status read_member(reader *r, const char *c, const char *directory, asy_named *t)
{
    uint64_t packed = asy__get_le(c + 20, 4), bytes = asy__get_le(c + 24, 4), offset = asy__get_le(c + 42, 4);
    size_t name = (size_t)asy__get_le(c + 28, 2), room = (size_t)(directory - r->data);
    if (asy__get_le(c + 8, 2) & 1) return bad(r, c + 8, "the member is encrypted");
    if (asy__get_le(c + 10, 2) != 0 || packed != bytes)
        return bad(r, c + 10, "the member is compressed: write it with `numpy.savez`");
    if (name <= 4 || memcmp(c + CENTRAL + name - 4, ".npy", 4) != 0 || memchr(c + CENTRAL, 0, name))
        return bad(r, c + CENTRAL, "the member's name does not end in `.npy`");
    if (offset > room || room - offset < LOCAL) return bad(r, c + 42, "the member lies outside the file");
    const char *local = r->data + offset;
    if (asy__get_le(local, 4) != LOCAL_SIGN) return bad(r, local, "no zip member begins here");
    uint64_t skipped = LOCAL + asy__get_le(local + 26, 2) + asy__get_le(local + 28, 2);
    if (skipped > room - offset || bytes > room - offset - skipped)
        return bad(r, local, "the member lies outside the file");
    r->taken += (size_t)bytes;
    if (r->taken > r->n) return bad(r, c, "the members overlap");
    const char *body = local + skipped;
    if (asy_crc32(0, body, (size_t)bytes) != asy__get_le(c + 16, 4))
        return bad(r, body, "the member's checksum is wrong");
    t->name = asy_strndup(r->arena, c + CENTRAL, name - 4);
    ASY_TRY(asy_arena_status(r->arena));
    return read_npy(r, body, (size_t)bytes, &t->t);
}

static asy_status read_directory(reader *r, int *n, asy_named **t)
{
    const char *end = r->data + (r->n < END ? 0 : r->n - END);
    if (r->n < END || asy__get_le(end, 4) != END_SIGN)
        return bad(r, end, "the end of a zip archive is not here: is the file cut short?");
    uint64_t members = asy__get_le(end + 10, 2), offset = asy__get_le(end + 16, 4);
    if (asy__get_le(end + 4, 4) != 0 || asy__get_le(end + 8, 2) != members)
        return bad(r, end, "the archive spans several files");
    if (offset > r->n - END) return bad(r, end + 16, "the archive's directory lies outside the file");
    const char *directory = r->data + offset, *c = directory;
    *t = ASY_NEWN(r->arena, members, asy_named);
    ASY_TRY(asy_arena_status(r->arena));
    for (uint64_t i = 0; i < members; i++) {
        if (end - c < CENTRAL || asy__get_le(c, 4) != CENTRAL_SIGN)
            return bad(r, c, "no directory entry begins here");
        uint64_t size = CENTRAL + asy__get_le(c + 28, 2) + asy__get_le(c + 30, 2) + asy__get_le(c + 32, 2);
        if (size > (uint64_t)(end - c)) return bad(r, c, "the directory entry is longer than the directory");
        ASY_TRY(read_member(r, c, directory, &(*t)[i]));
        c += size;
    }
    if (c != end) return bad(r, c, "the directory does not end here");
    *n = (int)members;
    return ASY_OK;
}

asy_status asy_npz_read(asy_arena *a, const char *path, int *n, asy_named **t)
{
    char *data;
    int *order;
    reader r = { .arena = a, .path = path };
    *n = 0;
    *t = NULL;
    ASY_TRY(asy_io_read(a, path, (size_t)MAX_BYTES, &data, &r.n));
    r.data = data;
    ASY_TRY(read_directory(&r, n, t));
    asy_status s = asy__check_named(a, path, *n, *t, false, &order);
    if (s == ASY_EINVAL) ASY_FAIL(ASY_EPARSE, "`%s`, byte 0: two members have one name", path);
    ASY_TRY(s);
    return ASY_OK;
}
