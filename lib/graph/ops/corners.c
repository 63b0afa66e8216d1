// SPDX-License-Identifier: GPL-3.0-or-later
/* corners: which four pixels surround a point of an image, as indices for gather. */
#include "_common.h"
#include <math.h>

/* Row-major number of a pixel; −1 where there is none, or the nearest one where borders repeat. */
static int32_t pixel(const asy_corners_attr *a, double y, double x)
{
    if (a->border) {
        y = y < 0 ? 0 : y > (double)(a->h - 1) ? (double)(a->h - 1) : y;
        x = x < 0 ? 0 : x > (double)(a->w - 1) ? (double)(a->w - 1) : x;
    }
    if (!(y >= 0 && y <= (double)(a->h - 1) && x >= 0 && x <= (double)(a->w - 1))) return -1;
    return (int32_t)((int64_t)y * a->w + (int64_t)x);
}

static void eval_corners(const asy_node *node, const asy_tensor in[], asy_tensor out[], asy_kwork *w)
{
    const asy_corners_attr *a = node->attr;
    int64_t rows = node->in_type[0].cls == ASY_ROW ? w->rows : 1;
    int64_t points = rows > 0 ? asy__count(&in[0]) / (2 * rows) : 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < points; i++) {
            const double *at = (const double *)in[0].data + 2 * (r * points + i);
            double y = floor(at[0]), x = floor(at[1]);
            for (int k = 0; k < 4; k++)
                ((int32_t *)out[0].data)[(r * 4 + k) * points + i] = pixel(a, y + k / 2, x + k % 2);
        }
}

static asy_status type_corners(const asy_node *node, const asy_type in[], asy_type out[])
{
    const asy_corners_attr *a = node->attr;
    ASY_TRY(asy__real(node, in, 1));
    int n = in[0].shape.n;
    if (n < 1 || in[0].shape.d[n - 1] != 2) return asy__refuse(node, in, "needs points [..,2]");
    if (a->h < 1 || a->w < 1 || a->h > INT32_MAX / a->w)
        return asy__refuse(node, in, "the image has no pixel, or too many");
    out[0] = (asy_type){.cls = in[0].cls, .dtype = ASY_I32, .shape = {.n = n, .d = {4}}};
    for (int i = 0; i < n - 1; i++) out[0].shape.d[i + 1] = in[0].shape.d[i];
    return ASY_OK;
}

static asy_val build_none(asy_graph *g, const asy_val in[]) { return asy_corners(g, in[0], 3, 4, false); }
static asy_val build_border(asy_graph *g, const asy_val in[]) { return asy_corners(g, in[0], 3, 4, true); }

static const double places[] = {0.5, 1.25, -0.5, 3, (double)NAN, 0, 1e30, -1e30};
static const double none_out[] = {1, -1, -1, -1, 2, -1, -1, -1, 5, 3, -1, -1, 6, -1, -1, -1};
static const double border_out[] = {1, 3, -1, 8, 2, 3, -1, 8, 5, 3, -1, 8, 6, 3, -1, 8};

static const asy_op_case corners_cases[] = {
    {.name = "row", .n_in = 1, .in = {ROW_IN(-1, 4, 5, 3, 2)}, .build = build_none, .nodiff = true},
    {.name = "batch", .n_in = 1, .in = {BATCH_IN(-1, 4, 7, 2)}, .build = build_border, .nodiff = true},
    {.name = "known", .n_in = 1, .in = {ROW_IN(-1, 4, 4, 2)}, .build = build_none, .nodiff = true,
     KNOWN(places, none_out)},
    {.name = "known border", .n_in = 1, .in = {ROW_IN(-1, 4, 4, 2)}, .build = build_border, .nodiff = true,
     KNOWN(places, border_out)},
    {.name = NULL},
};

const asy_op asy_op_corners = {.name = "corners", .flags = ASY_OP_ROW | ASY_OP_BATCH | ASY_OP_NODIFF,
                               .n_out = 1, .type = type_corners, .eval = eval_corners,
                               .cases = corners_cases};

asy_val asy_corners(asy_graph *g, asy_val at, int64_t h, int64_t w, bool border)
{
    asy_corners_attr a = {h, w, border};
    return asy__node(g, &asy_op_corners, 1, &at, &a, sizeof a);
}
