// SPDX-License-Identifier: GPL-3.0-or-later
/* A dataset from where it lies: known sets by their recipe, local files by a reader, generators by their
 * parameters. */
#include "dataset.h"
#include "../base/io.h"
#include "params.h"

#include <string.h>

static asy_status absent(const asy_data_in *in, const char *name, const asy_recipe *r)
{
    const char *folder = r->folder != NULL ? r->folder : name;
    asy_diag_add(in->diag, "E0401", in->loc, "dataset `%s` is not on this machine", name);
    asy_diag_note(in->diag,
                  "looked in $ASSAY_DATA/%s, $XDG_DATA_HOME/assay/data/sets/%s, /usr/share/datasets/%s",
                  folder, name, name);
    if (r->debian != NULL)
        asy_diag_help(in->diag, "Debian: apt install %s; else point ASSAY_DATA at a folder that holds %s/",
                      r->debian, folder);
    else
        asy_diag_help(in->diag, "point ASSAY_DATA at a folder that holds %s/%s (or .gz) and its other files",
                      folder, r->files[0].path);
    asy_diag_help(in->diag, "files that lie elsewhere: assay data add %s --from DIR", name);
    return ASY_EDATA;
}

/* A file on its way: read, and which table it becomes. */
typedef struct {
    const asy_reader *reader;
    asy_bytes bytes;
    asy__stack *stack;
} job;
typedef struct {
    int n;
    job *job;
    asy_form form;
    asy_buf sums;
} intake;

static asy__piece *piece_of(asy__piece p[], int *n, const char *part)
{
    for (int i = 0; i < *n; i++)
        if (strcmp(p[i].part, part) == 0) return &p[i];
    if (*n == ASY_MAX_PARTS) return NULL;
    p[*n].part = part;
    return &p[(*n)++];
}

static asy_status take(intake *t, const asy_reader *r, const asy_bytes *f, asy__stack *s)
{
    if (s->n == ASY__FILES_A_PART) ASY_FAIL(ASY_EBUG, "a part has more than %d files", ASY__FILES_A_PART);
    s->path[s->n++] = f->path;
    t->job[t->n++] = (job){ r, *f, s };
    return ASY_OK;
}

/* A single array as a table of one column. */
static asy_status one_column(const asy_data_in *in, const job *j, const asy_form *form, bool label,
                             asy_table *t)
{
    asy_raw *c = ASY_NEW(in->arena, asy_raw);
    if (c == NULL) return asy_arena_status(in->arena);
    *c = (asy_raw){ .name = label ? "label" : "input", .role = label ? ASY_ROLE_LABEL : ASY_ROLE_INPUT };
    ASY_TRY(j->reader->tensor(in, &j->bytes, form, &c->data));
    if (c->data.s.n == 0)
        return asy__bad_file(in, j->bytes.path, "the array is a single number (shape ()); rows are needed");
    *t = (asy_table){ .n = c->data.s.d[0], .n_cols = 1, .cols = c };
    return ASY_OK;
}

/* First every file is looked at, then every file is read: what one decides holds for all. */
static asy_status parse_all(const asy_data_in *in, intake *t, asy__piece p[], int n)
{
    for (int i = 0; i < t->n; i++)
        if (t->job[i].reader->survey != NULL)
            ASY_TRY(t->job[i].reader->survey(in, &t->job[i].bytes, &t->form));
    for (int k = 0; k < n; k++) p[k].stack[0].n = p[k].stack[1].n = 0;
    for (int i = 0; i < t->n; i++) {
        const job *j = &t->job[i];
        bool label = false;
        for (int k = 0; k < n; k++) label = label || j->stack == &p[k].stack[1];
        asy_table *out = &j->stack->table[j->stack->n++];
        if (j->reader->table != NULL) ASY_TRY(j->reader->table(in, &j->bytes, &t->form, out));
        else ASY_TRY(one_column(in, j, &t->form, label, out));
    }
    return ASY_OK;
}

