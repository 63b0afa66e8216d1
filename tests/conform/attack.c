// SPDX-License-Identifier: GPL-3.0-or-later
/* Every attack of the registry, on the references and on each backend of this machine. */
#include "attack/check.h"
#include "kernels/kernels.h"
#include <check.h>

static const asy_attack *attack_at(int i)
{
    int n;
    return (const asy_attack *)asy_kind_attack.methods(&n)[i];
}

static int n_attacks(void)
{
    int n;
    (void)asy_kind_attack.methods(&n);
    return n;
}

START_TEST(references)
{
    asy_status s = asy_attack_check(attack_at(_i), NULL);
    ck_assert_msg(s == ASY_OK, "%s", asy_error_text());
}
END_TEST

START_TEST(backends)
{
    for (int isa = ASY_ISA_PLAIN; isa <= ASY_ISA_AVX512; isa++) {
        const asy_backend *b = asy_backend_cpu((asy_isa)isa);
        asy_status s = b ? asy_attack_check(attack_at(_i), b) : ASY_OK;
        ck_assert_msg(s == ASY_OK, "%s: %s", b ? b->name : "", asy_error_text());
    }
}
END_TEST

Suite *asy_suite_attack(void);
Suite *asy_suite_attack(void)
{
    Suite *s = suite_create("attack");
    TCase *c = tcase_create("conformance");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, references, 0, n_attacks());
    tcase_add_loop_test(c, backends, 0, n_attacks());
    suite_add_tcase(s, c);
    return s;
}
