// SPDX-License-Identifier: GPL-3.0-or-later
/* Where data lie: folders that are looked in, files in memory, sums, readers by name. */
#include "../base/gz.h"
#include "../base/io.h"
#include "dataset.h"
#include "registry.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *asy_data_store(asy_arena *a)
{
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (xdg != NULL && xdg[0] == '/') return asy_sprintf(a, "%s/assay/data", xdg);
    if (home != NULL && home[0] == '/') return asy_sprintf(a, "%s/.local/share/assay/data", home);
    return NULL;
}

const char *const *asy_data_paths(asy_arena *a, const char *name)
{
    const char **p = ASY_NEWN(a, 4, const char *);
    const char *data = getenv("ASSAY_DATA"), *store = asy_data_store(a);
    int n = 0;
    if (p == NULL) return NULL;
    if (data != NULL && data[0] != 0) p[n++] = asy_path_join(a, data, name);
    if (store != NULL) p[n++] = asy_sprintf(a, "%s/sets/%s", store, name);
    p[n] = asy_sprintf(a, "/usr/share/datasets/%s", name);
    return p;
}

const char *asy_known_path(asy_arena *a, const char *dir, const char *file)
{
    const char *p = asy_path_join(a, dir, file);
    if (p != NULL && asy_io_exists(p)) return p;
    p = asy_sprintf(a, "%s/%s.gz", dir, file);
    return p != NULL && asy_io_exists(p) ? p : NULL;
}

const char *asy_known_dir(asy_arena *a, const char *name, const asy_recipe *r)
{
    if (r->dir != NULL) return r->dir;
    /* A set of a shared folder may also lie in one of its own name: so the store keeps it. */
    const char *folders[] = { r->folder != NULL ? r->folder : name, name };
    for (int k = 0; k < (r->folder != NULL ? 2 : 1); k++) {
        const char *const *dirs = asy_data_paths(a, folders[k]);
        for (int i = 0; dirs != NULL && i < 3 && dirs[i] != NULL; i++)
            if (asy_known_path(a, dirs[i], r->files[0].path) != NULL) return dirs[i];
    }
    return NULL;
}

asy_status asy__bad_file(const asy_data_in *in, const char *path, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    asy_diag_add(in->diag, "E0406", in->loc, "%s", text);
    asy_diag_note(in->diag, "in `%s`", path);
    return ASY_EDATA;
}

asy_status asy_data_broken(const asy_data_in *in, const asy_bytes *f, const char *format, size_t byte,
                           const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    asy_diag_add(in->diag, "E0402", in->loc, "`%s` is not a whole %s file: %s", f->path, format, text);
    asy_diag_note(in->diag, "%s, byte %zu", f->path, byte);
    return ASY_EDATA;
}

asy_status asy_data_broken_at(const asy_data_in *in, const asy_bytes *f, const char *format, int64_t row,
                              int64_t column, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    asy_diag_add(in->diag, "E0402", in->loc, "`%s` is not a whole %s file: %s", f->path, format, text);
    if (column > 0)
        asy_diag_note(in->diag, "%s:%lld:%lld (row:column)", f->path, (long long)row, (long long)column);
    else asy_diag_note(in->diag, "%s:%lld", f->path, (long long)row);
    return ASY_EDATA;
}

asy_status asy_data_read(const asy_data_in *in, const char *path, asy_bytes *f)
{
    *f = (asy_bytes){ .path = path };
    if (!asy_io_exists(path)) {
        asy_diag_add(in->diag, "E0401", in->loc, "`%s` is not there", path);
        return ASY_EDATA;
    }
    asy_status s = asy_io_read(in->arena, path, ASY_FILE_LIMIT, &f->data, &f->n);
    if (s == ASY_OK && asy_gz_is(f->data, f->n))
        s = asy_gz_inflate(in->arena, path, f->data, f->n, ASY_FILE_LIMIT, &f->data, &f->n);
    if (s == ASY_OK || s == ASY_ENOMEM) return s;
    asy_diag_add(in->diag, "E0402", in->loc, "`%s` cannot be read", path);
    asy_diag_note(in->diag, "%s", asy_error_text());
    return ASY_EDATA;
}

asy_status asy__known_verify(const asy_data_in *in, const asy_bytes *f, const asy_known_file *k)
{
    char hex[65];
    asy_digest d = asy_sha256(f->data, f->n);
    asy_hex(&d, 64, hex);
    if (f->n == k->size && strcmp(hex, k->sha256) == 0) return ASY_OK;
    asy_diag_add(in->diag, "E0404", in->loc, "`%s` is not the published file", f->path);
    asy_diag_note(in->diag, "its content has %zu bytes and SHA-256 %s", f->n, hex);
    asy_diag_note(in->diag, "published are %llu bytes and %s", (unsigned long long)k->size, k->sha256);
    return ASY_EDATA;
}

const asy_reader *asy__reader_named(const char *name)
{
    return (const asy_reader *)asy_method_find(name, &asy_spot_format, NULL, NULL);
}

static bool ends_in(const char *path, size_t n, const char *end)
{
    size_t m = strlen(end);
    return n >= m && memcmp(path + n - m, end, m) == 0;
}

const asy_reader *asy__reader_for(const asy_bound *format, const char *path)
{
    int n;
    size_t length = strlen(path);
    struct stat st;
    if (format != NULL) return (const asy_reader *)format->m;
    bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    if (!folder && ends_in(path, length, ".gz")) length -= 3;
    const asy_method *const *m = asy_kind_reader.methods(&n);
    for (int i = 0; i < n; i++) {
        const asy_reader *r = (const asy_reader *)m[i];
        if (folder && strcmp(r->m.name, "images") == 0) return r;
        for (const char *const *s = r->suffixes; !folder && !r->folder && *s != NULL; s++)
            if (ends_in(path, length, *s)) return r;
    }
    return NULL;
}
