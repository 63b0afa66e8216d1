// SPDX-License-Identifier: GPL-3.0-or-later
/* data list | info NAME | path NAME | verify NAME */
#include "../method/dataset.h"
#include "../method/params.h"
#include "../method/registry.h"
#include "cli.h"

#include <string.h>

static const asy_option options[] = { { .name = "json", .help = "the recipe as JSON" }, { .name = NULL } };

static const asy_dataset *find(asy_cli *c, const char *name, int *code)
{
    const asy_method *m = asy_method_find(name, &asy_spot_dataset, NULL, NULL);
    const char *const *names;
    *code = 0;
    if (m != NULL) return (const asy_dataset *)m;
    int n = asy_spot_names(c->arena, &asy_spot_dataset, &names);
    fprintf(stderr, "error[E0204]: no dataset is called `%s`\n", name);
    asy_cli_hint(c, name, n, names, "");
    *code = ASY_EXIT_USAGE;
    return NULL;
}

static const char *where(asy_cli *c, const asy_dataset *d)
{
    return d->recipe == NULL ? "generated" : asy_known_dir(c->arena, d->m.name, d->recipe);
}

static int list(asy_cli *c)
{
    int n;
    const asy_method *const *m = asy_kind_dataset.methods(&n);
    for (int i = 0; i < n; i++) {
        const char *dir = where(c, (const asy_dataset *)m[i]);
        printf("%-16s %-60s %s\n", m[i]->name, m[i]->summary, dir != NULL ? dir : "not on this machine");
    }
    return 0;
}

static asy_status load(asy_cli *c, const asy_dataset *d, bool verify, asy_data *data, asy_diag *diag)
{
    const asy_bound *b;
    ASY_TRY(asy_bind_text(c->arena, &asy_spot_dataset, d->m.name, NULL, &b));
    asy_data_par par = { .dataset = b };
    asy_data_in in = { .arena = c->arena, .diag = diag, .verify = verify };
    return asy_data_load(&par, &in, data);
}

static void recipe_json(const asy_dataset *d)
{
    const asy_recipe *r = d->recipe;
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 1 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "cite"), asy_jw_text(&w, d->m.cite);
    if (r != NULL) {
        asy_jw_key(&w, "classes"), asy_jw_int(&w, r->classes);
        asy_jw_key(&w, "files"), asy_jw_list(&w);
        for (const asy_known_file *f = r->files; f->path != NULL; f++) {
            asy_jw_object(&w);
            asy_jw_key(&w, "part"), asy_jw_text(&w, f->part);
            asy_jw_key(&w, "path"), asy_jw_text(&w, f->path);
            asy_jw_key(&w, "sha256"), asy_jw_text(&w, f->sha256);
            asy_jw_key(&w, "size"), asy_jw_int(&w, (int64_t)f->size);
            asy_jw_object_end(&w);
        }
        asy_jw_list_end(&w);
    }
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.dataset/1");
    if (r != NULL) asy_jw_key(&w, "licence"), asy_jw_text(&w, r->licence);
    asy_jw_key(&w, "name"), asy_jw_text(&w, d->m.name);
    if (r != NULL) {
        asy_jw_key(&w, "range"), asy_jw_list(&w), asy_jw_num(&w, r->range[0]), asy_jw_num(&w, r->range[1]),
            asy_jw_list_end(&w);
        asy_jw_key(&w, "reader"), asy_jw_text(&w, r->reader);
    }
    asy_jw_key(&w, "revision"), asy_jw_int(&w, d->m.revision);
    if (r != NULL) {
        asy_jw_key(&w, "shape"), asy_jw_list(&w);
        for (int i = 0; i < r->shape.n; i++) asy_jw_int(&w, r->shape.d[i]);
        asy_jw_list_end(&w);
        asy_jw_key(&w, "task"), asy_jw_text(&w, r->task);
    }
    asy_jw_object_end(&w);
    puts(asy_buf_text(&b));
    asy_buf_free(&b);
}

