// SPDX-License-Identifier: GPL-3.0-or-later
/* A dataset from where it lies: known sets by their recipe, local files by a reader, generators by their
 * parameters. */
#include "dataset.h"
#include "../base/gz.h"
#include "../base/io.h"
#include "registry.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CLASSES = 100000 };

const asy_column *asy_data_column(const asy_data *d, asy_role role)
{
    for (int i = 0; i < d->n_cols; i++)
        if (d->cols[i].role == role) return &d->cols[i];
    return NULL;
}

const char *const *asy_data_paths(asy_arena *a, const char *name)
{
    const char **p = ASY_NEWN(a, 4, const char *);
    const char *data = getenv("ASSAY_DATA"), *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n = 0;
    if (p == NULL) return NULL;
    if (data != NULL && data[0] != 0) p[n++] = asy_path_join(a, data, name);
    if (xdg != NULL && xdg[0] != 0) p[n++] = asy_sprintf(a, "%s/assay/data/%s", xdg, name);
    else if (home != NULL && home[0] != 0)
        p[n++] = asy_sprintf(a, "%s/.local/share/assay/data/%s", home, name);
    p[n] = asy_sprintf(a, "/usr/share/datasets/%s", name);
    return p;
}

/* Path of a known file as it lies on disk, plain or gzipped; NULL if neither is there. */
static const char *known_path(asy_arena *a, const char *dir, const char *file)
{
    const char *p = asy_path_join(a, dir, file);
    if (p != NULL && asy_io_exists(p)) return p;
    p = asy_sprintf(a, "%s/%s.gz", dir, file);
    return p != NULL && asy_io_exists(p) ? p : NULL;
}

const char *asy_known_dir(asy_arena *a, const char *name, const asy_recipe *r)
{
    const char *const *dirs = asy_data_paths(a, name);
    for (int i = 0; dirs != NULL && i < 3 && dirs[i] != NULL; i++)
        if (known_path(a, dirs[i], r->files[0].path) != NULL) return dirs[i];
    return NULL;
}

static asy_status absent(const asy_data_in *in, const char *name, const asy_recipe *r)
{
    asy_diag_add(in->diag, "E0401", in->loc, "dataset `%s` is not on this machine", name);
    asy_diag_note(in->diag, "looked in $ASSAY_DATA/%s, $XDG_DATA_HOME/assay/data/%s, /usr/share/datasets/%s",
                  name, name, name);
    if (r->debian != NULL)
        asy_diag_help(in->diag, "Debian: apt install %s; else point ASSAY_DATA at a folder that holds %s/",
                      r->debian, name);
    else
        asy_diag_help(in->diag, "point ASSAY_DATA at a folder that holds %s/%s (or .gz) and its other files",
                      name, r->files[0].path);
    return ASY_EDATA;
}

/* The recipe's sum is of the uncompressed content. */
asy_status asy__known_verify(const asy_data_in *in, const char *path, const asy_known_file *f)
{
    asy_arena *raw = asy_arena_new(0);
    char *data, hex[65];
    size_t n;
    asy_status s = asy_io_read(raw, path, (size_t)f->size + (1 << 20), &data, &n);
    if (s == ASY_OK && asy_gz_is(data, n)) s = asy_gz_inflate(raw, path, data, n, f->size, &data, &n);
    if (s == ASY_OK) {
        asy_digest d = asy_sha256(data, n);
        asy_hex(&d, 64, hex);
        if (n != f->size || strcmp(hex, f->sha256) != 0) {
            asy_diag_add(in->diag, "E0404", in->loc, "`%s` is not the published file", path);
            asy_diag_note(in->diag, "its content has %zu bytes and SHA-256 %s", n, hex);
            asy_diag_note(in->diag, "published are %llu bytes and %s", (unsigned long long)f->size,
                          f->sha256);
            s = ASY_EDATA;
        }
    } else if (s != ASY_ENOMEM) {
        asy_diag_add(in->diag, "E0402", in->loc, "`%s` cannot be read", path);
        asy_diag_note(in->diag, "%s", asy_error_text());
        s = ASY_EDATA;
    }
    asy_arena_free(raw);
    return s;
}

