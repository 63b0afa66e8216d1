// SPDX-License-Identifier: GPL-3.0-or-later
/* data list | info NAME | path NAME | verify NAME | add NAME --from PATH | rm NAME | gc */
#include "../base/io.h"
#include "../method/params.h"
#include "../method/registry.h"
#include "../method/store.h"
#include "cli.h"
#include "data_info.h"

#include <string.h>

static const asy_option options[] = {
    { .name = "json", .help = "the recipe as JSON" },
    { .name = "from", .arg = "PATH", .help = "add: the file or folder to take" },
    { .name = "format", .arg = "FORMAT", .help = "add: its reader, kept in dataset.json" },
    { .name = "label", .arg = "COLUMN", .help = "add: the column to be predicted, kept in dataset.json" },
    { .name = NULL }
};

/* A set by its name: known, one of several (a preset), generated, or one of the store. */
typedef struct {
    const char *name;
    const asy_bound *bound;
    const asy_dataset *set;
    const asy_recipe *recipe; /* NULL: generated */
    const char *dir;          /* NULL: it is not here */
} target;

static int answer(asy_cli *c, const asy_diag *diag, asy_status s)
{
    if (asy_diag_errors(diag) == 0) return asy_cli_status(c, s);
    int code = asy_cli_diag(c, diag);
    return code != 0 ? code : asy_exit_code(s);
}

static const asy_method *method_of(asy_cli *c, asy_diag *diag, const char *name, const asy_preset **preset)
{
    const asy_kind *kind;
    const asy_method *m = asy_method_find(name, &asy_spot_dataset, NULL, preset);
    return m != NULL ? m : asy_spot_dataset.more(c->arena, diag, name, &kind);
}

static int find(asy_cli *c, const char *name, target *t)
{
    const char *const *names;
    asy_diag *diag = asy_diag_new(c->arena);
    *t = (target){ .name = name };
    const asy_method *m = method_of(c, diag, name, NULL);
    if (asy_diag_errors(diag) > 0) return asy_cli_diag(c, diag);
    if (m == NULL) {
        int n = asy_spot_names(c->arena, &asy_spot_dataset, &names);
        asy_cli_say(stderr, "error[E0204]: no dataset is called `%s`\n", name);
        asy_cli_hint(c, name, n, names, "");
        return ASY_EXIT_USAGE;
    }
    asy_status s = asy_bind_text(c->arena, &asy_spot_dataset, name, NULL, &t->bound);
    if (s != ASY_OK) return asy_cli_status(c, s);
    t->set = (const asy_dataset *)m;
    t->recipe = asy_dataset_recipe(t->bound);
    if (t->recipe != NULL) t->dir = asy_dataset_dir(c->arena, t->bound);
    return 0;
}

static void list_one(asy_cli *c, const char *name, const char *summary)
{
    target t;
    if (find(c, name, &t) != 0) return;
    printf("%-28s %-60s %s\n", name, summary,
           t.recipe == NULL ? "generated" : t.dir != NULL ? t.dir : "not on this machine");
}

static int list(asy_cli *c)
{
    int n;
    const char *const *names;
    asy_diag *diag = asy_diag_new(c->arena);
    n = asy_spot_names(c->arena, &asy_spot_dataset, &names);
    for (int i = 0; i < n; i++) {
        const asy_preset *preset = NULL;
        const asy_method *m = method_of(c, diag, names[i], &preset);
        if (m != NULL) list_one(c, names[i], preset != NULL ? preset->summary : m->summary);
    }
    return asy_diag_errors(diag) > 0 ? asy_cli_diag(c, diag) : asy_cli_status(c, asy_arena_status(c->arena));
}

static asy_status load(asy_arena *a, const asy_bound *b, bool verify, asy_data *data, asy_diag *diag)
{
    asy_data_par par = { .dataset = b };
    asy_data_in in = { .arena = a, .diag = diag, .verify = verify };
    return asy_data_load(&par, &in, data);
}

