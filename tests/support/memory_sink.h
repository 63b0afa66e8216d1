// SPDX-License-Identifier: GPL-3.0-or-later
/* A sink that keeps lines and results in memory and tensor files in a folder, and stops or fails when told
 * to. */
#ifndef ASY_TESTS_SUPPORT_MEMORY_SINK_H
#define ASY_TESTS_SUPPORT_MEMORY_SINK_H
#include "base/buf.h"
#include "method/sink.h"

enum { ASY_MEMORY_RESULTS = 32 };
typedef struct {
    asy_sink sink;
    const char *folder;             /* NULL: tensor files are dropped */
    asy_buf lines;                  /* metrics.jsonl */
    int n_results; char metric[ASY_MEMORY_RESULTS][64]; double value[ASY_MEMORY_RESULTS];
    long stop_at, asked;            /* the stop_at-th question is answered with yes (from 1); 0: never */
    long fail_at, written;          /* the fail_at-th line is written and then reported as lost */
    double done;                    /* last progress */
} asy_memory_sink;

void   asy_memory_sink_init(asy_memory_sink *, const char *folder);
void   asy_memory_sink_free(asy_memory_sink *);
double asy_memory_sink_value(const asy_memory_sink *, const char *metric);     /* NaN if it was not put */
#endif
