// SPDX-License-Identifier: GPL-3.0-or-later
/* Clean images and what an attack made of them, one column a class, one row an arm: from adv.npz of the first
 * seed. */
#include "../tensor/file.h"
#include "impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 10, CELL = 60, TEXT = 34, SIDE_TEXT = 96, MAX_SIDE = 256 };
typedef struct {
    asy_tensor x, adv, y, pred;
    int channels, height, width;
} set;

static const asy_tensor *named(int n, const asy_named t[], const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(t[i].name, name) == 0) return &t[i].t;
    return NULL;
}

static bool fits(const asy_tensor *t, asy_dtype type, int axes, int64_t rows)
{
    return t != NULL && t->type == type && t->s.n == axes && (rows < 0 || t->s.d[0] == rows);
}

/* Reads adv.npz of an evaluation; false: there is none, or nothing that is a picture. */
static bool read_set(const asy__study *s, const char *key, set *out)
{
    int n;
    asy_named *t;
    char *path = asy_sprintf(s->arena, "%s/stages/%.24s/adv.npz", s->dir, key);
    if (path == NULL || !asy_io_exists(path) || asy_npz_read(s->arena, path, &n, &t) != ASY_OK) return false;
    const asy_tensor *adv = named(n, t, "x_adv"), *x = named(n, t, "x"), *y = named(n, t, "y"),
                     *pred = named(n, t, "pred");
    if (!fits(adv, ASY_F32, 4, -1) || !fits(x, ASY_U8, 4, adv->s.d[0]) || !fits(y, ASY_I32, 1, adv->s.d[0]) ||
        !fits(pred, ASY_I32, 1, adv->s.d[0]))
        return false;
    *out = (set){ *x, *adv, *y, *pred, (int)adv->s.d[1], (int)adv->s.d[2], (int)adv->s.d[3] };
    return asy_shape_equal(&x->s, &adv->s) && (out->channels == 1 || out->channels == 3) &&
           adv->s.d[2] <= MAX_SIDE && adv->s.d[3] <= MAX_SIDE;
}

static void picture(asy_buf *b, const set *s, int64_t row, bool adversarial, double lo, double hi, double px,
                    double py)
{
    uint8_t pixel[MAX_SIDE * MAX_SIDE * 3];
    int64_t each = (int64_t)s->channels * s->height * s->width, plane = (int64_t)s->height * s->width;
    for (int64_t i = 0; i < each; i++) {
        int64_t to = (i % plane) * s->channels + i / plane;
        double v = adversarial ? 255 * ((double)((const float *)s->adv.data)[row * each + i] - lo) / (hi - lo)
                               : ((const uint8_t *)s->x.data)[row * each + i];
        pixel[to] = (uint8_t)(v < 0 || isnan(v) ? 0 : v > 255 ? 255 : v + 0.5);
    }
    asy_buf_printf(
        b,
        "<image class=\"pic\" x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\" href=\"data:image/png;base64,",
        px, py, CELL - 4, CELL - 4);
    if (asy__png_base64(b, s->width, s->height, s->channels, pixel) != ASY_OK) asy_error_clear();
    asy_buf_puts(b, "\"/>");
}

/* The rows to show: the first of each class, in the order of classes. */
static int choose(const set *s, int64_t row[COLUMNS])
{
    int n = 0;
    for (int32_t c = 0; c < 1000 && n < COLUMNS; c++)
        for (int64_t i = 0; i < s->y.s.d[0]; i++)
            if (((const int32_t *)s->y.data)[i] == c) {
                row[n++] = i;
                break;
            }
    return n;
}

static const char *stage_key(const asy__run *r, const char *eval)
{
    for (int i = 0; i < r->n_stages; i++)
        if (strcmp(r->stage[i].label, eval) == 0) return r->stage[i].key;
    return NULL;
}

static const asy__run *first_run(const asy__study *s, const char *arm)
{
    for (int i = 0; i < s->n_runs; i++)
        if (strcmp(s->run[i].arm, arm) == 0 && strcmp(s->run[i].state, "done") == 0) return &s->run[i];
    return NULL;
}

/* The attack that leaves the least accuracy on average over all arms. */
static const char *strongest(const asy__study *s)
{
    const char *best = NULL;
    double least = INFINITY;
    for (int e = 0; e < s->n_evals; e++) {
        double sum = 0;
        int n = 0;
        set one;
        for (int i = 0; i < s->n_runs; i++) {
            const asy__value *v = asy__value_find(&s->run[i], s->eval[e], "accuracy", false, 0),
                             *clean = asy__value_find(&s->run[i], s->eval[e], "clean_accuracy", false, 0);
            if (v != NULL && clean != NULL) sum += v->value, n++;
        }
        if (n == 0 || sum / n >= least) continue;
        const asy__run *r = first_run(s, s->arm[0]);
        const char *key = r != NULL ? stage_key(r, s->eval[e]) : NULL;
        if (key == NULL || !read_set(s, key, &one)) continue;
        least = sum / n;
        best = s->eval[e];
    }
    return best;
}

