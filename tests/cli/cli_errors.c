// SPDX-License-Identifier: GPL-3.0-or-later
/* Bad input: located, collected, the right exit code, nothing written; hostile input bounded in time and
 * memory. */
#include "../support/child.h"
#include <check.h>
#include <stdio.h>
#include <string.h>

Suite *asy_suite_cli_errors(void);

#define SMALL "tests/cli/_small.yaml"
#define HEAD                                                                                                 \
    "assay: 1\nname: h\ndata: {dataset: blobs, split: {train: 100, test: 50}}\nmodel: linear\n"              \
    "train: {epochs: 1, optimizer: {method: sgd, lr: 0.1}}\n"

static void nothing_at(const char *name) { asy_child_must(1, NULL, "test -e $T/%s", name); }

/* ---- the spec */

/* Five mistakes of five kinds: all at once, word for word. */
START_TEST(five_mistakes)
{
    asy_child_must(2, NULL, "\"$ASSAY\" run tests/golden/five.yaml -o $T/five >$T/out 2>$T/err");
    asy_child_must(0, NULL, "test ! -s $T/out && diff tests/golden/five.txt $T/err");
    asy_child_must(2, NULL, "\"$ASSAY\" check tests/golden/five.yaml 2>$T/err");
    asy_child_must(0, NULL, "diff tests/golden/five.txt $T/err");
    nothing_at("five");
    asy_child_must(
        0, "5\n",
        "\"$ASSAY\" check --json tests/golden/five.yaml 2>&1 | grep -c '^{\"code\":\"E020[23456]\",.*}$'");
}
END_TEST

static const struct {
    int code;
    const char *text, *args;
} said[] = {
    { 2, "did you mean `standard`?", "run " SMALL " --arm standrd -o $T/n" },
    { 2, "none of the seeds asked for is in the spec", "run " SMALL " --seed 9 -o $T/n" },
    { 2, "--threads takes a number from 1 to 1024, not `0`", "run " SMALL " --threads 0 -o $T/n" },
    { 2, "--threads takes a number", "run " SMALL " --threads two -o $T/n" },
    { 2, "`run` has no option `--sed`", "run " SMALL " --sed 1 -o $T/n" },
    { 2, "there is no command `rum`\n   = help: did you mean `run`?", "rum " SMALL },
    { 2, "E0210", "run " SMALL " train.optimiser.lr=1 -o $T/n" },
    { 2, "--> command line, argument 2", "run " SMALL " train.epochs=x -o $T/n" },
    { 2, "an override is PATH=VALUE", "run " SMALL " train.epochs -o $T/n" },
    { 2, "an override is PATH=VALUE", "run " SMALL " .=1 -o $T/n" },
    { 2, "this list is never closed", "run " SMALL " 'seeds=[1' -o $T/n" },
    { 2, "`/nowhere.yaml` cannot be read", "run /nowhere.yaml -o $T/n" },
    { 2, "Is a directory", "check /tmp" },
    { 2, "the spec is empty", "check /dev/null" },
    { 2, "the spec is empty", "check - </dev/null" },
    { 2, "`/dev/zero` is larger than 4 MiB", "check /dev/zero" },
    { 2, "`standard input` is larger than 4 MiB", "check - </dev/zero" },
    { 2, "`$T` is not a study", "resume $T" },
    { 2, "is not a study", "resume $T/n" },
    { 2, "is not a study", "resume " SMALL },
    { 6, "cannot make the folder `/dev/null`: Not a directory", "run " SMALL " -q -o /dev/null/n" },
    { 0, "good · 3 arms × 2 seeds = 6 runs", "check - <" SMALL },
    { 7, "not a study", "run " SMALL " --smoke -q -o $T" },
};

START_TEST(one_mistake)
{
    char text[256] = "", *dollar;
    (void)snprintf(text, sizeof text, "%s", said[_i].text);
    if ((dollar = strstr(text, "$T")) != NULL) *dollar = '\0'; /* the words before the folder's name */
    asy_child_must(said[_i].code, text, "touch $T/file; \"$ASSAY\" %s", said[_i].args);
    nothing_at("n");
}
END_TEST