/* A sample's shape: [n] → [1], [n,D] → [D], [n,H,W] → [1,H,W], [n,C,H,W] stays. */
static asy_shape sample_shape(const asy_tensor *t)
{
    switch (t->s.n) {
    case 1: return ASY_SHAPE(1);
    case 3: return ASY_SHAPE(1, t->s.d[1], t->s.d[2]);
    default: return asy_shape_of(t->s.n - 1, t->s.d + 1);
    }
}

static asy_status bad_file(const asy_data_in *in, const char *path, const char *what)
{
    asy_diag_add(in->diag, "E0406", in->loc, "%s", what);
    asy_diag_note(in->diag, "in `%s`", path);
    return ASY_EDATA;
}

/* One part's input and label tensors, as a reader gave them, checked against what came before. */
typedef struct {
    const char *part, *input_path, *label_path;
    asy_tensor input, label;
} piece;

static asy_status check_piece(const asy_data_in *in, const piece *p, const piece *first)
{
    if (p->label_path != NULL) {
        if (p->label.s.n != 1)
            return bad_file(
                in, p->label_path,
                asy_sprintf(in->arena, "the labels have %d dimensions, one is needed", p->label.s.n));
        if (p->label.type == ASY_F32 || p->label.type == ASY_F64)
            return bad_file(in, p->label_path, "the labels are not integers");
        if (p->label.s.d[0] != p->input.s.d[0])
            return bad_file(in, p->label_path,
                            asy_sprintf(in->arena, "%lld labels for %lld inputs", (long long)p->label.s.d[0],
                                        (long long)p->input.s.d[0]));
    }
    asy_shape a = sample_shape(&p->input), b = sample_shape(&first->input);
    if (!asy_shape_equal(&a, &b) || p->input.type != first->input.type)
        return bad_file(in, p->input_path,
                        asy_sprintf(in->arena,
                                    "part `%s` has samples of another shape or type than part `%s`", p->part,
                                    first->part));
    if (asy_shape_count(&a) <= 0) return bad_file(in, p->input_path, "its samples are empty");
    return ASY_OK;
}

static asy_status put_label(const asy_data_in *in, const piece *p, int32_t *out, int64_t *classes)
{
    for (int64_t i = 0; i < p->label.s.d[0]; i++) {
        int32_t y = p->label.type == ASY_U8 ? ((const uint8_t *)p->label.data)[i]
                                            : ((const int32_t *)p->label.data)[i];
        if (y < 0 || y >= MAX_CLASSES || (*classes > 0 && y >= *classes))
            return bad_file(in, p->label_path,
                            asy_sprintf(in->arena, "label %d in row %lld is not a class", y, (long long)i));
        out[i] = y;
    }
    return ASY_OK;
}

static asy_dtype input_type(asy_dtype t) { return t == ASY_U8 ? ASY_U8 : ASY_F32; }

static void put_input(const asy_tensor *t, void *out, int64_t n)
{
    float *f = out;
    if (t->type == ASY_U8) memcpy(out, t->data, (size_t)n);
    else if (t->type == ASY_F32) memcpy(out, t->data, (size_t)n * sizeof(float));
    else if (t->type == ASY_F64)
        for (int64_t i = 0; i < n; i++) f[i] = (float)((const double *)t->data)[i];
    else
        for (int64_t i = 0; i < n; i++) f[i] = (float)((const int32_t *)t->data)[i];
}

