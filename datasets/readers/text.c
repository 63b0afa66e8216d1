// SPDX-License-Identifier: GPL-3.0-or-later
/* A text as characters to be predicted: consecutive windows of `length` characters, and what follows them. */
#include "assay.h"

#include <string.h>

static void look(const asy_bytes *f, bool seen[256])
{
    for (size_t i = 0; i < f->n; i++) seen[(unsigned char)f->data[i]] = true;
}

/* All files of a set have one alphabet. */
static asy_status survey(const asy_data_in *in, const asy_bytes *f, asy_form *form)
{
    (void)in;
    look(f, form->seen);
    form->surveyed = true;
    return ASY_OK;
}

/* Codes of the bytes that occur, in byte order. */
static int alphabet(const asy_bytes *f, const asy_form *form, int code[256])
{
    bool seen[256] = { false };
    int n = 0;
    if (form->surveyed) memcpy(seen, form->seen, sizeof seen);
    else look(f, seen);
    for (int b = 0; b < 256; b++) code[b] = seen[b] ? n++ : -1;
    return n;
}

static asy_status name_bytes(asy_arena *a, const int code[256], int n, const char ***out)
{
    *out = ASY_NEWN(a, n, const char *);
    for (int b = 0; *out != NULL && b < 256; b++)
        if (code[b] >= 0)
            (*out)[code[b]] =
                b > 32 && b < 127 ? asy_sprintf(a, "%c", b) : asy_sprintf(a, "0x%02x", (unsigned)b);
    return asy_arena_status(a);
}

static asy_status table(const asy_data_in *in, const asy_bytes *f, const asy_form *form, asy_table *t)
{
    int code[256], n_codes = alphabet(f, form, code);
    bool one = form->target == ASY_TARGET_NEXT;
    int64_t length = form->length > 0 ? form->length : 64, n = ((int64_t)f->n - 1) / length;
    const char **names;
    if (f->n < 2 || n < 1)
        return asy_data_broken(in, f, "text", f->n, "it is not longer than one row of %lld characters",
                               (long long)length);
    ASY_TRY(name_bytes(in->arena, code, n_codes, &names));
    asy_raw *c = ASY_NEWN(in->arena, 3, asy_raw);
    const char **label = ASY_NEWN(in->arena, n, const char *);
    asy_tensor x = asy_tensor_new(in->arena, ASY_U8, ASY_SHAPE(n, length)),
               token = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(n, length + 1)),
               each = asy_tensor_new(in->arena, ASY_I32, ASY_SHAPE(n, one ? 0 : length));
    if (c == NULL || label == NULL || x.data == NULL || token.data == NULL || each.data == NULL)
        return asy_arena_status(in->arena);
    for (int64_t i = 0; i < n; i++) {
        const unsigned char *p = (const unsigned char *)f->data + i * length;
        for (int64_t j = 0; j <= length; j++) {
            ((int32_t *)token.data)[i * (length + 1) + j] = code[p[j]];
            if (j < length) ((uint8_t *)x.data)[i * length + j] = (uint8_t)code[p[j]];
        }
        label[i] = names[code[p[length]]];
        for (int64_t j = 0; !one && j < length; j++)
            ((int32_t *)each.data)[i * length + j] = code[p[j + (form->target == ASY_TARGET_EACH)]];
    }
    c[0] = (asy_raw){
        .name = "input", .role = ASY_ROLE_INPUT, .data = x, .n_values = n_codes, .values = names
    };
    c[1] = (asy_raw){
        .name = "next", .role = ASY_ROLE_LABEL, .text = label, .n_values = n_codes, .values = names
    };
    if (!one) {
        c[1].name = form->target == ASY_TARGET_EACH ? "each" : "masked";
        c[1].text = NULL;
        c[1].data = each;
    }
    c[2] = (asy_raw){ .name = "token", .role = ASY_ROLE_TOKEN, .data = token };
    *t = (asy_table){ .n = n,
                      .n_cols = 3,
                      .cols = c,
                      .note = asy_sprintf(in->arena, "%d different bytes, coded in byte order", n_codes) };
    return asy_arena_status(in->arena);
}

static const char *const suffixes[] = { ".txt", NULL };

const asy_reader asy_reader_text = {
    .m = { .name = "text",
           .summary = "plain text as rows of characters, for character models",
           .revision = 2,
           .cite = "A. Karpathy, The unreasonable effectiveness of recurrent neural networks, 2015",
           .doc = "A row is `length` bytes; rows do not overlap. With `target: next` its label is the byte that "
                  "follows; with `each` it has `length` labels, the byte that follows each of its own; with "
                  "`masked` its labels are its own bytes, some of which a model is to guess without seeing "
                  "them. The alphabet is that of all files. Column `token` holds row and following byte." },
    .suffixes = suffixes,
    .table = table,
    .survey = survey,
};
