#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Finds methods, kinds, operators, known answers, commands and test suites by their definitions and writes the tables that point at them.
#   tools/registry.sh methods  OUT FILE…    asy_kinds, asy_methods_of_KIND, asy_ops, asy_known_tables
#   tools/registry.sh commands OUT FILE…    asy_commands
#   tools/registry.sh suites   OUT FILE…    asy_suites
# A definition is a line `const asy_KIND asy_KIND_some_name = {`. Every file of a module folder whose name does not begin with `_` holds
# exactly one, and file name and symbol agree. OUT is touched only if its content changes. What does not fit: FILE:LINE: text, exit 1.
set -eu
export LC_ALL=C

mode=$1 out=$2
shift 2
new=$out.new
trap 'rm -f "$new"' EXIT

awk -v mode="$mode" '
function complain(text) { print text | "cat >&2"; bad = 1 }
function base(path)     { sub(/.*\//, "", path); sub(/\.c$/, "", path); return path }
function hyphens(name)  { gsub(/_/, "-", name); return name }

# Files of these folders are methods; elsewhere in lib a file may be one.
function is_method_file(path)
{
    if (base(path) ~ /^_/ || path ~ /^tests\//) return 0
    return path !~ /^lib\// || path ~ /^lib\/(model\/archs|train\/(losses|optimizers|schedules|samplers|estimators|procedures))\//
}

function sort(list, n,    i, j, t)
{
    for (i = 2; i <= n; i++) {
        t = list[i]
        for (j = i - 1; j > 0 && list[j] > t; j--) list[j + 1] = list[j]
        list[j + 1] = t
    }
}

# Definitions are kept as they come; which are methods is known once all kinds are.
/^const asy_[a-z0-9_]+ asy_[a-z0-9_]+(\[\])? = *\{/ {
    split($0, word, /[ =\[{]+/)
    n_def++
    type[n_def] = substr(word[2], 5); symbol[n_def] = word[3]; file[n_def] = FILENAME; line[n_def] = FNR; at[n_def] = FILENAME ":" FNR
    if (type[n_def] == "kind") is_kind[substr(word[3], 10)] = at[n_def]
}
# The name that the definition gives itself.
FILENAME == file[n_def] && !(n_def in given) && match($0, /\.name = "[^"]*"/) { given[n_def] = substr($0, RSTART + 9, RLENGTH - 10) }
mode == "suites" && /^Suite \*asy_suite_[a-z0-9_]+\(void\)/ {
    name = substr($0, 18); sub(/\(.*/, "", name)
    if (name != base(FILENAME))
        complain(FILENAME ":" FNR ": the suite asy_suite_" name " stands in a file that is called " base(FILENAME) ".c")
    else if (!(name in is_suite)) { is_suite[name] = 1; suite[++n_suite] = name }
}
mode == "suites" && FNR == 1 && FILENAME ~ /^tests\/(unit|conform|cli)\// && base(FILENAME) !~ /^_/ { wants_suite[FILENAME] = 1 }

function add(kind, i,    name)
{
    name = symbol[i]
    if (index(name, "asy_" kind "_") != 1) {
        complain(at[i] ": `" name "` is a const asy_" kind ", so its name must begin with asy_" kind "_")
        return
    }
    name = substr(name, length("asy_" kind "_") + 1)
    if (name != base(file[i])) {
        complain(at[i] ": `" symbol[i] "` stands in a file that is called " base(file[i]) ".c; it must be asy_" kind "_" base(file[i]))
        return
    }
    if ((i in given) && given[i] != hyphens(name)) {
        complain(at[i] ": `" symbol[i] "` calls itself \"" given[i] "\"; the file name says \"" hyphens(name) "\"")
        return
    }
    if ((kind, name) in seen) {
        complain(at[i] ": `" symbol[i] "` is also defined in " seen[kind, name])
        return
    }
    seen[kind, name] = at[i]
    list[kind, ++count[kind]] = name
}

function add_known(i,    k, name, best, path)
{
    name = substr(symbol[i], 11)
    for (k in is_kind)
        if (index(name, k "_") == 1 && length(k) > length(best)) best = k
    path = file[i]
    sub(/^tests\/known\//, "", path)
    if (best == "" || substr(name, length(best) + 2) != base(file[i]))
        complain(at[i] ": `" symbol[i] "` must be asy_known_KIND_" base(file[i]) ", with a kind of lib/method/kinds")
    else if (!((best, base(file[i])) in seen) || seen[best, base(file[i])] !~ ("^" path ":"))
        complain(at[i] ": known answers without their method: there is no asy_" best "_" base(file[i]) " in " path)
    else
        known[++n_known] = best " " base(file[i])
}

function head(text)
{
    print "// SPDX-License-Identifier: GPL-3.0-or-later"
    print "/* Written by tools/registry.sh. */"
    print text
}

function take(    i, k, f)
{
    for (i = 1; i <= n_def; i++) {
        if (type[i] == "op") {
            if (index(symbol[i], "asy_op_") != 1) complain(at[i] ": `" symbol[i] "` is an operator, so its name must begin with asy_op_")
            else op[++n_op] = substr(symbol[i], 8)
        } else if (type[i] == "kind") {
            if (symbol[i] != "asy_kind_" base(file[i])) complain(at[i] ": `" symbol[i] "` stands in a file that is called " base(file[i]) ".c")
            else kind[++n_kind] = substr(symbol[i], 10)
        } else if (type[i] in is_kind) {
            add(type[i], i)
            methods_in[file[i]]++
        } else if (is_method_file(file[i]) && type[i] != "known") {
            complain(at[i] ": there is no kind `" type[i] "` in lib/method/kinds")
            strange_in[file[i]]++
        }
    }
    for (i = 1; i <= n_def; i++)
        if (type[i] == "known") add_known(i)
    for (i = 1; i < ARGC; i++) {
        f = ARGV[i]
        if (f == "/dev/null" || !is_method_file(f)) continue
        if (methods_in[f] + strange_in[f] == 0) complain(f ":1: no method ends this file: `const asy_KIND asy_KIND_" base(f) " = {`; helpers are called _" base(f) ".c")
        if (methods_in[f] > 1)  complain(f ":1: " methods_in[f] " methods stand in this file; a method is one file")
    }
}

function write_methods(    i, j, k, n, names, part)
{
    head("#include \"assay.h\"\n#include \"graph/op.h\"")
    sort(kind, n_kind)
    for (i = 1; i <= n_kind; i++) {
        k = kind[i]; n = count[k]
        for (j = 1; j <= n; j++) names[j] = hyphens(list[k, j])
        sort(names, n)
        print ""
        for (j = 1; j <= n; j++) { gsub(/-/, "_", names[j]); print "extern const asy_" k " asy_" k "_" names[j] ";" }
        print "const asy_method *const *asy_methods_of_" k "(int *n);"
        print "const asy_method *const *asy_methods_of_" k "(int *n)\n{\n    static const asy_method *const all[] = {"
        for (j = 1; j <= n; j++) print "        &asy_" k "_" names[j] ".m,"
        print "        NULL\n    };\n    *n = " (n + 0) ";\n    return all;\n}"
    }
    print "\nconst asy_kind *const asy_kinds[] = {"
    for (i = 1; i <= n_kind; i++) print "    &asy_kind_" kind[i] ","
    print "    NULL\n};\n"
    sort(op, n_op)
    for (i = 1; i <= n_op; i++) print "extern const asy_op asy_op_" op[i] ";"
    print "const asy_op *const asy_ops[] = {"
    for (i = 1; i <= n_op; i++) print "    &asy_op_" op[i] ","
    print "    NULL\n};\n"
    sort(known, n_known)
    for (i = 1; i <= n_known; i++) { split(known[i], part, " "); print "extern const asy_known asy_known_" part[1] "_" part[2] "[];" }
    print "const asy_known_table asy_known_tables[] = {"
    for (i = 1; i <= n_known; i++) {
        split(known[i], part, " ")
        print "    { \"" part[1] "\", \"" hyphens(part[2]) "\", asy_known_" part[1] "_" part[2] " },"
    }
    print "    { NULL, NULL, NULL }\n};"
}

function write_commands(    i, n, names)
{
    for (i = 1; i <= n_def; i++) {
        if (type[i] != "command") continue
        if ("asy_" base(file[i]) != "asy_cmd_" substr(symbol[i], 13)) complain(at[i] ": `" symbol[i] "` stands in a file that is called " base(file[i]) ".c")
        names[++n] = substr(symbol[i], 13)
    }
    sort(names, n)
    head("#include \"cli/cli.h\"\n")
    for (i = 1; i <= n; i++) print "extern const asy_command asy_command_" names[i] ";"
    print "const asy_command *const asy_commands[] = {"
    for (i = 1; i <= n; i++) print "    &asy_command_" names[i] ","
    print "    NULL\n};"
}

function write_suites(    i, f)
{
    for (f in wants_suite)
        if (!(base(f) in is_suite)) complain(f ":1: no `Suite *asy_suite_" base(f) "(void)` in this file")
    sort(suite, n_suite)
    head("#include <check.h>\n")
    for (i = 1; i <= n_suite; i++) print "Suite *asy_suite_" suite[i] "(void);"
    print "extern Suite *(*const asy_suites[])(void);\nextern const int asy_n_suites;\n"
    print "const int asy_n_suites = " (n_suite + 0) ";\nSuite *(*const asy_suites[])(void) = {"
    for (i = 1; i <= n_suite; i++) print "    asy_suite_" suite[i] ","
    print "    NULL\n};"
}

END {
    if (mode == "methods") { take(); write_methods() }
    else if (mode == "commands") write_commands()
    else if (mode == "suites") write_suites()
    else complain("registry.sh: no mode `" mode "`")
    close("cat >&2")
    exit bad
}
' /dev/null "$@" >"$new"

cmp -s "$new" "$out" || mv "$new" "$out"