/* Lays the pieces one after another into columns `input` and `label`. classes 0: the largest label + 1. */
static asy_status join(const asy_data_in *in, int n, const piece p[], asy_data *d)
{
    int64_t rows = 0, at = 0, most = 0;
    for (int i = 0; i < n; i++) {
        ASY_TRY(check_piece(in, &p[i], &p[0]));
        if ((p[i].label_path != NULL) != (p[0].label_path != NULL))
            return bad_file(in, p[i].input_path, "one part has labels, another has none");
        rows += p[i].input.s.d[0];
    }
    if (rows == 0) return bad_file(in, p[0].input_path, "there are no rows");
    asy_shape s = sample_shape(&p[0].input), all = { .n = s.n + 1, .d = { rows } };
    memcpy(all.d + 1, s.d, (size_t)s.n * sizeof s.d[0]);
    int64_t each = asy_shape_count(&s);
    d->cols = ASY_NEWN(in->arena, 2, asy_column);
    if (d->cols == NULL) return asy_arena_status(in->arena);
    d->cols[0] =
        (asy_column){ "input", ASY_ROLE_INPUT, asy_tensor_new(in->arena, input_type(p[0].input.type), all) };
    d->cols[1] = (asy_column){ "label", ASY_ROLE_LABEL, asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(rows)) };
    if (d->cols[0].data.data == NULL || d->cols[1].data.data == NULL) return asy_arena_status(in->arena);
    d->n_cols = p[0].label_path != NULL ? 2 : 1;
    d->n = rows;
    d->n_parts = n;
    size_t size = asy_dtype_size(d->cols[0].data.type);
    for (int i = 0; i < n; i++) {
        int64_t here = p[i].input.s.d[0];
        d->parts[i] = (asy_part){ p[i].part, at, here };
        put_input(&p[i].input, (char *)d->cols[0].data.data + (size_t)(at * each) * size, here * each);
        if (p[i].label_path != NULL)
            ASY_TRY(put_label(in, &p[i], (int32_t *)d->cols[1].data.data + at, &d->classes));
        at += here;
    }
    for (int64_t i = 0; d->n_cols == 2 && i < rows; i++)
        if (((int32_t *)d->cols[1].data.data)[i] >= most) most = ((int32_t *)d->cols[1].data.data)[i] + 1;
    if (d->classes == 0) d->classes = most;
    return ASY_OK;
}

static const asy_reader *reader_named(const char *name)
{
    const asy_kind *k = NULL;
    const asy_method *m = asy_method_find(name, &asy_spot_format, &k, NULL);
    return (const asy_reader *)m;
}

static int part_of(piece p[], int *n, const char *part)
{
    for (int i = 0; i < *n; i++)
        if (strcmp(p[i].part, part) == 0) return i;
    if (*n == ASY_MAX_PARTS) return -1;
    p[*n].part = part;
    return (*n)++;
}

/* The reader's tensors live in a scratch arena: join copies them once into the data's own. */
static asy_status load_known(const asy_data_in *in, const asy_data_in *raw, const char *name,
                             const asy_recipe *r, asy_data *d)
{
    const asy_reader *reader = reader_named(r->reader);
    const char *dir = asy_known_dir(in->arena, name, r);
    piece p[ASY_MAX_PARTS] = { 0 };
    int n = 0;
    asy_buf sums;
    if (reader == NULL)
        ASY_FAIL(ASY_EBUG, "the recipe of `%s` names the reader `%s`, which is not built in", name,
                 r->reader);
    if (dir == NULL) return absent(in, name, r);
    asy_buf_init(&sums, 1 << 16);
    asy_status s = ASY_OK;
    for (const asy_known_file *f = r->files; f->path != NULL && s == ASY_OK; f++) {
        const char *path = known_path(in->arena, dir, f->path);
        int i = part_of(p, &n, f->part);
        if (path == NULL) {
            asy_diag_add(in->diag, "E0401", in->loc, "dataset `%s` is not whole: `%s/%s` is missing", name,
                         dir, f->path);
            s = ASY_EDATA;
            break;
        }
        if (in->verify) s = asy__known_verify(in, path, f);
        if (s == ASY_OK) s = reader->tensor(raw, path, f->role == ASY_ROLE_LABEL ? &p[i].label : &p[i].input);
        *(f->role == ASY_ROLE_LABEL ? &p[i].label_path : &p[i].input_path) = path;
        asy_buf_puts(&sums, f->sha256);
    }
    d->classes = r->classes;
    d->class_names = r->class_names;
    d->lo = r->range[0];
    d->top = r->range[1];
    d->sha = asy_sha256(asy_buf_text(&sums), sums.n);
    asy_buf_free(&sums);
    if (s != ASY_OK) return s;
    return join(in, n, p, d);
}

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0;
}

