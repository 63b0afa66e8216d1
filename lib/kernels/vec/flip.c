// SPDX-License-Identifier: GPL-3.0-or-later
/* Matrix transposition, in blocks of 8 × 8. */
#include "lanes.h"

void ASY_V(asy__flip)(int64_t rows, int64_t cols, const float *x, int64_t x_row, float *y, int64_t y_row)
{
    int64_t i = 0;
    for (; i + 8 <= rows; i += 8) {
        int64_t j = 0;
        for (; j + 8 <= cols; j += 8) lanes_flip8(x + i * x_row + j, x_row, y + j * y_row + i, y_row);
        for (; j < cols; j++) {
            for (int64_t r = i; r < i + 8; r++) y[j * y_row + r] = x[r * x_row + j];
        }
    }
    for (; i < rows; i++) {
        for (int64_t j = 0; j < cols; j++) y[j * y_row + i] = x[i * x_row + j];
    }
}
