// SPDX-License-Identifier: GPL-3.0-or-later
#include "store.h"
#include "../base/io.h"
#include "../base/json.h"
#include "../base/map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static asy_status no_store(const asy_data_in *in, const char **root)
{
    *root = asy_data_store(in->arena);
    if (*root != NULL) return ASY_OK;
    asy_diag_add(in->diag, "E0701", NULL,
                 "there is no place for the store: neither XDG_DATA_HOME nor HOME is set");
    return ASY_EDATA;
}

/* Sets and blobs are changed by one process at a time: a blob that no set links to yet is not garbage while
 * its set is being added. Death frees the lock. */
static asy_status lock(const asy_data_in *in, const char *root, int *fd)
{
    const char *path = asy_path_join(in->arena, root, "lock");
    if (path == NULL) return asy_arena_status(in->arena);
    ASY_TRY(asy_io_mkdirs(root));
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (*fd < 0) ASY_FAIL(ASY_EIO, "cannot open `%s`: %s", path, strerror(errno));
    while (flock(*fd, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        int why = errno;
        (void)close(*fd);
        ASY_FAIL(ASY_EIO, "cannot lock `%s`: %s", path, strerror(why));
    }
    return ASY_OK;
}

static bool good_name(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n > 0 && n <= 64 && s[n] == 0 && s[0] != '-';
}

static const char *blob_path(asy_arena *a, const char *root, const char *sha)
{
    return asy_sprintf(a, "%s/blobs/sha256/%.2s/%s", root, sha, sha);
}

/* A blob appears by rename; that it is there already means that it is right. */
static asy_status put_blob(const asy_data_in *in, const char *root, const asy_bytes *f, asy_stored *out)
{
    asy_digest d = asy_sha256(f->data, f->n);
    asy_hex(&d, 64, out->sha256);
    out->size = f->n;
    const char *path = blob_path(in->arena, root, out->sha256);
    if (path == NULL) return asy_arena_status(in->arena);
    if (asy_io_exists(path)) return ASY_OK;
    ASY_TRY(asy_io_mkdirs(asy_path_dir(in->arena, path)));
    ASY_TRY(asy_io_write(path, f->data, f->n));
    if (chmod(path, 0444) != 0) ASY_FAIL(ASY_EIO, "cannot make `%s` read-only: %s", path, strerror(errno));
    return ASY_OK;
}

static asy_status describe(const asy_data_in *in, const char *work, const char *name, int n,
                           const asy_stored f[], const char *const meta[][2])
{
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 64 << 20);
    asy_jw_init(&w, &b, 1);
    asy_jw_object(&w);
    asy_jw_key(&w, "files"), asy_jw_list(&w);
    for (int i = 0; i < n; i++) {
        asy_jw_object(&w);
        if (f[i].part != NULL) asy_jw_key(&w, "part"), asy_jw_text(&w, f[i].part);
        asy_jw_key(&w, "path"), asy_jw_text(&w, f[i].name);
        asy_jw_key(&w, "sha256"), asy_jw_text(&w, f[i].sha256);
        asy_jw_key(&w, "size"), asy_jw_int(&w, (int64_t)f[i].size);
        asy_jw_object_end(&w);
    }
    asy_jw_list_end(&w);
    asy_jw_key(&w, "format"), asy_jw_text(&w, "assay.dataset/1");
    if (meta != NULL && meta[0][0] != NULL) {
        asy_jw_key(&w, "meta"), asy_jw_object(&w);
        for (int i = 0; meta[i][0] != NULL; i++) asy_jw_key(&w, meta[i][0]), asy_jw_text(&w, meta[i][1]);
        asy_jw_object_end(&w);
    }
    asy_jw_key(&w, "name"), asy_jw_text(&w, name);
    asy_jw_object_end(&w);
    asy_buf_putc(&b, '\n');
    const char *path = asy_path_join(in->arena, work, "dataset.json");
    asy_status s = path != NULL ? asy_buf_status(&b) : asy_arena_status(in->arena);
    if (s == ASY_OK) s = asy_io_put(path, asy_buf_text(&b), b.n);
    asy_buf_free(&b);
    return s;
}

