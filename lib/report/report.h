// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables, figures and report.html, from the study's folder alone (user-experience §9, §10). The same folder
 * gives the same bytes anywhere. */
#ifndef ASY_REPORT_REPORT_H
#define ASY_REPORT_REPORT_H
#include "../base/arena.h"
#include "../base/buf.h"

/* Writes results.csv, tables/, figures/, summary.json, report.html, MANIFEST.sha256 into the folder. */
asy_status asy_report_write(const char *dir) ASY_CHECKED;
/* The verdicts of `expect` in a folder: a line "NAME: VERDICT" a claim (the worst over its arms) into
 * `lines`, and how many are findings: failed, undecided or missing claims, published values that differ. */
asy_status asy_report_findings(const char *dir, asy_buf *lines, int *findings) ASY_CHECKED;
/* Two studies, value for value. */
typedef struct {
    int values, same; /* values of runs that both have; of them the very same bits */
    int differ,
        significant; /* metrics of an arm that differ; those with a Holm p of the paired t test below 0.05 */
} asy_comparison;
/* A line for each value of the specs and each metric that differs into `lines`. metric NULL: all. */
asy_status asy_report_compare(const char *dir_a, const char *dir_b, const char *metric, asy_buf *lines,
                              asy_comparison *) ASY_CHECKED;
#endif
