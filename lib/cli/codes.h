// SPDX-License-Identifier: GPL-3.0-or-later
/* What each code of a diagnostic means, at length: the texts of `assay explain`. */
#ifndef ASY_CLI_CODES_H
#define ASY_CLI_CODES_H
typedef struct {
    const char *code, *title, *text;
    const char *wrong, *right; /* an example of each; NULL: none */
} asy_code_text;
extern const asy_code_text asy__code_texts[]; /* by code; code NULL ends it */
#endif