START_TEST(from_stdin)
{
    asy_child_must(0, "done: 1 runs", "printf '%s' | \"$ASSAY\" run - -q -o $T/stdin", HEAD);
    asy_child_must(0, "done: 1 runs", "\"$ASSAY\" resume $T/stdin -q");
    asy_child_must(0, NULL, "printf '%s' | cmp - $T/stdin/spec/source.yaml", HEAD);
}
END_TEST

/* A folder is one study's. */
START_TEST(foreign_folders)
{
    asy_child_must(0, "done", "\"$ASSAY\" run " SMALL " --smoke -q -o $T/s");
    asy_child_must(7, "smoke and real runs do not share a folder",
                   "\"$ASSAY\" run " SMALL " --arm standard --seed 0 -q -o $T/s");
    asy_child_must(7, "belongs to the study `small`, not to `other`",
                   "\"$ASSAY\" run " SMALL " name=other --smoke -q -o $T/s");
}
END_TEST

/* Root is not refused by modes: the command runs as nobody. */
START_TEST(read_only_folder)
{
    if (asy_child_run(
            "mkdir -m 555 $T/closed && chmod 755 $T && setpriv --reuid 65534 --regid 65534 --clear-groups "
            "\"$ASSAY\" version && ! setpriv --reuid 65534 --regid 65534 --clear-groups mkdir $T/closed/x") !=
        0) {
        printf("skipped: read_only_folder: nobody else can run the binary here\n");
        return;
    }
    asy_child_must(
        6, "Permission denied",
        "printf '%s' | setpriv --reuid 65534 --regid 65534 --clear-groups \"$ASSAY\" run - -q -o $T/closed/s",
        HEAD);
    ck_assert_ptr_nonnull(strstr(asy_child_said(), "/closed/s`"));
}
END_TEST

/* Each writes a spec with awk, rep(s, n) being s n times; what is said of it. Five seconds of one core and
 * 400 MB are enough to say so. */
static const struct {
    const char *name, *awk;
    int code;
    const char *text;
} bomb[] = {
    { "laughs",
      "print \"x-a: &a [1]\"; for (i = 98; i < 112; i++) { printf \"x-%c: &%c [\", i, i; "
      "rep(\"*\" sprintf(\"%c\", i - 1) \",\", 10); print \"]\" }",
      2, "aliases make the spec larger than 100 000 values" },
    { "laughing maps",
      "print \"x-a: &a {k: 1}\"; for (i = 98; i < 120; "
      "i++) printf \"x-%c: &%c {k: *%c, l: *%c}\\n\", i, i, i - 1, i - 1",
      2, "aliases make the spec larger than 100 000 values" },
    { "deep lists", "printf \"x-d: \"; rep(\"[\", 100000)", 2, "nested more than 64 deep" },
    { "deep maps", "printf \"x-d: \"; rep(\"{a: \", 100000)", 2, "nested more than 64 deep" },
    { "deep items", "printf \"x-d:\\n \"; rep(\"- \", 500000); print \"\"", 2, "nested more than 64 deep" },
    { "deep aliases",
      "print \"x-0: &d0 1\"; for (k = 1; k < 50; k++) { printf \"x-%d: &d%d \", k, k; rep(\"[\", 50); "
      "printf \"*d%d\", k - 1; rep(\"]\", 50); print \"\" }",
      2, "aliases nest the spec more than 64 deep" },
    { "many keys", "for (i = 0; i < 90000; i++) print \"x-\" i \": 1\"", 0, "good" },
    { "many strangers", "for (i = 0; i < 90000; i++) print \"q\" i \": 1\"", 2, "and 89980 more" },
    { "many values", "printf \"x-v: [\"; rep(\"1, \", 200000); print \"]\"", 2,
      "the spec has more than 100 000 values" },
    { "a large merge",
      "printf \"x-m: &m {\"; for (i = 0; i < 24000; i++) printf \"k%d: 1, \", i; "
      "printf \"}\\nx-n: {<<: *m\"; for (i = 0; i < 24000; i++) printf \", j%d: 1\", i; print \"}\"",
      0, "good" },
    { "a merge of many", "printf \"x-m: &m {a: 1}\\nx-n: {<<: [*m\"; rep(\", *m\", 30000); print \"]}\"", 0,
      "good" },
    { "many runs", "print \"seeds: 10000\\narms:\"; for (i = 0; i < 900; i++) print \"  a\" i \": {}\"", 2,
      "900 arms with 10000 seeds each are more than 100000 runs" },
    { "many commas", "printf \"x-c: [\"; rep(\",\", 1000000); print \"]\"", 2, "a value is missing here" },
    { "many question marks", "rep(\"? \", 1000000); print \"\"", 2, "E0101" },
    { "a long key", "rep(\"a\", 1000000); print \": 1\"", 2, "E0101" },
    { "a long value", "printf \"title: \"; rep(\"a\", 2000000); print \"\"", 0, "good" },
    { "too long", "rep(\"# ..............................................................\\n\", 80000)", 2,
      "is larger than 4 MiB" },
    { "an alias of itself", "print \"x-a: &a [1, *a]\"", 2, "there is no anchor `&a` above this" },
    { "a tag", "print \"x-a: !!python/object:os.system [ls]\"", 2,
      "tags (`!x`) are not part of the language" },
    { "an escape character", "printf \"x-a: \\033[31mred\\n\"", 2, "this byte (0x1b) is not text" },
    { "a byte that is not UTF-8", "printf \"x-a: \\377\\n\"", 2, "is not UTF-8" },
    { "a second document", "print \"---\\nassay: 1\"", 2, "the file holds a second document" },
};
enum { BOMBS = sizeof bomb / sizeof *bomb };

