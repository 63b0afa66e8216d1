// SPDX-License-Identifier: GPL-3.0-or-later
/* Includes, vars, axes, seeds: what comes out, and what is said when they are wrong. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/hash.h"
#include "base/io.h"
#include "spec/spec.h"

#define DATA "data: {dataset: {method: blobs, n: 100}, split: {train: 80, test: 20}}\nmodel: {arch: linear}\n"
#define TRAIN "train: {epochs: 2, batch: 10, optimizer: {method: sgd, lr: 0.1}}\n"
#define HEAD "assay: 1\nname: s\n" DATA

static asy_arena *a;
static asy_diag *d;
static char dir[64];

static void begin(void)
{
    strcpy(dir, "/tmp/assay-resolve-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    a = asy_arena_new(0);
    d = asy_diag_new(a);
}

static void end(void)
{
    asy_arena_free(a);
    ck_assert_int_eq(asy_io_remove_tree(dir), ASY_OK);
}

static void put(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    ck_assert_int_eq(asy_io_put(path, text, strlen(text)), ASY_OK);
}

static asy_study *read_with(const char *text, asy_spec_options o)
{
    asy_study *s = NULL;
    char path[256];
    put("s.yaml", text);
    snprintf(path, sizeof path, "%s/s.yaml", dir);
    d = asy_diag_new(a);
    ck_assert_int_eq(asy_study_read(&s, a, path, &o, d), ASY_OK);
    return s;
}

static const char *said(void)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_diag_render(d, &b, false);
    const char *text = asy_strdup(a, asy_buf_text(&b));
    asy_buf_free(&b);
    return text;
}

static asy_study *good(const char *text, asy_spec_options o)
{
    asy_study *s = read_with(text, o);
    ck_assert_msg(asy_diag_errors(d) == 0, "%s", said());
    return s;
}

static void bad(const char *text, const char *expected)
{
    (void)read_with(text, (asy_spec_options){ 0 });
    ck_assert_msg(asy_diag_errors(d) > 0 && strstr(said(), expected) != NULL, "%s\nexpected: %s", said(),
                  expected);
}

/* What a value of a run is and where it comes from: the line of `show --origin`. */
static const char *line_of(const asy_study *s, int run, const char *path)
{
    asy_buf b;
    asy_buf_init(&b, 1 << 20);
    asy_study_show(s, &s->runs[run], true, &b);
    for (char *p = asy_strdup(a, asy_buf_text(&b)); p != NULL; p = strchr(p, '\n')) {
        p += *p == '\n';
        size_t n = strlen(path);
        if (strncmp(p, path, n) == 0 && p[n] == ' ') {
            asy_buf_free(&b);
            return asy_strndup(a, p, strcspn(p, "\n"));
        }
        if (*p == 0) break;
    }
    ck_abort_msg("no %s in\n%s", path, asy_buf_text(&b));
}

static void has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "`%s` is not in `%s`", part, text);
}

/* ---- include */

START_TEST(files_are_laid_first_to_last)
{
    put("one.yaml", "train: {epochs: 3, batch: 5, optimizer: {method: sgd, lr: 0.5}}\ntags: [one]\n");
    put("two.yaml", "train: {epochs: 4}\ntags: [two, three]\n");
    asy_study *s =
        good("include: [one.yaml, two.yaml]\n" HEAD "train: {batch: 7}\n", (asy_spec_options){ 0 });
    has(line_of(s, 0, "train.epochs"), " 4   include, ");
    has(line_of(s, 0, "train.epochs"), "two.yaml:1:17   (over 3, ");
    has(line_of(s, 0, "train.batch"), " 7   ");
    has(line_of(s, 0, "train.optimizer.lr"), " 0.5   include, ");
    has(line_of(s, 0, "tags"), "[two, three]");
    ck_assert_int_eq(s->n_includes, 2);
}
END_TEST

