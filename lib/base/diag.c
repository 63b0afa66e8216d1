// SPDX-License-Identifier: GPL-3.0-or-later
#include "diag.h"
#include "diag_item.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char *format(asy_arena *a, const char *fmt, va_list ap) ASY_PRINTF(2, 0);

static char *format(asy_arena *a, const char *fmt, va_list ap)
{
    char text[1024];    /* a diagnostic is a sentence; hostile names are cut */

    if (vsnprintf(text, sizeof text, fmt, ap) < 0)
        text[0] = '\0';
    return asy_strdup(a, text);
}

asy_diag *asy_diag_new(asy_arena *a)
{
    asy_diag *d = ASY_NEW(a, asy_diag);

    if (d) {
        d->arena = a;
        d->tail = &d->first;
        d->seen = asy_map_new(a);
        d->files = asy_map_new(a);
    }
    return d;
}

static bool is_new(asy_diag *d, const char *code, const asy_loc *loc, const char *message)
{
    const char *key = asy_sprintf(d->arena, "%s\n%s\n%d:%d\n%s", code, loc->file ? loc->file : "", loc->line,
                                  loc->col, message);

    return key && !asy_map_has(d->seen, key) && asy_map_put(d->seen, key, d);
}

static int rank_of(asy_diag *d, const asy_loc *loc)
{
    if (!loc->file)
        return INT32_MAX;   /* what has no place comes last */
    (void)asy_map_put(d->files, loc->file, NULL);
    for (int i = 0; i < asy_map_count(d->files); i++)
        if (strcmp(asy_map_key(d->files, i), loc->file) == 0)
            return i;
    return INT32_MAX;
}

void asy_diag_add(asy_diag *d, const char *code, const asy_loc *loc, const char *fmt, ...)
{
    const asy_loc nowhere = { 0 }, *at = loc && loc->file ? loc : &nowhere;
    asy_diag_item *it;
    const char *message;
    va_list ap;

    if (!d)
        return;
    va_start(ap, fmt);
    message = format(d->arena, fmt, ap);
    va_end(ap);
    d->last = NULL;
    if (!message || !is_new(d, code, at, message))
        return;
    it = ASY_NEW(d->arena, asy_diag_item);
    if (!it)
        return;
    it->code = code;
    it->message = message;
    it->loc = *at;
    it->level = code[0] == 'W' ? ASY_WARNING : ASY_ERROR;
    it->file_rank = rank_of(d, at);
    it->order = d->n++;
    it->tail = &it->lines;
    if (it->level == ASY_ERROR)
        d->errors++;
    else
        d->warnings++;
    d->last = *d->tail = it;
    d->tail = &it->next;
}

void asy_diag_path(asy_diag *d, const char *path)
{
    if (d && d->last)
        d->last->path = asy_strdup(d->arena, path);
}

void asy_diag_label(asy_diag *d, const char *fmt, ...)
{
    va_list ap;

    if (!d || !d->last)
        return;
    va_start(ap, fmt);
    d->last->label = format(d->arena, fmt, ap);
    va_end(ap);
}

void asy_diag_second(asy_diag *d, const asy_loc *loc, const char *fmt, ...)
{
    va_list ap;

    if (!d || !d->last || !loc || !loc->file || loc->line < 1)
        return;
    va_start(ap, fmt);
    d->last->second = *loc;
    d->last->second_text = format(d->arena, fmt, ap);
    va_end(ap);
}

static void add_line(asy_diag *d, bool help, const char *text)
{
    asy__diag_line *l = text ? ASY_NEW(d->arena, asy__diag_line) : NULL;

    if (!l)
        return;
    l->help = help;
    l->text = text;
    *d->last->tail = l;
    d->last->tail = &l->next;
}

void asy_diag_help(asy_diag *d, const char *fmt, ...)
{
    va_list ap;

    if (!d || !d->last)
        return;
    va_start(ap, fmt);
    add_line(d, true, format(d->arena, fmt, ap));
    va_end(ap);
}

void asy_diag_note(asy_diag *d, const char *fmt, ...)
{
    va_list ap;

    if (!d || !d->last)
        return;
    va_start(ap, fmt);
    add_line(d, false, format(d->arena, fmt, ap));
    va_end(ap);
}

int asy_diag_errors(const asy_diag *d)
{
    return d ? d->errors : 0;
}

int asy_diag_warnings(const asy_diag *d)
{
    return d ? d->warnings : 0;
}

static const asy_diag_item *first_of(const asy_diag *d, const char *families)
{
    for (const asy_diag_item *it = d->first; it; it = it->next)
        if (strncmp(it->code, "E0", 2) == 0 && it->code[2] && strchr(families, it->code[2]))
            return it;
    return NULL;
}

asy_status asy_diag_status(const asy_diag *d)
{
    static const struct { const char *families; asy_status status; } rules[] = {
        { "123", ASY_ESPEC }, { "4", ASY_EDATA }, { "5", ASY_EMODEL }
    };

    if (!d)
        ASY_FAIL(ASY_ENOMEM, "out of memory");
    ASY_TRY(asy_arena_status(d->arena));    /* a diagnostic may have been lost */
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const asy_diag_item *it = first_of(d, rules[i].families);

        if (it)
            ASY_FAIL(rules[i].status, "%s: %s", it->code, it->message);
    }
    return ASY_OK;
}
