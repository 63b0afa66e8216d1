// SPDX-License-Identifier: GPL-3.0-or-later
/* What the descriptors share. */
#ifndef ASY_METHOD_KINDS_SPOTS_H
#define ASY_METHOD_KINDS_SPOTS_H
#include "../method.h"

/* Declares the list that tools/registry.sh writes. */
#define ASY__METHODS_OF(kind) const asy_method *const *asy_methods_of_##kind(int *n)
#endif
