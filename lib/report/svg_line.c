// SPDX-License-Identifier: GPL-3.0-or-later
/* A line figure as SVG text: series differ by colour, marker and dash; bands are intervals, dots the single
 * values. Colours are CSS classes, so that light, dark and print each have their own; the file
 * figures/NAME.svg carries the light ones. */
#include "impl.h"

#include <math.h>
#include <stdio.h>

enum { W = 640, H = 360, LEFT = 56, RIGHT = 130, TOP = 16, BOTTOM = 46 };
typedef struct {
    double x0, x1, y0, y1;
} frame;

static double px(const frame *f, double x)
{
    return LEFT + (x - f->x0) / (f->x1 - f->x0) * (W - LEFT - RIGHT);
}
static double py(const frame *f, double y)
{
    return H - BOTTOM - (y - f->y0) / (f->y1 - f->y0) * (H - TOP - BOTTOM);
}

/* 1, 2 or 5 times a power of ten that gives about five steps. */
static double step_of(double span)
{
    double p = 1;
    while (p * 10 <= span) p *= 10;
    while (p > span) p /= 10;
    if (span / p < 2) return p / 5;
    return span / p < 5 ? p / 2 : p;
}

static void axes(asy_buf *b, const frame *f, const asy__line_figure *g)
{
    double sx = step_of(f->x1 - f->x0);
    for (int i = 0; i <= 5; i++) {
        double y = f->y0 + (f->y1 - f->y0) * i / 5;
        asy_buf_printf(b,
                       "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\" "
                       "y=\"%.1f\" text-anchor=\"end\">%.0f</text>\n",
                       LEFT, W - RIGHT, py(f, y), py(f, y), LEFT - 8, py(f, y) + 4, 100 * y);
    }
    for (int i = 0; i <= 20; i++) {
        double x = (ceil(f->x0 / sx - 1e-9) + i) * sx;
        if (x > f->x1 + 1e-9 * sx) break;
        asy_buf_printf(b,
                       "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/><text x=\"%.1f\" "
                       "y=\"%d\" text-anchor=\"middle\">%g</text>\n",
                       px(f, x), px(f, x), TOP, H - BOTTOM, px(f, x), H - BOTTOM + 18, x == 0 ? 0 : x);
    }
    asy_buf_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", (LEFT + W - RIGHT) / 2, H - 8);
    asy__html(b, g->x_label);
    asy_buf_printf(b, "</text>\n<text transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">",
                   (TOP + H - BOTTOM) / 2);
    asy__html(b, g->y_label);
    asy_buf_puts(b, "</text>\n");
}

static void marker(asy_buf *b, int kind, double x, double y)
{
    switch (kind % 4) {
    case 0: asy_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", x, y); break;
    case 1:
        asy_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\"/>", x - 3.5, y - 3.5);
        break;
    case 2: asy_buf_printf(b, "<path d=\"M%.1f %.1fl4.5 8h-9z\"/>", x, y - 5); break;
    default: asy_buf_printf(b, "<path d=\"M%.1f %.1fl5 5l-5 5l-5 -5z\"/>", x, y - 5); break;
    }
}

static void band(asy_buf *b, const frame *f, const asy__series *s)
{
    int known = 0;
    for (int i = 0; i < s->n; i++) known += !isnan(s->lo[i]);
    if (known < 2) return;
    asy_buf_puts(b, "<path class=\"band\" d=\"M");
    for (int i = 0; i < s->n; i++)
        if (!isnan(s->lo[i]))
            asy_buf_printf(b, "%.1f %.1f ", px(f, s->x[i]), py(f, s->hi[i] > f->y1 ? f->y1 : s->hi[i]));
    for (int i = s->n - 1; i >= 0; i--)
        if (!isnan(s->lo[i]))
            asy_buf_printf(b, "%.1f %.1f ", px(f, s->x[i]), py(f, s->lo[i] < f->y0 ? f->y0 : s->lo[i]));
    asy_buf_puts(b, "z\"/>");
}

/* Labels at the lines' ends, moved apart where they would touch, and up again where that pushed them below
 * the axis. */
static void place_labels(int n, double at[])
{
    double low = 0;

    for (int round = 0; round < 50; round++)
        for (int i = 0; i < n; i++)
            for (int k = 0; k < i; k++) {
                double gap = at[i] - at[k];
                if (fabs(gap) >= 15) continue;
                double move = (15 - fabs(gap)) / 2 * (gap >= 0 ? 1 : -1);
                at[i] += move;
                at[k] -= move;
            }
    for (int i = 0; i < n; i++) low = fmax(low, at[i] - (H - BOTTOM));
    for (int i = 0; i < n; i++) at[i] -= at[i] > H - BOTTOM - 15 * n ? low : 0;
}

static void one_series(asy_buf *b, const frame *f, const asy__series *s, int i, double label_y)
{
    int last = -1;
    asy_buf_printf(b, "<g class=\"s%d\">", i % 8);
    band(b, f, s);
    asy_buf_puts(b, "<path class=\"line\" d=\"");
    for (int k = 0; k < s->n; k++)
        if (!isnan(s->y[k]))
            asy_buf_printf(b, "%c%.1f %.1f ", last < 0 ? 'M' : 'L', px(f, s->x[k]), py(f, s->y[k])), last = k;
    asy_buf_puts(b, "\"/>");
    for (int k = 0; k < s->n; k++) {
        for (int q = 0; q < s->n_single[k] && s->n_single[k] <= 20 && s->n_single[k] > 1; q++)
            asy_buf_printf(b, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.8\"/>", px(f, s->x[k]),
                           py(f, s->single[k][q]));
        if (!isnan(s->y[k])) marker(b, i, px(f, s->x[k]), py(f, s->y[k]));
    }
    if (last >= 0) {
        asy_buf_printf(b, "<text class=\"label\" x=\"%d\" y=\"%.1f\">", W - RIGHT + 8, label_y);
        asy__html(b, s->name);
        asy_buf_puts(b, "</text>");
    }
    asy_buf_puts(b, "</g>\n");
}

void asy__line_svg(asy_buf *b, const asy__line_figure *g)
{
    frame f = { INFINITY, -INFINITY, 0, 1 };
    double label[64];
    int n = g->n < 64 ? g->n : 64;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < g->series[i].n; k++)
            f.x0 = fmin(f.x0, g->series[i].x[k]), f.x1 = fmax(f.x1, g->series[i].x[k]);
    if (!(f.x1 > f.x0)) f.x1 = f.x0 + 1;
    for (int i = 0; i < n; i++) {
        const asy__series *s = &g->series[i];
        int k = s->n - 1;
        while (k > 0 && isnan(s->y[k])) k--;
        label[i] = k >= 0 && !isnan(s->y[k]) ? py(&f, s->y[k]) + 4 : H / 2;
    }
    place_labels(n, label);
    asy_buf_printf(b,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig\" viewBox=\"0 0 %d %d\" "
                   "role=\"img\" aria-label=\"",
                   W, H);
    asy__html(b, g->title);
    asy_buf_puts(b, "\">\n<title>");
    asy__html(b, g->title);
    asy_buf_puts(b, "</title><desc>");
    asy__html(b, g->desc);
    asy_buf_puts(b, "</desc>\n");
    axes(b, &f, g);
    for (int i = 0; i < n; i++) one_series(b, &f, &g->series[i], i, label[i]);
    asy_buf_puts(b, "</svg>\n");
}
