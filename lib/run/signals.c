// SPDX-License-Identifier: GPL-3.0-or-later
#include "run.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t last_signal, count, dump;
static char stack[1 << 16]; /* handlers run here: a kernel may use memory below the stack pointer */

static void handler(int sig)
{
    last_signal = sig;
    if (++count < 2) return;
    signal(sig, SIG_DFL); /* the second one stops at once */
    raise(sig);
}

static void ask(int sig)
{
    (void)sig;
    dump = 1;
}

asy_status asy_signals_install(void)
{
    static const int which[] = { SIGINT, SIGTERM, SIGUSR1 };
    stack_t alt = { .ss_sp = stack, .ss_size = sizeof stack };
    struct sigaction a;
    memset(&a, 0, sizeof a);
    a.sa_handler = handler;
    a.sa_flags = SA_ONSTACK | SA_RESTART;
    sigemptyset(&a.sa_mask);
    if (sigaltstack(&alt, NULL) != 0) ASY_FAIL(ASY_EIO, "the signal stack cannot be set");
    for (size_t i = 0; i < sizeof which / sizeof *which; i++)
        if (sigaction(which[i], &a, NULL) != 0) ASY_FAIL(ASY_EIO, "signal %d cannot be handled", which[i]);
    a.sa_handler = ask;
    if (sigaction(SIGQUIT, &a, NULL) != 0) ASY_FAIL(ASY_EIO, "signal %d cannot be handled", SIGQUIT);
    signal(SIGHUP, isatty(0) ? SIG_DFL : SIG_IGN);
    return ASY_OK;
}

bool asy_signals_stop(void) { return count > 0; }
int asy_signals_last(void) { return last_signal; }

bool asy_signals_dump(void)
{
    bool asked = dump != 0;
    dump = 0;
    return asked;
}
