// SPDX-License-Identifier: GPL-3.0-or-later
/* What a rule between parameters is given. */
#ifndef ASY_METHOD_SITE_H
#define ASY_METHOD_SITE_H
#include "method.h"

struct asy_site {
    asy_diag *diag;
    /* the block; the one around it in which the shared keys stand (may be the same) */
    const asy_tree *map, *around;
    asy_loc head;
};
#endif
