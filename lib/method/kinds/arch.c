// SPDX-License-Identifier: GPL-3.0-or-later
/* Architectures. */
#include "../arch.h"
#include "_spots.h"

static const char *const draws[] = { "own",            "fan-in",        "he-uniform", "he-normal",
                                     "xavier-uniform", "xavier-normal", "lecun-normal", NULL };

static const asy_param init_rows[] = {
    { .key = "weights", .type = ASY_P_ENUM, .off = offsetof(asy_model_start, weights), .choices = draws,
      .words = "kaiming-uniform=he-uniform kaiming-normal=he-normal kaiming=he-normal he=he-normal "
               "glorot-uniform=xavier-uniform glorot-normal=xavier-normal glorot=xavier-uniform "
               "xavier=xavier-uniform lecun=lecun-normal default=own",
      .help = "how the layers' weights are drawn (biases are then 0, with fan-in drawn too); own: as the "
              "architecture says" },
    { .key = "from", .type = ASY_P_PATH, .off = offsetof(asy_model_start, from), .flags = ASY_NULL_OK,
      .help = "safetensors file; its tensors are taken where name and shape are the model's" },
    { .key = "freeze", .type = ASY_P_STRS, .off = offsetof(asy_model_start, freeze), .flags = ASY_SCALAR_OK,
      .help = "layers (or single tensors) that training leaves as they are" },
    ASY_PARAM_END
};
static const char *const ensemble_words[] = { "members", "n_members", "ensemble_size", NULL };
static const asy_param keys[] = {
    { .key = "file", .type = ASY_P_PATH, .off = offsetof(asy_model_keys, file), .flags = ASY_NULL_OK,
      .excludes = "init", .help = "safetensors file to read the weights from" },
    { .key = "init", .type = ASY_P_BLOCK, .off = offsetof(asy_model_keys, init), .block = init_rows,
      .block_size = sizeof(asy_model_start), .flags = ASY_NULL_OK | ASY_SCALAR_OK,
      .help = "where training begins" },
    { .key = "ensemble", .type = ASY_P_I64, .off = offsetof(asy_model_keys, ensemble), .def = "1", .lo = 1,
      .hi = ASY_MOST_MEMBERS, .synonyms = ensemble_words,
      .help = "models of this arch, each with its own beginning, whose probabilities are averaged" },
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
    .cost = asy_arch_cost,
};