static void recipe_json(const target *t)
{
    const asy_dataset *d = t->set;
    const asy_recipe *r = t->recipe;
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
    asy_jw_key(&w, "name"), asy_jw_text(&w, t->name);
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

static int info(asy_cli *c, const target *t)
{
    const asy_dataset *d = t->set;
    asy_data data;
    asy_diag *diag = asy_diag_new(c->arena);
    char shape[64], hex[65];
    if (c->json) {
        recipe_json(t);
        return 0;
    }
    printf("%s   %s\n  %s\n", t->name, d->m.summary, d->m.cite);
    if (t->recipe != NULL) printf("  licence %s · reader %s\n", t->recipe->licence, t->recipe->reader);
    printf("  %s\n", t->recipe == NULL ? "generated" : t->dir != NULL ? t->dir : "not on this machine");
    for (const asy_known_file *f = t->recipe != NULL && t->recipe->dir != NULL ? t->recipe->files : NULL;
         f != NULL && f->path != NULL; f++)
        printf("  %s  %llu bytes  %s\n", f->sha256, (unsigned long long)f->size, f->path);
    if (t->recipe != NULL && t->dir == NULL) return 0;
    asy_status s = load(c->arena, t->bound, false, &data, diag);
    if (asy_diag_errors(diag) > 0) return asy_cli_diag(c, diag);
    if (s != ASY_OK) return asy_cli_status(c, s);
    const asy_column *x = asy_data_column(&data, ASY_ROLE_INPUT);
    asy_hex(&data.sha, 64, hex);
    if (x != NULL) {
        asy_shape one = asy_shape_of(x->data.s.n - 1, x->data.s.d + 1);
        asy_shape_text(&one, shape, sizeof shape);
        printf("  samples %s, %s, stored range [%g, %g], %lld classes\n", shape, asy_dtype_name(x->data.type),
               data.lo, data.top, (long long)data.classes);
    } else {
        printf("  table of %d columns, %lld %sclasses\n", data.n_cols, (long long)data.classes,
               data.ordinal ? "ordered " : "");
    }
    s = asy__data_profile(c->arena, &data);
    if (s != ASY_OK) return asy_cli_status(c, s);
    printf("  content %s\n", hex);
    return 0;
}

/* Every recipe of a set that has several; of a preset its own. */
static asy_status verify_all(const target *t, asy_diag *diag)
{
    bool all = strcmp(t->name, t->set->m.name) == 0 && t->set->n_recipes > 0;
    asy_status s = ASY_OK;
    for (int i = 0; s == ASY_OK && i < (all ? t->set->n_recipes : 1); i++) {
        asy_dataset one = *t->set;
        asy_bound b = *t->bound;
        asy_arena *a = asy_arena_new(0);
        asy_data data;
        if (all) one.recipe = &t->set->recipe[i], one.pick = NULL, b.m = &one.m;
        s = a != NULL ? load(a, &b, true, &data, diag) : ASY_ENOMEM;
        asy_arena_free(a);
    }
    return s;
}

static int verify(asy_cli *c, const target *t)
{
    asy_diag *diag = asy_diag_new(c->arena);
    asy_data_in in = { .arena = c->arena, .diag = diag };
    if (t->recipe == NULL) return printf("%s: generated, it has no files\n", t->name), 0;
    bool stored = t->recipe->dir != NULL;
    asy_status s = stored ? asy_store_verify(&in, t->name) : verify_all(t, diag);
    if (s == ASY_OK && asy_diag_errors(diag) == 0)
        printf("%s: every file is %s\n", t->name, stored ? "what was added" : "the published one");
    return answer(c, diag, s);
}

static int add(asy_cli *c, const char *name)
{
    const char *from = asy_cli_get(c, "from"), *format = asy_cli_get(c, "format"),
               *label = asy_cli_get(c, "label");
    const char *meta[3][2] = { { NULL } };
    int n = 0;
    asy_diag *diag = asy_diag_new(c->arena);
    asy_data_in in = { .arena = c->arena, .diag = diag };
    if (from == NULL) return asy_cli_usage(c, "`data add` needs --from PATH");
    const asy_method *m = asy_method_find(name, &asy_spot_dataset, NULL, NULL);
    const asy_recipe *r = m != NULL ? ((const asy_dataset *)m)->recipe : NULL;
    int n_recipes = m != NULL && ((const asy_dataset *)m)->n_recipes > 0 ? ((const asy_dataset *)m)->n_recipes : 1;
    const asy_bound *one;
    if (r != NULL && strcmp(name, m->name) != 0) { /* one of several */
        if (asy_bind_text(c->arena, &asy_spot_dataset, name, NULL, &one) != ASY_OK)
            return asy_cli_status(c, ASY_EINVAL);
        r = asy_dataset_recipe(one);
        n_recipes = 1;
    }
    if (m != NULL && r == NULL) return asy_cli_usage(c, "`%s` is generated; another name is needed", name);
    if (!asy_io_exists(from)) return asy_cli_usage(c, "`%s` is not there", from);
    if (format != NULL && asy_method_find(format, &asy_spot_format, NULL, NULL) == NULL)
        return asy_cli_usage(c, "no reader is called `%s`", format);
    if (format != NULL) meta[n][0] = "format", meta[n++][1] = format;
    if (label != NULL) meta[n][0] = "label", meta[n++][1] = label;
    asy_status s = asy_store_add(&in, name, from, r, n_recipes, (const char *const(*)[2])meta);
    if (s == ASY_OK) printf("%s/sets/%s\n", asy_data_store(c->arena), name);
    return answer(c, diag, s);
}

static int remove_set(asy_cli *c, const char *name)
{
    asy_diag *diag = asy_diag_new(c->arena);
    asy_data_in in = { .arena = c->arena, .diag = diag };
    asy_status s = asy_store_remove(&in, name);
    if (s == ASY_OK) printf("%s: removed; its files stay until `assay data gc`\n", name);
    return answer(c, diag, s);
}

static int collect(asy_cli *c)
{
    asy_diag *diag = asy_diag_new(c->arena);
    asy_data_in in = { .arena = c->arena, .diag = diag };
    int n = 0;
    uint64_t bytes = 0;
    asy_status s = asy_store_collect(&in, &n, &bytes);
    if (s == ASY_OK) printf("%d files dropped, %llu bytes\n", n, (unsigned long long)bytes);
    return answer(c, diag, s);
}

static int known(asy_cli *c, const char *word, const char *name)
{
    target t;
    int code = find(c, name, &t);
    if (code != 0) return code;
    if (strcmp(word, "info") == 0) return info(c, &t);
    if (strcmp(word, "verify") == 0) return verify(c, &t);
    if (t.dir == NULL && t.recipe != NULL)
        return fprintf(stderr, "dataset `%s` is not on this machine\n", name), ASY_EXIT_DATA;
    puts(t.dir != NULL ? t.dir : "generated");
    return 0;
}

static int run(asy_cli *c)
{
    static const char *const words[] = { "add", "gc", "info", "list", "path", "rm", "verify" };
    enum { WORDS = sizeof words / sizeof *words };
    const char *word = c->args[0];
    int k = 0;
    while (k < WORDS && strcmp(word, words[k]) != 0) k++;
    if (k == WORDS) {
        int code = asy_cli_usage(c, "`data` has no command `%s`", word);
        asy_cli_hint(c, word, WORDS, words, "");
        return code;
    }
    bool none = strcmp(word, "list") == 0 || strcmp(word, "gc") == 0;
    if (none && c->n_args != 1) return asy_cli_usage(c, "`data %s` takes no name", word);
    if (!none && c->n_args != 2) return asy_cli_usage(c, "`data %s` takes the name of one dataset", word);
    if (strcmp(word, "add") != 0 &&
        (asy_cli_has(c, "from") || asy_cli_has(c, "format") || asy_cli_has(c, "label")))
        return asy_cli_usage(c, "--from, --format and --label belong to `data add`");
    if (strcmp(word, "list") == 0) return list(c);
    if (strcmp(word, "gc") == 0) return collect(c);
    if (strcmp(word, "add") == 0) return add(c, c->args[1]);
    if (strcmp(word, "rm") == 0) return remove_set(c, c->args[1]);
    return known(c, word, c->args[1]);
}

const asy_command asy_command_data = {
    .name = "data",
    .summary = "datasets: list, info, path, verify, add, rm, gc",
    .usage = "list | info NAME | path NAME | verify NAME | add NAME --from PATH | rm NAME | gc",
    .min_args = 1,
    .max_args = 2,
    .options = options,
    .rank = 50,
    .run = run,
};
