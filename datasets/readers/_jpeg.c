// SPDX-License-Identifier: GPL-3.0-or-later
/* JPEG, turned as its EXIF orientation says. */
#include "_image.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

typedef struct {
    struct jpeg_error_mgr e; /* first: libjpeg knows only this one */
    const asy_data_in *in;
    const asy_bytes *file;
    char text[JMSG_LENGTH_MAX];
    jmp_buf out;
    struct jpeg_decompress_struct j;
    asy__image *image;
    bool no_memory;
} work;

static void failed(j_common_ptr j)
{
    work *w = (work *)(void *)j->err;
    j->err->format_message(j, w->text);
    longjmp(w->out, 1);
}

/* What libjpeg only warns of, data that are cut short or damaged, is an error here. */
static void warned(j_common_ptr j, int level)
{
    if (level < 0) failed(j);
}

static void stop(work *w, const char *why)
{
    (void)snprintf(w->text, sizeof w->text, "%s", why);
    longjmp(w->out, 1);
}

static unsigned u16(const unsigned char *p, bool little)
{
    return little ? (unsigned)p[1] << 8 | p[0] : (unsigned)p[0] << 8 | p[1];
}

/* Tag 0x0112 of the first directory (Exif 2.3, 4.6.4): 1 to 8; 1 where there is none. */
static int orientation(const struct jpeg_decompress_struct *j)
{
    for (const struct jpeg_marker_struct *m = j->marker_list; m != NULL; m = m->next) {
        const unsigned char *p = m->data + 6;
        size_t n = m->data_length;
        if (m->marker != JPEG_APP0 + 1 || n < 22 || memcmp(m->data, "Exif\0\0", 6) != 0) continue;
        n -= 6;
        bool little = p[0] == 'I';
        size_t high = u16(p + (little ? 6 : 4), little), at = u16(p + (little ? 4 : 6), little);
        if (high != 0 || at > n - 2) return 1;
        unsigned entries = u16(p + at, little);
        for (size_t i = at + 2; entries > 0 && i + 12 <= n; i += 12, entries--)
            if (u16(p + i, little) == 0x0112) {
                unsigned v = u16(p + i + 8, little);
                return v >= 1 && v <= 8 ? (int)v : 1;
            }
    }
    return 1;
}

/* Where pixel (x, y) of the file stands in the picture of size w x h as it is to be seen. */
static int64_t turned(int how, int x, int y, int w, int h)
{
    int tx = x, ty = y;
    if (how >= 5) tx = y, ty = x;
    if (how == 2 || how == 3 || how == 6 || how == 7) tx = w - 1 - tx;
    if (how == 3 || how == 4 || how == 7 || how == 8) ty = h - 1 - ty;
    return (int64_t)ty * w + tx;
}

static void decode(work *w)
{
    struct jpeg_decompress_struct *j = &w->j;
    asy__image *m = w->image;
    jpeg_mem_src(j, (const unsigned char *)w->file->data, (unsigned long)w->file->n);
    jpeg_save_markers(j, JPEG_APP0 + 1, 0xffff);
    (void)jpeg_read_header(j, TRUE);
    if (j->image_width > ASY__IMAGE_SIDE || j->image_height > ASY__IMAGE_SIDE ||
        (int64_t)j->image_width * j->image_height > ASY_FILE_LIMIT / 16)
        stop(w, "it is larger than 16384 a side, or than 2^26 pixels");
    if (j->num_components != 1 && j->num_components != 3) stop(w, "its colours are neither grey nor RGB");
    j->out_color_space = j->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    j->dct_method = JDCT_ISLOW;
    (void)jpeg_start_decompress(j);
    int how = orientation(j), width = (int)j->output_width, height = (int)j->output_height;
    *m = (asy__image){ .channels = j->output_components,
                       .height = how >= 5 ? width : height,
                       .width = how >= 5 ? height : width,
                       .bits = 8 };
    int64_t plane = (int64_t)width * height;
    uint8_t *out = m->pixels = asy_alloc(w->in->arena, (size_t)plane, (size_t)m->channels);
    unsigned char *row = asy_alloc(w->in->arena, (size_t)width, (size_t)m->channels);
    if (out == NULL || row == NULL) w->no_memory = true, stop(w, "out of memory");
    for (int y = 0; y < height; y++) {
        (void)jpeg_read_scanlines(j, &row, 1);
        for (int x = 0; x < width; x++)
            for (int c = 0; c < m->channels; c++)
                out[c * plane + turned(how, x, y, m->width, m->height)] = row[x * m->channels + c];
    }
    (void)jpeg_finish_decompress(j);
}

asy_status asy__jpeg_read(const asy_data_in *in, const asy_bytes *f, asy__image *m)
{
    work w = { .in = in, .file = f, .image = m };
    volatile bool good = false;
    w.j.err = jpeg_std_error(&w.e);
    w.e.error_exit = failed;
    w.e.emit_message = warned;
    if (setjmp(w.out) == 0) {
        jpeg_create_decompress(&w.j);
        decode(&w);
        good = true;
    }
    jpeg_destroy_decompress(&w.j);
    if (good) return ASY_OK;
    return w.no_memory ? asy_arena_status(in->arena) : asy_data_broken(in, f, "JPEG", 0, "%s", w.text);
}

asy_status asy__image_read(const asy_data_in *in, const asy_bytes *f, asy__image *m)
{
    if (f->n >= 8 && memcmp(f->data, "\x89PNG\r\n\x1a\n", 8) == 0) return asy__png_read(in, f, m);
    if (f->n >= 3 && memcmp(f->data, "\xff\xd8\xff", 3) == 0) return asy__jpeg_read(in, f, m);
    return asy_data_broken(in, f, "image", 0, "it begins neither as PNG nor as JPEG");
}
