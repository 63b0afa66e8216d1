// SPDX-License-Identifier: GPL-3.0-or-later
/* Layout: u64 length N of the header, N bytes of JSON, then the buffer that `data_offsets` count from
 * (https://github.com/huggingface/safetensors, README "Format"). */
#include "bytes.h"
#include "../base/io.h"
#include "../base/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_HEADER = 100000000 };
static const size_t MAX_FILE = (size_t)1 << 46;

static const char *const NAMES[] = {
    [ASY_F32] = "F32", [ASY_F64] = "F64", [ASY_I32] = "I32", [ASY_U8] = "U8",
};
enum { TYPES = sizeof NAMES / sizeof *NAMES };

/* ---- writing ---- */

static asy_status check_meta(asy_arena *a, const char *path, int n, const char *const meta[][2])
{
    asy_named *as_named = ASY_NEWN(a, n, asy_named);   /* keys must differ as names must */
    ASY_TRY(asy_arena_status(a));
    int *order;
    for (int i = 0; i < n; i++) {
        if (!meta[i][0] || !meta[i][1])
            ASY_FAIL(ASY_EINVAL, "`%s`: metadata %d lacks its key or value", path, i);
        as_named[i] = (asy_named){ .name = meta[i][0], .t = { .s = { .n = 1 } } };
    }
    return asy__check_named(a, path, n, as_named, false, &order);
}

static void put_entry(asy_jw *w, const asy_named *t, int64_t begin)
{
    asy_jw_key(w, t->name);
    asy_jw_object(w);
    asy_jw_key(w, "dtype");
    asy_jw_text(w, NAMES[t->t.type]);
    asy_jw_key(w, "shape");
    asy_jw_list(w);
    for (int i = 0; i < t->t.s.n; i++) asy_jw_int(w, t->t.s.d[i]);
    asy_jw_list_end(w);
    asy_jw_key(w, "data_offsets");
    asy_jw_list(w);
    asy_jw_int(w, begin);
    asy_jw_int(w, begin + (int64_t)asy_tensor_bytes(&t->t));
    asy_jw_list_end(w);
    asy_jw_object_end(w);
}

static void put_header(asy_buf *out, int n, const asy_named t[], const int order[], int n_meta,
                       const char *const meta[][2])
{
    asy_jw w;
    int64_t at = 0;
    asy_jw_init(&w, out, 0);
    asy_jw_object(&w);
    if (n_meta > 0) {
        asy_jw_key(&w, "__metadata__");
        asy_jw_object(&w);
        for (int i = 0; i < n_meta; i++) {
            asy_jw_key(&w, meta[i][0]);
            asy_jw_text(&w, meta[i][1]);
        }
        asy_jw_object_end(&w);
    }
    for (int i = 0; i < n; i++) {
        put_entry(&w, &t[order[i]], at);
        at += (int64_t)asy_tensor_bytes(&t[order[i]].t);
    }
    asy_jw_object_end(&w);
    while (out->n % 8 != 0 && !out->failed) asy_buf_putc(out, ' ');
}

static asy_status write_all(asy_arena *a, asy_buf *header, const char *path, int n, const asy_named t[],
                            int n_meta, const char *const meta[][2])
{
    int *order;
    size_t bytes = 0;
    ASY_TRY(asy__check_named(a, path, n, t, true, &order));
    ASY_TRY(check_meta(a, path, n_meta, meta));
    for (int i = 0; i < n; i++) {
        if (strcmp(t[i].name, "__metadata__") == 0)
            ASY_FAIL(ASY_EINVAL, "`%s`: no tensor may be called `__metadata__`", path);
        size_t more = asy_tensor_bytes(&t[i].t);
        if (more > MAX_FILE - bytes)
            ASY_FAIL(ASY_EINVAL, "`%s`: the tensors are too large for one file", path);
        bytes += more;
    }
    put_header(header, n, t, order, n_meta, meta);
    ASY_TRY(asy_buf_status(header));
    size_t size = 8 + header->n + bytes;
    char *all = asy_alloc(a, size, 1), *at = all;
    ASY_TRY(asy_arena_status(a));
    asy__put_le(&at, 8, header->n);
    memcpy(at, header->data, header->n);
    at += header->n;
    for (int i = 0; i < n; i++) {
        asy__put_tensor(at, &t[order[i]].t);
        at += asy_tensor_bytes(&t[order[i]].t);
    }
    return asy_io_put(path, all, size);
}

asy_status asy_safetensors_write(const char *path, int n, const asy_named t[], int n_meta,
                                 const char *const meta[][2])
{
    asy_arena *a = asy_arena_new(0);
    if (!a) ASY_FAIL(ASY_ENOMEM, "no memory to write `%s`", path);
    asy_buf header;
    asy_buf_init(&header, MAX_HEADER);
    asy_status s = write_all(a, &header, path, n, t, n_meta, meta);
    asy_buf_free(&header);
    asy_arena_free(a);
    ASY_TRY(s);
    return ASY_OK;
}