START_TEST(hostile_spec)
{
    asy_child_must(0, NULL,
                   "{ printf '%s'; LC_ALL=C awk 'function rep(s, n) { while (n-- > 0) printf \"%%s\", s } "
                   "BEGIN { %s }'; } >$T/bomb.yaml",
                   HEAD, bomb[_i].awk);
    asy_child_must(bomb[_i].code, bomb[_i].text, "exec \"$ASSAY\" check $T/bomb.yaml");
    ck_assert_msg(asy_child_cpu() < 5, "%s: %.1f s", bomb[_i].name, asy_child_cpu());
    ck_assert_msg(asy_child_megabytes() < 400, "%s: %.0f MB", bomb[_i].name, asy_child_megabytes());
    ck_assert_uint_lt(strlen(asy_child_said()), 16384);
}
END_TEST

/* ---- data */

/* bytes for printf of sh: two images of 1×2, two labels */
#define IMAGES "\\0\\0\\10\\3\\0\\0\\0\\2\\0\\0\\0\\1\\0\\0\\0\\2"
#define LABELS "\\0\\0\\10\\1\\0\\0\\0\\2"

static const struct {
    const char *x, *y, *text;
} idx[] = {
    { IMAGES "\\1\\2\\3", LABELS "\\1\\0", "x-ubyte, byte 19" },
    { IMAGES "\\1\\2\\3\\4\\5", LABELS "\\1\\0", "its axes ask for 4 bytes of values, 5 are there" },
    { "\\1\\0\\10\\3\\0\\0\\0\\2", LABELS "\\1\\0", "x-ubyte, byte 0" },
    { "\\0\\0\\17\\3\\0\\0\\0\\2", LABELS "\\1\\0", "x-ubyte, byte 0" },
    { "\\0\\0\\10\\3\\0\\0", LABELS "\\1\\0", "it ends inside its header" },
    { "", LABELS "\\1\\0", "x-ubyte, byte 0" },
    { "\\0\\0\\10\\3\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377", LABELS "\\1\\0",
      "x-ubyte, byte 4" },
    { IMAGES "\\1\\2\\3\\4", "\\0\\0\\10\\1\\0\\0\\0\\3\\1\\0\\1", "3 labels for 2 inputs" },
    { IMAGES "\\1\\2\\3\\4", IMAGES "\\1\\2\\3\\4", "y-ubyte" },
};

static void write_spec(const char *name, const char *data)
{
    asy_child_must(0, NULL,
                   "printf 'assay: 1\\nname: f\\ndata: %s\\nmodel: linear\\ntrain: {epochs: 1}\\n' >$T/%s",
                   data, name);
}

#define FILES "{files: {train: {input: x-ubyte, label: y-ubyte}}}"

