// SPDX-License-Identifier: GPL-3.0-or-later
/* The plain SHA256_* functions, although OpenSSL 3 calls them deprecated: they need no memory and cannot fail. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "hash.h"
#include "fault.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct asy_sha { SHA256_CTX ctx; };

asy_status asy_sha_new(asy_sha **out)
{
    asy_sha *h = asy__alloc_fails() ? NULL : malloc(sizeof *h);

    *out = h;
    if (!h)
        ASY_FAIL(ASY_ENOMEM, "out of memory: %zu bytes were asked for", sizeof *h);
    SHA256_Init(&h->ctx);
    return ASY_OK;
}

void asy_sha_put(asy_sha *h, const void *p, size_t n)
{
    if (n)
        SHA256_Update(&h->ctx, p, n);
}

asy_digest asy_sha_end(asy_sha *h)
{
    asy_digest d;

    SHA256_Final(d.b, &h->ctx);
    free(h);
    return d;
}

asy_digest asy_sha256(const void *p, size_t n)
{
    asy_sha h;
    asy_digest d;

    SHA256_Init(&h.ctx);
    asy_sha_put(&h, p, n);
    SHA256_Final(d.b, &h.ctx);
    return d;
}

void asy_hex(const asy_digest *d, int digits, char *out)
{
    if (digits > 64)
        digits = 64;
    for (int i = 0; i < digits; i++)
        *out++ = "0123456789abcdef"[i % 2 ? d->b[i / 2] & 15 : d->b[i / 2] >> 4];
    *out = '\0';
}

asy_status asy_sha256_file(const char *path, asy_digest *out)
{
    unsigned char piece[32768];
    char why[128];
    asy_sha h;
    ssize_t got = -1;
    int error = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

    SHA256_Init(&h.ctx);
    while (fd >= 0 && (got = read(fd, piece, sizeof piece)) != 0) {
        if (got > 0)
            asy_sha_put(&h, piece, (size_t)got);
        else if (errno != EINTR)
            break;
    }
    error = errno;
    if (fd >= 0)
        (void)close(fd);
    if (got != 0) {
        if (strerror_r(error, why, sizeof why) != 0)
            why[0] = '\0';
        ASY_FAIL(ASY_EIO, "cannot read `%s`: %s", path, why);
    }
    SHA256_Final(out->b, &h.ctx);
    return ASY_OK;
}
