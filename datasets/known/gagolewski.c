// SPDX-License-Identifier: GPL-3.0-or-later
/* Nineteen tables with an ordered target, in one form. */
#include "assay.h"

enum { TABLES = 19 };
static const char *const tables[] = {
    "abalone", "abalone-ord", "affairs", "ailerons", "auto-ord", "auto-riskness", "bostonhousing",
    "bostonhousing-ord", "californiahousing", "cement-strength", "fireman-example", "glass",
    "kinematics", "machine-ord", "skill", "stock-ord", "winequality-red", "winequality-white",
    "wisconsin-breast-ord", NULL
};
typedef struct {
    int64_t table;
} par;
static const asy_param params[] = {
    ASY_PARAM_ENUM(table, "abalone", tables, "which of them"),
    ASY_PARAM_END
};

#define TABLE(path, size, sha256)                                                        \
    {                                                                                    \
        { path, "all", ASY_ROLE_INPUT, size, sha256 }, { NULL, NULL, 0, 0, NULL }        \
    }
static const asy_known_file files[TABLES][2] = {
    TABLE("abalone.csv", 181482,
          "ea39f9682d8c65160c07f1191ee310d87e9027641835a03188b90a71d51d8ab5"),
    TABLE("abalone_ord.csv", 206563,
          "eabbfde7b849ee12e5236775e6caaabeb9de13591af03f6d2f07c401148e779f"),
    TABLE("affairs.csv", 9719,
          "e3e6519b0dcc4f9954f2dea3eeaf5f38c9a0b1139c518f7607de18956ca19fb2"),
    TABLE("ailerons.csv", 1203402,
          "0b8b37c4d0c5a104fb6ace5128b99c9cee27741323e557884f1264d8cabc3a18"),
    TABLE("auto_ord.csv", 10076,
          "f1e0b461bd3f7f041bc0a6901055eb849177cf5f33d7896e00c0031b443044f0"),
    TABLE("auto_riskness.csv", 10992,
          "0f302b7072d4845de290c92b0e089f1331e9678dc52173641f688defc8421a3a"),
    TABLE("bostonhousing.csv", 33364,
          "b7206e3592d7e8a62d1df6d9b6beeb4d588bdd8500000d31ccd05be4bd251ac9"),
    TABLE("bostonhousing_ord.csv", 33364,
          "13407fe32ab3137876aca468dd9f5f9892b9ccf7e66a7304447c1bee8f3e1b9f"),
    TABLE("californiahousing.csv", 888899,
          "960fe6916abca82cf76f2e4a4917a39852c23b69841b5257203a73e04bf4feff"),
    TABLE("cement_strength.csv", 35319,
          "b0d9a77ac508cc077c258c1309c72fd351859202523ce29eb586dc4ea9ce96a6"),
    TABLE("fireman_example.csv", 2500368,
          "76b0bf66aa8a7ca87ada92029e780eb1d467d8afeae5d774eb565bd157966e04"),
    TABLE("glass.csv", 9818,
          "774d80b350672dda55297eb35e868cb919654b1e6c5bfb0a64aee3273e5ae799"),
    TABLE("kinematics.csv", 743964,
          "864716ed74e6a0217f8afd97c9a9c6a217f5281de8aa280e9df6ef86474d0840"),
    TABLE("machine_ord.csv", 4599,
          "b62c4ea40c8e7f57697298102458ca477949f11f29f7d5fed21df31558aace60"),
    TABLE("skill.csv", 468694,
          "80ae2494d0b3fb26470e83840d1a88e1f00faecc1b801d90d9c62a689f9c8f43"),
    TABLE("stock_ord.csv", 52518,
          "6ca3ef12729aa1fd351f8d0a14c6962d4d14c39655469e7a0efa829fb6dbd77e"),
    TABLE("winequality-red.csv", 101459,
          "74ada6d5bf368db73cd46c4e80ab2f3ef79fbb9462a8daeeeabbd721d2a0a265"),
    TABLE("winequality-white.csv", 300939,
          "598c64c366199eea0810d6e08b88fdf38adb7b28e8a336e41315419e3d15f245"),
    TABLE("wisconsin_breast_ord.csv", 41172,
          "df1d2db72b49779f15b33dcfb8eb2ed913ce46d1b04cde3a4f533419a9f94b19"),
};
#define RECIPE(i)                                                                        \
    {                                                                                    \
        .reader = "csv", .folder = "ordinal/gagolewski", .licence = "none stated",       \
        .task = "ordinal regression", .files = files[i],                                 \
        .columns = { .label = "response", .ordinal = true }                              \
    }