static void range_of(const asy__study *s, const asy__run *r, double *lo, double *hi, const asy_json **names)
{
    char *path = asy_sprintf(s->arena, "%s/stages/%.24s/data.json", s->dir, stage_key(r, "data")), *data;
    size_t n;
    asy_json *j;
    *lo = 0;
    *hi = 1;
    *names = NULL;
    if (path == NULL || !asy_io_exists(path) || asy_io_read(s->arena, path, 1 << 20, &data, &n) != ASY_OK ||
        asy_json_read(s->arena, data, n, path, &j) != ASY_OK)
        return;
    const asy_json *range = asy_json_get(j, "range");
    *names = asy_json_get(j, "class_names");
    if (range == NULL || range->child == NULL || range->child->next == NULL) return;
    *lo = asy_json_num(range->child, 0);
    *hi = asy_json_num(range->child->next, 1);
}

static void class_text(asy_buf *b, const asy_json *names, int32_t c, double x, double y, const char *cls)
{
    const asy_json *n = names != NULL ? names->child : NULL;
    for (int32_t i = 0; i < c && n != NULL; i++) n = n->next;
    asy_buf_printf(b, "<text class=\"%s\" x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">", cls, x, y);
    if (n != NULL && n->kind == ASY_J_TEXT) asy__html(b, n->text);
    else asy_buf_printf(b, "%d", c);
    asy_buf_puts(b, "</text>\n");
}

static void one_row(asy_buf *b, const set *s, int n, const int64_t row[], const char *label, bool adversarial,
                    double lo, double hi, const asy_json *names, double y)
{
    asy_buf_printf(b, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">", SIDE_TEXT - 8, y + CELL / 2);
    asy__html(b, label);
    asy_buf_puts(b, "</text>\n");
    for (int i = 0; i < n; i++) {
        int32_t truth = ((const int32_t *)s->y.data)[row[i]],
                shown = adversarial ? ((const int32_t *)s->pred.data)[row[i]] : truth;
        picture(b, s, row[i], adversarial, lo, hi, SIDE_TEXT + i * CELL, y);
        class_text(b, names, shown, SIDE_TEXT + i * CELL + CELL / 2 - 2, y + CELL + 8 + (i % 2) * 11,
                   shown == truth ? "small" : "small wrong");
    }
}

asy_status asy__grid_svg(const asy__study *s, asy_buf *b, bool *any)
{
    const char *eval = strongest(s);
    const asy__run *first = eval != NULL ? first_run(s, s->arm[0]) : NULL;
    const asy_json *names;
    double lo, hi;
    int64_t row[COLUMNS];
    set one;
    *any = first != NULL && read_set(s, stage_key(first, eval), &one);
    if (!*any) return ASY_OK;
    range_of(s, first, &lo, &hi, &names);
    int n = choose(&one, row), rows = 1 + s->n_arms, height = rows * (CELL + TEXT - 8) + 8,
        width = SIDE_TEXT + n * CELL + 8;
    asy_buf_printf(
        b,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig wide-fig\" viewBox=\"0 0 %d %d\" role=\"img\" "
        "aria-label=\"Clean and adversarial images\">\n<title>Clean images and what %s made of them"
        "</title><desc>One column a class, the first image of each; below, for each arm, the image after the "
        "attack %s with the label that the model gives it.</desc>\n",
        width, height, eval, eval);
    one_row(b, &one, n, row, "clean", false, lo, hi, names, 4);
    for (int a = 0; a < s->n_arms; a++) {
        const asy__run *r = first_run(s, s->arm[a]);
        const char *key = r != NULL ? stage_key(r, eval) : NULL;
        if (key == NULL || !read_set(s, key, &one)) continue;
        one_row(b, &one, n, row, s->arm[a], true, lo, hi, names, 4 + (a + 1) * (CELL + TEXT - 8));
    }
    asy_buf_puts(b, "</svg>\n<p class=note>Attack: ");
    asy__html(b, eval);
    asy_buf_printf(b,
                   ", seed %llu. Under each image stands the label that the model gives it; a wrong one is "
                   "marked.</p>\n",
                   (unsigned long long)first->seed);
    return ASY_OK;
}