/* ---- reading ---- */

typedef struct {
    asy_arena *arena;
    asy_diag *diag;
    const char *path;
    char *buffer;          /* what the offsets count from */
    size_t bytes;
} reader;

typedef struct { size_t begin, end; int index; } range;

static asy_status refuse(const reader *r, const char *fmt, ...) ASY_PRINTF(2, 3);
static asy_status refuse(const reader *r, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    asy_diag_add(r->diag, "E0501", NULL, "`%s` cannot be used: %s", r->path, text);
    ASY_FAIL(ASY_EMODEL, "`%s` cannot be used: %s", r->path, text);
}

static asy_status read_type(const reader *r, const char *name, const asy_json *entry, asy_dtype *type)
{
    const asy_json *j = asy_json_get(entry, "dtype");
    if (!j || j->kind != ASY_J_TEXT) return refuse(r, "tensor `%s` does not say its `dtype`", name);
    for (int i = 0; i < TYPES; i++)
        if (strcmp(j->text, NAMES[i]) == 0) {
            *type = (asy_dtype)i;
            return ASY_OK;
        }
    return refuse(r, "tensor `%s` holds %s; F32, F64, I32 and U8 are read: save it as F32", name,
                  asy__plain_name(r->arena, j->text));
}

static asy_status read_shape(const reader *r, const char *name, const asy_json *entry, asy_shape *s)
{
    const asy_json *j = asy_json_get(entry, "shape");
    if (!j || j->kind != ASY_J_LIST) return refuse(r, "tensor `%s` does not say its `shape`", name);
    *s = ASY_SCALAR;
    for (const asy_json *d = j->child; d; d = d->next) {
        if (d->kind != ASY_J_INT || d->i < 0)
            return refuse(r, "axis %d of tensor `%s` is not a whole number from 0 up", s->n, name);
        if (s->n == ASY_MAXDIM) return refuse(r, "tensor `%s` has more than %d axes", name, ASY_MAXDIM);
        s->d[s->n++] = d->i;
    }
    return ASY_OK;
}

static asy_status read_range(const reader *r, const char *name, const asy_json *entry, range *out)
{
    const asy_json *j = asy_json_get(entry, "data_offsets");
    const asy_json *b = j && j->kind == ASY_J_LIST ? j->child : NULL, *e = b ? b->next : NULL;
    if (!e || e->next || b->kind != ASY_J_INT || e->kind != ASY_J_INT)
        return refuse(r, "`data_offsets` of tensor `%s` are not two whole numbers", name);
    if (b->i < 0 || e->i < b->i)
        return refuse(r, "tensor `%s` begins at byte %" PRId64 " and ends at byte %" PRId64, name, b->i,
                      e->i);
    if ((uint64_t)e->i > r->bytes)
        return refuse(
            r, "tensor `%s` ends at byte %" PRId64 ", but the data has %zu bytes: is the file cut short?",
            name, e->i, r->bytes);
    out->begin = (size_t)b->i;
    out->end = (size_t)e->i;
    return ASY_OK;
}

static asy_status read_entry(const reader *r, const asy_json *entry, asy_named *t, range *at)
{
    const char *name = asy__plain_name(r->arena, entry->key);
    char shape[160];
    if (entry->kind != ASY_J_OBJECT) return refuse(r, "the header's entry `%s` is not a map", name);
    t->name = entry->key;
    ASY_TRY(read_type(r, name, entry, &t->t.type));
    ASY_TRY(read_shape(r, name, entry, &t->t.s));
    ASY_TRY(read_range(r, name, entry, at));
    int64_t count = asy_shape_count(&t->t.s);
    size_t size = asy_dtype_size(t->t.type);
    asy_shape_text(&t->t.s, shape, sizeof shape);
    if (count < 0 || (uint64_t)count > SIZE_MAX / size)
        return refuse(r, "the shape %s of tensor `%s` is too large for any file", shape, name);
    if ((size_t)count * size != at->end - at->begin)
        return refuse(r,
                      "tensor `%s` of shape %s and type %s needs %zu bytes, but bytes %zu to %zu are given",
                      name, shape, NAMES[t->t.type], (size_t)count * size, at->begin, at->end);
    t->t.data = r->buffer + at->begin;
    if ((uintptr_t)t->t.data % size != 0) {   /* allowed by the format; our loads want their alignment */
        void *moved = asy_alloc(r->arena, (size_t)count, size);
        if (moved) memcpy(moved, t->t.data, (size_t)count * size);
        t->t.data = moved;
    }
    return ASY_OK;
}

