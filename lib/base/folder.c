// SPDX-License-Identifier: GPL-3.0-or-later
/* Folders and paths. */
#include "io.h"
#include "io_sys.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 64 };

/* Length of the folder's part of a path: without the last name and its slashes; 0 if there is none. */
static size_t folder_length(const char *path)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    while (n > 1 && path[n - 1] == '/')
        n--;
    return n;
}

void asy__folder_of(const char *path, char out[ASY__PATH])
{
    size_t n = folder_length(path);

    if (n == 0 || n >= ASY__PATH) {
        memcpy(out, ".", 2);
        return;
    }
    memcpy(out, path, n);
    out[n] = '\0';
}

char *asy_path_dir(asy_arena *a, const char *path)
{
    size_t n = folder_length(path);

    return n ? asy_strndup(a, path, n) : asy_strdup(a, ".");
}

char *asy_path_join(asy_arena *a, const char *dir, const char *name)
{
    size_t n = strlen(dir);

    if (name[0] == '/' || n == 0)
        return asy_strdup(a, name);
    return asy_sprintf(a, "%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

double asy_io_age(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? difftime(time(NULL), st.st_mtime) : -1;
}

bool asy_io_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

asy_status asy_io_mkdirs(const char *path)
{
    char part[ASY__PATH];
    size_t n = strlen(path);

    if (n == 0 || n >= sizeof part) {
        errno = n ? ENAMETOOLONG : ENOENT;
        return asy__io_failed("make the folder", path);
    }
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && i < n)
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0) {
            int error = errno;

            if (is_folder(part))
                continue;
            errno = error == EEXIST ? ENOTDIR : error;
            return asy__io_failed("make the folder", part);
        }
    }
    return ASY_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static asy_status list_open(asy_arena *a, DIR *d, const char *dir, int *n, char ***names)
{
    char **list = NULL;
    int count = 0, cap = 0;
    const struct dirent *e;

    while (errno = 0, (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (count == cap) {
            char **more = cap < 1 << 28 ? ASY_NEWN(a, cap = cap ? 2 * cap : 16, char *) : NULL;

            if (!more)
                return asy_arena_status(a);
            if (count)
                memcpy(more, list, (size_t)count * sizeof *list);
            list = more;
        }
        list[count++] = asy_strdup(a, e->d_name);
    }
    if (errno)
        return asy__io_failed("list the folder", dir);
    ASY_TRY(asy_arena_status(a));
    if (count)
        qsort(list, (size_t)count, sizeof *list, by_bytes);
    *names = list;
    *n = count;
    return ASY_OK;
}

asy_status asy_io_list(asy_arena *a, const char *dir, int *n, char ***names)
{
    DIR *d = opendir(dir);
    asy_status s;

    *n = 0;
    *names = NULL;
    if (!d)
        return asy__io_failed("list the folder", dir);
    s = list_open(a, d, dir, n, names);
    (void)closedir(d);
    ASY_TRY(s);
    return ASY_OK;
}

/* Opens a folder below `at`; a link is not followed. */
static DIR *open_folder(int at, const char *name)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);

    if (!d && fd >= 0)
        (void)close(fd);
    return d;
}

/* 0, or −1 and errno. A name that vanished meanwhile is as good as removed. */
static int remove_at(int at, const char *name, int depth)
{
    const struct dirent *e;
    DIR *d;
    int r = 0;

    if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)  /* POSIX names EPERM, Linux gives EISDIR */
        return -1;
    if (depth == DEEPEST) {
        errno = ENAMETOOLONG;
        return -1;
    }
    d = open_folder(at, name);
    if (!d)
        return -1;
    while (r == 0 && (errno = 0, e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            r = remove_at(dirfd(d), e->d_name, depth + 1);
    if (r == 0 && errno)
        r = -1;
    (void)closedir(d);
    if (r == 0 && unlinkat(at, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
        r = -1;
    return r;
}

asy_status asy_io_remove_tree(const char *path)
{
    if (remove_at(AT_FDCWD, path, 0) != 0)
        return asy__io_failed("remove", path);
    return ASY_OK;
}

/* Syncs a folder and those below it; the files in them were synced when written. 0, or −1 and errno. */
static int sync_at(int at, const char *name, int depth)
{
    const struct dirent *e;
    DIR *d;
    int r = 0;

    if (depth == DEEPEST) {
        errno = ENAMETOOLONG;
        return -1;
    }
    d = open_folder(at, name);
    if (!d)
        return depth > 0 && (errno == ENOTDIR || errno == ELOOP) ? 0 : -1;  /* a file or a link */
    while (r == 0 && (e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            r = sync_at(dirfd(d), e->d_name, depth + 1);
    if (r == 0)
        r = asy__fsync(dirfd(d));
    (void)closedir(d);
    return r;
}

asy_status asy_io_publish(const char *work_dir, const char *dir)
{
    char parent[ASY__PATH];

    if (strlen(dir) >= sizeof parent) {
        errno = ENAMETOOLONG;
        return asy__io_failed("publish", dir);
    }
    if (sync_at(AT_FDCWD, work_dir, 0) != 0)
        return asy__io_failed("publish", work_dir);
    if (asy__rename(work_dir, dir) != 0) {
        if ((errno != EEXIST && errno != ENOTEMPTY) || !is_folder(dir))
            return asy__io_failed("publish", dir);
        ASY_TRY(asy_io_remove_tree(work_dir));  /* somebody else finished first */
        return ASY_OK;
    }
    asy__folder_of(dir, parent);
    ASY_TRY(asy__sync_folder(parent));
    return ASY_OK;
}