static const asy_recipe recipes[TABLES] = {
    RECIPE(0), RECIPE(1), RECIPE(2), RECIPE(3), RECIPE(4), RECIPE(5), RECIPE(6),
    RECIPE(7), RECIPE(8), RECIPE(9), RECIPE(10), RECIPE(11), RECIPE(12),
    RECIPE(13), RECIPE(14), RECIPE(15), RECIPE(16), RECIPE(17), RECIPE(18)
};

static int pick(const void *vp) { return (int)((const par *)vp)->table; }

static const asy_preset presets[] = {
    { "gagolewski-abalone", "age of shellfish: 4177 rows, 7 numbers, 8 classes", NULL,
      { { "table", "abalone" } }, NULL },
    { "gagolewski-abalone-ord", "age of shellfish: 4177 rows, 10 numbers, 10 classes", NULL,
      { { "table", "abalone-ord" } }, NULL },
    { "gagolewski-affairs", "how often: 265 rows, 17 numbers, 6 classes", NULL,
      { { "table", "affairs" } }, NULL },
    { "gagolewski-ailerons", "control of an aircraft: 7154 rows, 39 numbers, 9 classes", NULL,
      { { "table", "ailerons" } }, NULL },
    { "gagolewski-auto-ord", "miles per gallon: 392 rows, 7 numbers, 10 classes", NULL,
      { { "table", "auto-ord" } }, NULL },
    { "gagolewski-auto-riskness", "insurance risk of cars: 160 rows, 15 numbers, 6 classes", NULL,
      { { "table", "auto-riskness" } }, NULL },
    { "gagolewski-bostonhousing", "house prices: 506 rows, 13 numbers, 6 classes", NULL,
      { { "table", "bostonhousing" } }, NULL },
    { "gagolewski-bostonhousing-ord", "house prices: 506 rows, 13 numbers, 5 classes", NULL,
      { { "table", "bostonhousing-ord" } }, NULL },
    { "gagolewski-californiahousing", "house prices: 20640 rows, 8 numbers, 6 classes", NULL,
      { { "table", "californiahousing" } }, NULL },
    { "gagolewski-cement-strength", "strength of concrete: 998 rows, 8 numbers, 5 classes", NULL,
      { { "table", "cement-strength" } }, NULL },
    { "gagolewski-fireman-example", "made from a formula: 40768 rows, 10 numbers, 16 classes", NULL,
      { { "table", "fireman-example" } }, NULL },
    { "gagolewski-glass", "kinds of glass: 213 rows, 9 numbers, 6 classes", NULL,
      { { "table", "glass" } }, NULL },
    { "gagolewski-kinematics", "a robot arm: 8192 rows, 8 numbers, 8 classes", NULL,
      { { "table", "kinematics" } }, NULL },
    { "gagolewski-machine-ord", "speed of computers: 199 rows, 6 numbers, 10 classes", NULL,
      { { "table", "machine-ord" } }, NULL },
    { "gagolewski-skill", "league of players: 3337 rows, 18 numbers, 7 classes", NULL,
      { { "table", "skill" } }, NULL },
    { "gagolewski-stock-ord", "stock prices: 950 rows, 9 numbers, 5 classes", NULL,
      { { "table", "stock-ord" } }, NULL },
    { "gagolewski-winequality-red", "taste of red wine: 1359 rows, 11 numbers, 6 classes", NULL,
      { { "table", "winequality-red" } }, NULL },
    { "gagolewski-winequality-white", "taste of white wine: 3961 rows, 11 numbers, 7 classes", NULL,
      { { "table", "winequality-white" } }, NULL },
    { "gagolewski-wisconsin-breast-ord", "time until recurrence: 194 rows, 32 numbers, 5 classes", NULL,
      { { "table", "wisconsin-breast-ord" } }, NULL },
    { .name = NULL }
};

const asy_dataset asy_dataset_gagolewski = {
    .m = { .name = "gagolewski",
           .summary = "19 tables with an ordered target, cleaned alike",
           .revision = 1,
           .cite = "A. Cena, M. Gagolewski, ordinal_regression_data, github.com/gagolews, commit 9d007dfa; "
                   "from W. Chu, Z. Ghahramani 2005, UCI and LIACC",
           .doc = "The label is `response`, 1 and up; all other columns are numbers. These are cleaned "
                  "copies: rows differ from those of the raw tables of nearly the same names "
                  "(`winequality-red`, `machine-cpu`, …).",
           .example = "data: {dataset: {method: gagolewski, table: glass}}",
           .presets = presets,
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = TABLES,
    .pick = pick,
};
