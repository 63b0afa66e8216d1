#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/install.sh BUILD DESTDIR PREFIX: binary, libraries, the headers that lib/assay.h and the parts above it show, pkg-config file, specs.
set -eu
build=$1 prefix=$3 to=$2$3

install -d "$to/bin" "$to/lib/pkgconfig" "$to/include/assay" "$to/share/assay"
install -m 755 "$build/assay" "$to/bin/assay"
install -m 644 "$build/libassay.a" "$to/lib/libassay.a"
install -m 755 "$build/libassay.so" "$to/lib/libassay.so.0"
ln -sf libassay.so.0 "$to/lib/libassay.so"
# what the public headers include, and nothing else
printf '#include "assay.h"\n#include "spec/spec.h"\n#include "run/run.h"\n#include "report/report.h"\n' |
    ${CC:-gcc} -std=c11 -Ilib -MM -MT x -x c - | tr -s ' \\' '\n\n' | sed -n 's,^lib/,,p' | while read -r h; do
        # a path may go up and down again
        h=$(cd lib && realpath --relative-to=. "$h")
        install -D -m 644 "lib/$h" "$to/include/assay/$h"
    done
(cd experiments && find . -name '*.yaml') | while read -r y; do
    install -D -m 644 "experiments/$y" "$to/share/assay/experiments/$y"
done
cat >"$to/lib/pkgconfig/assay.pc" <<PC
prefix=$prefix
includedir=\${prefix}/include/assay
libdir=\${prefix}/lib

Name: assay
Description: experiments in robustness, privacy and data-centric machine learning
Version: $VERSION
Cflags: -I\${includedir}
Libs: -L\${libdir} -lassay
Requires.private: yaml-0.1 jansson libcrypto zlib gsl libpng libjpeg
Libs.private: -lm -pthread
PC
echo "installed below $to"