/* Counts of each class in one part. */
static void class_counts(const asy_data *d, const asy_part *p)
{
    const asy_column *y = asy_data_column(d, ASY_ROLE_LABEL);
    printf("  %-8s %lld rows", p->name, (long long)p->n);
    for (int64_t c = 0; y != NULL && c < d->classes && d->classes <= 50; c++) {
        int64_t n = 0;
        for (int64_t i = 0; i < p->n; i++) n += ((const int32_t *)y->data.data)[p->first + i] == c;
        printf("%s%lld", c == 0 ? ":  " : " ", (long long)n);
    }
    putchar('\n');
}

static int info(asy_cli *c, const asy_dataset *d)
{
    asy_data data;
    asy_diag *diag = asy_diag_new(c->arena);
    char shape[64], hex[65];
    if (c->json) {
        recipe_json(d);
        return 0;
    }
    const char *dir = where(c, d);
    printf("%s   %s\n  %s\n", d->m.name, d->m.summary, d->m.cite);
    if (d->recipe != NULL) printf("  licence %s · reader %s\n", d->recipe->licence, d->recipe->reader);
    printf("  %s\n", dir != NULL ? dir : "not on this machine");
    if (dir == NULL) return 0;
    asy_status s = load(c, d, false, &data, diag);
    if (asy_diag_errors(diag) > 0) return asy_cli_diag(c, diag);
    if (s != ASY_OK) return asy_cli_status(c, s);
    const asy_column *x = asy_data_column(&data, ASY_ROLE_INPUT);
    asy_shape one = asy_shape_of(x->data.s.n - 1, x->data.s.d + 1);
    asy_shape_text(&one, shape, sizeof shape);
    asy_hex(&data.sha, 64, hex);
    printf("  samples %s, %s, stored range [%g, %g], %lld classes\n", shape, asy_dtype_name(x->data.type),
           data.lo, data.top, (long long)data.classes);
    for (int i = 0; i < data.n_parts; i++) class_counts(&data, &data.parts[i]);
    printf("  content %s\n", hex);
    return 0;
}

static int verify(asy_cli *c, const asy_dataset *d)
{
    asy_data data;
    asy_diag *diag = asy_diag_new(c->arena);
    asy_status s = load(c, d, true, &data, diag);
    if (asy_diag_errors(diag) > 0) return asy_cli_diag(c, diag);
    if (s != ASY_OK) return asy_cli_status(c, s);
    printf("%s: every file is the published one\n", d->m.name);
    return 0;
}

static int run(asy_cli *c)
{
    static const char *const words[] = { "info", "list", "path", "verify" };
    const char *word = c->args[0];
    int code;
    if (strcmp(word, "list") == 0)
        return c->n_args == 1 ? list(c) : asy_cli_usage(c, "`data list` takes no name");
    if (strcmp(word, "info") != 0 && strcmp(word, "path") != 0 && strcmp(word, "verify") != 0) {
        code = asy_cli_usage(c, "`data` has no command `%s`", word);
        asy_cli_hint(c, word, 4, words, "");
        return code;
    }
    if (c->n_args != 2) return asy_cli_usage(c, "`data %s` takes the name of one dataset", word);
    const asy_dataset *d = find(c, c->args[1], &code);
    if (d == NULL) return code;
    if (strcmp(word, "info") == 0) return info(c, d);
    if (strcmp(word, "verify") == 0) return verify(c, d);
    const char *dir = where(c, d);
    if (dir == NULL)
        return fprintf(stderr, "dataset `%s` is not on this machine\n", d->m.name), ASY_EXIT_DATA;
    puts(dir);
    return 0;
}

const asy_command asy_command_data = {
    .name = "data",
    .summary = "datasets: list, info NAME, path NAME, verify NAME",
    .usage = "list | info NAME | path NAME | verify NAME",
    .min_args = 1,
    .max_args = 2,
    .options = options,
    .rank = 50,
    .run = run,
};