/* `~` in a later file takes a key away; a file may include others, whose paths are relative to themselves. */
START_TEST(files_may_include_files)
{
    char sub[128];
    snprintf(sub, sizeof sub, "%s/sub", dir);
    ck_assert_int_eq(mkdir(sub, 0755), 0);
    put("sub/base.yaml", "include: [deep.yaml]\ntrain: {epochs: 6}\n");
    put("sub/deep.yaml", "train: {epochs: 5, batch: 9, optimizer: {method: sgd, lr: 0.5}}\nnotes: gone\n");
    asy_study *s = good("include: [sub/base.yaml]\nnotes: ~\n" HEAD, (asy_spec_options){ 0 });
    has(line_of(s, 0, "train.epochs"), " 6   ");
    has(line_of(s, 0, "train.batch"), " 9   ");
    ck_assert_ptr_null(s->notes);
}
END_TEST

START_TEST(include_refusals)
{
    put("loop.yaml", "include: [back.yaml]\n");
    put("back.yaml", "include: [loop.yaml]\n");
    put("list.yaml", "[1, 2]\n");
    put("broken.yaml", "train: [1, 2\n");
    bad("include: [loop.yaml]\n" HEAD TRAIN, "error[E0106]");
    bad("include: [s.yaml]\n" HEAD TRAIN, "error[E0106]");
    bad("include: [nowhere.yaml]\n" HEAD TRAIN, "error[E0107]");
    bad("include: [list.yaml]\n" HEAD TRAIN, "error[E0101]");
    bad("include: [broken.yaml]\n" HEAD TRAIN, "broken.yaml:1:8");
    bad("include: base.yaml\n" HEAD TRAIN, "`include` takes a list");
    bad("include: [[a]]\n" HEAD TRAIN, "`include` takes paths");
    put("many.yaml", "tags: [x]\n");
    bad("include: [many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, "
        "many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, many.yaml, "
        "many.yaml]\n" HEAD TRAIN,
        "at most 16 files");
}
END_TEST

/* ---- vars */

START_TEST(vars_stand_for_values)
{
    const char *text =
        "vars: {e: 8/255, n: 3, who: pgd}\n" HEAD "train: {epochs: $n, batch: 10, optimizer: {method: sgd, "
        "lr: 0.1}}\nevaluate: {f: {method: $who, eps: $e}}\nnotes: \"$e\"\narms: {a: {}, b: {vars: {e: "
        "0.5}}}\nseeds: $n\nx-note: $nothing\n";
    asy_study *s = good(text, (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_seeds, 3);
    ck_assert_int_eq(s->n_runs, 6);
    has(line_of(s, 0, "evaluate.f.eps"), "0.03137254901960784   $e, ");
    has(line_of(s, 3, "evaluate.f.eps"), " 0.5   $e, ");
    has(line_of(s, 0, "train.epochs"), " 3   $n, ");
    ck_assert_str_eq(s->notes, "$e"); /* quoted: text */
    const char *const set[] = { "vars.e=0.25" };
    s = good(text, (asy_spec_options){ .n_set = 1, .set = set });
    has(line_of(s, 0, "evaluate.f.eps"), " 0.25   $e, ");
}
END_TEST

START_TEST(var_refusals)
{
    bad(HEAD TRAIN "vars: {eps: 0.1}\nevaluate: {f: {method: fgsm, eps: $epss}}\n",
        "error[E0208]: `vars` has no `epss`");
    has(said(), "did you mean `$eps`?");
    ck_assert_int_eq(asy_diag_errors(d), 1); /* that `eps` takes a number is no second one */
    bad(HEAD TRAIN "evaluate: {f: {method: fgsm, eps: $eps}}\n", "error[E0208]");
    bad(HEAD TRAIN "vars: {eps: [1, 2]}\n", "`vars.eps` takes one value");
    bad(HEAD TRAIN "vars: {a: 1, b: $a}\n", "a var cannot stand for another");
    bad(HEAD TRAIN "vars: 3\n", "`vars` takes a map");
    bad(HEAD TRAIN "vars: {eps: 8}\nevaluate: {f: {method: fgsm, eps: $eps}}\n",
        "`eps` is 8, outside the data range");
    has(said(), "^^^^ 8, from `vars.eps` (");
    has(said(), "`data.range` is [0, 1], so an linf radius must be in (0, 1]");
    has(said(), "for 8 grey levels of 256 write 8/255 (= 0.031373)");
    (void)good(HEAD TRAIN "evaluate: {f: {method: fgsm, eps: 8, norm: l2}, g: {method: fgsm, eps: 1}}\n",
               (asy_spec_options){ 0 });
    bad(HEAD "vars: {n: -8}\ntrain: {epochs: $n, optimizer: {method: sgd, lr: 0.1}}\n", "-8 is `vars.n`");
}
END_TEST

/* ---- axes */

START_TEST(grid)
{
    asy_study *s = good(
        HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2], train.optimizer.lr: [0.1, 0.2, 1/4]}}\nseeds: 2\n",
        (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_configs, 6);
    ck_assert_int_eq(s->n_runs, 12);
    ck_assert_str_eq(s->runs[0].config, "main[train.epochs=1,train.optimizer.lr=0.1]");
    ck_assert_str_eq(s->runs[11].config, "main[train.epochs=2,train.optimizer.lr=1/4]");
    ck_assert_str_eq(s->runs[11].axes, "{\"train.epochs\":2,\"train.optimizer.lr\":0.25}");
    has(line_of(s, 5, "train.optimizer.lr"), " 0.25   axis, ");
    for (int i = 0; i < s->n_runs; i++)
        for (int k = 0; k < i; k++) ck_assert_str_ne(s->runs[i].id, s->runs[k].id);
    const char *slot =
        "{\"arm\":\"main\",\"axes\":{\"train.epochs\":1,\"train.optimizer.lr\":0.1},\"seed\":0}";
    asy_digest want = asy_sha256(slot, strlen(slot));
    char hex[13];
    asy_hex(&want, 12, hex);
    ck_assert_str_eq(s->runs[0].id, hex);
}
END_TEST

