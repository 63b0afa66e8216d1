// SPDX-License-Identifier: GPL-3.0-or-later
/* What writers that were killed left behind. */
#include "io.h"
#include "io_sys.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { DEEPEST = 8 };

/* NAME.PID-K.tmp, as asy_io_write names its temporary files, of a process that is no more; or of an earlier
 * one that had this one's number: its K has not been given out yet. */
static bool is_orphan(const char *name)
{
    size_t n = strlen(name);
    const char *dot;
    char *end;
    long pid, k;

    if (n < 5 || strcmp(name + n - 4, ".tmp") != 0)
        return false;
    for (dot = name + n - 5; dot > name && *dot != '.'; dot--)
        ;
    if (dot == name || dot[1] < '1' || dot[1] > '9')
        return false;
    pid = strtol(dot + 1, &end, 10);
    if (*end != '-' || end[1] < '0' || end[1] > '9')
        return false;
    k = strtol(end + 1, &end, 10);
    if (strcmp(end, ".tmp") != 0 || (long)(pid_t)pid != pid)
        return false;
    if (pid == (long)getpid())
        return k >= asy__temporaries();
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static asy_status sweep(asy_arena *a, const char *dir, int depth)
{
    char **names;
    int n;
    asy_status s = asy_io_list(a, dir, &n, &names);

    if (s != ASY_OK)
        return depth > 0 && s == ASY_EIO && !asy_io_exists(dir) ? ASY_OK : s;  /* its owner published it */
    for (int i = 0; i < n; i++) {
        char *path = asy_path_join(a, dir, names[i]);
        struct stat st;

        if (!path)
            return asy_arena_status(a);
        if (lstat(path, &st) != 0)
            continue;  /* its owner was done with it */
        if (S_ISDIR(st.st_mode) && depth < DEEPEST)
            ASY_TRY(sweep(a, path, depth + 1));
        else if (S_ISREG(st.st_mode) && is_orphan(names[i]) && unlink(path) != 0 && errno != ENOENT)
            return asy__io_failed("remove", path);
    }
    return ASY_OK;
}

asy_status asy_io_sweep(const char *dir)
{
    asy_arena *a = asy_arena_new(0);
    asy_status s = a ? sweep(a, dir, 0) : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory for a path");

    asy_arena_free(a);
    return s;
}