static asy_status link_file(const asy_data_in *in, const char *root, const char *work, const asy_stored *f)
{
    const char *path = asy_path_join(in->arena, work, f->name), *blob = blob_path(in->arena, root, f->sha256);
    if (path == NULL || blob == NULL) return asy_arena_status(in->arena);
    ASY_TRY(asy_io_mkdirs(asy_path_dir(in->arena, path)));
    if (symlink(blob, path) != 0) ASY_FAIL(ASY_EIO, "cannot link `%s`: %s", path, strerror(errno));
    return ASY_OK;
}

/* Reads the files one by one: a set may be larger than memory, a file not. */
static asy_status take(const asy_data_in *in, const char *root, const char *path, const asy_known_file *k,
                       asy_stored *out)
{
    asy_data_in here = *in;
    asy_bytes f;
    here.arena = asy_arena_new(0);
    asy_status s = here.arena != NULL ? asy_data_read(&here, path, &f) : ASY_ENOMEM;
    if (s == ASY_OK && k != NULL) s = asy__known_verify(&here, &f, k);
    if (s == ASY_OK) s = put_blob(&here, root, &f, out);
    asy_arena_free(here.arena);
    return s;
}

static bool is_new(int n, const asy_stored f[], const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(f[i].name, name) == 0) return false;
    return true;
}

static asy_status recipe_files(const asy_data_in *in, const char *root, const char *from, const asy_recipe *r,
                               int n_recipes, int *n, asy_stored **out)
{
    int most = 0;
    for (int i = 0; i < n_recipes; i++)
        for (const asy_known_file *k = r[i].files; k->path != NULL; k++) most++;
    *out = ASY_NEWN(in->arena, most, asy_stored);
    *n = 0;
    if (*out == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < n_recipes; i++)
        for (const asy_known_file *k = r[i].files; k->path != NULL; k++) {
            const char *path = asy_known_path(in->arena, from, k->path);
            if (!is_new(*n, *out, k->path)) continue;
            if (path == NULL) {
                asy_diag_add(in->diag, "E0401", NULL, "`%s/%s` (or .gz) is not there", from, k->path);
                return ASY_EDATA;
            }
            (*out)[*n] = (asy_stored){ .name = k->path, .part = k->part };
            ASY_TRY(take(in, root, path, k, &(*out)[(*n)++]));
        }
    return ASY_OK;
}

static const char *plain_name(asy_arena *a, const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strcmp(name + n - 3, ".gz") == 0 ? asy_strndup(a, name, n - 3) : name;
}

static asy_status local_files(const asy_data_in *in, const char *root, const char *from, int *n,
                              asy_stored **out)
{
    asy_data_file *file;
    ASY_TRY(asy_data_folder(in->arena, from, n, &file));
    *out = ASY_NEWN(in->arena, *n, asy_stored);
    if (*out == NULL) return asy_arena_status(in->arena);
    for (int i = 0; i < *n; i++) {
        const char *slash = strrchr(file[i].path, '/');
        const char *name = file[i].name[0] != 0 ? file[i].name : slash != NULL ? slash + 1 : file[i].path;
        (*out)[i] = (asy_stored){ .name = plain_name(in->arena, name) };
        ASY_TRY(take(in, root, file[i].path, NULL, &(*out)[i]));
    }
    if (*n > 0) return asy_arena_status(in->arena);
    asy_diag_add(in->diag, "E0401", NULL, "`%s` holds no files", from);
    return ASY_EDATA;
}

static asy_status add(const asy_data_in *in, const char *root, const char *name, const char *from,
                      const asy_recipe *r, int n_recipes, const char *const meta[][2])
{
    asy_stored *f = NULL;
    int n = 0;
    const char *dir = asy_sprintf(in->arena, "%s/sets/%s", root, name),
               *work = asy_sprintf(in->arena, "%s/sets/.%s.work", root, name);
    if (dir == NULL || work == NULL) return asy_arena_status(in->arena);
    if (asy_io_exists(dir)) {
        asy_diag_add(in->diag, "E0704", NULL, "the store has a set `%s` already", name);
        asy_diag_help(in->diag, "assay data rm %s", name);
        return ASY_EDATA;
    }
    if (r != NULL) ASY_TRY(recipe_files(in, root, from, r, n_recipes, &n, &f));
    else ASY_TRY(local_files(in, root, from, &n, &f));
    ASY_TRY(asy_io_remove_tree(work));
    ASY_TRY(asy_io_mkdirs(work));
    for (int i = 0; i < n; i++) ASY_TRY(link_file(in, root, work, &f[i]));
    ASY_TRY(describe(in, work, name, n, f, meta));
    return asy_io_publish(work, dir);
}