START_TEST(broken_data)
{
    write_spec("f.yaml", FILES);
    asy_child_must(0, NULL, "printf '%s' >$T/x-ubyte && printf '%s' >$T/y-ubyte", idx[_i].x, idx[_i].y);
    asy_child_must(3, idx[_i].text, "\"$ASSAY\" run $T/f.yaml -q -o $T/f");
    ck_assert_int_eq(strncmp(asy_child_said(), "error[E04", 9), 0);
    asy_child_must(1, NULL, "ls $T/f/stages | grep -v work"); /* nothing is published */
    asy_child_must(3, "{\"code\":\"E04", "\"$ASSAY\" run $T/f.yaml -q --json -o $T/f");
    asy_child_must(0, NULL, "rm -r $T/f");
}
END_TEST

START_TEST(absent_data)
{
    write_spec("f.yaml", FILES);
    asy_child_must(3, "x-ubyte` cannot be read",
                   "rm -f $T/x-ubyte; \"$ASSAY\" run $T/f.yaml -q -o $T/absent");
    ck_assert_int_eq(strncmp(asy_child_said(), "error[E0401]", 12), 0);
    nothing_at("absent");
    asy_child_must(0, "good", "ASSAY_DATA=$T/none \"$ASSAY\" check experiments/quickstart.yaml");
    write_spec("known.yaml", "{dataset: mnist}");
    asy_child_must(3, "error[E0401]: dataset `mnist` is not on this machine",
                   "ASSAY_DATA=$T/none XDG_DATA_HOME=$T/none \"$ASSAY\" run $T/known.yaml -q -o $T/known");
}
END_TEST

/* ---- the disk */

#define ONE "\"$ASSAY\" run " SMALL " --arm standard --seed 0 -q -o "

/* Nothing is published that is not whole; with room again the study ends as an undisturbed one. */
static void whole_stages(const char *study)
{
    asy_child_must(1, NULL,
                   "for s in $(ls %s/stages 2>/dev/null | grep -v '\\.'); do "
                   "for f in stage.json results.json manifest.json; do "
                   "[ -s %s/stages/$s/$f ] || echo $s has no $f; done; done | grep .",
                   study, study);
}

static void teardown(void)
{
    (void)asy_child_run("umount $T/disk 2>/dev/null");
    asy_child_teardown();
}

START_TEST(full_disk)
{
    static const int kilobytes[] = { 64, 96, 160, 256, 400, 600 };
    if (asy_child_run("mkdir $T/disk && mount -t tmpfs -o size=64k none $T/disk") != 0) {
        printf("skipped: full_disk: no right to mount a small disk\n");
        return;
    }
    int full = 0;
    for (size_t i = 0; i < sizeof kilobytes / sizeof *kilobytes; i++) {
        asy_child_must(0, NULL, "mount -o remount,size=%dk $T/disk", kilobytes[i]);
        int code = asy_child_run(ONE "$T/disk/s");
        if (code == 0) break;
        ck_assert_msg(code == 6 && strstr(asy_child_said(), "No space left on device"),
                      "%d kB: exit code %d\n%s", kilobytes[i], code, asy_child_said());
        whole_stages("$T/disk/s");
        full++;
    }
    ck_assert_int_gt(full, 0);
    asy_child_must(0, NULL, "mount -o remount,size=64m $T/disk");
    asy_child_must(0, "done: 1 runs", ONE "$T/disk/s");
    asy_child_must(0, NULL, ONE "$T/calm && tools/same_bits.sh $T/calm $T/disk/s");
}
END_TEST

/* The same without a mount: no file may grow beyond a limit. */
START_TEST(small_files)
{
    for (int blocks = 4; blocks <= 256; blocks *= 4) {
        int code = asy_child_run("trap '' XFSZ; ulimit -f %d; " ONE "$T/small", blocks);
        ck_assert_msg(code == 6 && strstr(asy_child_said(), "File too large"), "%d blocks: exit code %d\n%s",
                      blocks, code, asy_child_said());
        whole_stages("$T/small");
    }
    asy_child_must(0, "done: 1 runs", ONE "$T/small");
    asy_child_must(0, NULL, "[ -e $T/calm ] || " ONE "$T/calm; tools/same_bits.sh $T/calm $T/small");
}
END_TEST

