// SPDX-License-Identifier: GPL-3.0-or-later
/* Corruptions, and the keys of the block `data.corrupt.shift`. */
#include "../corruption.h"
#include "_spots.h"

typedef asy_shift_keys par;
static const asy_param keys[] = {
    ASY_PARAM_I64(severity, "3", 0, ASY_SEVERITIES, "how strong, from 1 to 5; 0: not at all"),
    ASY_PARAM_STRS(on, "[test]", "the parts of the data whose images are corrupted", .flags = ASY_SCALAR_OK),
    ASY_PARAM_END
};
const asy_spot asy_spot_shift = { .path = "data.corrupt.shift", .noun = "corruption", .word = "method",
                                  .keys = keys, .keys_size = sizeof(asy_shift_keys) };

static const asy_spot *const spots[] = { &asy_spot_shift, NULL };
ASY__METHODS_OF(corruption);

static void facts(const asy_method *m, const char *name, asy_buf *out)
{
    (void)name;
    asy_buf_printf(out, "For images. MNIST-C has severity %d.", ((const asy_corruption *)m)->published);
}

const asy_kind asy_kind_corruption = {
    .name = "corruption", .plural = "corruptions",
    .summary = "a shift of images away from what was trained on, in five severities",
    .spots = spots, .suite = "corruption", .section = "setup", .methods = asy_methods_of_corruption,
    .facts = facts,
};
