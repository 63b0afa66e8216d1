// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef ASY_CLI_DATA_INFO_H
#define ASY_CLI_DATA_INFO_H
#include "../method/view.h"
/* What a loaded set holds: classes of each part, duplicates within and across parts, constant columns, missing
 * values; to stdout. */
asy_status asy__data_profile(asy_arena *, const asy_data *) ASY_CHECKED;
#endif
