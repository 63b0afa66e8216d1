// SPDX-License-Identifier: GPL-3.0-or-later
/* Tensors: views of memory that somebody else owns. */
#ifndef ASY_TENSOR_TENSOR_H
#define ASY_TENSOR_TENSOR_H
#include "../base/arena.h"

typedef enum { ASY_F32, ASY_F64, ASY_I32, ASY_U8 } asy_dtype;
enum { ASY_MAXDIM = 6 };
typedef struct { int n; int64_t d[ASY_MAXDIM]; } asy_shape;   /* n = 0: a scalar */
/* Contiguous, row-major. Rows outside a graph: the first axis counts them. */
typedef struct { void *data; asy_shape s; asy_dtype type; } asy_tensor;

size_t    asy_dtype_size(asy_dtype);
const char *asy_dtype_name(asy_dtype);                 /* "f32" … */
asy_shape asy_shape_of(int n, const int64_t d[]);
int64_t   asy_shape_count(const asy_shape *);          /* product; 1 for a scalar; −1 on overflow or a negative axis */
bool      asy_shape_equal(const asy_shape *, const asy_shape *);
int       asy_shape_text(const asy_shape *, char *out, size_t cap);   /* "[16,28,28]" */
#define ASY_SHAPE(...) asy_shape_of((int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})
#define ASY_SCALAR ((asy_shape){0})

/* A zeroed tensor in an arena; data NULL when it cannot be had (the arena is then failed). */
asy_tensor asy_tensor_new(asy_arena *, asy_dtype, asy_shape);
/* Rows [first, first + n) of a tensor whose first axis counts rows. */
asy_tensor asy_tensor_rows(const asy_tensor *, int64_t first, int64_t n);
size_t     asy_tensor_bytes(const asy_tensor *);
#endif
