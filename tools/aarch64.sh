#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same float32 bits on another processor: builds tests/bare for this machine and for aarch64, runs the second under user-mode emulation, compares what they print.
# Needs gcc-aarch64-linux-gnu, qemu-user-static and libssl-dev:arm64 (dpkg --add-architecture arm64); without them it is skipped, with a word.   tools/aarch64.sh BUILD
set -eu
export LC_ALL=C
build=$1
cross=aarch64-linux-gnu-gcc
lib=/usr/lib/aarch64-linux-gnu
for need in "$(command -v $cross)" "$(command -v qemu-aarch64-static)" "$(ls $lib/libcrypto.so 2>/dev/null)"; do
    [ -n "$need" ] || { echo "skipped: aarch64: the cross compiler, the emulator or its libcrypto is not here"; exit 0; }
done
mkdir -p "$build"
flags="-std=c11 -O2 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -ffp-contract=off -fno-math-errno -pthread -Ilib -Wall -Werror"
# what sees no third party but libcrypto
files="$(ls lib/base/*.c | grep -vE '/(json|json_write|gz|stat|special|solve|diag|diag_render)\.c') $(ls lib/tensor/tensor.c lib/tensor/reduce.c lib/graph/*.c lib/graph/ops/*.c lib/kernels/*.c | grep -v _avx512)"
tools/registry.sh methods "$build/ops.c" $(ls lib/graph/ops/*.c)
$cross $flags -idirafter /usr/include $files lib/kernels/vec/*.c "$build/ops.c" tests/bare/main.c -o "$build/bare-aarch64" -L$lib -lcrypto -lm -Wl,-rpath-link,$lib
for v in plain avx2 avx512; do
    case $v in plain) isa= ;; avx2) isa='-mavx2 -mfma' ;; avx512) isa='-mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma' ;; esac
    for f in lib/kernels/vec/*.c; do gcc $flags $isa -DASY_VARIANT=$v -c "$f" -o "$build/$(basename "$f" .c).$v.o"; done
done
gcc $flags $files "$build"/*.plain.o "$build"/*.avx2.o "$build"/*.avx512.o "$build/ops.c" tests/bare/main.c -o "$build/bare" -lcrypto -lm
"$build/bare" >"$build/here"
qemu-aarch64-static -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH=$lib "$build/bare-aarch64" >"$build/there"
cmp "$build/here" "$build/there" || { diff "$build/here" "$build/there" | head -20; exit 1; }
echo "aarch64: $(wc -l <"$build/here") digests, the same bits as here"
