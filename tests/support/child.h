// SPDX-License-Identifier: GPL-3.0-or-later
/* The binary under test as a child process. A command is text for sh, in which $ASSAY is the binary, $BUILD
 * its folder and $T an empty folder that lives as long as the test case. Variables that change what is shown
 * or computed are unset first. */
#ifndef ASY_TESTS_CHILD_H
#define ASY_TESTS_CHILD_H
#include "base/status.h"
#include <sys/types.h>

/* ASSAY_BUILD, else the folder of the running program */
void asy_build_folder(char out[512]);

/* unchecked fixtures that make and remove $T */
void asy_child_setup(void);
void asy_child_teardown(void);

typedef struct {
    pid_t pid;
    int number;
    double began;
} asy_child;
asy_child asy_child_start(const char *fmt, ...) ASY_PRINTF(1, 2);
/* Its exit code; 128 + n if signal n ended it. */
int asy_child_end(asy_child *);
/* Both. */
int asy_child_run(const char *fmt, ...) ASY_PRINTF(1, 2);
/* Runs it; fails the test unless it exits with `code` and says `text` somewhere (NULL: anything). */
void asy_child_must(int code, const char *text, const char *fmt, ...) ASY_PRINTF(3, 4);

/* Of the child that ended last: what it wrote on stdout and stderr (the first 64 kB), and what it cost; its
 * peak of memory is 0 in builds with the address sanitizer. */
const char *asy_child_said(void);
double asy_child_wall(void), asy_child_cpu(void), asy_child_megabytes(void);

/* Until a file below $T that matches the pattern holds the text ("": until it is there); false: the child
 * ended first. */
bool asy_child_await(const asy_child *, const char *pattern, const char *text);
void asy_child_pause(double seconds);
#endif