/* ---- model files */

static void train_model(void)
{
    asy_child_setup();
    asy_child_must(0, NULL, ONE "$T/a && cp $(ls $T/a/stages/*/model.safetensors | head -1) $T/good");
    asy_child_must(
        0, NULL, "{ sed -n '/^assay/,/^model/p' " SMALL " | sed '/^model/d'; printf '%s'; } >$T/b.yaml",
        "model: {arch: cnn-small, width: 4, file: m.safetensors}\ntrain: none\nevaluate:\n  clean: accuracy\n"
        "  pgd: {method: pgd, norm: l2, eps: 1, steps: 5, restarts: 2, n: 60}\n");
}

/* Trained in one study, judged in another. */
START_TEST(model_file)
{
    asy_child_must(0, NULL, "cp $T/good $T/m.safetensors");
    asy_child_must(0, "done: 1 runs", "\"$ASSAY\" run $T/b.yaml -q -o $T/b");
    asy_child_must(
        0, NULL,
        "for s in a b; do "
        "grep -E '^small,[^,]*,,0,(clean|pgd),accuracy' $T/$s/results.csv | cut -d, -f4-12 >$T/$s.csv; "
        "done; test $(wc -l <$T/a.csv) = 2 && cmp $T/a.csv $T/b.csv");
    asy_child_must(
        0, NULL,
        "b=$(cat $T/b/stages/*/adv.npz | sha256sum); "
        "for a in $T/a/stages/*/adv.npz; do [ \"$(sha256sum <$a)\" = \"$b\" ] && exit; done; exit 1");
}
END_TEST

/* Written by sh, where h TEXT is a header of that text. */
static const struct {
    const char *make, *text;
} file[] = {
    { "printf '\\0\\0\\0\\0\\0\\1\\0\\0{\"x\":0}'", "ask for a header of 1099511627776 bytes" },
    { "printf '\\377\\377\\377\\377\\377\\377\\377\\377{}'", "ask for a header of" },
    { "head -c 200 $T/good", "E0501" },
    { "head -c -4 $T/good", "is the file cut short?" },
    { "cat $T/good; echo", "belong to no tensor" },
    { "true", "it has 0 bytes" },
    { "h '{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
      "\"b\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[8,24]}}'; head -c 24 /dev/zero",
      "E0501" },
    { "h '{\"a\":{\"dtype\":\"F32\",\"shape\":[5],\"data_offsets\":[0,16]}}'; head -c 16 /dev/zero",
      "needs 20 bytes" },
    { "h '{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}'; "
      "head -c 8 /dev/zero",
      "too large for any file" },
    { "h '{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}'; printf '\\0\\0\\0'", "E0501" },
    { "h '{}'", "E0504" },
    { "h '{\"\\u001b[31m\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}'; head -c 4 /dev/zero",
      "E0505" },
};

START_TEST(hostile_model)
{
    asy_child_must(
        0, NULL,
        "h() { printf \"\\\\$(printf %%o ${#1})\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0%%s\" \"$1\"; }; "
        "{ %s; } >$T/m.safetensors",
        file[_i].make);
    asy_child_must(4, file[_i].text, "exec \"$ASSAY\" run $T/b.yaml -q -o $T/hostile");
    ck_assert_int_eq(strncmp(asy_child_said(), "error[E05", 9), 0);
    ck_assert_ptr_null(strchr(asy_child_said(), 0x1b));
    ck_assert_msg(asy_child_megabytes() < 400, "%.0f MB", asy_child_megabytes());
}
END_TEST

START_TEST(other_model)
{
    asy_child_must(4, "E0502", "rm -f $T/m.safetensors; \"$ASSAY\" run $T/b.yaml -q -o $T/absent");
    nothing_at("absent");
    asy_child_must(4, "holds another model than the spec's",
                   "cp $T/good $T/m.safetensors; \"$ASSAY\" run $T/b.yaml model.width=5 -q -o $T/wide");
    asy_child_must(
        4, "E0503",
        "\"$ASSAY\" run $T/b.yaml 'model={arch: linear, file: '$T/m.safetensors'}' -q -o $T/linear");
}
END_TEST

/* ---- what comes out */

