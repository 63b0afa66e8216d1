// SPDX-License-Identifier: GPL-3.0-or-later
#include "sink.h"
#include "../base/stat.h"

#include <math.h>

asy_status asy_put(asy_sink *k, const char *metric, double value)
{
    asy_result r = { metric, value, 0, NAN, NAN, "none", NAN };
    return k->result(k, &r);
}

asy_status asy_put_rate(asy_sink *k, const char *metric, int64_t hits, int64_t n)
{
    return asy_put_rate_at(k, metric, NAN, hits, n);
}

asy_status asy_put_rate_at(asy_sink *k, const char *metric, double x, int64_t hits, int64_t n)
{
    asy_interval w = asy_wilson(hits, n, 0.95);
    asy_result r = { metric, n > 0 ? (double)hits / (double)n : NAN, n, w.lo, w.hi, "wilson", x };
    return k->result(k, &r);
}
