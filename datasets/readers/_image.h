// SPDX-License-Identifier: GPL-3.0-or-later
/* Pictures in memory, decoded by libpng and libjpeg. */
#ifndef ASY_READERS_IMAGE_H
#define ASY_READERS_IMAGE_H
#include "assay.h"
enum { ASY__IMAGE_SIDE = 16384 };
/* Pixels [C,H,W]; 8 bits as bytes, 16 bits as native uint16_t. */
typedef struct {
    int channels, height, width, bits;
    bool alpha; /* an alpha channel was left out */
    void *pixels;
} asy__image;
asy_status asy__png_read(const asy_data_in *, const asy_bytes *, asy__image *) ASY_CHECKED;
asy_status asy__jpeg_read(const asy_data_in *, const asy_bytes *, asy__image *) ASY_CHECKED;
/* By the first bytes. */
asy_status asy__image_read(const asy_data_in *, const asy_bytes *, asy__image *) ASY_CHECKED;
#endif
