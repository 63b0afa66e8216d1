// SPDX-License-Identifier: GPL-3.0-or-later
/* doctor: what this program finds on this machine, and a self-test of two seconds. */
#include "cli.h"
#include "../base/io.h"
#include "../base/json.h"
#include "../base/sys.h"
#include "../method/registry.h"
#include "../method/dataset.h"
#include "../tensor/linalg.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <sys/statvfs.h>

static const asy_option options[] = { { .name = "json", .help = "as JSON" }, { .name = NULL } };
static const double SELF_TEST_SECONDS = 2;

typedef struct { asy_cli *c; asy_jw *w; int bad; } report;

static void fact(report *r, bool good, const char *key, const char *fmt, ...) ASY_PRINTF(4, 5);
static void fact(report *r, bool good, const char *key, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    r->bad += !good;
    if (r->c->json) asy_jw_key(r->w, key), asy_jw_text(r->w, text);
    else            printf("%-14s %s%s\n", key, good ? "" : "PROBLEM: ", text);
}

static void processor(report *r)
{
    const asy_cpu *cpu = asy_cpu_get();
    asy_isa isa;
    bool good = asy_isa_choose(&isa) == ASY_OK;
    fact(r, true, "processor", "%s, %d cores", *cpu->model ? cpu->model : "unknown", cpu->cores);
    fact(r, true, "memory", "%.1f GiB", (double)cpu->memory_bytes / (1 << 30));
    fact(r, good, "instructions", "%s", good ? asy_isa_name(isa) : asy_error_text());
}

static void disk(report *r)
{
    struct statvfs v;
    if (statvfs(".", &v) != 0) { fact(r, false, "disk", "the free space here cannot be read"); return; }
    double free_bytes = (double)v.f_bavail * (double)v.f_frsize;
    fact(r, free_bytes > 100e6, "disk", "%.1f GiB free in this folder", free_bytes / (1 << 30));
}

static void data(report *r)
{
    int n, here = 0, known = 0;
    char missing[256] = "";
    const asy_method *const *all = asy_kind_dataset.methods(&n);
    for (int i = 0; i < n; i++) {
        const asy_recipe *recipe = ((const asy_dataset *)all[i])->recipe;
        if (!recipe) continue;
        bool found = asy_known_dir(r->c->arena, all[i]->name, recipe) != NULL;
        size_t at = strlen(missing);
        known++;
        here += found;
        if (!found)
            (void)snprintf(missing + at, sizeof missing - at, "%s%s",
                           at ? ", " : "; not here: ", all[i]->name);
    }
    fact(r, true, "data", "%d of %d known sets%s", here, known, missing);
}

/* The tables are sound, and known answers come out, as many as fit into the time. */
static void self_test(report *r)
{
    double start = asy_now();
    int n = 0, missed = 0;
    asy_status s = asy_registry_check();
    fact(r, s == ASY_OK, "registry", "%s", s == ASY_OK ? "sound" : asy_error_text());
    for (const asy_known_table *t = asy_known_tables; t->kind; t++)
        for (const asy_known *a = t->answers; a->name && asy_now() - start < SELF_TEST_SECONDS; a++, n++) {
            asy_known_env env = { .arena = asy_arena_new(0) };
            double found = NAN;
            bool good = env.arena && a->found(&env, &found) == ASY_OK &&
                        (found == a->expected || fabs(found - a->expected) <= a->tolerance);
            missed += !good;
            asy_arena_free(env.arena);
        }
    fact(r, missed == 0, "self-test", "%d known answers in %.1f s, %d missed%s", n, asy_now() - start, missed,
         missed ? ": assay verify" : "");
}

static int run(asy_cli *c)
{
    asy_buf out;
    asy_jw w;
    report r = { .c = c, .w = &w };
    asy_buf_init(&out, 1 << 20);
    asy_jw_init(&w, &out, 1);
    asy_jw_object(&w);
    fact(&r, true, "assay", "%s, numerics %d", asy_version(), asy_numerics);
    fact(&r, true, "compiler", "%s", __VERSION__);
    processor(&r);
    fact(&r, strncmp(asy_linalg_name(), "none", 4) != 0, "LAPACK", "%s", asy_linalg_name());
    disk(&r);
    data(&r);
    self_test(&r);
    asy_jw_object_end(&w);
    if (c->json) puts(asy_buf_text(&out));
    asy_buf_free(&out);
    return r.bad ? ASY_EXIT_FINDINGS : ASY_EXIT_OK;
}

const asy_command asy_command_doctor = {
    .name = "doctor",
    .summary = "processor, memory, disk, data sets, a short self-test",
    .usage = "",
    .options = options,
    .rank = 60,
    .run = run,
};
