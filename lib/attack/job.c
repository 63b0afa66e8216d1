// SPDX-License-Identifier: GPL-3.0-or-later
/* A chunk of rows under attack: the best points so far, and compaction of what is still live. */
#include "impl.h"
#include <string.h>

static int64_t row_size(const asy_tensor *t)
{
    int64_t n = 1;
    for (int i = 1; i < t->s.n; i++) n *= t->s.d[i];
    return n;
}

static bool better(const asy__rows *all, int64_t row, bool hit, const float *loss)
{
    if (all->hit[row] != hit) return hit && (!loss || *loss == *loss);
    return !loss || *loss > all->loss[row];
}

void asy_job_keep(asy_attack_job *j, const asy_tensor *loss, const asy_tensor *x)
{
    struct asy_job_state *s = j->state;
    asy__rows *all = s->all;
    size_t bytes = (size_t)all->size * sizeof(float);
    for (int64_t i = 0; i < j->rows; i++) {
        int64_t row = s->row[i];
        const float *l = loss ? (const float *)loss->data + i : NULL;
        if (!j->training && !better(all, row, s->hit[i], l)) continue;
        memcpy(all->kept + row * all->size, (const float *)x->data + i * all->size, bytes);
        if (j->training) continue;
        all->hit[row] = s->hit[i];
        if (l) all->loss[row] = *l;
    }
}

/* Moves row `from` of a tensor to `to`. */
static void move_row(asy_tensor *t, int64_t from, int64_t to)
{
    size_t bytes = (size_t)row_size(t) * asy_dtype_size(t->type);
    memcpy((char *)t->data + (size_t)to * bytes, (const char *)t->data + (size_t)from * bytes, bytes);
}

int64_t asy_job_live(asy_attack_job *j, int n, asy_tensor *const t[])
{
    struct asy_job_state *s = j->state;
    int64_t left = 0;
    if (j->training) return j->rows;
    for (int64_t i = 0; i < j->rows; i++) {
        if (s->hit[i] || s->all->hit[s->row[i]]) continue;
        if (left < i) {
            move_row(&j->clean, i, left);
            for (int k = 0; k < n; k++) move_row(t[k], i, left);
            s->row[left] = s->row[i];
            s->label[left] = s->label[i];
            s->id[left] = s->id[i];
            s->hit[left] = false;
        }
        left++;
    }
    j->rows = j->clean.s.d[0] = left;
    for (int k = 0; k < n; k++) t[k]->s.d[0] = left;
    return left;
}

asy_tensor asy_tensor_like(asy_arena *a, const asy_tensor *x)
{
    return asy_tensor_new(a, ASY_F32, x->s);
}

asy_tensor asy_tensor_per_row(asy_arena *a, const asy_tensor *x)
{
    return asy_tensor_new(a, ASY_F32, ASY_SHAPE(x->s.d[0]));
}

asy_tensor asy_tensor_copy(asy_arena *a, const asy_tensor *x)
{
    asy_tensor t = asy_tensor_new(a, x->type, x->s);
    if (t.data) memcpy(t.data, x->data, asy_tensor_bytes(x));
    return t;
}
