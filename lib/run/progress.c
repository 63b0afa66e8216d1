// SPDX-License-Identifier: GPL-3.0-or-later
/* Progress on stderr: one redrawn line on a terminal, whole stamped lines elsewhere (user-experience §8). */
#include "../base/sys.h"
#include "impl.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int columns(void)
{
    struct winsize w;
    const char *env = getenv("COLUMNS");
    if (ioctl(2, TIOCGWINSZ, &w) == 0 && w.ws_col > 20) return w.ws_col;
    long n = env != NULL ? strtol(env, NULL, 10) : 0;
    return n > 20 && n < 1000 ? (int)n : 80;
}

static bool has(const char *env, const char *word)
{
    const char *v = getenv(env);
    return v != NULL && strstr(v, word) != NULL;
}

void asy__talk_begin(asy__talk *t, const asy_study *s, const asy_run_options *o)
{
    *t = (asy__talk){ .how = o->progress,
                      .study = s->name,
                      .runs = s->n_runs,
                      .stages = s->n_stages,
                      .started = asy_now(),
                      .drawn = -1,
                      .said = -1 };
    t->terminal = isatty(2) && !has("TERM", "dumb");
    t->ascii = !has("LC_ALL", "UTF-8") && !has("LC_CTYPE", "UTF-8") && !has("LANG", "UTF-8");
    if (o->quiet) t->how = ASY_PROGRESS_NONE;
    if (t->how == ASY_PROGRESS_AUTO) t->how = t->terminal ? ASY_PROGRESS_BAR : ASY_PROGRESS_PLAIN;
}

static void duration(double s, char out[32])
{
    if (s < 100) snprintf(out, 32, "%.0f s", s);
    else if (s < 6000) snprintf(out, 32, "%d min %02d s", (int)s / 60, (int)s % 60);
    else snprintf(out, 32, "%d h %02d min", (int)s / 3600, (int)s / 60 % 60);
}

static void erase(const asy__talk *t)
{
    if (t->how == ASY_PROGRESS_BAR && t->drawn >= 0) fputs("\r\033[K", stderr);
}

static void draw(asy__talk *t, const char *text)
{
    char line[512], bar[96] = "", time[32];
    double share = t->stages > 0 ? ((double)t->stages_done + t->part) / (double)t->stages : 1;
    int width = columns() - 1, cells = 20, full = (int)(share * cells);
    for (int i = 0, n = 0; i < cells; i++)
        n += snprintf(bar + n, sizeof bar - (size_t)n, "%s",
                      t->ascii ? (i < full ? "#" : ".") : (i < full ? "\u2588" : "\u2591"));
    duration(asy_now() - t->started, time);
    int fixed = snprintf(line, sizeof line, "%s %s %3.0f %%  %s  %s  %s", t->study, bar, 100 * share, time,
                         t->what, text);
    if (!t->ascii) width += 2 * cells; /* three bytes a cell on the line, one column */
    if (fixed > width && width < (int)sizeof line) line[width] = 0;
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
    t->drawn = asy_now();
}

static void say(const asy__talk *t, const char *text)
{
    char utc[24];
    asy_utc(utc);
    fprintf(stderr, "%s %s [%d/%d] %s\n", utc, t->what, t->stages_done + 1, t->stages, text);
}

void asy__talk_stage(asy__talk *t, const asy_stage *s)
{
    snprintf(t->what, sizeof t->what, "%s seed %llu %s", s->run->config, (unsigned long long)s->run->seed,
             s->label);
    t->part = t->said_part = 0;
    t->said = asy_now();
    if (t->how == ASY_PROGRESS_BAR) draw(t, "");
    if (t->how == ASY_PROGRESS_PLAIN) say(t, "begins");
}

void asy__talk_part(asy__talk *t, double done, const char *text)
{
    double now = asy_now();
    t->part = done < 0 ? 0 : done > 1 ? 1 : done;
    if (asy_signals_dump()) {
        erase(t);
        say(t, text);
    }
    if (t->how == ASY_PROGRESS_BAR && now - t->drawn >= 0.1) draw(t, text);
    if (t->how != ASY_PROGRESS_PLAIN || now - t->said < 60 || t->part - t->said_part < 0.1) return;
    say(t, text);
    t->said = now;
    t->said_part = t->part;
}

void asy__talk_line(asy__talk *t, const char *fmt, ...)
{
    char text[1024];
    asy_buf clean;
    va_list ap;
    if (t->how == ASY_PROGRESS_NONE) return;
    erase(t);
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    asy_buf_init(&clean, sizeof text);
    asy_buf_put_clean(&clean, text);
    fprintf(stderr, "%s\n", asy_buf_text(&clean));
    asy_buf_free(&clean);
}

void asy__talk_end(asy__talk *t)
{
    erase(t);
    t->drawn = -1;
}