static void keep_notes(const asy_data_in *in, const asy__piece p[], int n, asy_data *d)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            for (int j = 0; j < p[i].stack[k].n; j++) {
                const char *note = p[i].stack[k].table[j].note;
                bool seen = note == NULL || d->n_notes == ASY_MAX_NOTES;
                for (int m = 0; !seen && m < d->n_notes; m++) seen = strcmp(d->notes[m], note) == 0;
                if (!seen) d->notes[d->n_notes++] = asy_strdup(in->arena, note);
            }
}

const asy_recipe *asy_dataset_recipe(const asy_bound *b)
{
    const asy_dataset *d = (const asy_dataset *)b->m;
    return d->pick != NULL ? &d->recipe[d->pick(b->params)] : d->recipe;
}

const char *asy_dataset_dir(asy_arena *a, const asy_bound *b)
{
    const asy_recipe *r = asy_dataset_recipe(b);
    const char *dir = asy_known_dir(a, b->name, r);
    return dir != NULL ? dir : asy_known_dir(a, b->m->name, r);
}

static asy_status known_files(const asy_data_in *in, const asy_data_in *raw, const asy_bound *set,
                              const asy_recipe *r, intake *t, asy__piece p[], int *n)
{
    const char *name = set->name;
    const asy_reader *main_reader = asy__reader_named(r->reader),
                     *other = r->label_reader != NULL ? asy__reader_named(r->label_reader) : main_reader;
    const char *dir = asy_dataset_dir(in->arena, set);
    if (main_reader == NULL || other == NULL)
        ASY_FAIL(ASY_EBUG, "the recipe of `%s` names a reader that is not built in", name);
    if (dir == NULL) return absent(in, name, r);
    for (const asy_known_file *f = r->files; f->path != NULL; f++) {
        const char *path = asy_known_path(in->arena, dir, f->path);
        asy__piece *piece = piece_of(p, n, f->part);
        asy_bytes b = { 0 };
        if (path == NULL) {
            asy_diag_add(in->diag, "E0401", in->loc, "dataset `%s` is not whole: `%s/%s` is missing", name,
                         dir, f->path);
            return ASY_EDATA;
        }
        if (piece == NULL) ASY_FAIL(ASY_EBUG, "the recipe of `%s` has too many parts", name);
        if (in->verify || !main_reader->folder) ASY_TRY(asy_data_read(raw, path, &b));
        if (in->verify) ASY_TRY(asy__known_verify(in, &b, f));
        asy_buf_puts(&t->sums, f->sha256);
        if (main_reader->folder) { /* its files are only looked at; the reader gets the folder, once */
            if (f != r->files) continue;
            b = (asy_bytes){ .path = dir };
        }
        bool label = f->role == ASY_ROLE_LABEL;
        ASY_TRY(take(t, label ? other : main_reader, &b, &piece->stack[label ? 1 : 0]));
    }
    return ASY_OK;
}

/* The column that `stratify` asks to be read; the label is there anyway. */
static const char *stratum(const asy_data_par *par)
{
    return par->stratify != NULL && strcmp(par->stratify, "label") != 0 ? par->stratify : NULL;
}

static asy_status read_form(const asy_data_in *in, const asy_data_par *par, asy_form *f)
{
    const asy_tree *h = par->header;
    *f = (asy_form){ .trim = par->trim, .n_na = par->na.n, .na = par->na.v, .length = par->length };
    f->target = par->target;
    if (par->separator != NULL && strcmp(par->separator, "blanks") == 0) f->separator = ' ';
    else if (par->separator != NULL && strcmp(par->separator, "tab") == 0) f->separator = '\t';
    else if (par->separator != NULL) f->separator = par->separator[0];
    if (h == NULL || (h->kind == ASY_TREE_SCALAR && strcmp(h->text, "true") == 0)) return ASY_OK;
    f->header = ASY_HEADER_NO;
    if (h->kind == ASY_TREE_SCALAR) return ASY_OK;
    const char **names = ASY_NEWN(in->arena, asy_tree_count(h), const char *);
    if (names == NULL) return asy_arena_status(in->arena);
    for (const asy_tree *c = h->child; c != NULL; c = c->next) names[f->n_names++] = c->text;
    f->header = ASY_HEADER_GIVEN;
    f->names = names;
    return ASY_OK;
}

