// SPDX-License-Identifier: GPL-3.0-or-later
/* JSON: written with sorted keys where the caller sorts, numbers in the shortest form that reads back
 * (RFC 8785 §3.2.2.3, ECMAScript Number::toString), non-finite numbers as the strings "inf", "-inf", "nan".
 * Read by jansson, which only json.c sees. */
#ifndef ASY_BASE_JSON_H
#define ASY_BASE_JSON_H
#include "arena.h"
#include "buf.h"

/* A writer that puts commas and, if `indent` > 0, line breaks. */
typedef struct { asy_buf *out; int indent, depth; bool first[64], after_key; } asy_jw;
void asy_jw_init (asy_jw *, asy_buf *, int indent);
void asy_jw_object(asy_jw *);  void asy_jw_object_end(asy_jw *);
void asy_jw_list (asy_jw *);   void asy_jw_list_end(asy_jw *);
void asy_jw_key  (asy_jw *, const char *);
void asy_jw_text (asy_jw *, const char *);        /* escaped UTF-8; NULL writes null */
void asy_jw_num  (asy_jw *, double);
void asy_jw_int  (asy_jw *, int64_t);
void asy_jw_bool (asy_jw *, bool);
void asy_jw_null (asy_jw *);
void asy_jw_raw  (asy_jw *, const char *json);    /* one value that is JSON already */
/* the number's text, or inf, -inf, nan without quotes; returns its length. Locale-independent. */
int  asy_json_number(double, char out[32]);

typedef enum {
    ASY_J_NULL, ASY_J_BOOL, ASY_J_INT, ASY_J_NUM, ASY_J_TEXT, ASY_J_LIST, ASY_J_OBJECT
} asy_json_kind;
typedef struct asy_json {
    asy_json_kind kind;
    /* num is set for INT too; the strings "inf", "-inf", "nan" stay TEXT */
    bool b; int64_t i; double num;
    const char *text, *key;
    struct asy_json *child, *next;
} asy_json;
/* duplicate keys, depth > 64, trailing text: EPARSE with name:line:column */
asy_status asy_json_read(asy_arena *, const char *text, size_t n, const char *name, asy_json **) ASY_CHECKED;
const asy_json *asy_json_get(const asy_json *object, const char *key);
double asy_json_num(const asy_json *, double otherwise);   /* numbers and the three strings */
bool asy_json_to_num(const char *text, double *out);       /* C-locale number in full, or the three words */
#endif
