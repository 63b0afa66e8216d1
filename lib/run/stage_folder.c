// SPDX-License-Identifier: GPL-3.0-or-later
/* Where stages lie, their locks and the notes of failed ones. */
#include "../base/json.h"
#include "impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char *stage_path(asy_arena *a, const char *study, const asy_stage *s, const char *end)
{
    return asy_sprintf(a, "%s/stages/%.24s%s", study, s->key, end);
}

char *asy__stage_dir(asy_arena *a, const char *study, const asy_stage *s)
{
    return stage_path(a, study, s, "");
}
char *asy__stage_work(asy_arena *a, const char *study, const asy_stage *s)
{
    return stage_path(a, study, s, ".work");
}

bool asy__stage_done(const char *study, const asy_stage *s)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/stages/%.24s/stage.json", study, s->key);
    return n > 0 && (size_t)n < sizeof path && asy_io_exists(path);
}

/* An flock belongs to the file's inode: whoever gets it must see that the name still points there, since a
 * holder removes the file when it is done. */
asy_status asy__stage_lock(const char *study, const asy_stage *s, int *fd)
{
    char path[4096], text[160];
    struct stat held, named;
    *fd = -1;
    int n = snprintf(path, sizeof path, "%s/stages/%.24s.lock", study, s->key);
    if (n < 0 || (size_t)n >= sizeof path) ASY_FAIL(ASY_EIO, "the path of the study is too long");
    for (;;) {
        int f = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (f < 0)
            ASY_FAIL(errno == ENOSPC || errno == EDQUOT ? ASY_EFULL : ASY_EIO,
                     "the lock `%s` cannot be made: %s", path, strerror(errno));
        if (flock(f, LOCK_EX | LOCK_NB) != 0) {
            int e = errno;
            close(f);
            if (e == EWOULDBLOCK || e == EINTR) return ASY_OK;
            ASY_FAIL(ASY_EIO, "the lock `%s` cannot be taken: %s", path, strerror(e));
        }
        if (fstat(f, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
            held.st_dev == named.st_dev) {
            char host[64] = "";
            gethostname(host, sizeof host - 1);
            n = snprintf(text, sizeof text, "{\"host\":\"%s\",\"pid\":%ld}\n", host, (long)getpid());
            if (ftruncate(f, 0) != 0 || write(f, text, (size_t)n) != n) {
                int e = errno;
                close(f);
                ASY_FAIL(e == ENOSPC || e == EDQUOT ? ASY_EFULL : ASY_EIO,
                         "the lock `%s` cannot be written: %s", path, strerror(e));
            }
            *fd = f;
            return ASY_OK;
        }
        close(f);
    }
}

void asy__stage_unlock(const char *study, const asy_stage *s, int fd)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/stages/%.24s.lock", study, s->key);
    unlink(path);
    close(fd);
}

asy_status asy__stage_tidy(const char *study, const asy_stage *s)
{
    char path[4096];
    int fd;
    snprintf(path, sizeof path, "%s/stages/%.24s.lock", study, s->key);
    if (!asy_io_exists(path)) return ASY_OK;
    ASY_TRY(asy__stage_lock(study, s, &fd));
    if (fd >= 0) asy__stage_unlock(study, s, fd);
    return ASY_OK;
}

asy_status asy__stage_failed_put(const char *study, const asy_stage *s, asy_status st, const char *text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/stages/%.24s.failed", study, s->key);
    if (text == NULL) {
        if (unlink(path) != 0 && errno != ENOENT)
            ASY_FAIL(ASY_EIO, "`%s` cannot be removed: %s", path, strerror(errno));
        return ASY_OK;
    }
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 1 << 16);
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.failure/1");
    asy_jw_key(&w, "state"), asy_jw_text(&w, st == ASY_EFINITE ? "diverged" : "failed");
    asy_jw_key(&w, "text"), asy_jw_text(&w, text);
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    asy_status out = asy_io_write_buf(path, &b);
    asy_buf_free(&b);
    return out;
}

bool asy__stage_failed_get(asy_arena *a, const char *study, const asy_stage *s, const char **state,
                           const char **text)
{
    char *path = stage_path(a, study, s, ".failed"), *data;
    size_t n;
    asy_json *j;
    if (path == NULL || !asy_io_exists(path)) return false;
    *state = "failed";
    *text = "";
    if (asy_io_read(a, path, 1 << 16, &data, &n) != ASY_OK || asy_json_read(a, data, n, path, &j) != ASY_OK)
        return true;
    const asy_json *st = asy_json_get(j, "state"), *tx = asy_json_get(j, "text");
    if (st != NULL && st->kind == ASY_J_TEXT) *state = st->text;
    if (tx != NULL && tx->kind == ASY_J_TEXT) *text = tx->text;
    return true;
}
