// SPDX-License-Identifier: GPL-3.0-or-later
#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { SPINS = 4000, MAX_THREADS = 4096 };   /* a few microseconds of looking before a thread goes to sleep */

typedef struct { asy_pool *pool; int index; pthread_t id; } worker;

struct asy_pool {
    int threads, started;        /* the caller's included; workers that run */
    worker *workers;
    pthread_mutex_t one_run;     /* held for the length of a run */
    pthread_mutex_t lock;        /* guards what follows, but for the atomics */
    pthread_cond_t wake, idle;
    bool open, stop;             /* a run takes helpers; the pool ends */
    int64_t n;
    asy_task task;
    void *ctx;
    asy_error error;             /* of task `failed` */
    atomic_uint runs;            /* goes up with each run: what a spinning worker watches */
    atomic_int busy;             /* workers inside the open run */
    _Atomic int64_t next;        /* the next task to be taken */
    _Atomic int64_t failed;      /* lowest failing task so far; n if none */
};

static _Thread_local struct { bool inside; int index; } here;

int asy_pool_thread(void)
{
    return here.inside ? here.index : 0;
}

int asy_pool_threads(const asy_pool *p)
{
    return p ? p->threads : 1;
}

/* Keeps the error of the lowest task. */
static void note_failure(asy_pool *p, int64_t i, asy_status s)
{
    pthread_mutex_lock(&p->lock);
    if (i < atomic_load(&p->failed)) {
        asy_error_get(&p->error);
        p->error.status = s;
        atomic_store(&p->failed, i);
    }
    pthread_mutex_unlock(&p->lock);
}

/* Tasks are taken in order, so each task below a failing one has been taken and is done to its end:
 * the lowest failing task is the same for any number of threads. */
static void take_tasks(asy_pool *p, int index)
{
    here.inside = true;
    here.index = index;
    for (;;) {
        int64_t i = atomic_fetch_add(&p->next, 1);
        if (i >= p->n || i > atomic_load(&p->failed)) break;
        asy_status s = p->task(p->ctx, i, index);
        if (s != ASY_OK) note_failure(p, i, s);
    }
    here.inside = false;
}

static void *work(void *arg)
{
    worker *w = arg;
    asy_pool *p = w->pool;
    unsigned seen = 0;
    for (;;) {
        for (int i = 0; i < SPINS && atomic_load_explicit(&p->runs, memory_order_relaxed) == seen; i++) { }
        pthread_mutex_lock(&p->lock);
        while (!p->stop && !(p->open && atomic_load(&p->runs) != seen)) pthread_cond_wait(&p->wake, &p->lock);
        if (p->stop) break;
        seen = atomic_load(&p->runs);
        atomic_fetch_add(&p->busy, 1);
        pthread_mutex_unlock(&p->lock);

        take_tasks(p, w->index);

        pthread_mutex_lock(&p->lock);
        if (atomic_fetch_sub(&p->busy, 1) == 1) pthread_cond_signal(&p->idle);
        pthread_mutex_unlock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

asy_status asy_pool_new(asy_pool **out, int threads)
{
    *out = NULL;
    if (threads < 1 || threads > MAX_THREADS)
        ASY_FAIL(ASY_EINVAL, "a pool of %d threads; 1 to %d can be had", threads, MAX_THREADS);
    asy_pool *p = calloc(1, sizeof *p);
    worker *workers = calloc((size_t)threads, sizeof *workers);
    if (!p || !workers) {
        free(p);
        free(workers);
        ASY_FAIL(ASY_ENOMEM, "no memory for a pool of %d threads", threads);
    }
    p->threads = threads;
    p->workers = workers;
    pthread_mutex_init(&p->one_run, NULL);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    pthread_cond_init(&p->idle, NULL);
    for (; p->started < threads - 1; p->started++) {
        worker *w = &workers[p->started];
        *w = (worker){ .pool = p, .index = p->started + 1 };
        int e = pthread_create(&w->id, NULL, work, w);
        if (e) {
            int had = p->started + 1;
            asy_pool_free(p);
            ASY_FAIL(ASY_ENOMEM, "the system gave only %d of %d threads: %s", had, threads, strerror(e));
        }
    }
    *out = p;
    return ASY_OK;
}

void asy_pool_free(asy_pool *p)
{
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->started; i++) pthread_join(p->workers[i].id, NULL);
    pthread_cond_destroy(&p->idle);
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
    pthread_mutex_destroy(&p->one_run);
    free(p->workers);
    free(p);
}

static asy_status run_here(int64_t n, asy_task task, void *ctx)
{
    int index = asy_pool_thread();
    for (int64_t i = 0; i < n; i++) ASY_TRY(task(ctx, i, index));
    return ASY_OK;
}

static void open_run(asy_pool *p, int64_t n, asy_task task, void *ctx)
{
    pthread_mutex_lock(&p->lock);
    p->n = n;
    p->task = task;
    p->ctx = ctx;
    atomic_store(&p->next, 0);
    atomic_store(&p->failed, n);
    p->open = true;
    atomic_fetch_add(&p->runs, 1);
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
}

static void close_run(asy_pool *p)
{
    for (int i = 0; i < SPINS && atomic_load_explicit(&p->busy, memory_order_relaxed) > 0; i++) { }
    pthread_mutex_lock(&p->lock);
    p->open = false;   /* a worker that wakes late finds nothing */
    while (atomic_load(&p->busy) > 0) pthread_cond_wait(&p->idle, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

asy_status asy_pool_run(asy_pool *p, int64_t n, asy_task task, void *ctx)
{
    if (!p || p->threads == 1 || n <= 1 || here.inside) return run_here(n, task, ctx);
    pthread_mutex_lock(&p->one_run);
    open_run(p, n, task, ctx);
    take_tasks(p, 0);
    close_run(p);
    asy_status s = ASY_OK;
    if (atomic_load(&p->failed) < n) {
        asy_error_set(&p->error);
        s = p->error.status;
    }
    pthread_mutex_unlock(&p->one_run);
    ASY_TRY(s);
    return ASY_OK;
}
