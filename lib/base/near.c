// SPDX-License-Identifier: GPL-3.0-or-later
/* Damerau–Levenshtein distance in its form with each pair transposed at most once (optimal string alignment);
 * ASCII upper and lower case count as the same letter. */
#include "diag.h"
#include <string.h>

enum { LONGEST = 64 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, int na, const char *b, int nb)
{
    int rows[3][LONGEST + 1], *two_up = rows[0], *up = rows[1], *row = rows[2];

    for (int j = 0; j <= nb; j++)
        up[j] = two_up[j] = j;
    for (int i = 1; i <= na; i++) {
        int *spare = two_up;

        row[0] = i;
        for (int j = 1; j <= nb; j++) {
            char p = lower(a[i - 1]), q = lower(b[j - 1]);

            row[j] = least(up[j - 1] + (p != q), least(up[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && p == lower(b[j - 2]) && q == lower(a[i - 2]))
                row[j] = least(row[j], two_up[j - 2] + 1);
        }
        two_up = up;
        up = row;
        row = spare;
    }
    return up[nb];
}

const char *asy_near(const char *word, int n, const char *const names[], const char **second)
{
    const char *best = NULL, *other = NULL;
    size_t len = strnlen(word, LONGEST + 1);
    int limit = len / 3 > 1 ? (int)(len / 3) : 1;

    for (int i = 0; i < n && len <= LONGEST; i++) {
        size_t len_i = strnlen(names[i], LONGEST + 1);
        int d = len_i <= LONGEST ? distance(word, (int)len, names[i], (int)len_i) : LONGEST;

        if (d > limit || (best && strcmp(best, names[i]) == 0))
            continue;
        if (!best || d < limit) {
            best = names[i];
            other = NULL;
            limit = d;
        } else if (!other) {
            other = names[i];
        }
    }
    if (second)
        *second = other;
    return best;
}
