// SPDX-License-Identifier: GPL-3.0-or-later
/* cache list|gc DIR: stages that no run of a study points to any more. */
#include "../base/io.h"
#include "study_args.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const asy_option options[] = {
    { .name = "older", .arg = "AGE", .help = "only what was published so long ago: 12h, 30d" },
    { .name = NULL }
};

/* "30d" in seconds; −1: not an age. */
static double age_of(const char *text)
{
    static const struct {
        char unit;
        double seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
    char *end;
    double v = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (end != text && *end == units[i].unit && end[1] == 0 && v >= 0) return v * units[i].seconds;
    return -1;
}

static uint64_t folder_bytes(asy_arena *a, const char *dir)
{
    char **names;
    int n;
    uint64_t all = 0;
    if (asy_io_list(a, dir, &n, &names) != ASY_OK) {
        asy_error_clear();
        return 0;
    }
    for (int i = 0; i < n; i++) {
        struct stat st;
        char *path = asy_path_join(a, dir, names[i]);
        if (path == NULL || lstat(path, &st) != 0) continue;
        all += S_ISDIR(st.st_mode) ? folder_bytes(a, path) : (uint64_t)st.st_size;
    }
    return all;
}

static int go_through(asy_cli *c, const asy_study *study, const char *dir, double older, bool remove)
{
    const char *const *name;
    int n, gone = 0;
    double bytes = 0;
    asy_status s = asy_study_unused(c->arena, study, dir, &n, &name);
    for (int i = 0; s == ASY_OK && i < n; i++) {
        char *path = asy_sprintf(c->arena, "%s/stages/%s", dir, name[i]);
        if (path == NULL || asy_io_age(path) < older) continue;
        double size = (double)folder_bytes(c->arena, path);
        if (remove) s = asy_io_remove_tree(path);
        else asy_cli_say(stdout, "%s   %.1f MiB\n", path, size / 1048576);
        bytes += size;
        gone++;
    }
    if (s != ASY_OK) return asy_cli_status(c, s);
    if (!c->quiet)
        asy_cli_say(stdout, "%d stage%s that no run points to%s, %.1f MiB\n", gone, gone == 1 ? "" : "s",
                    remove ? " removed" : "", bytes / 1048576);
    return ASY_EXIT_OK;
}

static int run(asy_cli *c)
{
    const char *older = asy_cli_get(c, "older");
    bool gc = strcmp(c->args[0], "gc") == 0;
    double age = older != NULL ? age_of(older) : 0;
    if (!gc && strcmp(c->args[0], "list") != 0)
        return asy_cli_usage(c, "cache takes `list` or `gc`, not `%s`", c->args[0]);
    if (age < 0) return asy_cli_usage(c, "--older takes an age such as 12h or 30d, not `%s`", older);
    asy_spec_options o;
    asy_study *study = NULL;
    asy_diag *diag = asy_diag_new(c->arena);
    if (diag == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    asy_status s = asy_study_reopen(&study, c->arena, c->args[1], &o, diag);
    int code = s != ASY_OK ? asy_cli_status(c, s) : asy_cli_diag(c, diag);
    return code != 0 ? code : go_through(c, study, c->args[1], age, gc);
}

const asy_command asy_command_cache = {
    .name = "cache",
    .summary = "stages of a study that no run points to: list them, or remove them",
    .usage = "list|gc DIR",
    .min_args = 2,
    .max_args = 2,
    .options = options,
    .rank = 55,
    .doc = "A changed spec makes new stages and leaves the old ones, so that changing back costs nothing.",
    .run = run,
};
