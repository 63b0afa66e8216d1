// SPDX-License-Identifier: GPL-3.0-or-later
/* Spreads the rows of a set over the pool in chunks, one oracle a thread, and packs the survivors anew before
 * each pass. Streams are keyed by sample, kernels are row-invariant: how rows meet in chunks shows in no
 * result. */
#include "impl.h"
#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { CHUNK_MOST = 32, CHUNK_LEAST = 8 };

/* What belongs to a thread. Made by the thread itself when it gets its first chunk. */
typedef struct {
    asy_oracle *oracle;
    asy_arena *arena;
    asy_mark fresh;                 /* end of the buffers, begin of an attack's scratch */
    float *clean;
    struct asy_job_state state;
} worker;

struct asy__harness {
    const asy_model *model;
    const asy_attack *attack; const asy_bound *bound;
    const asy_threat *threat;
    const asy_backend *backend; asy_pool *pool;
    int64_t chunk;                  /* rows that an oracle can hold */
    int n_workers; worker *worker;
};

/* One pass, as the tasks see it. */
typedef struct {
    asy__harness *h;
    const asy__harness_in *in;
    asy__rows *all;
    int64_t pass, passes, n_live, chunk, n_chunks;
    const int64_t *live;
    asy_rng rng;
    int caller; /* index of the thread that waits for the pass: it alone reports progress */
    _Atomic int64_t done;
} pass;

/* Small enough that every thread has work, large enough for the products. */
static int64_t chunk_rows(int64_t rows, int threads, int64_t most)
{
    int64_t c = CHUNK_MOST;
    while (c > CHUNK_LEAST && rows < 2 * c * threads) c /= 2;
    return c < most ? c : most;
}

static asy_status can_attack(const asy_attack *a, const asy_threat *t)
{
    bool linf = a->norms & ASY_LINF, l2 = a->norms & ASY_L2;
    if (!(t->eps >= 0 && t->eps < INFINITY))
        ASY_FAIL(ASY_EINVAL, "eps is %g; it must be finite and not negative", t->eps);
    if ((t->norm == ASY_NORM_LINF && linf) || (t->norm == ASY_NORM_L2 && l2)) return ASY_OK;
    ASY_FAIL(ASY_EUNSUP, "`%s` has no form for this norm; it offers %s", a->m.name,
             linf && l2 ? "linf and l2"
             : linf     ? "linf"
                        : "l2");
}

asy_status asy__harness_new(asy__harness **out, asy_arena *a, const asy_model *model, const asy_bound *bound,
                            const asy_threat *threat, const asy_backend *backend, asy_pool *pool,
                            int64_t max_rows, int64_t batch)
{
    const asy_attack *attack = (const asy_attack *)bound->m;
    *out = NULL;
    ASY_TRY(can_attack(attack, threat));
    asy__harness *h = ASY_NEW(a, asy__harness);
    worker *w = ASY_NEWN(a, asy_pool_threads(pool), worker);
    ASY_TRY(asy_arena_status(a));
    *h = (asy__harness){ model, attack, bound, threat, backend, pool, CHUNK_MOST, asy_pool_threads(pool), w };
    if (max_rows > 0 && max_rows < h->chunk) h->chunk = max_rows;
    if (batch > 0 && batch < h->chunk) h->chunk = batch;
    *out = h;
    return ASY_OK;
}

void asy__harness_free(asy__harness *h)
{
    for (int i = 0; h && i < h->n_workers; i++) {
        asy__oracle_free(h->worker[i].oracle);
        asy_arena_free(h->worker[i].arena);
    }
}

static asy_status make_worker(const asy__harness *h, worker *w)
{
    size_t rows = (size_t)h->chunk, size = (size_t)asy_shape_count(&h->model->io.in);
    ASY_TRY(asy__oracle_new(&w->oracle, h->model, h->threat, h->backend, h->chunk));
    w->arena = asy_arena_new(0);
    w->clean = asy_alloc(w->arena, rows, size * sizeof(float));
    w->state =
        (struct asy_job_state){ NULL, ASY_NEWN(w->arena, rows, int64_t), ASY_NEWN(w->arena, rows, int32_t),
                                ASY_NEWN(w->arena, rows, uint64_t), ASY_NEWN(w->arena, rows, bool) };
    ASY_TRY(asy_arena_status(w->arena));
    w->fresh = asy_arena_mark(w->arena);
    return ASY_OK;
}

