// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables that tools/registry.sh writes into build/gen/registry.c, and look-ups in them. */
#ifndef ASY_METHOD_REGISTRY_H
#define ASY_METHOD_REGISTRY_H
#include "known.h"
#include "method.h"

extern const asy_kind *const asy_kinds[];            /* sorted by name, NULL at the end */
/* sorted by kind, then method; methods with known answers; kind NULL ends it */
extern const asy_known_table asy_known_tables[];

const asy_kind   *asy_kind_find(const char *name_or_plural);
/* may a method of this kind stand there? */
bool              asy_kind_stands(const asy_kind *, const asy_spot *);
/* By the method's or a preset's name, among the kinds that may stand at the spot (NULL: any kind). */
const asy_method *asy_method_find(const char *name, const asy_spot *, const asy_kind **kind,
                                  const asy_preset **preset);
/* Among the methods and presets of one kind. */
const asy_method *asy_kind_method(const asy_kind *, const char *name, const asy_preset **preset);
/* Names that may stand at a spot (methods and presets), sorted, NULL at the end; lives in the arena. */
int asy_spot_names(asy_arena *, const asy_spot *, const char *const **names);
/* Rejects names that clash at one place, defaults that do not read or lie out of range, a missing summary
 * or cite. */
asy_status asy_registry_check(void) ASY_CHECKED;
#endif
