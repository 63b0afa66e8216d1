// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared by the files of this folder that call malloc: true when the allocation about to be made is the one
 * that asy_arena_fail_at asked to fail. */
#ifndef ASY_BASE_FAULT_H
#define ASY_BASE_FAULT_H
#include <stdbool.h>
bool asy__alloc_fails(void);
#endif