static void gather(const pass *p, worker *w, int64_t first, int64_t rows)
{
    size_t bytes = (size_t)p->all->size * sizeof(float);
    w->state.all = p->all;
    for (int64_t i = 0; i < rows; i++) {
        int64_t row = p->live[first + i];
        memcpy(w->clean + i * p->all->size, p->all->clean + row * p->all->size, bytes);
        w->state.row[i] = row;
        w->state.label[i] = p->all->label[row];
        w->state.id[i] = p->all->id[row];
        w->state.hit[i] = false;
    }
}

static asy_status attack_rows(const pass *p, worker *w, int64_t rows)
{
    const asy__harness *h = p->h;
    asy_shape s = h->model->io.in;
    if (s.n >= ASY_MAXDIM)
        ASY_FAIL(ASY_ESHAPE, "a sample has %d axes; attacks take fewer than %d", s.n, ASY_MAXDIM);
    memmove(s.d + 1, s.d, (size_t)s.n * sizeof s.d[0]);
    s.d[0] = rows;
    s.n++;
    asy_attack_job job = {
        .threat = h->threat,
        .rows = rows,
        .clean = { w->clean, s, ASY_F32 },
        .label = w->state.label,
        .id = w->state.id,
        .pass = p->pass,
        .rng = p->rng,
        .training = p->in->training,
        .scratch = w->arena,
        .state = &w->state,
    };
    asy__oracle_begin(w->oracle, &job, p->in->w, p->in->version, asy_rng_part(p->in->rng, "noise"));
    asy_status st = h->attack->run(w->oracle, h->bound->params, &job);
    asy__oracle_end(w->oracle);
    if (st == ASY_ESTOP && w->oracle->spent) {      /* the budget ends an attack; what it kept counts */
        asy_error_clear();
        st = ASY_OK;
    }
    asy_arena_reset(w->arena, w->fresh);
    return st;
}

static asy_status attack_chunk(void *ctx, int64_t task, int thread)
{
    pass *p = ctx;
    worker *w = &p->h->worker[thread];
    asy_sink *sink = p->in->sink;
    int64_t first = task * p->chunk, rows = p->n_live - first < p->chunk ? p->n_live - first : p->chunk;
    if (sink && sink->stop && sink->stop(sink)) ASY_FAIL(ASY_ESTOP, "asked to stop");
    if (!w->oracle) ASY_TRY(make_worker(p->h, w));
    gather(p, w, first, rows);
    ASY_TRY(attack_rows(p, w, rows));
    int64_t done = atomic_fetch_add(&p->done, 1) + 1;
    if (sink && sink->progress && thread == p->caller)
        sink->progress(sink, ((double)p->pass + (double)done / (double)p->n_chunks) / (double)p->passes, "%s",
                       p->h->bound->name);
    return ASY_OK;
}

asy_status asy__harness_run(asy__harness *h, const asy__harness_in *in, asy__rows *all, int64_t n_live,
                            int64_t *live)
{
    asy_rng named = asy_rng_part(in->rng, h->attack->m.name);
    int64_t passes = h->attack->passes ? h->attack->passes(h->bound->params) : 1;
    for (int64_t i = 0; i < passes && n_live > 0; i++) {
        pass p = { .h = h,
                   .in = in,
                   .all = all,
                   .pass = i,
                   .passes = passes,
                   .n_live = n_live,
                   .live = live,
                   .caller = asy_pool_thread() };
        p.rng = asy_rng_split(named, "pass", (uint64_t)i);
        p.chunk = chunk_rows(n_live, h->n_workers, h->chunk);
        p.n_chunks = (n_live + p.chunk - 1) / p.chunk;
        ASY_TRY(asy_pool_run(h->pool, p.n_chunks, attack_chunk, &p));
        int64_t left = 0;
        for (int64_t k = 0; k < n_live; k++)
            if (in->training || !all->hit[live[k]]) live[left++] = live[k];
        n_live = left;
    }
    return ASY_OK;
}

void asy__harness_events(const asy__harness *h, int64_t *zero_gradients, int64_t *nonfinite)
{
    *zero_gradients = *nonfinite = 0;
    for (int i = 0; i < h->n_workers; i++) {
        if (!h->worker[i].oracle) continue;
        *zero_gradients += h->worker[i].oracle->zero_gradients;
        *nonfinite += h->worker[i].oracle->nonfinite;
    }
}
