// SPDX-License-Identifier: GPL-3.0-or-later
#include "../base/json.h"
#include "study_args.h"

#include <string.h>

static const asy_option options[] = { { .name = "json", .help = "one JSON document" }, { .name = NULL } };
static const char *const kinds[] = { "data", "train", "evaluate" };
static const char *const words[] = { "done", "running", "interrupted", "queued", "failed", "diverged" };
enum { WORDS = sizeof words / sizeof *words };

typedef struct {
    const asy_study *study;
    const asy_stage_state *state;
    int count[3][WORDS];
} tally;

static int word_of(const char *what)
{
    for (int i = 0; i < WORDS; i++)
        if (strcmp(words[i], what) == 0) return i;
    return 3;
}

static void as_json(const tally *t)
{
    asy_buf b;
    asy_jw w;
    asy_buf_init(&b, 64 << 20);
    asy_jw_init(&w, &b, 0);
    asy_jw_object(&w);
    asy_jw_key(&w, "counts"), asy_jw_object(&w);
    for (int k = 0; k < 3; k++) {
        asy_jw_key(&w, kinds[k]), asy_jw_object(&w);
        for (int i = 0; i < WORDS; i++)
            if (t->count[k][i] > 0) asy_jw_key(&w, words[i]), asy_jw_int(&w, t->count[k][i]);
        asy_jw_object_end(&w);
    }
    asy_jw_object_end(&w);
    asy_jw_key(&w, "name"), asy_jw_text(&w, t->study->name);
    asy_jw_key(&w, "stages"), asy_jw_list(&w);
    for (int i = 0; i < t->study->n_stages; i++) {
        const asy_stage *s = t->study->stages[i];
        asy_jw_object(&w);
        asy_jw_key(&w, "config"), asy_jw_text(&w, s->run->config);
        asy_jw_key(&w, "key"), asy_jw_text(&w, s->key);
        asy_jw_key(&w, "label"), asy_jw_text(&w, s->label);
        asy_jw_key(&w, "seed"), asy_jw_int(&w, (int64_t)s->run->seed);
        asy_jw_key(&w, "state"), asy_jw_text(&w, t->state[i].what);
        if (t->state[i].text != NULL) asy_jw_key(&w, "text"), asy_jw_text(&w, t->state[i].text);
        asy_jw_object_end(&w);
    }
    asy_jw_list_end(&w);
    asy_jw_object_end(&w);
    puts(asy_buf_text(&b));
    asy_buf_free(&b);
}

static void as_text(const tally *t)
{
    asy_cli_say(stdout, "%s   %d runs, %d stages\n", t->study->name, t->study->n_runs, t->study->n_stages);
    for (int k = 0; k < 3; k++) {
        int all = 0;
        for (int i = 0; i < WORDS; i++) all += t->count[k][i];
        if (all == 0) continue;
        printf("  %-9s", kinds[k]);
        for (int i = 0; i < WORDS; i++)
            if (t->count[k][i] > 0) printf(" %5d %s", t->count[k][i], words[i]);
        printf("\n");
    }
    for (int i = 0; i < t->study->n_stages; i++) {
        const asy_stage *s = t->study->stages[i];
        int w = word_of(t->state[i].what);
        if (w == 0 || w == 3) continue;
        asy_cli_say(stdout, "  %s: %s seed %llu %s   %s\n", words[w], s->run->config,
                    (unsigned long long)s->run->seed, s->label,
                    t->state[i].text != NULL ? t->state[i].text : "");
    }
}

static int run(asy_cli *c)
{
    asy_spec_options o;
    asy_study *study = NULL;
    asy_diag *diag = asy_diag_new(c->arena);
    if (diag == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    asy_status s = asy_study_reopen(&study, c->arena, c->args[0], &o, diag);
    int code = s != ASY_OK ? asy_cli_status(c, s) : asy_cli_diag(c, diag);
    if (code != 0) return code;
    asy_stage_state *state = ASY_NEWN(c->arena, study->n_stages + 1, asy_stage_state);
    if (state == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    s = asy_study_states(c->arena, study, c->args[0], state);
    if (s != ASY_OK) return asy_cli_status(c, s);
    tally t = { .study = study, .state = state };
    for (int i = 0; i < study->n_stages; i++) t.count[study->stages[i]->kind][word_of(state[i].what)]++;
    if (c->json) as_json(&t);
    else as_text(&t);
    return ASY_EXIT_OK;
}

const asy_command asy_command_status = {
    .name = "status",
    .summary = "what is done, running, failed and left in a study",
    .usage = "DIR",
    .min_args = 1,
    .max_args = 1,
    .options = options,
    .rank = 31,
    .run = run,
};