static asy_status load_known(const asy_data_in *in, const asy_data_in *raw, const asy_data_par *par,
                             intake *t, asy_data *d)
{
    const asy_recipe *r = asy_dataset_recipe(par->dataset);
    const char *name = par->dataset->name;
    asy__piece *p = ASY_NEWN(raw->arena, ASY_MAX_PARTS, asy__piece);
    asy_columns_par columns = r->columns;
    int n = 0;
    if (p == NULL) return asy_arena_status(raw->arena);
    if (r->dir != NULL) ASY_TRY(read_form(in, par, &t->form));
    else t->form = r->form;
    t->form.target = par->target;
    if (t->form.length > 0) t->form.length = par->length;
    ASY_TRY(known_files(in, raw, par->dataset, r, t, p, &n));
    ASY_TRY(parse_all(raw, t, p, n));
    keep_notes(in, p, n, d);
    if (par->columns != NULL) ASY_TRY(asy__columns_read(in, par->columns, &columns));
    asy__plan plan = { .par = &columns,
                       .tree = par->columns,
                       .grouped = par->grouped,
                       .stratify = stratum(par),
                       .part_column = r->part_column,
                       .beside = r->base != NULL };
    if (par->columns == NULL) {
        plan.class_names = d->class_names = r->class_names;
        plan.n_class_names = d->classes = r->classes;
    }
    d->name = name;
    d->lo = r->range[0];
    bool open = r->range[1] <= r->range[0];
    d->top = open ? r->range[0] + 1 : r->range[1];
    d->sha = asy_sha256(asy_buf_text(&t->sums), t->sums.n);
    ASY_TRY(asy__join(in, &plan, n, p, d));
    const asy_column *x = asy_data_column(d, ASY_ROLE_INPUT);
    if (open && x != NULL && x->data.type == ASY_U8) d->top = d->lo + 255;
    return r->base != NULL ? asy__beside(in, r, d) : ASY_OK;
}

/* Of a folder: of its files' names and sums. */
static asy_status folder_sum(const asy_data_in *in, const char *dir, char hex[65])
{
    asy_data_file *file;
    asy_buf b;
    asy_digest d;
    int n;
    ASY_TRY(asy_data_folder(in->arena, dir, &n, &file));
    asy_buf_init(&b, (size_t)1 << 30);
    for (int i = 0; i < n; i++) {
        if (asy_sha256_file(file[i].path, &d) != ASY_OK) continue; /* the reader will say what is wrong */
        asy_hex(&d, 64, hex);
        asy_buf_printf(&b, "%s %s\n", hex, file[i].name);
    }
    d = asy_sha256(asy_buf_text(&b), b.n);
    asy_buf_free(&b);
    asy_hex(&d, 64, hex);
    return ASY_OK;
}

static asy_status read_file(const asy_data_in *in, const asy_data_in *raw, intake *t, const asy_bound *format,
                            const char *path, const char *sha256, asy__stack *s)
{
    const asy_reader *r = asy__reader_for(format, path);
    asy_bytes b = { .path = path };
    char hex[65];
    if (r == NULL && !asy_io_exists(path)) return asy_data_read(raw, path, &b);
    if (r == NULL) {
        asy_diag_add(in->diag, "E0402", in->loc, "the format of `%s` cannot be told from its name", path);
        asy_diag_help(in->diag, "write `format:` beside `files:`   (all formats: assay list readers)");
        return ASY_EDATA;
    }
    if (r->folder) ASY_TRY(folder_sum(in, path, hex));
    else {
        ASY_TRY(asy_data_read(raw, path, &b));
        asy_digest sum = asy_sha256(b.data, b.n);
        asy_hex(&sum, 64, hex);
    }
    asy_buf_puts(&t->sums, hex);
    if (sha256 != NULL && strcmp(sha256, hex) != 0) {
        asy_diag_add(in->diag, "E0404", in->loc, "`%s` is not the file that the spec names", path);
        asy_diag_note(in->diag, "the SHA-256 of its content is %s", hex);
        asy_diag_note(in->diag, "the spec says %s", sha256);
        return ASY_EDATA;
    }
    return take(t, r, &b, s);
}

