// SPDX-License-Identifier: GPL-3.0-or-later
/* Thirty hold-outs of one table. */
#include "assay.h"

enum { HOLDOUTS = 30 };
typedef struct {
    int64_t holdout;
} par;
static const asy_param params[] = {
    ASY_PARAM_I64(holdout, "0", 0, HOLDOUTS - 1, "which division into training and test rows"),
    ASY_PARAM_END
};

static const char *const header[] = { "x1", "x2", "label" };
#define HOLDOUT(k, n_train, train, n_test, test)                                         \
    {                                                                                    \
        { "train_toy." #k, "train", ASY_ROLE_INPUT, n_train, train },                    \
            { "test_toy." #k, "test", ASY_ROLE_INPUT, n_test, test },                    \
            { NULL, NULL, 0, 0, NULL }                                                   \
    }
static const asy_known_file files[HOLDOUTS][3] = {
    HOLDOUT(0, 4046, "bd65d68aea3dc9c5cd7645d9517fc4cfba20263846aef78300ba2c6e6703dcee", 1341,
            "e490398aa93f0c17243ee82903e1c0f146ffa6e1e79984a87f055c5c729536c1"),
    HOLDOUT(1, 4039, "0cdbda27b582b8aa233eeee3242307d860cfdcf3c64886bd95eec731bad8dcb2", 1348,
            "02737cadb07b20121c9030fb00a49056b92a95034122cfcc7785152e85e487a6"),
    HOLDOUT(2, 4033, "c2c4dbea88841f897ed6c6466e6c970f79b09df16036c55867a9cd7828e85046", 1354,
            "ea536c3d42174fc8e11c76d15f3955fbd52594e79125ae06b864e271d8a50377"),
    HOLDOUT(3, 4040, "00519874c309745e3c8dcd46854246a37042fa1b78785a92c85c9f1b64f7a37f", 1347,
            "e1df257e88cbb3dd9cc81aa0b03434da69c38f8b1a74c7318110d38fbe13c4e1"),
    HOLDOUT(4, 4039, "49750d63d93b338271c35147aa3723db6f17aa078a09e211cbbda649b6b0e3e1", 1348,
            "6c4da1e4608f4ff272c7a1196543aa46f3146f103cd392e9cf26d9810437bb10"),
    HOLDOUT(5, 4039, "dc4c9929fd8d295eea6aab9369b618c2081acf782f4f429528210aa1854e48e8", 1348,
            "3c3576987ccc37213a02f8cf04a16410d8a4f2c4ebd213bbe08126567c416f9f"),
    HOLDOUT(6, 4040, "5d12eea60328573367b4ab4761227135ba67b8cebc5ba3ac03cc2c273c148bd1", 1347,
            "2d96e9bb4a3da2d1fe6f6b55cf699aad57824444f4369c0abf9f20e0c01f9751"),
    HOLDOUT(7, 4041, "9fd6d3609fa39ab2f25ddbaad5d425e6dfd5455414ecd7322881ab703eb5d93d", 1346,
            "ceba079b4d72d1878af9e21da2fd00eb06a738d0e803b01d77f7fd1c1d59ba60"),
    HOLDOUT(8, 4040, "bc0f1d89de8bcebf1625a50d519448d7a0fc13cf0f97572024defc07cad1b21d", 1347,
            "288855ad115488c5fc16090bf106dfc171dd6b5b1445ef8d277a52164bdd53c9"),
    HOLDOUT(9, 4048, "aa0a6bbcfd84ac262e96fb0d92a89d16c57993cbf38e8b52ba7c5463d250cf97", 1339,
            "63bea58ab4167267ee7ca7ef25fb79511bccd62807bfde2ff18edf0d97186b29"),
    HOLDOUT(10, 4038, "03aff01cfe21ff76f988ab90d2da2e30a5c11eac80378f668c3f10393efa8223", 1349,
            "b199f264056e58943965330f65be78cad5e5fa14bde79d34c8d191bd0a399dbb"),
    HOLDOUT(11, 4036, "87667696f049f7c6cd1d53c598434937903abc3482525b9db06f0b0e05f8b59a", 1351,
            "c9903be528478d55a21820e80d7b58560c552d1a0b661f79a0a7d1c6f17addd9"),
    HOLDOUT(12, 4039, "6c9b5d570ab4094534b25b062a2569cf0de3330921dc671fff2d976d44df6b95", 1348,
            "f1c20b23269da468c9d7d22261d8d0b5f7b6337c4638b310af3d5184450cd60e"),
    HOLDOUT(13, 4041, "c7e594ea432753e238dc3ca0782b8b438825e254787b24de35f9d69fa9f91b83", 1346,
            "374ea31c2f2626f1eba24179892c615540ddf90d91010f869b7e4a99c38fddc4"),
    HOLDOUT(14, 4051, "67147d40691108f0ce993fdd694796be3e5cead49a88d2ccb966044f7e4c8759", 1336,
            "e0dd04717e4008d3611b7c3815d6bdecd05817bc818c48a6d56b822ab1e9dae9"),
    HOLDOUT(15, 4035, "fa19ca62e430292c6de970ee37157e746fd03754cdd931ccc3797b0304de0a8c", 1352,
            "543ad1b2f1ca4df687a28694ae31795cc3d245a6c55f547f35cb1a363fff0f52"),
    HOLDOUT(16, 4040, "d40c432cd302e721db8967bbd6838d720e0b45f41cff2e50d8ba3069cdbd93bb", 1347,
            "8a1b671bc73b3b55cbb7264144517924925832161ae9eb4077453a740aae7ccb"),
    HOLDOUT(17, 4042, "509e137c7b8f4dd6674f9173458d8cf1c5a007c78d4e528c7762db2fea5e051d", 1345,
            "695c71e749ea3f98ee076d490cee925bbe04bcfbd3fd98a4d4901d03f306cec8"),
    HOLDOUT(18, 4043, "a3fd21770f7c2839791083bdb52f08164d3bef178774d84e9c755443d501fe15", 1344,
            "98eb4a24ae6a98c4e50d47221d5018bbb065319b6f56f28604f022604b0e9baa"),
    HOLDOUT(19, 4057, "d539f8ded62c232e163dd589aa5b3d10733c451830d5cb3140e552f34dcd4295", 1330,
            "132b1a4b25c59b487045fb18637bc6f7eee240edd3d386cff860d8ed3f532836"),
    HOLDOUT(20, 4040, "77c0e39b8bf3de5734744f83b84aef8506b824ef6dee3b62bb38391348b34412", 1347,
            "d41cbb0f93d105dae8fc1ff555ceeb878cbffa47d18e36909d4c3613d9510322"),
    HOLDOUT(21, 4042, "624259aac5c14d6f84dd621daee96148096e46a23fdf8a294eebc5fcaf43f36a", 1345,
            "efeeb1c3e6dbd493ffe2f6e3383c62451a33d330ea49ea576352b5eb38435f43"),
    HOLDOUT(22, 4043, "45194e9ac900bcc18b5b0387c5f5e43058e3705e9768555d0ec096fd5aa9b683", 1344,
            "311c1b6f38d834f5f24b0fb0f3c67176c5dc033c9a8a735f3e1cbed83c575bb6"),
    HOLDOUT(23, 4038, "a9d081500287ea87303e47ea9abc7814b0dd09ad4a58ad2c913c5da4ad9f6f9f", 1349,
            "40a98f95fcafe47bcf9339cb35ff4134255f786e6912598995a21e7f0723712e"),
    HOLDOUT(24, 4048, "60e56dc287c0d601ecc22e865ee8bcc9a4587bf6b1c872a947eb8c829a6705f7", 1339,
            "02d4034bfc926d74199e8d34d87ccaeda6283bef223a4444bcee795483c8cd6e"),
    HOLDOUT(25, 4041, "f1886f9d7f53687aaeb7f6e122d4bb88c1b6defeed0b1599375d47aa732c6ed1", 1346,
            "c429e7a45d738c1b31e43163ec056a76e8007599f19aca3c188935a4a15633e6"),
    HOLDOUT(26, 4040, "93b12b6281ff5e56a04548aa8760e2ec978e606e5e366475c6b52b4869ec98aa", 1347,
            "064fe81ab8968ced157e6f6587c42ac919279aff0f66247ae7e16450e36f9f2e"),
    HOLDOUT(27, 4040, "68eacde4a5534dd78fd463b8254ab2df85d64f9904f10d05cc221a0f3cc95364", 1347,
            "80def7b73773c0fce7a3850b8072074cf9f1e90ef2325a96d3806c4f2908f1ad"),
    HOLDOUT(28, 4029, "7a73120a4c8bfb823788321090cf2993dca61322253647a7cec5464501be5446", 1358,
            "8ac69a00b48a99da089bc400f3871fff189857abce08ec78d48e9b17f852e00b"),
    HOLDOUT(29, 4040, "2278166b2e4de764127ff97d539477565ac151350c99d0b3a06ef3138ef64772", 1347,
            "0bfc1c3c03387b9b781f54bd1b61d9f2ed017750fe2942306657fb6aa676f005"),
};
#define RECIPE(k)                                                                        \
    {                                                                                    \
        .reader = "csv", .folder = "ordinal/orca-toy", .licence = "GPL-3.0",             \
        .task = "ordinal regression", .files = files[k],                                 \
        .form = { .header = ASY_HEADER_GIVEN, .n_names = 3, .names = header, .separator = ' ' }, \
        .columns = { .label = "label", .ordinal = true }                                 \
    }
static const asy_recipe recipes[HOLDOUTS] = {
    RECIPE(0), RECIPE(1), RECIPE(2), RECIPE(3), RECIPE(4), RECIPE(5),
    RECIPE(6), RECIPE(7), RECIPE(8), RECIPE(9), RECIPE(10), RECIPE(11),
    RECIPE(12), RECIPE(13), RECIPE(14), RECIPE(15), RECIPE(16), RECIPE(17),
    RECIPE(18), RECIPE(19), RECIPE(20), RECIPE(21), RECIPE(22), RECIPE(23),
    RECIPE(24), RECIPE(25), RECIPE(26), RECIPE(27), RECIPE(28), RECIPE(29)
};

static int pick(const void *vp) { return (int)((const par *)vp)->holdout; }

const asy_dataset asy_dataset_orca_toy = {
    .m = { .name = "orca-toy",
           .summary = "two numbers, five ordered classes, 225 + 75 rows, 30 hold-outs",
           .revision = 1,
           .cite = "J. Sanchez-Monedero, P. Gutierrez, M. Perez-Ortiz, ORCA: a Matlab/Octave toolbox for "
                   "ordinal regression, JMLR 20(125), 2019",
           .example = "data: {dataset: {method: orca-toy, holdout: 3}}",
           ASY_PARAMS(params) },
    .recipe = recipes,
    .n_recipes = HOLDOUTS,
    .pick = pick,
};
