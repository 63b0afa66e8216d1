// SPDX-License-Identifier: GPL-3.0-or-later
/* Log lines and progress for people. Never read by the program. */
#ifndef ASY_BASE_LOG_H
#define ASY_BASE_LOG_H
#include "status.h"

typedef enum { ASY_LOG_ERROR, ASY_LOG_WARN, ASY_LOG_INFO, ASY_LOG_DEBUG } asy_log_level;
typedef void (*asy_log_sink)(void *ctx, asy_log_level, const char *text);
void asy_log_set_sink(asy_log_sink, void *ctx, asy_log_level max);   /* default: none */
void asy_log_put(asy_log_level, const char *fmt, ...) ASY_PRINTF(2, 3);
#endif
