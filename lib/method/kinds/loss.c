// SPDX-License-Identifier: GPL-3.0-or-later
/* Training losses. */
#include "../loss.h"
#include "_spots.h"

const asy_spot asy_spot_loss = { .path = "train.loss", .noun = "loss", .word = "method" };

static const asy_spot *const spots[] = { &asy_spot_loss, NULL };
ASY__METHODS_OF(loss);

static void facts(const asy_method *m, const char *name, asy_buf *out)
{
    (void)name;
    asy_buf_puts(out, ((const asy_loss *)m)->flags & ASY_LOSS_DECOMPOSES ? "A mean over examples."
                                                                         : "Not a mean over examples.");
}

const asy_kind asy_kind_loss = {
    .name = "loss", .plural = "losses", .summary = "what training makes small",
    .spots = spots, .section = "setup", .methods = asy_methods_of_loss, .facts = facts,
};
