// SPDX-License-Identifier: GPL-3.0-or-later
/* Tables, figures and report.html, from the study's folder alone (user-experience §9, §10). The same folder
 * gives the same bytes anywhere. */
#ifndef ASY_REPORT_REPORT_H
#define ASY_REPORT_REPORT_H
#include "../base/arena.h"

/* Writes results.csv, tables/, figures/, summary.json, report.html, MANIFEST.sha256 into the folder. */
asy_status asy_report_write(const char *dir) ASY_CHECKED;
#endif