static const asy_reader *reader_for(const asy_bound *format, const char *path)
{
    int n;
    if (format != NULL) return (const asy_reader *)format->m;
    const asy_method *const *m = asy_kind_reader.methods(&n);
    for (int i = 0; i < n; i++)
        for (const char *const *s = ((const asy_reader *)m[i])->suffixes; *s != NULL; s++)
            if (ends_in(path, *s)) return (const asy_reader *)m[i];
    return NULL;
}

static asy_status read_file(const asy_data_in *in, const asy_data_in *raw, const asy_bound *format,
                            const char *path, asy_tensor *t, asy_buf *sums)
{
    const asy_reader *r = reader_for(format, path);
    asy_digest d;
    char hex[65];
    if (r == NULL) {
        asy_diag_add(in->diag, "E0402", in->loc, "the format of `%s` cannot be told from its name", path);
        asy_diag_help(in->diag, "write `format:` beside `files:`   (all formats: assay list readers)");
        return ASY_EDATA;
    }
    if (asy_sha256_file(path, &d) != ASY_OK) {
        asy_diag_add(in->diag, "E0401", in->loc, "`%s` cannot be opened", path);
        asy_diag_note(in->diag, "%s", asy_error_text());
        return ASY_EDATA;
    }
    asy_hex(&d, 64, hex);
    asy_buf_puts(sums, hex);
    return r->tensor(raw, path, t);
}

static asy_status load_files(const asy_data_in *in, const asy_data_in *raw, const asy_data_par *par,
                             asy_data *d)
{
    piece p[ASY_MAX_PARTS] = { 0 };
    asy_buf sums;
    asy_status s = ASY_OK;
    asy_buf_init(&sums, 1 << 16);
    for (int i = 0; i < par->files.n && i < ASY_MAX_PARTS && s == ASY_OK; i++) {
        const asy_files_par *f = *(const asy_files_par *const *)par->files.value[i];
        p[i] = (piece){ .part = par->files.name[i], .input_path = f->input, .label_path = f->label };
        s = read_file(in, raw, par->format, f->input, &p[i].input, &sums);
        if (s == ASY_OK && f->label != NULL)
            s = read_file(in, raw, par->format, f->label, &p[i].label, &sums);
    }
    d->name = "files";
    d->sha = asy_sha256(asy_buf_text(&sums), sums.n);
    asy_buf_free(&sums);
    if (s != ASY_OK) return s;
    ASY_TRY(join(in, par->files.n, p, d));
    d->lo = 0;
    d->top = d->cols[0].data.type == ASY_U8 ? 255 : 1;
    return ASY_OK;
}

asy_status asy_data_load(const asy_data_par *par, const asy_data_in *in, asy_data *d)
{
    *d = (asy_data){ 0 };
    if (par->dataset != NULL && ((const asy_dataset *)par->dataset->m)->recipe == NULL) {
        d->name = par->dataset->m->name;
        return ((const asy_dataset *)par->dataset->m)->generate(par->dataset->params, in, d);
    }
    asy_data_in raw = *in;
    raw.arena = asy_arena_new(0);
    asy_status s;
    if (par->dataset != NULL) {
        d->name = par->dataset->m->name;
        s = load_known(in, &raw, d->name, ((const asy_dataset *)par->dataset->m)->recipe, d);
    } else {
        s = load_files(in, &raw, par, d);
    }
    if (s == ASY_OK) s = asy_arena_status(in->arena);
    asy_arena_free(raw.arena);
    return s;
}
