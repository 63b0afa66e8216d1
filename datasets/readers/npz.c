// SPDX-License-Identifier: GPL-3.0-or-later
/* npz: a zip archive (PKWARE APPNOTE 6.3) of NPY arrays, stored or deflated. */
#include "_npy.h"

#include <string.h>
#include <strings.h>

enum { LOCAL = 30, CENTRAL = 46, END = 22, STORED = 0, DEFLATED = 8, MOST_ARRAYS = 1024 };

typedef struct {
    const asy_data_in *in;
    const asy_bytes *file;
    size_t taken; /* bytes that all arrays have, inflated */
} scan;

static uint64_t le(const char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return v;
}

static asy_status bad(const scan *s, const char *where, const char *what)
{
    return asy_data_broken(s->in, s->file, "NPZ", (size_t)(where - s->file->data), "%s", what);
}

static asy_status unpack(const scan *s, const char *body, size_t packed, size_t n, char **out)
{
    asy_status done = asy_gz_inflate_raw(s->in->arena, s->file->path, body, packed, out, n);
    return done == ASY_EPARSE
               ? bad(s, body, "an array's deflated bytes are damaged, or more or fewer than it says")
               : done;
}

/* The bytes of the member that the central record at c points at. */
static asy_status member(scan *s, const char *c, const char *directory, const char **body, size_t *n,
                         bool *fresh)
{
    size_t packed = (size_t)le(c + 20, 4), bytes = (size_t)le(c + 24, 4), offset = (size_t)le(c + 42, 4);
    size_t room = (size_t)(directory - s->file->data);
    uint64_t method = le(c + 10, 2);
    if (le(c + 8, 2) & 1) return bad(s, c + 8, "an array is encrypted");
    if (method != STORED && method != DEFLATED)
        return bad(s, c + 10, "an array is neither stored nor deflated");
    if (bytes == 0xffffffff || packed == 0xffffffff) return bad(s, c + 20, "zip64 archives are not read");
    if (method == DEFLATED && bytes / 1032 > packed + 1) /* deflate's largest ratio */
        return bad(s, c + 24, "an array claims more bytes than its deflated ones can give");
    if (method == STORED && packed != bytes)
        return bad(s, c + 20, "an array is stored, but its sizes differ");
    if (offset > room || room - offset < LOCAL) return bad(s, c + 42, "an array lies outside the file");
    const char *local = s->file->data + offset;
    if (le(local, 4) != 0x04034b50) return bad(s, local, "no zip member begins here");
    size_t skipped = LOCAL + (size_t)le(local + 26, 2) + (size_t)le(local + 28, 2);
    if (skipped > room - offset || packed > room - offset - skipped)
        return bad(s, local, "an array lies outside the file");
    s->taken += bytes;
    if (bytes > ASY_FILE_LIMIT || s->taken > ASY_FILE_LIMIT)
        return bad(s, c + 24, "the arrays have more than 1 GiB");
    *body = local + skipped;
    *n = bytes;
    *fresh = method == DEFLATED;
    char *out;
    const char *packed_body = *body;
    if (*fresh) ASY_TRY(unpack(s, packed_body, packed, bytes, &out));
    if (*fresh) *body = out;
    return asy_crc32(0, *body, bytes) == le(c + 16, 4) ? ASY_OK
                                                       : bad(s, packed_body, "an array's checksum is wrong");
}

static asy_status array(scan *s, const char *c, const char *directory, asy_raw *out)
{
    size_t length = (size_t)le(c + 28, 2), n = 0;
    const char *name = c + CENTRAL, *body = NULL;
    bool fresh = false;
    if (length <= 4 || memcmp(name + length - 4, ".npy", 4) != 0 || memchr(name, 0, length) != NULL)
        return bad(s, name, "a member's name does not end in .npy");
    ASY_TRY(member(s, c, directory, &body, &n, &fresh));
    *out = (asy_raw){ .name = asy_strndup(s->in->arena, name, length - 4), .role = ASY_ROLE_NONE };
    if (out->name == NULL) return asy_arena_status(s->in->arena);
    if (strcasecmp(out->name, "x") == 0) out->role = ASY_ROLE_INPUT;
    if (strcasecmp(out->name, "y") == 0) out->role = ASY_ROLE_LABEL;
    ASY_TRY(asy__npy_read(s->in, s->file, fresh ? 0 : (size_t)(body - s->file->data), body, n, &out->data));
    return out->data.s.n > 0 ? ASY_OK
                             : bad(s, name, "an array is a single number (shape ()); rows are needed");
}

static asy_status table(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_table *t)
{
    scan s = { .in = in, .file = f };
    (void)form;
    const char *end = f->data + (f->n < END ? 0 : f->n - END);
    if (f->n < END || le(end, 4) != 0x06054b50)
        return bad(&s, end, "the end of a zip archive is not here; is it cut short?");
    uint64_t n = le(end + 10, 2), offset = le(end + 16, 4);
    if (le(end + 4, 4) != 0 || le(end + 8, 2) != n) return bad(&s, end, "the archive spans several files");
    if (offset > f->n - END) return bad(&s, end + 16, "the archive's directory lies outside the file");
    if (n == 0 || n > MOST_ARRAYS) return bad(&s, end + 10, "it has no arrays, or more than 1024");
    const char *directory = f->data + offset, *c = directory;
    *t = (asy_table){ .cols = ASY_NEWN(in->arena, n, asy_raw) };
    if (t->cols == NULL) return asy_arena_status(in->arena);
    for (uint64_t i = 0; i < n; i++) {
        if (end - c < CENTRAL || le(c, 4) != 0x02014b50) return bad(&s, c, "no directory entry begins here");
        uint64_t size = CENTRAL + le(c + 28, 2) + le(c + 30, 2) + le(c + 32, 2);
        if (size > (uint64_t)(end - c)) return bad(&s, c, "a directory entry is longer than the directory");
        ASY_TRY(array(&s, c, directory, &t->cols[i]));
        if (i > 0 && t->cols[i].data.s.d[0] != t->cols[0].data.s.d[0])
            return bad(&s, c, "its arrays have different numbers of rows");
        c += size;
    }
    t->n_cols = (int)n;
    t->n = t->cols[0].data.s.d[0];
    return ASY_OK;
}

static const char *const suffixes[] = { ".npz", NULL };

const asy_reader asy_reader_npz = {
    .m = { .name = "npz",
           .summary = "several NumPy arrays, each a column",
           .revision = 1,
           .cite = "NumPy Enhancement Proposal 1; PKWARE, APPNOTE.TXT, .ZIP File Format Specification 6.3",
           .doc = "Stored or deflated members, 1 GiB in all. Every array has one entry a row. An array `x` "
                  "is the "
                  "input and `y` the label, unless `columns` says otherwise." },
    .suffixes = suffixes,
    .table = table,
};
