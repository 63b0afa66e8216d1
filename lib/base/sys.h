// SPDX-License-Identifier: GPL-3.0-or-later
/* Facts about the machine and the process; never an input to a result. */
#ifndef ASY_BASE_SYS_H
#define ASY_BASE_SYS_H
#include "status.h"

typedef enum { ASY_ISA_PLAIN, ASY_ISA_AVX2, ASY_ISA_AVX512 } asy_isa;
typedef struct { char model[64]; bool fma_avx2, avx512; int cores; uint64_t memory_bytes, l2_bytes; } asy_cpu;
const asy_cpu *asy_cpu_get(void);              /* by CPUID (and XGETBV) alone, read once */
asy_isa  asy_isa_best(void);
/* the best, or what ASSAY_ISA=avx512|avx2|plain forces; unknown or absent: EINVAL */
asy_status asy_isa_choose(asy_isa *) ASY_CHECKED;
const char *asy_isa_name(asy_isa);
double   asy_now(void);                        /* monotonic seconds: for logs and progress only */
void     asy_utc(char out[24]);                /* RFC 3339, UTC */
uint64_t asy_peak_rss(void);                   /* bytes */
double   asy_cpu_seconds(void);                /* user + system, of the process */
const char *asy_version(void);                 /* "0.1.0" */
/* the revision of the kernels' arithmetic; part of every stage key */
extern const int asy_numerics;
#endif
