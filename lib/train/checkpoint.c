// SPDX-License-Identifier: GPL-3.0-or-later
#include "checkpoint.h"
#include "../base/hash.h"
#include "../base/io.h"
#include "../base/json.h"
#include "../base/log.h"
#include <string.h>

enum { MAX_STATE = 1 << 16 };
static const char format[] = "assay.checkpoint/1";
static const char *const files[] = { "last-0.safetensors", "last-1.safetensors" };

/* Members of the position, sorted by name. */
typedef struct { const char *key; size_t at; } member;
static const member ints[] = {
    { "attacked", offsetof(asy__position, attacked) }, { "averaged", offsetof(asy__position, averaged) },
    { "batch", offsetof(asy__position, batch) },
    { "best", offsetof(asy__position, best) }, { "best_epoch", offsetof(asy__position, best_epoch) },
    { "correct", offsetof(asy__position, correct) }, { "epoch", offsetof(asy__position, epoch) },
    { "metrics", offsetof(asy__position, metrics) }, { "seen", offsetof(asy__position, seen) },
    { "since", offsetof(asy__position, since) }, { "step", offsetof(asy__position, step) },
    { "valid", offsetof(asy__position, valid) },
};
enum { N_INTS = sizeof ints / sizeof *ints };

static int64_t *int_at(const asy__position *p, int i)
{
    return (int64_t *)((char *)(uintptr_t)p + ints[i].at);
}

static void put_state(asy_buf *b, const asy__position *p, const char *file, const char *sha)
{
    asy_jw w;

    asy_jw_init(&w, b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "file");
    asy_jw_text(&w, file);
    asy_jw_key(&w, "format");
    asy_jw_text(&w, format);
    asy_jw_key(&w, "loss");
    asy_jw_num(&w, p->loss);
    asy_jw_key(&w, "position");
    asy_jw_object(&w);
    for (int i = 0; i < N_INTS; i++) {
        asy_jw_key(&w, ints[i].key);
        asy_jw_int(&w, *int_at(p, i));
    }
    asy_jw_object_end(&w);
    asy_jw_key(&w, "scalar");
    asy_jw_list(&w);
    for (int i = 0; i < ASY_OPT_SCALARS; i++)
        asy_jw_num(&w, p->scalar[i]);
    asy_jw_list_end(&w);
    asy_jw_key(&w, "sha256");
    asy_jw_text(&w, sha);
    asy_jw_object_end(&w);
}

static asy_status read_state(asy_arena *a, const char *folder, asy_json **out)
{
    const char *path = asy_path_join(a, folder, "state.json");
    char *text;
    size_t n;

    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_io_read(a, path, MAX_STATE, &text, &n));
    return asy_json_read(a, text, n, path, out);
}

/* The text of a member, "" where there is none. */
static const char *text_of(const asy_json *j, const char *key)
{
    const asy_json *v = asy_json_get(j, key);

    return v && v->kind == ASY_J_TEXT ? v->text : "";
}

static asy_status save(asy_arena *a, const char *folder, const asy__position *p, int n, const asy_named t[])
{
    char *path = asy_path_join(a, folder, "state.json"), *data;
    asy_json *old = NULL;
    const char *file = files[0];
    asy_digest d;
    char sha[65];
    asy_buf b;
    asy_status s;

    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_io_mkdirs(folder));
    if (asy_io_exists(path) && read_state(a, folder, &old) == ASY_OK
        && strcmp(text_of(old, "file"), files[0]) == 0)
        file = files[1];
    data = asy_path_join(a, folder, file);
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_safetensors_write(data, n, t, 0, NULL));
    ASY_TRY(asy_sha256_file(data, &d));
    asy_hex(&d, 64, sha);
    asy_buf_init(&b, MAX_STATE);
    put_state(&b, p, file, sha);
    s = asy_io_write_buf(path, &b);
    asy_buf_free(&b);
    return s;
}

asy_status asy__checkpoint_save(const char *folder, const asy__position *p, int n, const asy_named t[])
{
    asy_arena *a = asy_arena_new(0);
    asy_status s;

    if (!a)
        ASY_FAIL(ASY_ENOMEM, "no memory for a checkpoint");
    s = save(a, folder, p, n, t);
    asy_arena_free(a);
    ASY_TRY(s);
    return ASY_OK;
}

