// SPDX-License-Identifier: GPL-3.0-or-later
#include "_npy.h"

static asy_status tensor(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_tensor *t)
{
    (void)form;
    return asy__npy_read(in, f, 0, f->data, f->n, t);
}

static const char *const suffixes[] = { ".npy", NULL };

const asy_reader asy_reader_npy = {
    .m = { .name = "npy",
           .summary = "one NumPy array",
           .revision = 1,
           .cite = "NumPy Enhancement Proposal 1, A simple file format for NumPy arrays",
           .doc = "Versions 1.0 to 3.0, C and Fortran order, both byte orders; bool, integers and floats. "
                  "Integers "
                  "of more than four bytes become int32 where all fit. Arrays of objects are refused: "
                  "reading them "
                  "could run code." },
    .suffixes = suffixes,
    .tensor = tensor,
};
