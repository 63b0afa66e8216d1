// SPDX-License-Identifier: GPL-3.0-or-later
#include "data_info.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COUNTS = 50 };

static void class_counts(const asy_data *d, const asy_part *p)
{
    const asy_column *y = asy_data_column(d, ASY_ROLE_LABEL);
    int64_t each = y != NULL && y->data.s.n == 2 ? y->data.s.d[1] : 1;
    printf("  %-8s %lld rows", p->name, (long long)p->n);
    for (int64_t c = 0; y != NULL && c < d->classes && d->classes <= MOST_COUNTS; c++) {
        int64_t n = 0;
        for (int64_t i = 0; i < p->n * each; i++) n += ((const int32_t *)y->data.data)[p->first * each + i] == c;
        printf("%s%lld", c == 0 ? ":  " : " ", (long long)n);
    }
    putchar('\n');
}

static bool is_feature(const asy_column *c)
{
    return c->role == ASY_ROLE_INPUT || c->role == ASY_ROLE_NUMERIC || c->role == ASY_ROLE_CATEGORICAL;
}

static size_t row_bytes(const asy_data *d, const asy_column *c)
{
    return asy_tensor_bytes(&c->data) / (size_t)d->n;
}

/* Equal sums of 128 bits are taken as equal rows. */
typedef struct {
    uint8_t sum[16];
    int part;
} row_sum;

static int by_sum(const void *a, const void *b) { return memcmp(a, b, sizeof((row_sum *)0)->sum); }

static asy_status sums(asy_arena *a, const asy_data *d, row_sum **out)
{
    size_t size = 0;
    for (int i = 0; i < d->n_cols; i++)
        if (is_feature(&d->cols[i])) size += row_bytes(d, &d->cols[i]);
    char *row = asy_alloc(a, size, 1);
    *out = ASY_NEWN(a, d->n, row_sum);
    if (row == NULL || *out == NULL) return asy_arena_status(a);
    for (int p = 0; p < d->n_parts; p++)
        for (int64_t i = d->parts[p].first; i < d->parts[p].first + d->parts[p].n; i++) {
            size_t at = 0;
            for (int k = 0; k < d->n_cols; k++) {
                if (!is_feature(&d->cols[k])) continue;
                size_t each = row_bytes(d, &d->cols[k]);
                memcpy(row + at, (const char *)d->cols[k].data.data + (size_t)i * each, each);
                at += each;
            }
            asy_digest s = asy_sha256(row, size);
            memcpy((*out)[i].sum, s.b, sizeof(*out)[i].sum);
            (*out)[i].part = p;
        }
    return ASY_OK;
}

/* A duplicate is a row whose features stood before: in its own part, or in another. */
static asy_status duplicates(asy_arena *a, const asy_data *d)
{
    row_sum *s;
    int64_t within = 0, across = 0;
    ASY_TRY(sums(a, d, &s));
    qsort(s, (size_t)d->n, sizeof *s, by_sum);
    for (int64_t i = 0, end; i < d->n; i = end) {
        int64_t in_part[ASY_MAX_PARTS] = { 0 }, parts = 0;
        for (end = i; end < d->n && by_sum(&s[i], &s[end]) == 0; end++) in_part[s[end].part]++;
        for (int p = 0; p < d->n_parts; p++) {
            within += in_part[p] > 1 ? in_part[p] - 1 : 0;
            parts += in_part[p] > 0;
        }
        if (parts > 1) across += end - i;
    }
    printf("  duplicates: %" PRId64 " rows within a part, %" PRId64 " rows with an equal in another part\n",
           within, across);
    return ASY_OK;
}

static bool constant(const asy_data *d, const asy_column *c, size_t at, size_t size)
{
    size_t each = row_bytes(d, c);
    const char *p = (const char *)c->data.data + at;
    for (int64_t i = 1; i < d->n; i++)
        if (memcmp(p, p + (size_t)i * each, size) != 0) return false;
    return true;
}

static void constants(const asy_data *d)
{
    int64_t n = 0;
    for (int k = 0; k < d->n_cols; k++) {
        const asy_column *c = &d->cols[k];
        size_t size = asy_dtype_size(c->data.type);
        if (!is_feature(c)) continue;
        if (c->role != ASY_ROLE_INPUT && constant(d, c, 0, size)) printf("  constant: `%s`\n", c->name);
        for (size_t at = 0; c->role == ASY_ROLE_INPUT && at < row_bytes(d, c); at += size)
            n += constant(d, c, at, size);
    }
    if (n > 0) printf("  constant: %" PRId64 " of the input's values\n", n);
}

static void gaps(const asy_data *d)
{
    int64_t all = 0;
    for (int k = 0; k < d->n_cols; k++) {
        const asy_column *c = &d->cols[k];
        int64_t n = 0;
        bool number = c->data.type == ASY_F64 && c->data.s.n == 1, code = c->n_values > 0;
        for (int64_t i = 0; (number || code) && i < d->n; i++)
            n += number ? isnan(((const double *)c->data.data)[i]) : ((const int32_t *)c->data.data)[i] < 0;
        if (n > 0) printf("  missing: %" PRId64 " values of `%s`\n", n, c->name);
        all += n;
    }
    if (all == 0) printf("  missing: no values\n");
}

asy_status asy__data_profile(asy_arena *a, const asy_data *d)
{
    for (int i = 0; i < d->n_parts; i++) class_counts(d, &d->parts[i]);
    ASY_TRY(duplicates(a, d));
    constants(d);
    gaps(d);
    for (int i = 0; i < d->n_notes; i++) printf("  %s\n", d->notes[i]);
    return ASY_OK;
}
