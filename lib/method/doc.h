// SPDX-License-Identifier: GPL-3.0-or-later
/* A table in words: what describe and help print. */
#ifndef ASY_METHOD_DOC_H
#define ASY_METHOD_DOC_H
#include "method.h"

/* "labels, scores": what ASY_NEED_* bits stand for */
void asy_need_words(unsigned bits, asy_buf *);
const char *asy_param_type(const asy_param *);                      /* "integer", "choice" … */
/* "1 … 100000", "linf l2"; "" where anything goes */
const char *asy_param_allowed(asy_arena *, const asy_param *);
/* As a user would write it: the formula of a derived one, "required", "none"; the preset's, where it sets
 * one (may be NULL). */
const char *asy_param_default(const asy_param *, const asy_preset *);
#endif
