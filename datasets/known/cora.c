// SPDX-License-Identifier: GPL-3.0-or-later
#include "assay.h"

static const asy_known_file files[] = {
    { "cora_nodes.csv", "all", ASY_ROLE_INPUT, 31043,
      "016973dee46fe7723a90070788a69bf087bee34d4780c6130a56b8c2bba04d4e" },
    { "cora_features.csv", "all", ASY_ROLE_INPUT, 438245,
      "c834ccf18b80b336fd5d35aab196987cd72bd9673c721276a2b4096f324b4496" },
    { "cora_edges.csv", "all", ASY_ROLE_INPUT, 48440,
      "69a173f2ac604f48d31bae25d1e816faaa7f5d1c174270259c71e46f9a09d4aa" },
    { NULL, NULL, 0, 0, NULL }
};
static const asy_recipe recipe = {
    .reader = "planetoid",
    .licence = "none stated",
    .task = "classification",
    .shape = { 1, { 1433 } },
    .range = { 0, 1 },
    .files = files,
    .columns = { .label = "label" },
    .part_column = "split",
};

const asy_dataset asy_dataset_cora = {
    .m = { .name = "cora",
           .summary = "citation graph of 2708 papers, 1433 words, 7 classes",
           .revision = 1,
           .cite = "Z. Yang, W. Cohen, R. Salakhutdinov, Revisiting semi-supervised learning with graph "
                   "embeddings, ICML 2016; P. Sen et al., AI Magazine 29(3), 2008",
           .doc = "5278 undirected edges in the column `edge`. Parts train, val, none, test are those of "
                  "Planetoid." },
    .recipe = &recipe,
};
