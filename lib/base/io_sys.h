// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared by io.c and folder.c. */
#ifndef ASY_BASE_IO_SYS_H
#define ASY_BASE_IO_SYS_H
#include "status.h"

enum { ASY__PATH = 4096 };

/* From errno: "cannot VERB `PATH`: …"; EFULL for a full disk or quota, else EIO. */
asy_status asy__io_failed(const char *verb, const char *path);
/* Like the system's, but they can be made to fail; 0 or −1 and errno. */
int asy__fsync(int fd);
int asy__rename(const char *from, const char *to);
asy_status asy__sync_folder(const char *path) ASY_CHECKED;
void asy__folder_of(const char *path, char out[ASY__PATH]);    /* of a path shorter than ASY__PATH */
long asy__temporaries(void);                                    /* how many temporary files were begun */
#endif
