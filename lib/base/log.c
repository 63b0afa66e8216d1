// SPDX-License-Identifier: GPL-3.0-or-later
#include "log.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { asy_log_sink put; void *ctx; asy_log_level max; } sink;

void asy_log_set_sink(asy_log_sink put, void *ctx, asy_log_level max)
{
    pthread_mutex_lock(&lock);
    sink.put = put;
    sink.ctx = ctx;
    sink.max = max;
    pthread_mutex_unlock(&lock);
}

void asy_log_put(asy_log_level level, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    if (vsnprintf(text, sizeof text, fmt, ap) < 0)
        text[0] = '\0';
    va_end(ap);
    pthread_mutex_lock(&lock);
    if (sink.put && level <= sink.max)
        sink.put(sink.ctx, level, text);
    pthread_mutex_unlock(&lock);
}
