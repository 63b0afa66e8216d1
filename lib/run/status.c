// SPDX-License-Identifier: GPL-3.0-or-later
/* What every stage of a study is doing, by its folder and its lock. Nothing is written. */
#include "../base/json.h"
#include "impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Somebody holds the lock: a shared one cannot be had. A lock file that nobody holds is a dead process's. */
static bool is_held(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

static const char *last_line(asy_arena *a, const char *path)
{
    char *data;
    size_t n;
    if (path == NULL || !asy_io_exists(path) || asy_io_read(a, path, 64 << 20, &data, &n) != ASY_OK)
        return NULL;
    while (n > 0 && data[n - 1] != '\n') n--; /* a line without its end does not count */
    if (n == 0) return NULL;
    data[n - 1] = 0;
    const char *start = strrchr(data, '\n');
    return start != NULL ? start + 1 : data;
}

asy_status asy_study_states(asy_arena *a, const asy_study *s, const char *dir, asy_stage_state out[])
{
    for (int i = 0; i < s->n_stages; i++) {
        const asy_stage *st = s->stages[i];
        const char *word;
        out[i] = (asy_stage_state){ .what = "queued" };
        if (asy__stage_done(dir, st)) {
            out[i].what = "done";
        } else if (is_held(asy_sprintf(a, "%s/stages/%.24s.lock", dir, st->key))) {
            out[i].what = "running";
            out[i].text = last_line(a, asy_sprintf(a, "%s/stages/%.24s.work/metrics.jsonl", dir, st->key));
        } else if (asy__stage_failed_get(a, dir, st, &word, &out[i].text)) {
            out[i].what = word;
        } else if (asy_io_exists(asy__stage_work(a, dir, st))) {
            out[i].what = "interrupted";
        }
    }
    return asy_arena_status(a);
}

/* Stages in the folder that no run of the plan points to. */
asy_status asy_study_unused(asy_arena *a, const asy_study *s, const char *dir, int *n,
                            const char *const **out)
{
    char *stages = asy_path_join(a, dir, "stages"), **names;
    int count = 0;
    *n = 0;
    if (stages == NULL) return asy_arena_status(a);
    if (asy_io_exists(stages)) ASY_TRY(asy_io_list(a, stages, &count, &names));
    const char **list = ASY_NEWN(a, count + 1, const char *);
    if (list == NULL) return asy_arena_status(a);
    for (int i = 0; i < count; i++) {
        bool used = strlen(names[i]) != 24;
        for (int k = 0; k < s->n_stages && !used; k++) used = strncmp(names[i], s->stages[k]->key, 24) == 0;
        if (!used) list[(*n)++] = names[i];
    }
    *out = list;
    return asy_arena_status(a);
}
