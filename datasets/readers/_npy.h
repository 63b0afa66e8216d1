// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_READERS_NPY_H
#define ASY_READERS_NPY_H
#include "assay.h"
/* One .npy array; `at` is where it begins in the file, for messages. */
asy_status asy__npy_read(const asy_data_in *, const asy_bytes *file, size_t at, const char *data, size_t n,
                         asy_tensor *) ASY_CHECKED;
#endif
