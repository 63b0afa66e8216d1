// SPDX-License-Identifier: GPL-3.0-or-later
#include "study_args.h"

static const asy_option options[] = {
    { .name = "output", .letter = 'o', .arg = "DIR", .help = "the study's folder; results/NAME by default" },
    ASY_STUDY_OPTIONS,
    { .name = "list", .help = "a line a stage" },
    { .name = NULL }
};

static void list(const asy_study *s, const bool cached[])
{
    for (int i = 0; i < s->n_stages; i++) {
        const asy_stage *t = s->stages[i];
        printf("%.12s  %-8s  %s seed %llu  %s\n", t->key, cached[i] ? "cached" : "to run", t->run->config,
               (unsigned long long)t->run->seed, t->label);
    }
}

static int run(asy_cli *c)
{
    static const char *const names[] = { "data", "train", "evaluate" };
    asy_spec_options o;
    int code, have[3] = { 0 }, all[3] = { 0 };
    asy_study *s = asy__cli_study(c, &o, &code);
    if (s == NULL) return code;
    const char *dir = asy_cli_get(c, "output");
    if (dir == NULL) dir = asy_sprintf(c->arena, "results/%s%s", s->name, s->smoke ? ".smoke" : "");
    bool *cached = ASY_NEWN(c->arena, s->n_stages + 1, bool);
    if (cached == NULL || dir == NULL) return asy_cli_status(c, asy_arena_status(c->arena));
    code = asy_cli_status(c, asy_study_cached(s, dir, cached));
    if (code != 0) return code;
    for (int i = 0; i < s->n_stages; i++) {
        all[s->stages[i]->kind]++;
        have[s->stages[i]->kind] += cached[i];
    }
    printf("%s   %d arm%s × ", s->name, s->n_arms, s->n_arms == 1 ? "" : "s");
    if (s->n_configs > 1) printf("%d combinations × ", s->n_configs);
    printf("%d seed%s = %d run%s\n", s->n_seeds, s->n_seeds == 1 ? "" : "s", s->n_runs, s->n_runs == 1 ? "" : "s");
    for (int k = 0; k < 3; k++)
        if (all[k] > 0) printf("  %-9s %4d cached   %4d to run\n", names[k], have[k], all[k] - have[k]);
    if (asy_cli_has(c, "list")) list(s, cached);
    return 0;
}

const asy_command asy_command_plan = {
    .name = "plan",
    .summary = "the runs and stages of a spec: what is there, what would run",
    .usage = "SPEC [PATH=VALUE…]",
    .min_args = 1,
    .max_args = -1,
    .options = options,
    .rank = 12,
    .run = run,
};
