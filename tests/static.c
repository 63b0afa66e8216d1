// SPDX-License-Identifier: GPL-3.0-or-later
/* A program of somebody else's: built against the installed headers and static library by tools/matrix.sh. Two
 * attacks are listed, a graph is planned and run. */
#include <assay.h>
#include <graph/plan.h>
#include <stdio.h>

int main(void)
{
    asy_arena *a = asy_arena_new(0);
    asy_graph *g = asy_graph_new(a, ASY_F32);
    asy_val x = asy_input(g, "x", ASY_ROW, ASY_F32, ASY_SHAPE(2)), y = asy_sum(g, asy_mul(g, x, x));
    asy_plan *plan = NULL;
    asy_exec *exec = NULL;
    float in[4] = { 3, 4, 5, 12 }, *out = NULL;
    int n = 0;

    (void)asy_kind_attack.methods(&n);
    if (asy_plan_new(&plan, g, 1, &y, 2, NULL) == ASY_OK && asy_exec_new(&exec, plan, NULL) == ASY_OK
        && asy_exec_run(exec, 2, 1, &(asy_bind){ x, in, 0 }) == ASY_OK)
        out = asy_exec_out(exec, 0).data;
    printf("%d attacks; |x|^2 = %g, %g\n", n, out ? (double)out[0] : 0, out ? (double)out[1] : 0);
    return n > 0 && out && out[0] == 25 && out[1] == 169 ? 0 : 1;
}
