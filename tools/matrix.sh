#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make matrix` runs: two compilers, sanitizers, valgrind, plain kernels, link-time optimisation, the installed static library,
# lint, another processor. Each step is run even where an earlier one failed, and says one line; the output of a step lies in
# BUILD/NAME.log, and its end is shown where it failed. Exit code 0: all were good.   tools/matrix.sh [BUILD [STEP…]]
set -u
cd "$(dirname "$0")/.."
out=${1:-build/matrix}
shift || :
only=$*
jobs=-j$(getconf _NPROCESSORS_ONLN)
failed=()
mkdir -p "$out"

step()
{
    local name=$1 begin=$SECONDS log
    shift
    [ -z "$only" ] || [[ " $only " = *" $name "* ]] || return 0
    log=$out/$name.log
    if "$@" >"$log" 2>&1; then
        printf '%-10s good, %d s%s\n' "$name" $((SECONDS - begin)) "$(sed -n 's/^skipped: /; skipped: /p' "$log" | head -1)"
    else
        printf '%-10s FAILED, %d s; the end of %s:\n' "$name" $((SECONDS - begin)) "$log"
        grep -E ':[0-9]+:[FE]:|error|ERROR|warning|panic' "$log" | tail -30
        tail -15 "$log"
        failed+=("$name")
    fi
}
build() { make --no-print-directory "$jobs" BUILD="$out/$1" "${@:2}" parts; }
# The suites of a build whose names match.
suites() { sed -n 's/^Suite \*asy_suite_\([a-z0-9_]*\)(void);$/\1/p' "$out/$1/gen/suites.c" | grep -E "$2"; }
study() { rm -rf "$out/study-$1" && "$out/$1/assay" run tests/cli/_small.yaml -q -o "$out/study-$1"; }
same_as_gcc() { study gcc && study "$1" && tools/same_bits.sh "$out/study-gcc" "$out/study-$1"; }

asan()
{
    build asan CC=clang SAN=address,undefined OPT=-O1 &&
        CK_TIMEOUT_MULTIPLIER=5 ASSAY_BUILD=$out/asan ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
            "$out/asan/tests"
}
# No forks: a forked child of a process with threads is not what the thread sanitizer looks at. No address randomisation: it needs
# its ranges.
tsan()
{
    build tsan SAN=thread OPT=-O1 &&
        CK_FORK=no ASSAY_BUILD=$out/tsan TSAN_OPTIONS=halt_on_error=1 setarch -R "$out/tsan/tests" \
            $(suites tsan '^(base_pool|base_log|graph_exec|train_|run_|attack_)')
}
plain() { ASSAY_ISA=plain ASSAY_BUILD=$out/gcc "$out/gcc/tests" $(suites gcc '^(kernels|graph|model|train|attack|ops|plans|conform)'); }
memcheck()
{
    CK_FORK=no ASSAY_ISA=plain valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
        "$out/gcc/tests" $(suites gcc '^(base_(arena|buf|diag|json|map|tree)|method_params)')
}
# Link-time optimisation, unused sections dropped: the same bits.
lto()
{
    make --no-print-directory "$jobs" BUILD="$out/lto" AR=gcc-ar CFLAGS="-flto=auto -ffunction-sections -fdata-sections" \
        LDFLAGS="-flto=auto -Wl,--gc-sections" WERROR=1 "$out/lto/assay" && same_as_gcc lto
}
# The installed static library, used by a program of somebody else's.
static()
{
    local root
    root=$(realpath "$out")/root
    rm -rf "$root" && make --no-print-directory BUILD="$out/gcc" WERROR=1 PREFIX="$root" install || return 1
    export PKG_CONFIG_PATH=$root/lib/pkgconfig
    ${CC:-gcc} -std=c11 -Wall -Werror $(pkg-config --cflags assay) tests/static.c -o "$out/static" "$root/lib/libassay.a" \
        $(pkg-config --static --libs assay | sed 's/-lassay//') && "$out/static" && "$root/bin/assay" version
}
# Another processor's libcrypto, for the comparison of bits; where it cannot be had, tools/aarch64.sh skips with a word.
arm()
{
    dpkg --print-foreign-architectures | grep -qx arm64 || { dpkg --add-architecture arm64 && apt-get update -qq; } || :
    tools/deps.sh qemu-user-static libssl-dev:arm64 || :
    make --no-print-directory "$jobs" BUILD="$out/objects" WERROR=1 aarch64 && tools/aarch64.sh "$out/bare"
}

step gcc      build gcc WERROR=1
step clang    build clang CC=clang WERROR=1
step bits     same_as_gcc clang
step lint     make --no-print-directory BUILD="$out/gcc" WERROR=1 lint
step lto      lto
step static   static
step plain    plain
step valgrind memcheck
step aarch64  arm
step threads  tsan
step address  asan
if [ ${#failed[@]} -gt 0 ]; then echo "matrix: failed: ${failed[*]}"; exit 1; fi
echo "matrix: all good, $SECONDS s"
