// SPDX-License-Identifier: GPL-3.0-or-later
/* Status codes and the thread-local error text.
 *
 * Every function that can fail returns asy_status and is marked ASY_CHECKED.
 * The text belongs to the calling thread; control flow never reads it. It is
 * written by ASY_FAIL (what went wrong) and ASY_TRY (where it passed through)
 * and read by main, by the test harness and by the pool, which carries it from
 * the thread that failed to the thread that waits. */
#ifndef ASY_BASE_STATUS_H
#define ASY_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ASY_OK = 0,
    ASY_EINVAL,  /* an argument is out of range */
    ASY_ESHAPE,  /* shapes, classes or types do not fit */
    ASY_ENOMEM,  /* memory, or an arena's limit */
    ASY_EIO,     /* the operating system refused a file operation */
    ASY_EFULL,   /* disk full or a budget reached: exit code 6 */
    ASY_EPARSE,  /* a file is not what its format says */
    ASY_ESPEC,   /* the spec has diagnostics E01-E03: exit code 2 */
    ASY_EDATA,   /* data missing, corrupt or not what its checksum says (E04): exit code 3 */
    ASY_EMODEL,  /* a model file is not usable (E05): exit code 4 */
    ASY_EBUSY,   /* another process holds it, or the folder belongs to another spec: exit code 7 */
    ASY_EFINITE, /* a value is not finite (E0601) */
    ASY_EUNSUP,  /* asked of something that cannot do it */
    ASY_ESTOP,   /* asked to stop (signal, budget of queries) */
    ASY_EBUG     /* an invariant of Assay itself does not hold: exit code 70 */
} asy_status;

#define ASY_CHECKED __attribute__((warn_unused_result))
#define ASY_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Passes a failure on and records the place. */
#define ASY_TRY(e)                                                    \
    do {                                                              \
        asy_status s_ = (e);                                          \
        if (s_ != ASY_OK) return asy_trace_(s_, __FILE__, __LINE__);  \
    } while (0)

/* Starts a failure: status, then a printf text that names the thing, the value and the remedy. */
#define ASY_FAIL(c, ...) return asy_fail_((c), __FILE__, __LINE__, __VA_ARGS__)

asy_status asy_fail_(asy_status, const char *file, int line, const char *fmt, ...) ASY_PRINTF(4, 5);
asy_status asy_trace_(asy_status, const char *file, int line);

enum { ASY_ERROR_TEXT = 512, ASY_ERROR_FRAMES = 16 };
typedef struct {
    asy_status status;
    char text[ASY_ERROR_TEXT];
    int n_frames;
    struct { const char *file; int line; } frames[ASY_ERROR_FRAMES];
} asy_error;

const char *asy_error_text(void);           /* of the calling thread; "" if none */
void asy_error_get(asy_error *out);         /* copy of the calling thread's error */
void asy_error_set(const asy_error *);      /* replaces it (the pool's joiner) */
void asy_error_clear(void);
const char *asy_status_name(asy_status);    /* "out of memory", for logs */

#endif
