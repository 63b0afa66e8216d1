// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel.h"

extern const asy_kernel_entry asy__kernels_avx2[], asy__kernels_avx512[];

static const asy_backend plain = {"plain", asy__kernels_plain};
#if defined __x86_64__
static const asy_backend avx2 = {"avx2", asy__kernels_avx2};
static const asy_backend avx512 = {"avx512", asy__kernels_avx512};
#endif

const asy_backend *asy_backend_cpu(asy_isa isa)
{
    if (isa == ASY_ISA_PLAIN) return &plain;
#if defined __x86_64__
    if (isa == ASY_ISA_AVX2 && asy_cpu_get()->fma_avx2) return &avx2;
    if (isa == ASY_ISA_AVX512 && asy_cpu_get()->avx512) return &avx512;
#endif
    return NULL;
}

asy_status asy_backend_choose(const asy_backend **out)
{
    asy_isa isa;
    ASY_TRY(asy_isa_choose(&isa));
    *out = asy_backend_cpu(isa);
    if (!*out) ASY_FAIL(ASY_EUNSUP, "no kernels for %s in this build", asy_isa_name(isa));
    return ASY_OK;
}
