// SPDX-License-Identifier: GPL-3.0-or-later
/* Private to the three files that see GSL. */
#ifndef ASY_BASE_GSL_H
#define ASY_BASE_GSL_H
/* Once a process: GSL returns its errors instead of ending the program. */
void asy__gsl_quiet(void);
#endif
