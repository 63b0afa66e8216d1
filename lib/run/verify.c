// SPDX-License-Identifier: GPL-3.0-or-later
/* A study against its MANIFEST.sha256. */
#include "impl.h"

#include "../base/hash.h"
#include "../base/map.h"
#include <string.h>
#include <sys/stat.h>

typedef struct {
    asy_arena *arena;
    const char *dir;
    asy_buf *lines;
    asy_map *listed;
    int bad;
} check;

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static void say(check *c, const char *word, const char *name)
{
    asy_buf_printf(c->lines, "%-8s %s\n", word, name);
    c->bad++;
}

static asy_status listed(check *c, const char *data, const char *path)
{
    int line = 1;
    for (const char *p = data, *end; *p != 0; p = end + 1, line++) {
        end = strchr(p, '\n');
        if (end == NULL || end - p < 67 || p[64] != ' ' || p[65] != ' ')
            ASY_FAIL(ASY_EPARSE, "`%s` line %d is not `SHA-256  NAME`", path, line);
        char *name = asy_strndup(c->arena, p + 66, (size_t)(end - p - 66)),
             *sum = asy_strndup(c->arena, p, 64), *file = asy_path_join(c->arena, c->dir, name), hex[65];
        asy_digest d;
        if (name == NULL || sum == NULL || file == NULL) return asy_arena_status(c->arena);
        if (name[0] == '/' || strstr(name, "..") != NULL)
            ASY_FAIL(ASY_EPARSE, "`%s` line %d leaves the folder", path, line);
        asy_map_put(c->listed, name, sum);
        if (asy_sha256_file(file, &d) != ASY_OK) {
            asy_error_clear();
            say(c, "missing", name);
            continue;
        }
        asy_hex(&d, 64, hex);
        if (strcmp(hex, sum) != 0) say(c, "edited", name);
    }
    return ASY_OK;
}

static asy_status extra(check *c, const char *below)
{
    int n;
    char **names;
    const char *dir = below[0] != 0 ? asy_path_join(c->arena, c->dir, below) : c->dir;
    if (dir == NULL) return asy_arena_status(c->arena);
    ASY_TRY(asy_io_list(c->arena, dir, &n, &names));
    for (int i = 0; i < n; i++) {
        struct stat st;
        char *name = below[0] != 0 ? asy_sprintf(c->arena, "%s/%s", below, names[i]) : names[i],
             *path = asy_path_join(c->arena, c->dir, name);
        if (path == NULL) return asy_arena_status(c->arena);
        if (ends_in(name, ".work") || ends_in(name, ".lock") || ends_in(name, ".tmp") ||
            strcmp(name, "MANIFEST.sha256") == 0 || lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) ASY_TRY(extra(c, name));
        else if (!asy_map_has(c->listed, name)) say(c, "extra", name);
    }
    return ASY_OK;
}

asy_status asy_study_verify(const char *dir, asy_buf *lines, int *bad)
{
    check c = { .arena = asy_arena_new(0), .dir = dir, .lines = lines };
    char *path = asy_path_join(c.arena, dir, "MANIFEST.sha256"), *data;
    size_t n;
    c.listed = asy_map_new(c.arena);
    asy_status s = path != NULL && c.listed != NULL
                       ? asy_io_read(c.arena, path, 64 << 20, &data, &n)
                       : asy_fail_(ASY_ENOMEM, __FILE__, __LINE__, "no memory to verify a study");
    if (s == ASY_OK) s = listed(&c, data, path);
    if (s == ASY_OK) s = extra(&c, "");
    *bad = c.bad;
    asy_arena_free(c.arena);
    return s;
}
