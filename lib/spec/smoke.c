// SPDX-License-Identifier: GPL-3.0-or-later
/* The built-in shrink of --smoke: one epoch, at most two attack steps (512 training and 128 other rows are
 * the data stage's part, one seed the study's). Method blocks that have a parameter `steps` get it, whatever
 * they are. */
#include "../method/procedure.h"
#include "../method/registry.h"
#include "overlay.h"

#include <string.h>

enum { STEPS = 2 };

static asy_tree *scalar(asy_arena *a, const char *key, const char *text)
{
    asy_tree *t = ASY_NEW(a, asy_tree);
    if (t != NULL) *t = (asy_tree){ .kind = ASY_TREE_SCALAR, .key = key, .text = text };
    return t;
}

static asy_tree *map(asy_arena *a, const char *key, asy_tree *child)
{
    asy_tree *t = ASY_NEW(a, asy_tree);
    if (t != NULL) *t = (asy_tree){ .kind = ASY_TREE_MAP, .key = key, .child = child };
    return t;
}

static bool has_count(const char *name, const char *key)
{
    const asy_method *m = asy_method_find(name, NULL, NULL, NULL);
    for (const asy_param *p = m != NULL ? m->params : NULL; p != NULL && p->key != NULL; p++)
        if (strcmp(p->key, key) == 0 && p->type == ASY_P_I64) return true;
    return false;
}

/* What to lay over one method block: `steps`, here and in the blocks it holds; NULL: nothing. */
static asy_tree *shrink(asy_arena *a, const asy_tree *block)
{
    const asy_tree *m = asy_tree_get(block, "method"), *steps = asy_tree_get(block, "steps");
    const char *name = block->kind == ASY_TREE_SCALAR            ? block->text
                       : m != NULL && m->kind == ASY_TREE_SCALAR ? m->text
                                                                 : NULL;
    int64_t v = STEPS + 1;
    asy_tree *first = NULL, **tail = &first;
    if (steps != NULL && steps->kind == ASY_TREE_SCALAR && !asy_read_integer(steps->text, &v)) v = 0;
    if (name != NULL && has_count(name, "steps") && v > STEPS) {
        *tail = scalar(a, "steps", "2");
        if (*tail != NULL) tail = &(*tail)->next;
    }
    for (const asy_tree *c = block->kind == ASY_TREE_MAP ? block->child : NULL; c != NULL; c = c->next) {
        if (c->kind != ASY_TREE_MAP && strcmp(c->key, "attack") != 0) continue;
        asy_tree *t = shrink(a, c);
        if (t == NULL) continue;
        t->key = c->key;
        *tail = t;
        tail = &t->next;
    }
    if (first == NULL) return NULL;
    if (block->kind == ASY_TREE_SCALAR) {
        asy_tree *word = scalar(a, "method", block->text);
        if (word != NULL) word->next = first, first = word;
    }
    return map(a, block->key, first);
}

/* The length of a training that has one. */
static asy_tree *shrink_train(asy_arena *a, const asy_tree *train, const char *procedure)
{
    const char *key = asy_tree_get(train, "steps") != NULL ? "steps" : "epochs";
    const asy_tree *named = asy_tree_get(train, asy_spot_train.word);
    if (named != NULL && named->kind == ASY_TREE_SCALAR) procedure = named->text;
    if (procedure == NULL) procedure = asy_spot_train.def;
    asy_tree *t = shrink(a, train);
    if (!has_count(procedure, key)) return t;
    asy_tree *length = scalar(a, key, strcmp(key, "steps") == 0 ? "2" : "1");
    if (length != NULL && t != NULL) length->next = t->child;
    return map(a, "train", length);
}

asy_tree *asy__smoke_tree(asy_arena *a, const asy_tree *root, const char *procedure)
{
    const asy_tree *train = asy_tree_get(root, "train"), *evaluate = asy_tree_get(root, "evaluate");
    asy_tree *first = NULL, **tail = &first;
    if (train != NULL && train->kind == ASY_TREE_MAP) {
        *tail = shrink_train(a, train, procedure);
        if (*tail != NULL) tail = &(*tail)->next;
    }
    if (evaluate != NULL && evaluate->kind == ASY_TREE_MAP) {
        asy_tree *inner = NULL, **end = &inner;
        for (const asy_tree *c = evaluate->child; c != NULL; c = c->next) {
            *end = shrink(a, c);
            if (*end != NULL) end = &(*end)->next;
        }
        if (inner != NULL) *tail = map(a, "evaluate", inner);
    }
    return map(a, NULL, first);
}