static asy_status read_meta(const reader *r, const asy_json *entry, asy_safetensors *out)
{
    if (entry->kind != ASY_J_OBJECT) return refuse(r, "`__metadata__` is not a map");
    int n = 0;
    for (const asy_json *j = entry->child; j; j = j->next, n++)
        if (j->kind != ASY_J_TEXT)
            return refuse(r, "`__metadata__.%s` is not text", asy__plain_name(r->arena, j->key));
    out->meta = asy_alloc(r->arena, (size_t)n, sizeof *out->meta);
    ASY_TRY(asy_arena_status(r->arena));
    for (const asy_json *j = entry->child; j; j = j->next) {
        out->meta[out->n_meta][0] = j->key;
        out->meta[out->n_meta++][1] = j->text;
    }
    return ASY_OK;
}

static int by_begin(const void *x, const void *y)
{
    const range *a = x, *b = y;
    if (a->begin != b->begin) return a->begin < b->begin ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    return a->index - b->index;
}

/* Each byte of the buffer belongs to one tensor. */
static asy_status check_cover(const reader *r, const asy_safetensors *f, range *at)
{
    size_t end = 0;
    qsort(at, (size_t)f->n, sizeof *at, by_begin);
    for (int i = 0; i < f->n; i++) {
        const char *name = asy__plain_name(r->arena, f->t[at[i].index].name);
        if (at[i].begin < end)
            return refuse(r, "tensor `%s` begins at byte %zu, inside the one that ends at byte %zu", name,
                          at[i].begin, end);
        if (at[i].begin > end)
            return refuse(r, "bytes %zu to %zu, before tensor `%s`, belong to no tensor", end, at[i].begin,
                          name);
        end = at[i].end;
    }
    if (end != r->bytes) return refuse(r, "bytes %zu to %zu, at the end, belong to no tensor", end, r->bytes);
    return ASY_OK;
}

static asy_status read_header(const reader *r, const asy_json *header, asy_safetensors *out)
{
    if (header->kind != ASY_J_OBJECT) return refuse(r, "its header is not a map");
    int n = 0;
    for (const asy_json *j = header->child; j; j = j->next) n++;
    out->t = ASY_NEWN(r->arena, n, asy_named);
    range *at = ASY_NEWN(r->arena, n, range);
    ASY_TRY(asy_arena_status(r->arena));
    for (const asy_json *j = header->child; j; j = j->next) {
        if (strcmp(j->key, "__metadata__") == 0) {
            ASY_TRY(read_meta(r, j, out));
        } else {
            at[out->n].index = out->n;
            ASY_TRY(read_entry(r, j, &out->t[out->n], &at[out->n]));
            out->n++;
        }
    }
    ASY_TRY(asy_arena_status(r->arena));
    return check_cover(r, out, at);
}

asy_status asy_safetensors_read(asy_arena *a, const char *path, asy_safetensors *out, asy_diag *diag)
{
    reader r = { .arena = a, .diag = diag, .path = path };
    char *data;
    size_t size;
    *out = (asy_safetensors){ 0 };
    asy_status s = asy_io_read(a, path, MAX_FILE, &data, &size);
    if (s == ASY_EIO) {
        char why[ASY_ERROR_TEXT];
        snprintf(why, sizeof why, "%s", asy_error_text());
        asy_diag_add(diag, "E0502", NULL, "the model file `%s` cannot be opened", path);
        asy_diag_note(diag, "%s", why);
        ASY_FAIL(ASY_EMODEL, "the model file `%s` cannot be opened: %.300s", path, why);
    }
    ASY_TRY(s);
    if (size < 8)
        return refuse(&r, "it has %zu bytes, and a safetensors file begins with 8 for the header's length",
                      size);
    uint64_t n = asy__get_le(data, 8);
    if (n > MAX_HEADER)
        return refuse(&r, "bytes 0 to 8 ask for a header of %" PRIu64 " bytes; 100 MB is the limit", n);
    if (n > size - 8)
        return refuse(
            &r, "bytes 0 to 8 ask for a header of %" PRIu64 " bytes, but %zu follow: is the file cut short?",
            n, size - 8);
    if (n == 0 || data[8] != '{') return refuse(&r, "byte 8 is not the `{` that opens a safetensors header");
    r.buffer = data + 8 + n;
    r.bytes = size - 8 - (size_t)n;
    asy_json *header;
    s = asy_json_read(a, data + 8, (size_t)n, path, &header);
    if (s == ASY_EPARSE) {
        char why[ASY_ERROR_TEXT];
        snprintf(why, sizeof why, "%s", asy_error_text());
        return refuse(&r, "its header is not usable JSON: %.300s", why);
    }
    ASY_TRY(s);
    return read_header(&r, header, out);
}
