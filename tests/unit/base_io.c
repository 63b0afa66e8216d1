// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"
#include "base/io.h"
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];
static asy_arena *a;

static void set_up(void)
{
    (void)snprintf(root, sizeof root, "/tmp/asy-io-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    a = asy_arena_new(0);
}

static void tear_down(void)
{
    (void)asy_io_fail_at(0);
    ck_assert_int_eq(asy_io_remove_tree(root), ASY_OK);
    ck_assert(!asy_io_exists(root));
    asy_arena_free(a);
}

static const char *in(const char *name)
{
    return asy_path_join(a, root, name);
}

static void holds(const char *path, const char *expected)
{
    char *data;
    size_t n;

    ck_assert_int_eq(asy_io_read(a, path, 1 << 20, &data, &n), ASY_OK);
    ck_assert_uint_eq(n, strlen(expected));
    ck_assert_str_eq(data, expected);
}

static int names_in(const char *dir)
{
    char **names;
    int n;

    ck_assert_int_eq(asy_io_list(a, dir, &n, &names), ASY_OK);
    return n;
}

START_TEST(write_and_read)
{
    char *data;
    size_t n;
    asy_buf b;

    ck_assert_int_eq(asy_io_write(in("f"), "one", 3), ASY_OK);
    ck_assert_int_eq(asy_io_write(in("f"), "other", 5), ASY_OK);
    holds(in("f"), "other");
    ck_assert_int_eq(asy_io_write(in("empty"), NULL, 0), ASY_OK);
    holds(in("empty"), "");
    ck_assert_int_eq(names_in(root), 2);    /* no temporary stays */
    ck_assert_int_eq(asy_io_read(a, in("f"), 5, &data, &n), ASY_OK);
    ck_assert_int_eq(asy_io_read(a, in("f"), 4, &data, &n), ASY_EINVAL);
    ck_assert_ptr_null(data);
    ck_assert_int_eq(asy_io_read(a, in("none"), 5, &data, &n), ASY_EIO);
    ck_assert_ptr_nonnull(strstr(asy_error_text(), in("none")));
    ck_assert_ptr_nonnull(strstr(asy_error_text(), "No such file"));
    ck_assert_int_eq(asy_io_read(a, root, 5, &data, &n), ASY_EIO);
    ck_assert_int_eq(asy_io_write(in("no/f"), "x", 1), ASY_EIO);
    asy_buf_init(&b, 3);
    asy_buf_puts(&b, "1234");
    ck_assert_int_eq(asy_io_write_buf(in("f"), &b), ASY_ENOMEM);
    holds(in("f"), "other");
    asy_buf_free(&b);
}
END_TEST

START_TEST(read_of_what_has_no_size)
{
    char *data;
    size_t n;
    int pipe_ends[2];
    char path[32];

    ck_assert_int_eq(pipe(pipe_ends), 0);
    ck_assert_int_eq(write(pipe_ends[1], "through a pipe", 14), 14);
    (void)close(pipe_ends[1]);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", pipe_ends[0]);
    ck_assert_int_eq(asy_io_read(a, path, 100, &data, &n), ASY_OK);
    ck_assert_str_eq(data, "through a pipe");
    ck_assert_int_eq(asy_io_read(a, "/dev/zero", 100000, &data, &n), ASY_EINVAL);
    (void)close(pipe_ends[0]);
}
END_TEST

START_TEST(full_device)
{
    if (asy_io_exists("/dev/full")) {
        asy_lines l;

        ck_assert_int_eq(asy_lines_open(&l, "/dev/full", -1), ASY_OK);
        ck_assert_int_eq(asy_lines_put(&l, "x", 1), ASY_EFULL);
        asy_lines_close(&l);
    }
}
END_TEST

/* Fails the n-th write, fsync or rename until all succeeds: the old or the new content, never a mixture or a
 * rest. */
START_TEST(torture_of_write)
{
    asy_status s = ASY_EFULL;
    long n = 0;
    char *data;
    size_t size;

    ck_assert_int_eq(asy_io_write(in("f"), "old content", 11), ASY_OK);
    while (s != ASY_OK) {
        (void)asy_io_fail_at(++n);
        s = asy_io_write(in("f"), "new", 3);
        (void)asy_io_fail_at(0);
        ck_assert(s == ASY_OK || s == ASY_EFULL);
        ck_assert_int_eq(names_in(root), 1);
        ck_assert_int_eq(asy_io_read(a, in("f"), 100, &data, &size), ASY_OK);
        ck_assert(strcmp(data, "old content") == 0 || strcmp(data, "new") == 0);
    }
    holds(in("f"), "new");
    ck_assert_int_eq(n, 5);     /* write, fsync, rename, fsync of the folder; then none */
}
END_TEST

START_TEST(torture_of_put)
{
    asy_status s = ASY_EFULL;
    long n = 0;

    while (s != ASY_OK) {
        (void)asy_io_fail_at(++n);
        s = asy_io_put(in("f"), "content", 7);
        (void)asy_io_fail_at(0);
        ck_assert_int_eq(asy_io_exists(in("f")), s == ASY_OK);
    }
    holds(in("f"), "content");
    ck_assert_int_eq(n, 3);
}
END_TEST

/* All of a stage: a folder is there with everything in it, or not at all. */
static asy_status stage(void)
{
    ASY_TRY(asy_io_mkdirs(in("work/examples")));
    ASY_TRY(asy_io_put(in("work/results.json"), "{}", 2));
    ASY_TRY(asy_io_put(in("work/examples/a.npz"), "data", 4));
    ASY_TRY(asy_io_publish(in("work"), in("stages/key")));
    return ASY_OK;
}

START_TEST(torture_of_publish)
{
    asy_status s = ASY_EFULL;
    long n = 0;

    ck_assert_int_eq(asy_io_mkdirs(in("stages")), ASY_OK);
    while (s != ASY_OK) {
        ck_assert_int_eq(asy_io_remove_tree(in("work")), ASY_OK);
        (void)asy_io_fail_at(++n);
        s = stage();
        (void)asy_io_fail_at(0);
        ck_assert(s == ASY_OK || s == ASY_EFULL);
        if (asy_io_exists(in("stages/key"))) {
            holds(in("stages/key/results.json"), "{}");
            holds(in("stages/key/examples/a.npz"), "data");
        }
    }
    ck_assert_int_ge(n, 9);
    ck_assert(!asy_io_exists(in("work")));
}
END_TEST

START_TEST(a_second_finisher_drops_its_own)
{
    ck_assert_int_eq(asy_io_mkdirs(in("stages")), ASY_OK);
    ck_assert_int_eq(stage(), ASY_OK);
    ck_assert_int_eq(asy_io_mkdirs(in("late")), ASY_OK);
    ck_assert_int_eq(asy_io_put(in("late/results.json"), "late", 4), ASY_OK);
    ck_assert_int_eq(asy_io_publish(in("late"), in("stages/key")), ASY_OK);
    ck_assert(!asy_io_exists(in("late")));
    holds(in("stages/key/results.json"), "{}");
    ck_assert_int_eq(names_in(in("stages/key")), 2);
    ck_assert_int_eq(asy_io_publish(in("none"), in("stages/other")), ASY_EIO);
    ck_assert_int_eq(asy_io_write(in("stages/file"), "x", 1), ASY_OK);
    ck_assert_int_eq(asy_io_mkdirs(in("work")), ASY_OK);
    ck_assert_int_eq(asy_io_publish(in("work"), in("stages/file")), ASY_EIO);
    holds(in("stages/file"), "x");
}
END_TEST

START_TEST(folders)
{
    char **names;
    int n;

    ck_assert_int_eq(asy_io_mkdirs(in("a//b/c/")), ASY_OK);
    ck_assert_int_eq(asy_io_mkdirs(in("a/b/c")), ASY_OK);
    ck_assert_int_eq(asy_io_write(in("a/file"), "", 0), ASY_OK);
    ck_assert_int_eq(asy_io_mkdirs(in("a/file/d")), ASY_EIO);
    ck_assert_int_eq(asy_io_mkdirs(in("a/file")), ASY_EIO);
    ck_assert_int_eq(asy_io_mkdirs(""), ASY_EIO);
    for (int i = 0; i < 40; i++)
        ck_assert_int_eq(asy_io_put(asy_sprintf(a, "%s/a/b/%c%d", root, i % 2 ? 'Z' : 'a', i), "", 0),
                         ASY_OK);
    ck_assert_int_eq(asy_io_list(a, in("a/b"), &n, &names), ASY_OK);
    ck_assert_int_eq(n, 41);
    for (int i = 1; i < n; i++)
        ck_assert_int_lt(strcmp(names[i - 1], names[i]), 0);
    ck_assert_int_eq(asy_io_list(a, in("a/none"), &n, &names), ASY_EIO);
    ck_assert_int_eq(n, 0);
    ck_assert_int_eq(asy_io_list(a, in("a/b/c"), &n, &names), ASY_OK);
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(removal_does_not_follow_links)
{
    ck_assert_int_eq(asy_io_mkdirs(in("keep")), ASY_OK);
    ck_assert_int_eq(asy_io_write(in("keep/f"), "kept", 4), ASY_OK);
    ck_assert_int_eq(asy_io_mkdirs(in("gone/sub")), ASY_OK);
    ck_assert_int_eq(symlink(in("keep"), in("gone/sub/link")), 0);
    ck_assert_int_eq(asy_io_remove_tree(in("gone")), ASY_OK);
    ck_assert(!asy_io_exists(in("gone")));
    ck_assert_int_eq(symlink(in("keep"), in("link")), 0);
    ck_assert_int_eq(asy_io_remove_tree(in("link")), ASY_OK);
    ck_assert(!asy_io_exists(in("link")));
    holds(in("keep/f"), "kept");
    ck_assert_int_eq(asy_io_remove_tree(in("never")), ASY_OK);
}
END_TEST

START_TEST(lines)
{
    asy_lines l;
    const char *path = in("log");

    ck_assert_int_eq(asy_lines_open(&l, path, -1), ASY_OK);
    ck_assert_int_eq(asy_lines_put(&l, "one", 3), ASY_OK);
    ck_assert_int_eq(asy_lines_put(&l, "", 0), ASY_OK);
    ck_assert_int_eq(l.offset, 5);
    asy_lines_close(&l);
    ck_assert_int_eq(asy_lines_open(&l, path, -1), ASY_OK);
    ck_assert_int_eq(l.offset, 5);
    ck_assert_int_eq(asy_lines_put(&l, "two", 3), ASY_OK);
    ck_assert_int_eq(asy_lines_sync(&l), ASY_OK);
    asy_lines_close(&l);
    holds(path, "one\n\ntwo\n");
    ck_assert_int_eq(asy_lines_open(&l, path, 4), ASY_OK);
    ck_assert_int_eq(asy_lines_put(&l, "three", 5), ASY_OK);
    asy_lines_close(&l);
    holds(path, "one\nthree\n");
    ck_assert_int_eq(asy_lines_open(&l, path, 11), ASY_EINVAL);     /* never made longer by zeros */
    ck_assert_int_eq(asy_lines_open(&l, in("no/log"), -1), ASY_EIO);
    holds(path, "one\nthree\n");
}
END_TEST

START_TEST(no_half_lines)
{
    asy_lines l;

    ck_assert_int_eq(asy_lines_open(&l, in("log"), -1), ASY_OK);
    ck_assert_int_eq(asy_lines_put(&l, "first", 5), ASY_OK);
    (void)asy_io_fail_at(1);
    ck_assert_int_eq(asy_lines_put(&l, "second line", 11), ASY_EFULL);
    (void)asy_io_fail_at(0);
    holds(in("log"), "first\n");
    ck_assert_int_eq(asy_lines_put(&l, "third", 5), ASY_OK);
    (void)asy_io_fail_at(1);
    ck_assert_int_eq(asy_lines_sync(&l), ASY_EFULL);
    asy_lines_close(&l);
    holds(in("log"), "first\nthird\n");
}
END_TEST

START_TEST(paths)
{
    static const struct { const char *path, *dir; } dirs[] = {
        { "a/b", "a" }, { "a", "." }, { "/a", "/" }, { "/", "/" }, { "a/b/", "a" }, { "a//b", "a" },
        { "", "." }, { "/a/b/c", "/a/b" }, { "a/", "." }
    };

    ck_assert_str_eq(asy_path_join(a, "a", "b"), "a/b");
    ck_assert_str_eq(asy_path_join(a, "a/", "b"), "a/b");
    ck_assert_str_eq(asy_path_join(a, "a", "/b"), "/b");
    ck_assert_str_eq(asy_path_join(a, "", "b"), "b");
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
        ck_assert_str_eq(asy_path_dir(a, dirs[i].path), dirs[i].dir);
}
END_TEST

START_TEST(digest_of_a_file)
{
    asy_digest d, e = asy_sha256("abc", 3);

    ck_assert_int_eq(asy_io_write(in("f"), "abc", 3), ASY_OK);
    ck_assert_int_eq(asy_sha256_file(in("f"), &d), ASY_OK);
    ck_assert_mem_eq(&d, &e, sizeof d);
    ck_assert_int_eq(asy_sha256_file(in("none"), &d), ASY_EIO);
    ck_assert_int_eq(asy_sha256_file(root, &d), ASY_EIO);
}
END_TEST

START_TEST(read_and_list_without_memory)
{
    asy_status s = ASY_ENOMEM;
    long n = 0;

    ck_assert_int_eq(asy_io_write(in("f"), "abc", 3), ASY_OK);
    while (s != ASY_OK) {
        const char *f = in("f");
        asy_arena *b;
        char *data, **names;
        size_t size;
        int count;

        (void)asy_arena_fail_at(++n);
        b = asy_arena_new(0);
        s = asy_io_read(b, f, 100, &data, &size);
        if (s == ASY_OK)
            s = asy_io_list(b, root, &count, &names);
        (void)asy_arena_fail_at(0);
        asy_arena_free(b);
        ck_assert(s == ASY_OK || s == ASY_ENOMEM);
    }
    ck_assert_int_eq(n, 5);
}
END_TEST

START_TEST(orphans_are_swept)
{
    const char *const stay[] = { "x.1-0.tmp",  /* init runs */
                                 "x.tmp",       "x.-1.tmp",        "x.0-1.tmp",         "x.12-.tmp",
                                 "12-3.tmp",    "x.2147483646-1", "x.2147483646-1.tmpx", "x.99999999999-1.tmp" };
    const char *const go[] = { "d/e/x.yaml.2147483646-1.tmp", "x.2147483646-77.tmp" };
    int n = (int)(sizeof stay / sizeof *stay);

    ck_assert_int_eq(asy_io_mkdirs(in("d/e")), ASY_OK);
    for (int i = 0; i < n; i++) ck_assert_int_eq(asy_io_put(in(stay[i]), "", 0), ASY_OK);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(asy_io_put(in(go[i]), "", 0), ASY_OK);
    ck_assert_int_eq(asy_io_put(asy_sprintf(a, "%s/d/y.%ld-999999.tmp", root, (long)getpid()), "", 0), ASY_OK);
    ck_assert_int_eq(symlink(root, in("d/loop")), 0);
    ck_assert_int_eq(asy_io_sweep(root), ASY_OK);
    for (int i = 0; i < n; i++) ck_assert_msg(asy_io_exists(in(stay[i])), "%s", stay[i]);
    for (int i = 0; i < 2; i++) ck_assert_msg(!asy_io_exists(in(go[i])), "%s", go[i]);
    ck_assert(!asy_io_exists(asy_sprintf(a, "%s/d/y.%ld-999999.tmp", root, (long)getpid())));
    ck_assert_int_eq(asy_io_sweep(in("nowhere")), ASY_EIO);
}
END_TEST

Suite *asy_suite_base_io(void);

Suite *asy_suite_base_io(void)
{
    Suite *s = suite_create("base_io");
    TCase *t = tcase_create("io");

    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_set_timeout(t, 60);   /* many fsyncs */
    tcase_add_test(t, write_and_read);
    tcase_add_test(t, read_of_what_has_no_size);
    tcase_add_test(t, full_device);
    tcase_add_test(t, torture_of_write);
    tcase_add_test(t, torture_of_put);
    tcase_add_test(t, torture_of_publish);
    tcase_add_test(t, a_second_finisher_drops_its_own);
    tcase_add_test(t, folders);
    tcase_add_test(t, removal_does_not_follow_links);
    tcase_add_test(t, orphans_are_swept);
    tcase_add_test(t, lines);
    tcase_add_test(t, no_half_lines);
    tcase_add_test(t, paths);
    tcase_add_test(t, digest_of_a_file);
    tcase_add_test(t, read_and_list_without_memory);
    suite_add_tcase(s, t);
    return s;
}
