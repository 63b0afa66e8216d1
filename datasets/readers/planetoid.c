// SPDX-License-Identifier: GPL-3.0-or-later
/* A citation graph as three tables in a folder: *_nodes.csv (node, label, split), *_features.csv (node,
 * feature: the ones of a binary matrix) and *_edges.csv (u, v). */
#include "_csv.h"

#include <string.h>

enum { MOST = 1 << 28 };

static asy_status part(const asy_data_in *in, const asy_bytes *folder, const char *what,
                       const char *const names[], int n_names, asy_bytes *f, asy_table *t)
{
    char **list;
    int n;
    size_t m = strlen(what);
    asy_form form = { 0 };
    *f = (asy_bytes){ .path = folder->path };
    if (asy_io_list(in->arena, folder->path, &n, &list) != ASY_OK)
        return asy_data_broken(in, folder, "planetoid", 0, "the folder cannot be read");
    for (int i = 0; i < n; i++) {
        size_t k = strlen(list[i]);
        if (k > 3 && strcmp(list[i] + k - 3, ".gz") == 0) k -= 3;
        if (k < m || memcmp(list[i] + k - m, what, m) != 0) continue;
        ASY_TRY(asy_data_read(in, asy_path_join(in->arena, folder->path, list[i]), f));
        ASY_TRY(asy__csv_read(in, f, &form, t));
        bool right = t->n_cols == n_names;
        for (int c = 0; right && c < n_names; c++) right = strcmp(t->cols[c].name, names[c]) == 0;
        if (right) return ASY_OK;
        return asy_data_broken_at(in, f, "planetoid", 1, 0, "its columns are not those of a graph's *%s",
                                  what);
    }
    return asy_data_broken(in, folder, "planetoid", 0, "no file ends in %s", what);
}

static asy_status numbers(const asy_data_in *in, const asy_bytes *f, const asy_table *t, int column,
                          int64_t below, int32_t *out, int64_t stride)
{
    int64_t v;
    for (int64_t i = 0; i < t->n; i++) {
        if (!asy__natural(t->cols[column].text[i], below - 1, &v))
            return asy_data_broken_at(in, f, "planetoid", t->line[i], column + 1,
                                      "no whole number from 0 to %lld", (long long)below - 1);
        out[i * stride] = (int32_t)v;
    }
    return ASY_OK;
}

static asy_status features(const asy_data_in *in, const asy_bytes *f, const asy_table *t, int64_t n,
                           asy_tensor *x)
{
    int32_t *pair = ASY_NEWN(in->arena, 2 * t->n, int32_t), width = 0;
    if (pair == NULL) return asy_arena_status(in->arena);
    ASY_TRY(numbers(in, f, t, 0, n, pair, 2));
    ASY_TRY(numbers(in, f, t, 1, MOST, pair + 1, 2));
    for (int64_t i = 0; i < t->n; i++)
        if (pair[2 * i + 1] >= width) width = pair[2 * i + 1] + 1;
    if (width == 0 || width > MOST / n)
        return asy_data_broken_at(in, f, "planetoid", 1, 0,
                                  "its nodes and features multiply to nothing, or to more than 1 GiB");
    *x = asy_tensor_new(in->arena, ASY_F32, ASY_SHAPE(n, width));
    if (x->data == NULL) return asy_arena_status(in->arena);
    for (int64_t i = 0; i < t->n; i++) ((float *)x->data)[(int64_t)pair[2 * i] * width + pair[2 * i + 1]] = 1;
    return ASY_OK;
}

static asy_status table(const asy_data_in *in, const asy_bytes *folder, const asy_form *form, asy_table *t)
{
    static const char *const node[] = { "node", "label", "split" }, *const feature[] = { "node", "feature" },
                             *const edge[] = { "u", "v" };
    asy_bytes f[3];
    asy_table nodes, ones, edges;
    (void)form;
    ASY_TRY(part(in, folder, "_nodes.csv", node, 3, &f[0], &nodes));
    ASY_TRY(part(in, folder, "_features.csv", feature, 2, &f[1], &ones));
    ASY_TRY(part(in, folder, "_edges.csv", edge, 2, &f[2], &edges));
    asy_tensor x, e = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(edges.n, 2));
    int32_t *id = ASY_NEWN(in->arena, nodes.n, int32_t);
    asy_raw *c = ASY_NEWN(in->arena, 4, asy_raw);
    if (e.data == NULL || id == NULL || c == NULL) return asy_arena_status(in->arena);
    if (nodes.n == 0) return asy_data_broken_at(in, &f[0], "planetoid", 1, 0, "it has no nodes");
    ASY_TRY(numbers(in, &f[0], &nodes, 0, nodes.n, id, 1));
    for (int64_t i = 0; i < nodes.n; i++)
        if (id[i] != i)
            return asy_data_broken_at(in, &f[0], "planetoid", nodes.line[i], 1, "node %lld is expected here",
                                      (long long)i);
    ASY_TRY(features(in, &f[1], &ones, nodes.n, &x));
    ASY_TRY(numbers(in, &f[2], &edges, 0, nodes.n, e.data, 2));
    ASY_TRY(numbers(in, &f[2], &edges, 1, nodes.n, (int32_t *)e.data + 1, 2));
    c[0] = (asy_raw){ .name = "input", .role = ASY_ROLE_INPUT, .data = x };
    c[1] = (asy_raw){ .name = "label", .role = ASY_ROLE_LABEL, .text = nodes.cols[1].text };
    c[2] = (asy_raw){ .name = "split", .role = ASY_ROLE_NONE, .text = nodes.cols[2].text };
    c[3] = (asy_raw){ .name = "edge", .role = ASY_ROLE_EDGE, .data = e };
    *t = (asy_table){ .n = nodes.n, .n_cols = 4, .cols = c, .line = nodes.line };
    return ASY_OK;
}

static const char *const suffixes[] = { NULL };

const asy_reader asy_reader_planetoid = {
    .m = { .name = "planetoid",
           .summary = "a folder of *_nodes.csv, *_features.csv, *_edges.csv: one graph",
           .revision = 1,
           .cite = "Z. Yang, W. Cohen, R. Salakhutdinov, Revisiting semi-supervised learning with graph "
                   "embeddings, ICML 2016" },
    .suffixes = suffixes,
    .folder = true,
    .table = table,
};
