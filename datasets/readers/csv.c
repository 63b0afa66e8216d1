// SPDX-License-Identifier: GPL-3.0-or-later
#include "_csv.h"

static const char *const suffixes[] = { ".csv", ".tsv", NULL };

const asy_reader asy_reader_csv = {
    .m = { .name = "csv",
           .summary = "tables of text: comma, tab or another separator",
           .revision = 1,
           .cite = "Y. Shafranovich, Common Format and MIME Type for CSV Files, RFC 4180, 2005",
           .words = "tsv",
           .doc =
               "Quoted cells may hold separators and line breaks. The keys header, separator, trim and na of "
               "`data` say what the file does not. A row with another number of cells than the first is an "
               "error, and so are bytes that are not UTF-8." },
    .suffixes = suffixes,
    .table = asy__csv_read,
};