static bool read_position(const asy_json *j, asy__position *p)
{
    const asy_json *pos = asy_json_get(j, "position"), *list = asy_json_get(j, "scalar"),
                   *v = list ? list->child : NULL;

    if (strcmp(text_of(j, "format"), format) != 0 || !asy_json_get(j, "loss"))
        return false;
    p->loss = asy_json_num(asy_json_get(j, "loss"), 0);
    for (int i = 0; i < N_INTS; i++) {
        const asy_json *x = pos ? asy_json_get(pos, ints[i].key) : NULL;

        if (!x || x->kind != ASY_J_INT || x->i < -1)
            return false;
        *int_at(p, i) = x->i;
    }
    for (int i = 0; i < ASY_OPT_SCALARS; i++, v = v->next) {
        if (!v)
            return false;
        p->scalar[i] = asy_json_num(v, 0);
    }
    return p->epoch >= 0 && p->batch >= 0 && p->step >= 0 && p->metrics >= 0;
}

static bool same_tensors(const asy_safetensors *f, int n, const asy_named t[], const asy_tensor *found[])
{
    for (int i = 0; i < n; i++) {
        found[i] = NULL;
        for (int k = 0; k < f->n; k++)
            if (strcmp(f->t[k].name, t[i].name) == 0 && f->t[k].t.type == t[i].t.type
                && asy_shape_equal(&f->t[k].t.s, &t[i].t.s))
                found[i] = &f->t[k].t;
        if (!found[i])
            return false;
    }
    return f->n == n;
}

/* What does not fit is a failure here and a warning in the caller. */
static asy_status load(asy_arena *a, const char *folder, asy__position *p, int n, const asy_named t[])
{
    const asy_tensor **found = ASY_NEWN(a, n, const asy_tensor *);
    asy_json *j;
    asy_safetensors f;
    asy__position pos = *p;
    asy_digest d;
    char sha[65], *path;
    int which = 0;

    ASY_TRY(asy_arena_status(a));
    ASY_TRY(read_state(a, folder, &j));
    while (which < 2 && strcmp(text_of(j, "file"), files[which]) != 0)
        which++;
    if (which == 2 || !read_position(j, &pos))
        ASY_FAIL(ASY_EPARSE, "state.json does not say where training stands");
    path = asy_path_join(a, folder, files[which]);
    ASY_TRY(asy_arena_status(a));
    ASY_TRY(asy_sha256_file(path, &d));
    asy_hex(&d, 64, sha);
    if (strcmp(sha, text_of(j, "sha256")) != 0)
        ASY_FAIL(ASY_EPARSE, "%s is not the file that state.json was written for", files[which]);
    ASY_TRY(asy_safetensors_read(a, path, &f, asy_diag_new(a)));
    if (!same_tensors(&f, n, t, found))
        ASY_FAIL(ASY_EPARSE, "%s holds other tensors than this training's", files[which]);
    for (int i = 0; i < n; i++)
        memcpy(t[i].t.data, found[i]->data, asy_tensor_bytes(&t[i].t));
    *p = pos;
    return ASY_OK;
}

asy_status asy__checkpoint_load(const char *folder, asy__position *p, int n, const asy_named t[], bool *found)
{
    asy_arena *a = asy_arena_new(0);
    asy_status s = ASY_OK;
    char *path;

    *found = false;
    if (!a)
        ASY_FAIL(ASY_ENOMEM, "no memory to read a checkpoint");
    path = asy_path_join(a, folder, "state.json");
    if (path && asy_io_exists(path)) {
        s = load(a, folder, p, n, t);
        *found = s == ASY_OK;
    }
    asy_arena_free(a);
    if (s == ASY_ENOMEM)
        ASY_TRY(s);
    if (s != ASY_OK) {
        asy_log_put(ASY_LOG_WARN, "the checkpoint in %s is not used, training starts over: %s", folder,
                    asy_error_text());
        asy_error_clear();
    }
    return ASY_OK;
}
