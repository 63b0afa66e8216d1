// SPDX-License-Identifier: GPL-3.0-or-later
/* Small pictures as PNG in base64, for the page to carry (the one file that sees libpng). */
#include "impl.h"

#include <png.h>
#include <string.h>

static void base64(asy_buf *b, const uint8_t *p, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        uint32_t w =
            (uint32_t)p[i] << 16 | (i + 1 < n ? (uint32_t)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        asy_buf_putc(b, digit[w >> 18]);
        asy_buf_putc(b, digit[w >> 12 & 63]);
        asy_buf_putc(b, i + 1 < n ? digit[w >> 6 & 63] : '=');
        asy_buf_putc(b, i + 2 < n ? digit[w & 63] : '=');
    }
}

asy_status asy__png_base64(asy_buf *b, int width, int height, int channels, const uint8_t *pixels)
{
    png_image image;
    asy_arena *a = asy_arena_new(0);
    png_alloc_size_t n =
        (png_alloc_size_t)width * (png_alloc_size_t)height * (png_alloc_size_t)channels * 2 + 4096;
    uint8_t *out = asy_alloc(a, n, 1);
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)width;
    image.height = (png_uint_32)height;
    image.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    asy_status s = out != NULL ? ASY_OK : asy_arena_status(a);
    if (s == ASY_OK && png_image_write_to_memory(&image, out, &n, 0, pixels, 0, NULL) == 0)
        s = asy_fail_(ASY_EBUG, __FILE__, __LINE__, "a picture cannot be written: %s", image.message);
    if (s == ASY_OK) base64(b, out, n);
    asy_arena_free(a);
    return s;
}
