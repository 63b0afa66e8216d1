// SPDX-License-Identifier: GPL-3.0-or-later
#define _GNU_SOURCE     /* sched_getaffinity */
#include "sys.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

const int asy_numerics = 1;

const char *asy_version(void)
{
    return "0.1.0";
}

static asy_cpu cpu;

#if defined(__x86_64__) || defined(__i386__)
static uint64_t enabled_state(void)
{
    uint32_t lo, hi;

    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return (uint64_t)hi << 32 | lo;
}

static void read_features(void)
{
    const unsigned avx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;  /* F, DQ, BW, VL */
    unsigned a, b, c, d, leaf1_c;
    uint64_t state;

    if (!__get_cpuid(1, &a, &b, &leaf1_c, &d) || !(leaf1_c & bit_OSXSAVE))
        return;
    state = enabled_state();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return;
    /* XCR0: bits 1-2 are SSE and AVX, bits 5-7 the AVX-512 registers */
    cpu.fma_avx2 = (state & 0x6) == 0x6 && (leaf1_c & bit_FMA) && (b & bit_AVX2);
    cpu.avx512 = cpu.fma_avx2 && (state & 0xe0) == 0xe0 && (b & avx512) == avx512;
}

static void read_identity(void)
{
    unsigned r[12] = { 0 }, a, b, c, d;
    const char *s = (const char *)r;

    for (unsigned i = 0; i < 3; i++)
        (void)__get_cpuid(0x80000002 + i, &r[4 * i], &r[4 * i + 1], &r[4 * i + 2], &r[4 * i + 3]);
    while (*s == ' ')
        s++;
    memcpy(cpu.model, s, strnlen(s, sizeof r - (size_t)(s - (const char *)r)));
    if (__get_cpuid(0x80000006, &a, &b, &c, &d))
        cpu.l2_bytes = (uint64_t)(c >> 16) << 10;
}
#else
static void read_features(void)
{
}

static void read_identity(void)
{
    memcpy(cpu.model, "unknown", sizeof "unknown");
}
#endif

static void read_cpu(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE), cores = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;

    read_features();
    read_identity();
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cores = CPU_COUNT(&set);
    cpu.cores = cores > 0 ? (int)cores : 1;
    cpu.memory_bytes = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
}

const asy_cpu *asy_cpu_get(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, read_cpu);
    return &cpu;
}

asy_isa asy_isa_best(void)
{
    const asy_cpu *c = asy_cpu_get();

    return c->avx512 ? ASY_ISA_AVX512 : c->fma_avx2 ? ASY_ISA_AVX2 : ASY_ISA_PLAIN;
}

const char *asy_isa_name(asy_isa isa)
{
    return isa == ASY_ISA_AVX512 ? "avx512" : isa == ASY_ISA_AVX2 ? "avx2" : "plain";
}

asy_status asy_isa_choose(asy_isa *out)
{
    const char *wish = getenv("ASSAY_ISA");
    asy_isa best = asy_isa_best();

    *out = best;
    if (!wish || !*wish)
        return ASY_OK;
    for (asy_isa i = ASY_ISA_PLAIN; i <= ASY_ISA_AVX512; i++) {
        if (strcmp(wish, asy_isa_name(i)) != 0)
            continue;
        if (i > best)
            ASY_FAIL(ASY_EINVAL, "ASSAY_ISA is `%s`, which this processor lacks; its best is `%s`", wish,
                     asy_isa_name(best));
        *out = i;
        return ASY_OK;
    }
    ASY_FAIL(ASY_EINVAL, "ASSAY_ISA is `%s`; it takes avx512, avx2 or plain", wish);
}

double asy_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void asy_utc(char out[24])
{
    time_t now = time(NULL);
    struct tm t;

    if (!gmtime_r(&now, &t) || strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &t) == 0)
        out[0] = '\0';
}

uint64_t asy_peak_rss(void)
{
    struct rusage u;

    return getrusage(RUSAGE_SELF, &u) == 0 ? (uint64_t)u.ru_maxrss << 10 : 0;
}

double asy_cpu_seconds(void)
{
    struct rusage u;

    if (getrusage(RUSAGE_SELF, &u) != 0)
        return 0;
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}