asy_status asy_store_add(const asy_data_in *in, const char *name, const char *from, const asy_recipe *r,
                         int n_recipes, const char *const meta[][2])
{
    const char *root;
    int fd;
    ASY_TRY(no_store(in, &root));
    if (!good_name(name)) {
        asy_diag_add(in->diag, "E0202", NULL, "`%s` cannot be a dataset's name: a-z, 0-9 and -, at most 64",
                     name);
        return ASY_ESPEC;
    }
    ASY_TRY(lock(in, root, &fd));
    asy_status s = add(in, root, name, from, r, n_recipes, meta);
    (void)close(fd);
    return s;
}

static asy_status damaged(const asy_data_in *in, const char *name, const char *why)
{
    asy_diag_add(in->diag, "E0402", NULL, "the store's set `%s` is damaged: %s", name, why);
    asy_diag_help(in->diag, "assay data rm %s, then add it again", name);
    return ASY_EDATA;
}

static const char *text_of(const asy_json *j, const char *key)
{
    const asy_json *t = j != NULL ? asy_json_get(j, key) : NULL;
    return t != NULL && t->kind == ASY_J_TEXT ? t->text : NULL;
}

static bool read_file(const asy_json *f, asy_stored *s)
{
    const char *sha = text_of(f, "sha256");
    const asy_json *bytes = asy_json_get(f, "size");
    *s = (asy_stored){ .name = text_of(f, "path"), .part = text_of(f, "part") };
    if (s->name == NULL || sha == NULL || strspn(sha, "0123456789abcdef") != 64 || strlen(sha) != 64 ||
        bytes == NULL || bytes->kind != ASY_J_INT || bytes->i < 0)
        return false;
    s->size = (uint64_t)bytes->i;
    memcpy(s->sha256, sha, 65);
    return true;
}

asy_status asy_store_open(const asy_data_in *in, const char *name, asy_store_set *out)
{
    const char *root;
    char *text;
    size_t size;
    asy_json *j;
    *out = (asy_store_set){ 0 };
    ASY_TRY(no_store(in, &root));
    const char *path = good_name(name) ? asy_sprintf(in->arena, "%s/sets/%s/dataset.json", root, name) : NULL;
    if (path == NULL || !asy_io_exists(path)) {
        asy_diag_add(in->diag, "E0701", NULL, "the store has no set `%s`", name);
        return ASY_EDATA;
    }
    if (asy_io_read(in->arena, path, 64 << 20, &text, &size) != ASY_OK ||
        asy_json_read(in->arena, text, size, path, &j) != ASY_OK)
        return damaged(in, name, asy_error_text());
    const asy_json *list = asy_json_get(j, "files");
    if (list == NULL || list->kind != ASY_J_LIST || list->child == NULL)
        return damaged(in, name, "dataset.json has no files");
    int n = 0;
    for (const asy_json *f = list->child; f != NULL; f = f->next) n++;
    out->dir = asy_path_dir(in->arena, path);
    out->file = ASY_NEWN(in->arena, n, asy_stored);
    if (out->dir == NULL || out->file == NULL) return asy_arena_status(in->arena);
    for (const asy_json *f = list->child; f != NULL; f = f->next)
        if (!read_file(f, &out->file[out->n++]))
            return damaged(in, name, "dataset.json lacks a file's path, size or sha256");
    out->format = text_of(asy_json_get(j, "meta"), "format");
    out->label = text_of(asy_json_get(j, "meta"), "label");
    return ASY_OK;
}

