// SPDX-License-Identifier: GPL-3.0-or-later
#include "child.h"
#include "base/io.h"
#include "base/sys.h"
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The address sanitizer's own memory, the runner's too, which a child's peak begins with, hides what is used.
 */
#if defined __SANITIZE_ADDRESS__
#define ASY_INSTRUMENTED 1
#elif defined __has_feature
#define ASY_INSTRUMENTED __has_feature(address_sanitizer)
#else
#define ASY_INSTRUMENTED 0
#endif

static char folder[64], said[1 << 16];
static double wall, cpu, megabytes;
static int started;

void asy_build_folder(char out[512])
{
    const char *given = getenv("ASSAY_BUILD");
    ssize_t n = given ? snprintf(out, 512, "%s", given) : readlink("/proc/self/exe", out, 511);
    ck_assert_int_gt(n, 0);
    if (given) return;
    out[n] = '\0';
    *strrchr(out, '/') = '\0';
}

void asy_child_setup(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/assay-child-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

void asy_child_teardown(void) { ck_assert_int_eq(asy_io_remove_tree(folder), ASY_OK); }

static void become(const char *command, const char *log)
{
    static const char *const unset[] = { "NO_COLOR",  "CLICOLOR_FORCE", "FORCE_COLOR",
                                         "ASSAY_ISA", "ASSAY_DATA",     "ASSAY_THREADS",
                                         "COLUMNS",   "XDG_DATA_HOME",  "SOURCE_DATE_EPOCH" };
    char given[512], build[PATH_MAX], assay[PATH_MAX + 8];
    int in = open("/dev/null", O_RDONLY), out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0) _exit(126);
    asy_build_folder(given);
    if (realpath(given, build) == NULL) _exit(126);
    (void)snprintf(assay, sizeof assay, "%s/assay", build);
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) (void)unsetenv(unset[i]);
    (void)setenv("ASSAY", assay, 1);
    (void)setenv("BUILD", build, 1);
    (void)setenv("T", folder, 1);
    (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static asy_child start(const char *fmt, va_list ap) ASY_PRINTF(1, 0);
static asy_child start(const char *fmt, va_list ap)
{
    char command[4096], log[128];
    asy_child c = { .number = ++started, .began = asy_now() };
    int n = vsnprintf(command, sizeof command, fmt, ap);
    ck_assert(n > 0 && n < (int)sizeof command);
    (void)snprintf(log, sizeof log, "%s/said-%ld-%d", folder, (long)getpid(), c.number);
    c.pid = fork();
    ck_assert_int_ge(c.pid, 0);
    if (c.pid == 0) become(command, log);
    return c;
}

asy_child asy_child_start(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    asy_child c = start(fmt, ap);
    va_end(ap);
    return c;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + 1e-6 * (double)t.tv_usec; }

int asy_child_end(asy_child *c)
{
    char log[128];
    struct rusage used;
    int status;
    pid_t pid;
    do pid = wait4(c->pid, &status, 0, &used);
    while (pid < 0 && errno == EINTR);
    ck_assert_int_eq(pid, c->pid);
    wall = asy_now() - c->began;
    cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
    megabytes = ASY_INSTRUMENTED ? 0 : (double)used.ru_maxrss / 1024;
    (void)snprintf(log, sizeof log, "%s/said-%ld-%d", folder, (long)getpid(), c->number);
    FILE *f = fopen(log, "r");
    ck_assert_ptr_nonnull(f);
    said[fread(said, 1, sizeof said - 1, f)] = '\0';
    (void)fclose(f);
    (void)unlink(log);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int asy_child_run(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    asy_child c = start(fmt, ap);
    va_end(ap);
    return asy_child_end(&c);
}

void asy_child_must(int code, const char *text, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    asy_child c = start(fmt, ap);
    va_end(ap);
    int got = asy_child_end(&c);
    ck_assert_msg(got == code, "`%s`: exit code %d, not %d\n%.2000s", fmt, got, code, said);
    ck_assert_msg(!text || strstr(said, text), "`%s` does not say `%s` but\n%.2000s", fmt, text, said);
}

const char *asy_child_said(void) { return said; }
double asy_child_wall(void) { return wall; }
double asy_child_cpu(void) { return cpu; }
double asy_child_megabytes(void) { return megabytes; }

static bool holds(const char *path, const char *text)
{
    static char data[1 << 20];
    FILE *f = fopen(path, "r");
    if (!f) return false;
    data[fread(data, 1, sizeof data - 1, f)] = '\0';
    (void)fclose(f);
    return strstr(data, text) != NULL;
}

static bool has_ended(const asy_child *c)
{
    siginfo_t info = { 0 };
    return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

bool asy_child_await(const asy_child *c, const char *pattern, const char *text)
{
    char path[256];
    bool found = false;
    (void)snprintf(path, sizeof path, "%s/%s", folder, pattern);
    for (; !found && !has_ended(c); asy_child_pause(0.001)) {
        glob_t g = { 0 };
        if (glob(path, 0, NULL, &g) == 0)
            for (size_t i = 0; !found && i < g.gl_pathc; i++) found = holds(g.gl_pathv[i], text);
        globfree(&g);
    }
    return found;
}

void asy_child_pause(double s)
{
    struct timespec t = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };
    while (nanosleep(&t, &t) != 0 && errno == EINTR) {
    }
}
