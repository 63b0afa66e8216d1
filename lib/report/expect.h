// SPDX-License-Identifier: GPL-3.0-or-later
/* Claims and published values against results (user-experience §3.5). */
#ifndef ASY_REPORT_EXPECT_H
#define ASY_REPORT_EXPECT_H
#include "impl.h"

typedef enum { ASY__SATISFIED, ASY__FAILED, ASY__UNDECIDED, ASY__MISSING } asy__verdict;
/* One claim for one arm. */
typedef struct {
    const char *name, *arm, *metric; /* metric: EVALUATION.METRIC[@X] */
    const char *says;                /* "at least 0.9" */
    const char *judge;
    asy__cell found; /* of a comparison with another metric: the difference, paired by seed */
    asy__verdict verdict;
    /* a published value: SATISFIED reads "matches", FAILED "differs" */
    bool published;
    double reference, difference;
    const char *source;
} asy__claim;
/* All of spec/expect.json, one claim an arm that its metric names. */
asy_status asy__claims(const asy__study *, int *n, asy__claim **) ASY_CHECKED;
const char *asy__verdict_word(const asy__claim *);
/* Sections of the page: claims as a list, published values as a table. */
void asy__claims_html(asy_buf *, int n, const asy__claim[]);
void asy__reproduction_html(asy_buf *, int n, const asy__claim[]);
#endif
