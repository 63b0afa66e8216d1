// SPDX-License-Identifier: GPL-3.0-or-later
#include "../support/fuzz_reader.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) { return asy_fuzz_reader("bits", data, n); }