asy_status asy_store_verify(const asy_data_in *in, const char *name)
{
    const char *root;
    asy_store_set set;
    ASY_TRY(no_store(in, &root));
    ASY_TRY(asy_store_open(in, name, &set));
    for (int i = 0; i < set.n; i++) {
        const asy_stored *f = &set.file[i];
        asy_digest d;
        char hex[65];
        const char *blob = blob_path(in->arena, root, f->sha256);
        if (blob == NULL) return asy_arena_status(in->arena);
        if (asy_sha256_file(blob, &d) != ASY_OK) return damaged(in, name, asy_error_text());
        asy_hex(&d, 64, hex);
        if (strcmp(hex, f->sha256) == 0) continue;
        asy_diag_add(in->diag, "E0404", NULL, "`%s` of `%s` is not what was added", f->name, name);
        asy_diag_note(in->diag, "its SHA-256 is %s", hex);
        asy_diag_note(in->diag, "dataset.json says %s", f->sha256);
        return ASY_EDATA;
    }
    return ASY_OK;
}

asy_status asy_store_names(const asy_data_in *in, int *n, char ***names)
{
    const char *root;
    int all;
    *n = 0;
    ASY_TRY(no_store(in, &root));
    const char *dir = asy_path_join(in->arena, root, "sets");
    if (dir == NULL) return asy_arena_status(in->arena);
    if (!asy_io_exists(dir)) return ASY_OK;
    ASY_TRY(asy_io_list(in->arena, dir, &all, names));
    for (int i = 0; i < all; i++)
        if (good_name((*names)[i])) (*names)[(*n)++] = (*names)[i];
    return ASY_OK;
}

asy_status asy_store_remove(const asy_data_in *in, const char *name)
{
    const char *root;
    int fd;
    ASY_TRY(no_store(in, &root));
    const char *dir = good_name(name) ? asy_sprintf(in->arena, "%s/sets/%s", root, name) : NULL;
    if (dir == NULL || !asy_io_exists(dir)) {
        asy_diag_add(in->diag, "E0701", NULL, "the store has no set `%s`", name);
        return ASY_EDATA;
    }
    ASY_TRY(lock(in, root, &fd));
    asy_status s = asy_io_remove_tree(dir);
    (void)close(fd);
    return s;
}

/* Marks the blobs of all sets; a damaged set stops the collection, for what it links to is not known. */
static asy_status linked(const asy_data_in *in, asy_map *keep)
{
    char **names;
    int n;
    asy_store_set set;
    ASY_TRY(asy_store_names(in, &n, &names));
    for (int i = 0; i < n; i++) {
        ASY_TRY(asy_store_open(in, names[i], &set));
        for (int k = 0; k < set.n; k++) asy_map_put(keep, set.file[k].sha256, (void *)(uintptr_t)1);
    }
    return asy_arena_status(in->arena);
}

static asy_status collect(const asy_data_in *in, const char *root, int *dropped, uint64_t *bytes)
{
    char **dirs, **blobs;
    int n, m;
    asy_map *keep = asy_map_new(in->arena);
    ASY_TRY(linked(in, keep));
    const char *top = asy_path_join(in->arena, root, "blobs/sha256");
    if (top == NULL) return asy_arena_status(in->arena);
    if (!asy_io_exists(top)) return ASY_OK;
    ASY_TRY(asy_io_list(in->arena, top, &n, &dirs));
    for (int i = 0; i < n; i++) {
        const char *dir = asy_path_join(in->arena, top, dirs[i]);
        if (dir == NULL) return asy_arena_status(in->arena);
        ASY_TRY(asy_io_list(in->arena, dir, &m, &blobs));
        for (int k = 0; k < m; k++) {
            struct stat st;
            const char *path = asy_path_join(in->arena, dir, blobs[k]);
            if (path == NULL) return asy_arena_status(in->arena);
            if (asy_map_has(keep, blobs[k]) || lstat(path, &st) != 0 || !S_ISREG(st.st_mode)) continue;
            if (unlink(path) != 0) ASY_FAIL(ASY_EIO, "cannot remove `%s`: %s", path, strerror(errno));
            ++*dropped;
            *bytes += (uint64_t)st.st_size;
        }
    }
    return ASY_OK;
}

asy_status asy_store_collect(const asy_data_in *in, int *dropped, uint64_t *bytes)
{
    const char *root;
    int fd;
    *dropped = 0;
    *bytes = 0;
    ASY_TRY(no_store(in, &root));
    ASY_TRY(lock(in, root, &fd));
    asy_status s = collect(in, root, dropped, bytes);
    (void)close(fd);
    return s;
}
