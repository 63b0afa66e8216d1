// SPDX-License-Identifier: GPL-3.0-or-later
#include "_line.h"

float asy__line_at(double c0, double r0, double c1, double r1, int64_t row, int64_t column)
{
    static const double reach = 2.3;
    double c = (double)column, d = asy_abs_f64((double)row - (r0 + (r1 - r0) / (c1 - c0) * (c - c0))), v;
    if (!(c >= floor(c0) && c < -floor(-c1)) || !(d < reach)) return 0;
    v = 1 + asy_log_f64(1 - d / reach);
    return v < 0 ? 0 : (float)v;
}
