// SPDX-License-Identifier: GPL-3.0-or-later
/* Tensor files: safetensors (user-experience §12) and npz (stored, not deflated, dated 1980-01-01). Files are hostile. */
#ifndef ASY_TENSOR_FILE_H
#define ASY_TENSOR_FILE_H
#include "../base/diag.h"
#include "tensor.h"

typedef struct { const char *name; asy_tensor t; } asy_named;

/* Writes to a path inside a folder that will be published whole (asy_io_put). Tensors sorted by descending alignment, then name;
 * header padded with spaces to a multiple of 8. `meta`: n_meta pairs key, value. Byte for byte a function of its arguments. */
asy_status asy_safetensors_write(const char *path, int n, const asy_named t[], int n_meta, const char *const meta[][2]) ASY_CHECKED;
typedef struct { int n; asy_named *t; int n_meta; const char *(*meta)[2]; } asy_safetensors;
/* Reads a whole file into the arena. Refuses (E0501 with the path and the byte or tensor name, status EMODEL): header length > 100 MB or > file,
 * overlapping, unindexed or out-of-file bytes, offsets ≠ dtype × shape, overflow, duplicate keys, unknown dtype, text that is not JSON.
 * Only F32, F64, I32, U8 are accepted. A file that cannot be opened is E0502. */
asy_status asy_safetensors_read(asy_arena *, const char *path, asy_safetensors *, asy_diag *) ASY_CHECKED;

/* npz: a zip of .npy 1.0 members, stored, C order, little-endian. `name` without ".npy". */
asy_status asy_npz_write(const char *path, int n, const asy_named t[]) ASY_CHECKED;
/* Reads npz files of the kind that asy_npz_write makes (stored members). EPARSE with the path and byte. */
asy_status asy_npz_read(asy_arena *, const char *path, int *n, asy_named **t) ASY_CHECKED;
#endif