static asy_status gather_files(const asy_data_in *in, const asy_data_in *raw, const asy_data_par *par,
                               intake *t, asy__piece p[], int *n)
{
    if (par->file != NULL) {
        p[*n].part = "all";
        ASY_TRY(read_file(in, raw, t, par->format, par->file, par->sha256, &p[*n].stack[0]));
        ++*n;
    }
    for (int i = 0; i < par->files.n && *n < ASY_MAX_PARTS; i++, ++*n) {
        const asy_files_par *f = *(const asy_files_par *const *)par->files.value[i];
        p[*n].part = par->files.name[i];
        ASY_TRY(read_file(in, raw, t, par->format, f->input, f->sha256, &p[*n].stack[0]));
        const asy_bound *format = t->job[t->n - 1].reader->folder ? NULL : par->format;
        if (f->label != NULL) ASY_TRY(read_file(in, raw, t, format, f->label, NULL, &p[*n].stack[1]));
    }
    return ASY_OK;
}

static asy_status load_files(const asy_data_in *in, const asy_data_in *raw, const asy_data_par *par,
                             intake *t, asy_data *d)
{
    asy__piece *p = ASY_NEWN(raw->arena, ASY_MAX_PARTS, asy__piece);
    asy_columns_par columns;
    int n = 0;
    if (p == NULL) return asy_arena_status(raw->arena);
    ASY_TRY(read_form(in, par, &t->form));
    ASY_TRY(gather_files(in, raw, par, t, p, &n));
    ASY_TRY(parse_all(raw, t, p, n));
    keep_notes(in, p, n, d);
    ASY_TRY(asy__columns_read(in, par->columns, &columns));
    d->name = "files";
    d->sha = asy_sha256(asy_buf_text(&t->sums), t->sums.n);
    asy__plan plan = {
        .par = &columns, .tree = par->columns, .stratify = stratum(par), .grouped = par->grouped
    };
    ASY_TRY(asy__join(in, &plan, n, p, d));
    const asy_column *x = asy_data_column(d, ASY_ROLE_INPUT);
    d->lo = 0;
    d->top = x == NULL || x->data.type != ASY_U8 ? 1 : d->symbols > 1 ? (double)d->symbols - 1 : 255;
    return ASY_OK;
}

asy_status asy_data_load(const asy_data_par *par, const asy_data_in *in, asy_data *d)
{
    *d = (asy_data){ 0 };
    if (par->dataset != NULL && ((const asy_dataset *)par->dataset->m)->recipe == NULL) {
        d->name = par->dataset->m->name;
        return ((const asy_dataset *)par->dataset->m)->generate(par->dataset->params, in, d);
    }
    /* What readers make lives in a scratch arena: the join copies it once into the data's own. */
    asy_data_in raw = *in;
    raw.arena = asy_arena_new(0);
    intake t = { .job = ASY_NEWN(raw.arena, 2 * ASY_MAX_PARTS * ASY__FILES_A_PART, job) };
    asy_buf_init(&t.sums, (size_t)1 << 30);
    asy_status s = raw.arena != NULL ? asy_arena_status(raw.arena) : ASY_ENOMEM;
    if (s == ASY_OK && par->dataset != NULL) {
        s = load_known(in, &raw, par, &t, d);
    } else if (s == ASY_OK) {
        s = load_files(in, &raw, par, &t, d);
    }
    if (s == ASY_OK) s = asy_arena_status(in->arena);
    asy_buf_free(&t.sums);
    asy_arena_free(raw.arena);
    return s;
}
