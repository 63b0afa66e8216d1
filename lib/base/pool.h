// SPDX-License-Identifier: GPL-3.0-or-later
/* The one source of threads: a fixed pthread pool with an atomic task counter.
 * Results never depend on which thread did which task. */
#ifndef ASY_BASE_POOL_H
#define ASY_BASE_POOL_H
#include "status.h"

typedef struct asy_pool asy_pool;
/* One task; `thread` (0 … threads−1) picks per-thread scratch. */
typedef asy_status (*asy_task)(void *ctx, int64_t task, int thread);

asy_status asy_pool_new(asy_pool **, int threads) ASY_CHECKED;   /* threads ≥ 1, the caller's included */
void       asy_pool_free(asy_pool *);
int        asy_pool_threads(const asy_pool *);                   /* NULL pool: 1 */
/* Runs tasks 0 … n−1; the caller takes part. Returns when all are done. The error of the lowest failing task is returned,
 * its text moved to the caller's thread; once a task has failed, tasks not yet begun are skipped. A NULL pool, or a call from inside a task,
 * runs in the caller's thread (with thread index 0 for a NULL pool, the caller's own index inside a task). */
asy_status asy_pool_run(asy_pool *, int64_t n, asy_task, void *ctx) ASY_CHECKED;
int        asy_pool_thread(void);                                /* index of the calling thread inside a task, else 0 */
#endif