static const char *const command[] = {
    "--help",
    "help run",
    "version",
    "doctor",
    "list",
    "list all",
    "describe pgd",
    "describe evaluation",
    "verify sgd",
    "grad linear",
    "data list",
    "data info blobs",
    "check " SMALL,
    "check tests/golden/five.yaml",
    "plan " SMALL " --list",
    "show " SMALL,
    "show " SMALL " --origin",
    "run " SMALL " --smoke -o $T/pipe",
    "resume $T/pipe",
    "verify $T/pipe/",
    "run " SMALL " --smoke -o $T/pipe --progress plain",
    "run " SMALL " train.epochs=$E",
    "$E",
    "run --$E",
    "run $E",
    "run " SMALL " --arm $E",
    "describe $E",
    "list $E",
    "verify $E",
    "verify $E/",
    "data info $E",
    "data $E",
    "-C $E list",
    "resume $E",
    "run " SMALL " $E=1",
    "run " SMALL " --threads $E",
    "list --color=$E",
    "run $T/b.yaml -q -o \"$T/$E\"",
};
enum { COMMANDS = sizeof command / sizeof *command };

#define CLEAN "LC_ALL=C tr -d '\\n\\t -~\\200-\\377' | { ! grep -q . && echo clean; }"

/* No byte below 0x20 but newline and tab goes into a pipe, whatever the words. */
START_TEST(no_control_bytes)
{
    static const char *const env[] = { "LC_ALL=C", "NO_COLOR=1 LC_ALL=C.UTF-8", "TERM=dumb" };
    for (int i = 0; i < COMMANDS; i++)
        asy_child_must(0, "clean",
                       "printf '%s' >$T/b.yaml; E=$(printf 'a\\033[31mb\\001\\r\\177'); export %s; "
                       "\"$ASSAY\" %s 2>&1 | " CLEAN,
                       HEAD, env[i % 3], command[i]);
    asy_child_must(
        0, "clean",
        "E=$(printf 'a\\033[31mb'); for c in $(\"$ASSAY\" --help | sed -n 's/^  \\([a-z]*\\)  .*/\\1/p'); do "
        "for o in --help $E --$E; do \"$ASSAY\" $c $o; done; done 2>&1 | " CLEAN);
}
END_TEST

/* A reader that leaves early ends the writer without a word. */
START_TEST(closed_pipe)
{
    static const char *const long_ones[] = { "show " SMALL " --origin", "list all", "verify",
                                             "plan " SMALL " --list" };
    for (size_t i = 0; i < sizeof long_ones / sizeof *long_ones; i++) {
        asy_child_must(0, NULL,
                       "{ \"$ASSAY\" %s; echo $? >$T/code; } 2>$T/err | true; cat $T/err; test ! -s $T/err",
                       long_ones[i]);
        asy_child_must(0, NULL, "c=$(cat $T/code); [ $c = 141 ] || [ $c = 0 ] || { echo $c; exit 1; }");
    }
}
END_TEST

Suite *asy_suite_cli_errors(void)
{
    Suite *s = suite_create("cli_errors");
    TCase *t = tcase_create("spec, data, disk");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, asy_child_setup, teardown);
    tcase_add_test(t, five_mistakes);
    tcase_add_loop_test(t, one_mistake, 0, sizeof said / sizeof *said);
    tcase_add_test(t, from_stdin);
    tcase_add_test(t, foreign_folders);
    tcase_add_test(t, read_only_folder);
    tcase_add_loop_test(t, hostile_spec, 0, BOMBS);
    tcase_add_loop_test(t, broken_data, 0, sizeof idx / sizeof *idx);
    tcase_add_test(t, absent_data);
    tcase_add_test(t, full_disk);
    tcase_add_test(t, small_files);
    tcase_add_test(t, no_control_bytes);
    tcase_add_test(t, closed_pipe);
    suite_add_tcase(s, t);
    t = tcase_create("model files");
    tcase_set_timeout(t, 120);
    tcase_add_unchecked_fixture(t, train_model, asy_child_teardown);
    tcase_add_test(t, model_file);
    tcase_add_loop_test(t, hostile_model, 0, sizeof file / sizeof *file);
    tcase_add_test(t, other_model);
    suite_add_tcase(s, t);
    return s;
}
