// SPDX-License-Identifier: GPL-3.0-or-later
/* Gaussian blobs in the unit box: one centre a class, uniform in [0.2, 0.8]^dims, deviation `spread`, clamped
 * to [0, 1]. */
#include "assay.h"

#include <math.h>

typedef struct {
    int64_t n, n_test, classes, dims, seed;
    double spread;
} par;

static const asy_param params[] = {
    ASY_PARAM_I64(n, "1000", 1, 1e7, "rows of part train"),
    ASY_PARAM_I64(n_test, "1000", 1, 1e7, "rows of part test"),
    ASY_PARAM_I64(classes, "3", 2, 1000, "blobs; row i belongs to class i mod classes"),
    ASY_PARAM_I64(dims, "2", 1, 10000, "features"),
    ASY_PARAM_F64(spread, "0.08", 0, 10, "standard deviation of a blob in each direction"),
    ASY_PARAM_I64(seed, "0", 0, 9.2e18, "seed of the set itself, apart from the study's seeds"),
    ASY_PARAM_END
};

static asy_status generate(const void *vp, const asy_data_in *in, asy_data *d)
{
    const par *p = vp;
    int64_t n = p->n + p->n_test;
    if (n > INT64_MAX / 4 / p->dims || n * p->dims > (int64_t)1 << 30) {
        asy_diag_add(in->diag, "E0205", in->loc,
                     "`blobs` with %lld rows of %lld features is larger than 4 GiB", (long long)n,
                     (long long)p->dims);
        return ASY_ESPEC;
    }
    d->cols = ASY_NEWN(in->arena, 2, asy_column);
    float *center = ASY_NEWN(in->arena, p->classes * p->dims, float);
    asy_tensor x = asy_tensor_new(in->arena, ASY_F32, ASY_SHAPE(n, p->dims)),
               y = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(n));
    if (d->cols == NULL || center == NULL || x.data == NULL || y.data == NULL)
        return asy_arena_status(in->arena);
    asy_rng seed = asy_rng_part(asy_rng_seed((uint64_t)p->seed), "blobs");
    asy_rng centers = asy_rng_part(seed, "centers"), points = asy_rng_part(seed, "points");
    for (int64_t c = 0; c < p->classes; c++)
        asy_rng_uniform(&centers, (uint64_t)c, 0, (size_t)p->dims, 0.2f, 0.8f, center + c * p->dims);
    for (int64_t i = 0; i < n; i++) {
        int64_t c = i % p->classes;
        float *row = (float *)x.data + i * p->dims;
        ((int32_t *)y.data)[i] = (int32_t)c;
        asy_rng_normal(&points, (uint64_t)i, 0, (size_t)p->dims, 0, (float)p->spread, row);
        for (int64_t j = 0; j < p->dims; j++) {
            float v = row[j] + center[c * p->dims + j];
            row[j] = v < 0 ? 0 : v > 1 ? 1 : v;
        }
    }
    d->cols[0] = (asy_column){ .name = "input", .role = ASY_ROLE_INPUT, .data = x };
    d->cols[1] = (asy_column){ .name = "label", .role = ASY_ROLE_LABEL, .data = y };
    d->n_cols = 2;
    d->n = n;
    d->n_parts = 2;
    d->parts[0] = (asy_part){ "train", 0, p->n };
    d->parts[1] = (asy_part){ "test", p->n, p->n_test };
    d->lo = 0;
    d->top = 1;
    d->classes = p->classes;
    d->sha = asy_sha256(x.data, asy_tensor_bytes(&x));
    return ASY_OK;
}

const asy_dataset asy_dataset_blobs = {
    .m = { .name = "blobs",
           .summary = "Gaussian blobs in the unit box",
           .revision = 1,
           .cite = "textbook mixture of isotropic Gaussians",
           .doc = "Blobs overlap as `spread` grows; with many features and few classes they are separable by "
                  "a plane.",
           .example = "data: {dataset: {method: blobs, classes: 3, dims: 10}}",
           ASY_PARAMS(params) },
    .generate = generate,
};
