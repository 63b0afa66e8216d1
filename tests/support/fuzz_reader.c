// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz_reader.h"
#include "../../datasets/readers/_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const asy_fuzz_readers[] = { "arff", "bits", "cifar-bin", "csv", "idx",  "jpeg", "libsvm",
                                         "npy",  "npz",  "planetoid", "png", "text", NULL };
enum { MEMORY = 256 << 20 };

static void must(bool ok)
{
    if (!ok) __builtin_trap();
}

static asy_form form_of(uint8_t bits)
{
    static const char *const names[] = { "u", "v" }, *const na[] = { "?", "" };
    static const char separators[] = { 0, ';', ' ', '\t' };
    asy_form f = { .trim = (bits & 1) != 0,
                   .separator = separators[bits >> 1 & 3],
                   .any_domain = (bits & 8) != 0 };
    if (bits & 16) f.header = ASY_HEADER_NO;
    if (bits & 32) f.header = ASY_HEADER_GIVEN, f.n_names = 2, f.names = names;
    if (bits & 64) f.n_na = 2, f.na = na;
    if (bits & 128) f.comment = "|", f.trail = ".";
    f.length = 1 + (bits & 7);
    f.shape = ASY_SHAPE(1, 1 + (bits >> 4), 1 + (bits & 15));
    return f;
}

/* Every byte of what came out is there. */
static void touch(const asy_tensor *t)
{
    volatile unsigned char byte;
    size_t n = asy_tensor_bytes(t);
    must(t->s.n >= 0 && t->s.n <= ASY_MAXDIM && asy_shape_count(&t->s) >= 0 && t->data != NULL);
    for (size_t i = 0; i < n; i++) {
        byte = ((const unsigned char *)t->data)[i];
        (void)byte;
    }
}

static void look(const asy_table *t)
{
    must(t->n >= 0 && t->n_cols > 0);
    for (int k = 0; k < t->n_cols; k++) {
        const asy_raw *c = &t->cols[k];
        must(c->name != NULL && (c->data.data != NULL || c->text != NULL));
        if (c->data.data != NULL) touch(&c->data);
        if (c->data.data != NULL) must(c->role == ASY_ROLE_EDGE || c->data.s.d[0] == t->n);
        for (int64_t i = 0; c->text != NULL && i < t->n; i++)
            must(c->text[i] == NULL || strlen(c->text[i]) < MEMORY);
        for (int64_t i = 0; i < c->n_values; i++) must(c->values[i] != NULL);
    }
    for (int64_t i = 1; t->line != NULL && i < t->n; i++) must(t->line[i] > t->line[i - 1]);
}

static asy_status picture(const char *format, const asy_data_in *in, const asy_bytes *f)
{
    asy__image m = { 0 };
    asy_status s = strcmp(format, "png") == 0 ? asy__png_read(in, f, &m) : asy__jpeg_read(in, f, &m);
    if (s != ASY_OK) return s;
    asy_tensor t = { m.pixels, ASY_SHAPE(m.channels, m.height, m.width * m.bits / 8), ASY_U8 };
    must((m.bits == 8 || m.bits == 16) && (m.channels == 1 || m.channels == 3));
    touch(&t);
    return ASY_OK;
}

/* Writes the three files of a graph into a folder of this process. */
static bool graph_folder(asy_arena *a, const asy_bytes *f, char dir[64])
{
    static const char *const names[] = { "g_nodes.csv", "g_features.csv", "g_edges.csv" };
    const char *at = f->data, *end = at + f->n;
    (void)snprintf(dir, 64, "/tmp/assay-fuzz-%ld", (long)getpid());
    if (asy_io_mkdirs(dir) != ASY_OK) return false;
    for (int i = 0; i < 3; i++) {
        const char *stop = at < end ? memchr(at, 0, (size_t)(end - at)) : NULL;
        if (stop == NULL) stop = end;
        FILE *out = fopen(asy_path_join(a, dir, names[i]), "wb");
        if (out == NULL) return false;
        if (stop > at) (void)fwrite(at, 1, (size_t)(stop - at), out);
        (void)fclose(out);
        at = stop < end ? stop + 1 : end;
    }
    return true;
}

static asy_status by_reader(const asy_reader *r, const asy_data_in *in, const asy_bytes *f, asy_form form)
{
    asy_table t = { 0 };
    asy_tensor x = { 0 };
    asy_status s = r->survey != NULL ? r->survey(in, f, &form) : ASY_OK;
    if (s == ASY_OK) s = r->table != NULL ? r->table(in, f, &form, &t) : r->tensor(in, f, &form, &x);
    if (s != ASY_OK) return s;
    if (r->table != NULL) look(&t);
    else touch(&x);
    return ASY_OK;
}

int asy_fuzz_reader(const char *name, const uint8_t *data, size_t n)
{
    asy_arena *a = asy_arena_new(MEMORY);
    asy_data_in in = { .arena = a, .diag = asy_diag_new(a) };
    asy_form form = form_of(n > 0 ? data[0] : 0);
    size_t size = n > 0 ? n - 1 : 0;
    asy_bytes f = { name, asy_alloc(a, size + 1, 1), size };
    char dir[64];
    if (f.data == NULL) return asy_arena_free(a), 0;
    if (size > 0) memcpy(f.data, data + 1, size);
    asy_status s;
    const asy_reader *r = (const asy_reader *)asy_method_find(name, &asy_spot_format, NULL, NULL);
    if (r == NULL) {
        s = picture(name, &in, &f);
    } else if (r->folder) {
        if (!graph_folder(a, &f, dir)) return asy_arena_free(a), 0;
        f = (asy_bytes){ .path = dir };
        s = by_reader(r, &in, &f, form);
        must(asy_io_remove_tree(dir) == ASY_OK);
    } else {
        s = by_reader(r, &in, &f, form);
    }
    must(s == ASY_OK || s == ASY_ENOMEM || (s == ASY_EDATA && asy_diag_errors(in.diag) > 0));
    asy_arena_free(a);
    return 0;
}
