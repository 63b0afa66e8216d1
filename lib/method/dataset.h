// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to lib/method and the command `data`: loading, before any split. */
#ifndef ASY_METHOD_DATASET_H
#define ASY_METHOD_DATASET_H
#include "view.h"
/* The folder where a known set lies; NULL if it is nowhere. */
const char *asy_known_dir(asy_arena *, const char *name, const asy_recipe *);
/* Size and SHA-256 of one file's uncompressed content against its recipe: E0402, E0404. */
asy_status asy__known_verify(const asy_data_in *, const char *path, const asy_known_file *) ASY_CHECKED;
/* Rows of the parts by the `split` block: fills out->views. */
asy_status asy__split(const asy_data_par *, const asy_data_in *, asy_rng split,
                      asy_dataset_view *out) ASY_CHECKED;
#endif