START_TEST(zip_and_exclude)
{
    asy_study *s =
        good(HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2], train.batch: [5, 6]}, combine: zip}\n",
             (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_runs, 2);
    ck_assert_str_eq(s->runs[1].config, "main[train.epochs=2,train.batch=6]");
    s = good(HEAD TRAIN
             "sweep: {axes: {train.epochs: [1, 2], train.batch: [5, 6]}, exclude: [{train.epochs: 2.0, "
             "train.batch: 6}]}\n",
             (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_runs, 3);
    ck_assert_str_eq(s->runs[2].config, "main[train.epochs=2,train.batch=5]");
}
END_TEST

/* A random part of the grid: as many as asked for, each once, in the order of the grid, the same every time.
 */
START_TEST(random_part)
{
    const char *text =
        HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2, 3, 4], train.batch: [5, 6, 7, 8]}, combine: random, "
                   "sample: {n: 6, seed: 3}}\n";
    char first[6][96];
    asy_study *s = good(text, (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_runs, 6);
    for (int i = 0; i < 6; i++) {
        strcpy(first[i], s->runs[i].config);
        for (int k = 0; k < i; k++) ck_assert_int_lt(strcmp(first[k], first[i]), 0); /* one digit each */
    }
    s = good(text, (asy_spec_options){ 0 });
    for (int i = 0; i < 6; i++) ck_assert_str_eq(first[i], s->runs[i].config);
}
END_TEST

START_TEST(axes_and_the_command_line)
{
    const char *text = HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2], train.batch: [5, 6]}}\n";
    const char *const set[] = { "train.epochs=9" }, *const more[] = { "train.optimizer.lr=0.5,1/3" };
    asy_study *s = good(text, (asy_spec_options){ .n_set = 1, .set = set }); /* an axis collapses */
    ck_assert_int_eq(s->n_runs, 2);
    ck_assert_str_eq(s->runs[1].config, "main[train.batch=6]");
    has(line_of(s, 0, "train.epochs"), " 9   command line");
    s = good(HEAD TRAIN, (asy_spec_options){ .n_axes = 1, .axes = more });
    ck_assert_int_eq(s->n_runs, 2);
    ck_assert_str_eq(s->runs[1].config, "main[train.optimizer.lr=1/3]");
    s = good(text, (asy_spec_options){ .n_axes = 1, .axes = more, .zip = true });
    ck_assert_int_eq(s->n_runs, 2);
    s = good(text, (asy_spec_options){ .smoke = true });
    ck_assert_int_eq(s->n_runs, 1);
    has(line_of(s, 0, "train.batch"), " 5   axis");
}
END_TEST

