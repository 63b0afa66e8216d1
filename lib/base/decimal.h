// SPDX-License-Identifier: GPL-3.0-or-later
/* Doubles to decimal digits and back by libc, without the decimal point, so that no locale shows through. */
#ifndef ASY_BASE_DECIMAL_H
#define ASY_BASE_DECIMAL_H

/* The p ≤ 17 digits of finite |v|, correctly rounded, so that |v| ≈ d.ddd × 10^result. */
int asy__decimal_digits(double v, int p, char digits[18]);
/* digits × 10^exponent, correctly rounded. */
double asy__decimal_value(const char *digits, int exponent);
#endif
