// SPDX-License-Identifier: GPL-3.0-or-later
/* Moving pixels: quarter turns and whole moves are exact, ramps keep their slopes. */
#include "../../datasets/_warp.h"
#include <check.h>

enum { H = 5, W = 7, SIDE = 6 };

static void numbers(int n, float *x)
{
    for (int i = 0; i < n; i++) x[i] = (float)i;
}

/* Counter-clockwise: the top right corner gets what was at the bottom right. Squares of even and of odd
 * sides. */
START_TEST(quarter_turns)
{
    for (int n = SIDE; n <= SIDE + 1; n++) {
        float x[49], once[49], whole[49];
        asy__map q = asy__turn(90), none = asy__turn(0), all = asy__turn(360), back = asy__turn(-90),
                 three = asy__turn(270);
        numbers(n * n, x);
        asy__warp(1, n, n, &q, -1, x, once);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) ck_assert(once[i * n + j] == x[j * n + n - 1 - i]);
        asy__warp(1, n, n, &none, -1, x, whole);
        ck_assert_mem_eq(x, whole, (size_t)(n * n) * sizeof(float));
        asy__warp(1, n, n, &all, -1, x, whole);
        ck_assert_mem_eq(x, whole, (size_t)(n * n) * sizeof(float));
        asy__warp(1, n, n, &back, -1, once, whole);
        ck_assert_mem_eq(x, whole, (size_t)(n * n) * sizeof(float));
        asy__warp(1, n, n, &three, -1, once, whole);
        ck_assert_mem_eq(x, whole, (size_t)(n * n) * sizeof(float));
    }
}
END_TEST

START_TEST(half_turn_of_a_rectangle)
{
    float x[H * W], out[H * W];
    asy__map m = asy__turn(180);
    numbers(H * W, x);
    asy__warp(1, H, W, &m, -1, x, out);
    for (int i = 0; i < H * W; i++) ck_assert(out[i] == x[H * W - 1 - i]);
}
END_TEST

/* Channel by channel; what moves in is the fill. A move as a map gives the same. */
START_TEST(moves)
{
    float x[2 * H * W], out[2 * H * W], again[2 * H * W];
    numbers(2 * H * W, x);
    for (int down = -H - 1; down <= H + 1; down++)
        for (int right = -W - 1; right <= W + 1; right++) {
            asy__map m = { .rr = 1, .cc = 1, .r = -down, .c = -right };
            asy__move(2, H, W, down, right, 99, x, out);
            asy__warp(2, H, W, &m, 99, x, again);
            ck_assert_mem_eq(out, again, sizeof out);
            for (int i = 0; i < 2 * H * W; i++) {
                int r = i / W % H - down, c = i % W - right;
                bool inside = r >= 0 && r < H && c >= 0 && c < W;
                ck_assert(out[i] == (inside ? x[i / (H * W) * H * W + r * W + c] : 99));
            }
        }
}
END_TEST

/* Half a pixel between two: their mean; half a pixel over the border: half the fill. */
START_TEST(between_pixels)
{
    float x[H * W], out[H * W];
    asy__map m = { .rr = 1, .cc = 1, .c = 0.5 };
    numbers(H * W, x);
    asy__warp(1, H, W, &m, 100, x, out);
    for (int i = 0; i < H * W; i++) ck_assert(out[i] == (i % W < W - 1 ? x[i] + 0.5f : (x[i] + 100) / 2));
}
END_TEST

Suite *asy_suite_data_warp(void);
Suite *asy_suite_data_warp(void)
{
    Suite *s = suite_create("data_warp");
    TCase *c = tcase_create("pixels");
    tcase_add_test(c, quarter_turns);
    tcase_add_test(c, half_turn_of_a_rectangle);
    tcase_add_test(c, moves);
    tcase_add_test(c, between_pixels);
    suite_add_tcase(s, c);
    return s;
}
