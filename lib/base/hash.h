// SPDX-License-Identifier: GPL-3.0-or-later
/* SHA-256 (FIPS 180-4), by libcrypto. */
#ifndef ASY_BASE_HASH_H
#define ASY_BASE_HASH_H
#include "status.h"

typedef struct { uint8_t b[32]; } asy_digest;
typedef struct asy_sha asy_sha;
asy_status asy_sha_new(asy_sha **) ASY_CHECKED;
void       asy_sha_put(asy_sha *, const void *, size_t n);
asy_digest asy_sha_end(asy_sha *);                 /* frees it */
asy_digest asy_sha256(const void *, size_t n);     /* in one go; cannot fail */
void       asy_hex(const asy_digest *, int digits, char *out);  /* `digits` lower-case hex digits and a NUL */
asy_status asy_sha256_file(const char *path, asy_digest *) ASY_CHECKED;
#endif
