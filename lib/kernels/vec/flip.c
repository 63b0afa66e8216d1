// SPDX-License-Identifier: GPL-3.0-or-later
/* Matrix transposition, in blocks of 8 × 8. The last blocks reach back over what is done already. */
#include "lanes.h"

void ASY_V(asy__flip)(int64_t rows, int64_t cols, const float *x, int64_t x_row, float *y, int64_t y_row)
{
    if (rows < 8 || cols < 8) {
        for (int64_t i = 0; i < rows; i++)
            for (int64_t j = 0; j < cols; j++) y[j * y_row + i] = x[i * x_row + j];
        return;
    }
    for (int64_t i = 0; i < rows; i += 8) {
        int64_t top = asy__min(i, rows - 8);
        for (int64_t j = 0; j < cols; j += 8) {
            int64_t left = asy__min(j, cols - 8);
            lanes_flip8(x + top * x_row + left, x_row, y + left * y_row + top, y_row);
        }
    }
}
