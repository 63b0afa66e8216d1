// SPDX-License-Identifier: GPL-3.0-or-later
/* PNG: 1, 2, 4 bits and palettes become 8 bits; 16 bits stay. No gamma is applied. */
#include "_image.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const asy_data_in *in;
    const asy_bytes *file;
    size_t at;
    char text[160];
    jmp_buf out;
    png_structp png;
    png_infop info;
    asy__image *image;
    unsigned char *row, *all; /* one row; all rows of an interlaced picture */
    size_t stride;
    bool no_memory;
} work;

static void failed(png_structp p, png_const_charp text)
{
    work *w = png_get_error_ptr(p);
    (void)snprintf(w->text, sizeof w->text, "%s", text);
    longjmp(w->out, 1);
}

static void warned(png_structp p, png_const_charp text)
{
    (void)p;
    (void)text;
}

static void more(png_structp p, png_bytep to, size_t n)
{
    work *w = png_get_io_ptr(p);
    if (n > w->file->n - w->at) png_error(p, "it ends before its picture does");
    memcpy(to, w->file->data + w->at, n);
    w->at += n;
}

static void put_row(const work *w, const unsigned char *row, int y)
{
    const asy__image *m = w->image;
    int64_t plane = (int64_t)m->height * m->width;
    int stored = m->channels + m->alpha;
    for (int x = 0; x < m->width; x++)
        for (int c = 0; c < m->channels; c++) {
            int64_t at = c * plane + (int64_t)y * m->width + x;
            const unsigned char *p = row + (size_t)(x * stored + c) * (size_t)(m->bits / 8);
            if (m->bits == 8) ((uint8_t *)m->pixels)[at] = *p;
            else ((uint16_t *)m->pixels)[at] = (uint16_t)(p[0] << 8 | p[1]);
        }
}

/* Everything that may longjmp. */
static void decode(work *w)
{
    png_structp p = w->png;
    png_set_user_limits(p, ASY__IMAGE_SIDE, ASY__IMAGE_SIDE);
    png_set_chunk_malloc_max(p, 8 << 20);
    png_set_read_fn(p, w, more);
    png_read_info(p, w->info);
    png_set_expand(p); /* palettes, few bits, transparent colours */
    int passes = png_set_interlace_handling(p);
    png_read_update_info(p, w->info);
    asy__image *m = w->image;
    int stored = png_get_channels(p, w->info);
    *m = (asy__image){ .channels = stored >= 3 ? 3 : 1,
                       .height = (int)png_get_image_height(p, w->info),
                       .width = (int)png_get_image_width(p, w->info),
                       .bits = png_get_bit_depth(p, w->info),
                       .alpha = stored == 2 || stored == 4 };
    if ((int64_t)m->height * m->width > ASY_FILE_LIMIT / 16) png_error(p, "it has more than 2^26 pixels");
    w->stride = png_get_rowbytes(p, w->info);
    m->pixels =
        asy_alloc(w->in->arena, (size_t)m->height * (size_t)m->width, (size_t)(m->channels * m->bits / 8));
    w->all = asy_alloc(w->in->arena, passes > 1 ? (size_t)m->height : 1, w->stride);
    if (m->pixels == NULL || w->all == NULL) w->no_memory = true, png_error(p, "out of memory");
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < m->height; y++) {
            unsigned char *row = passes > 1 ? w->all + (size_t)y * w->stride : w->all;
            png_read_row(p, row, NULL);
            if (pass == passes - 1) put_row(w, row, y);
        }
    png_read_end(p, NULL);
}

asy_status asy__png_read(const asy_data_in *in, const asy_bytes *f, asy__image *m)
{
    work w = { .in = in, .file = f, .image = m };
    volatile bool good = false;
    w.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &w, failed, warned);
    w.info = w.png != NULL ? png_create_info_struct(w.png) : NULL;
    if (w.info == NULL) {
        png_destroy_read_struct(&w.png, NULL, NULL);
        ASY_FAIL(ASY_ENOMEM, "no memory to read `%s`", f->path);
    }
    if (setjmp(w.out) == 0) {
        decode(&w);
        good = true;
    }
    png_destroy_read_struct(&w.png, &w.info, NULL);
    if (good) return ASY_OK;
    return w.no_memory ? asy_arena_status(in->arena) : asy_data_broken(in, f, "PNG", w.at, "%s", w.text);
}
