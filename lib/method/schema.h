// SPDX-License-Identifier: GPL-3.0-or-later
/* JSON Schema (draft-07) of a table of parameters: what an editor needs to complete and mark a spec. Made from
 * the same rows that validate, so the two cannot disagree about keys, types, choices and static ranges. */
#ifndef ASY_METHOD_SCHEMA_H
#define ASY_METHOD_SCHEMA_H
#include "../base/json.h"
#include "method.h"

typedef struct {
    const char *id, *title;
    const asy_param *root;
    /* keys of the root that hold name → part of a document (arms), or one part (smoke): the same keys, nothing
     * required; NULL-terminated */
    const char *const *parts_by_name, *const *parts;
    /* a required key that may be left out where the method at `where` is one of `names`; NULL: none */
    const char *spared;
    const char *where, *word;
    const char *const *names;
} asy_schema;
void asy_schema_write(asy_jw *, const asy_schema *);
#endif
