// SPDX-License-Identifier: GPL-3.0-or-later
/* float32 kernels: the same bits from AVX-512, AVX2 and plain C (DESIGN §3.3).
 *
 * lib/kernels/vec is plain C compiled once per instruction set (-DASY_VARIANT=plain|avx2|avx512): element-wise, reductions, pooling, soft-max.
 * brgemm has a hand-written AVX-512 form beside the plain one. The blocking in dense.c and conv.c is common to all. */
#ifndef ASY_KERNELS_KERNELS_H
#define ASY_KERNELS_KERNELS_H
#include "../base/sys.h"
#include "../graph/plan.h"

/* The table of an instruction set; NULL if this build or this machine lacks it. */
const asy_backend *asy_backend_cpu(asy_isa);
/* The table that asy_isa_choose picks. */
asy_status asy_backend_choose(const asy_backend **) ASY_CHECKED;

/* Conformance of every kernel of a backend with the plain table: same bytes on random shapes, strides, edge sizes, and row invariance
 * (a row's bits do not depend on index, count, neighbours). Fails with a text that names the kernel and the shape. */
asy_status asy_kernels_check(const asy_backend *, uint64_t seed) ASY_CHECKED;
#endif
