// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli.h"
#include "../base/sys.h"
#include <stdlib.h>

/* OpenBLAS 0.3.21 does not know newer processors and takes its slowest kernels for them. It is loaded later,
 * so that what it reads then can still be set here, unless the user has. */
static void name_core(void)
{
    const asy_cpu *cpu = asy_cpu_get();

    if (cpu->avx512 || cpu->fma_avx2)
        (void)setenv("OPENBLAS_CORETYPE", cpu->avx512 ? "SKYLAKEX" : "HASWELL", 0);
}

int main(int argc, char **argv)
{
    name_core();
    return asy_cli_main(argc, (const char *const *)argv);
}
