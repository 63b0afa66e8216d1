// SPDX-License-Identifier: GPL-3.0-or-later
/* manifest.json of a stage: what did it, where, when. Never an input to anything. */
#include "../base/sys.h"
#include "impl.h"

#include <stdlib.h>
#include <sys/utsname.h>

static void put(asy_jw *w, const char *key, const char *text) { asy_jw_key(w, key), asy_jw_text(w, text); }

/* The SHA-256 of the running binary, once. */
static void put_binary(asy_jw *w)
{
    asy_digest d;
    char hex[65] = "";
    if (asy_sha256_file("/proc/self/exe", &d) == ASY_OK) asy_hex(&d, 64, hex);
    else asy_error_clear();
    put(w, "binary_sha256", hex);
}

static void put_environment(asy_jw *w)
{
    static const char *const names[] = { "ASSAY_DATA",      "ASSAY_ISA",         "ASSAY_THREADS",
                                         "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "SLURM_JOB_ID" };
    asy_jw_key(w, "environment"), asy_jw_object(w);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]) != NULL) put(w, names[i], getenv(names[i]));
    asy_jw_object_end(w);
}

static void put_machine(asy_jw *w, const asy__worker *k)
{
    const asy_cpu *cpu = asy_cpu_get();
    struct utsname u;
    asy_jw_key(w, "machine"), asy_jw_object(w);
    asy_jw_key(w, "cores"), asy_jw_int(w, cpu->cores);
    put(w, "cpu", cpu->model);
    put(w, "instruction_set", k->backend->name);
    if (uname(&u) == 0) {
        put(w, "kernel", u.release);
        put(w, "machine", u.machine);
        put(w, "system", u.sysname);
    }
    asy_jw_key(w, "threads"), asy_jw_int(w, asy_pool_threads(k->pool));
    asy_jw_object_end(w);
}

asy_status asy__manifest_put(const asy__worker *k, const asy_stage *st, const char *work, double seconds,
                             double cpu, const char *began)
{
    asy_arena *a = asy_arena_new(1 << 20);
    asy_buf b;
    asy_jw w;
    char ended[24];
    asy_utc(ended);
    asy_buf_init(&b, 1 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    put(&w, "began", began);
    put_binary(&w);
    asy_jw_key(&w, "command"), asy_jw_list(&w);
    for (int i = 0; i < k->opt->argc; i++) asy_jw_text(&w, k->opt->argv[i]);
    asy_jw_list_end(&w);
    put(&w, "compiler", __VERSION__);
    asy_jw_key(&w, "cpu_seconds"), asy_jw_num(&w, cpu);
    put(&w, "ended", ended);
    put_environment(&w);
    put(&w, "format", "assay.manifest/1");
    put(&w, "key", st->key);
    put_machine(&w, k);
    asy_jw_key(&w, "numerics"), asy_jw_int(&w, asy_numerics);
    asy_jw_key(&w, "peak_memory"), asy_jw_int(&w, (int64_t)asy_peak_rss());
    asy_jw_key(&w, "seconds"), asy_jw_num(&w, seconds);
    asy_jw_key(&w, "seed"), asy_jw_int(&w, (int64_t)st->run->seed);
    put(&w, "version", asy_version());
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    char *path = asy_path_join(a, work, "manifest.json");
    asy_status s = path != NULL ? asy_buf_status(&b)
                                : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a manifest");
    if (s == ASY_OK) s = asy_io_put(path, asy_buf_text(&b), b.n);
    asy_buf_free(&b);
    asy_arena_free(a);
    return s;
}
