// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables and curves that a study gives. */
#ifndef ASY_REPORT_CONTENT_H
#define ASY_REPORT_CONTENT_H
#include "impl.h"
asy_status asy__metric_table(const asy__study *, const char *metric, const char *name, const char *caption,
                             asy__table *) ASY_CHECKED;
asy_status asy__curve_table(const asy__study *, const char *eval, asy__table *,
                            double **x) ASY_CHECKED; /* n_cols 0: the evaluation has no points */
asy_status asy__curve_figure(const asy__study *, const char *eval, const asy__table *, const double *x,
                             asy__line_figure *) ASY_CHECKED;
#endif