START_TEST(axis_refusals)
{
    bad(HEAD TRAIN "sweep: {axes: {seeds: [1, 2]}}\n", "error[E0305]: `seeds` cannot be an axis");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: 3}}\n", "takes a list of values");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [3, 3.0]}}\n", "has this value twice");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2], train.batch: [5]}, combine: zip}\n", "side by side");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2]}, combine: random}\n", "go together");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2]}, exclude: [{train.batch: 1}]}\n",
        "`train.batch` is no axis");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [1]}, exclude: [{train.epochs: 1}]}\n",
        "leaves no combination");
    bad(HEAD TRAIN "sweep: {axis: {}}\n", "did you mean `axes`?");
    bad(HEAD TRAIN "sweep: {axes: {train.epoch: [1, 2]}}\n", "did you mean `epochs`?");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [1, none at all]}}\n", "error[E0202]");
    bad(HEAD TRAIN "sweep: {axes: {train.epochs: [1, 2]}}\narms: {a: {sweep: {}}}\n", "error[E0305]");
}
END_TEST

/* ---- seeds */

START_TEST(seeds_by_count_and_base)
{
    asy_study *s =
        good(HEAD TRAIN "seeds: {count: 3, base: 100, fixed: [split, init]}\n", (asy_spec_options){ 0 });
    ck_assert_int_eq(s->n_seeds, 3);
    ck_assert_uint_eq(s->seeds[2], 102);
    ck_assert_ptr_eq(s->runs[0].data, s->runs[2].data); /* one split for all */
    ck_assert_ptr_ne(s->runs[0].train, s->runs[2].train);
    asy_rng r = asy_rng_seed_fixed(102, s->fixed), one = asy_rng_part(r, "init"),
            other = asy_rng_part(r, "order"), want = asy_rng_part(asy_rng_seed(100), "init"),
            free_one = asy_rng_part(asy_rng_seed(102), "order");
    ck_assert_str_eq(one.path, want.path);
    ck_assert_mem_eq(one.key, want.key, sizeof one.key);
    ck_assert_str_eq(other.path, free_one.path);
    asy_rng deep =
        asy_rng_part(asy_rng_part(r, "order"), "init"); /* only the first part is a stream's name */
    ck_assert_str_eq(deep.path, "102/order/init");
    const char *const some[] = { "102" };
    s = good(HEAD TRAIN "seeds: {count: 3, base: 100, fixed: [split]}\n",
             (asy_spec_options){ .n_seeds = 1, .seeds = some });
    ck_assert_uint_eq(s->fixed->seed, 100); /* the spec's first, also where it is not asked for */
}
END_TEST

START_TEST(seed_refusals)
{
    bad(HEAD TRAIN "seeds: {count: 0}\n", "from 1 to 10000");
    bad(HEAD TRAIN "seeds: {base: -1}\n", "`seeds.base` takes");
    bad(HEAD TRAIN "seeds: {counts: 3}\n", "did you mean `count`?");
    bad(HEAD TRAIN "seeds: {fixed: [splits]}\n", "did you mean `split`?");
    bad(HEAD TRAIN "seeds: {fixed: [subset]}\n", "error[E0206]");
    bad(HEAD TRAIN "seeds: [1, 1]\n", "stands twice");
}
END_TEST

Suite *asy_suite_spec_resolve(void);
Suite *asy_suite_spec_resolve(void)
{
    Suite *s = suite_create("spec_resolve");
    TCase *t = tcase_create("all");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, files_are_laid_first_to_last);
    tcase_add_test(t, files_may_include_files);
    tcase_add_test(t, include_refusals);
    tcase_add_test(t, vars_stand_for_values);
    tcase_add_test(t, var_refusals);
    tcase_add_test(t, grid);
    tcase_add_test(t, zip_and_exclude);
    tcase_add_test(t, random_part);
    tcase_add_test(t, axes_and_the_command_line);
    tcase_add_test(t, axis_refusals);
    tcase_add_test(t, seeds_by_count_and_base);
    tcase_add_test(t, seed_refusals);
    suite_add_tcase(s, t);
    return s;
}
