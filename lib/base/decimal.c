// SPDX-License-Identifier: GPL-3.0-or-later
#include "decimal.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int asy__decimal_digits(double v, int p, char digits[18])
{
    char text[48];
    const char *s = text;
    int n = 0;

    (void)snprintf(text, sizeof text, "%.*e", p - 1, fabs(v));
    for (; *s && *s != 'e'; s++)
        if (*s >= '0' && *s <= '9' && n < 17)
            digits[n++] = *s;
    digits[n] = '\0';
    return *s ? (int)strtol(s + 1, NULL, 10) : 0;
}

double asy__decimal_value(const char *digits, int exponent)
{
    char text[48];

    (void)snprintf(text, sizeof text, "%se%d", digits, exponent);
    return strtod(text, NULL);
}
