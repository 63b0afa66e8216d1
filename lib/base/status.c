// SPDX-License-Identifier: GPL-3.0-or-later
#include "status.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local asy_error current;

static void push_frame(const char *file, int line)
{
    if (current.n_frames < ASY_ERROR_FRAMES) {
        current.frames[current.n_frames].file = file;
        current.frames[current.n_frames].line = line;
        current.n_frames++;
    }
}

asy_status asy_fail_(asy_status s, const char *file, int line, const char *fmt, ...)
{
    char text[ASY_ERROR_TEXT];  /* apart, since an argument may be asy_error_text() itself */
    va_list ap;

    va_start(ap, fmt);
    if (vsnprintf(text, sizeof text, fmt, ap) < 0)
        text[0] = '\0';
    va_end(ap);
    memcpy(current.text, text, sizeof text);
    current.status = s;
    current.n_frames = 0;
    push_frame(file, line);
    return s;
}

asy_status asy_trace_(asy_status s, const char *file, int line)
{
    if (current.status != s)    /* the callee returned a bare status */
        return asy_fail_(s, file, line, "%s", asy_status_name(s));
    push_frame(file, line);
    return s;
}

const char *asy_error_text(void)
{
    return current.text;
}

void asy_error_get(asy_error *out)
{
    *out = current;
}

void asy_error_set(const asy_error *e)
{
    current = *e;
}

void asy_error_clear(void)
{
    current.status = ASY_OK;
    current.text[0] = '\0';
    current.n_frames = 0;
}

const char *asy_status_name(asy_status s)
{
    static const char *const names[] = {
        [ASY_OK] = "ok",
        [ASY_EINVAL] = "out of range",
        [ASY_ESHAPE] = "shapes do not fit",
        [ASY_ENOMEM] = "out of memory",
        [ASY_EIO] = "file operation refused",
        [ASY_EFULL] = "disk full or budget reached",
        [ASY_EPARSE] = "file not in its format",
        [ASY_ESPEC] = "spec has errors",
        [ASY_EDATA] = "data missing or corrupt",
        [ASY_EMODEL] = "model file not usable",
        [ASY_EBUSY] = "held by another process",
        [ASY_EFINITE] = "value not finite",
        [ASY_EUNSUP] = "not supported",
        [ASY_ESTOP] = "asked to stop",
        [ASY_EBUG] = "internal error",
    };
    unsigned i = (unsigned)s;

    return i < sizeof names / sizeof *names ? names[i] : "unknown status";
}
