// SPDX-License-Identifier: GPL-3.0-or-later
/* Architectures. */
#include "../arch.h"
#include "_spots.h"

static const asy_param keys[] = {
    { .key = "file", .type = ASY_P_PATH, .off = offsetof(asy_model_keys, file), .flags = ASY_NULL_OK,
      .help = "safetensors file to read the weights from" },
    ASY_PARAM_END
};
const asy_spot asy_spot_model = {
    .path = "model", .noun = "model", .word = "arch", .keys = keys, .keys_size = sizeof(asy_model_keys)
};

static const asy_spot *const spots[] = { &asy_spot_model, NULL };
ASY__METHODS_OF(arch);

const asy_kind asy_kind_arch = {
    .name = "arch", .plural = "archs", .summary = "an architecture: layers and their shapes",
    .spots = spots, .section = "setup", .methods = asy_methods_of_arch, .facts = asy_arch_facts,
};
