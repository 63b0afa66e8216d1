// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli.h"
#include "../base/json.h"
#include "../base/sys.h"

static const asy_option options[] = { { .name = "json", .help = "as JSON" }, { .name = NULL } };

static int run(asy_cli *c)
{
    asy_isa isa;
    asy_status s = asy_isa_choose(&isa);
    if (s != ASY_OK) return asy_cli_status(c, s);
    if (!c->json) {
        printf("assay %s\nspec versions   1\nnumerics        %d\ninstructions    %s\ncompiler        %s\n",
               asy_version(), asy_numerics, asy_isa_name(isa), __VERSION__);
        return ASY_EXIT_OK;
    }
    asy_buf out;
    asy_jw w;
    asy_buf_init(&out, 4096);
    asy_jw_init(&w, &out, 0);
    asy_jw_object(&w);
    asy_jw_key(&w, "compiler"), asy_jw_text(&w, __VERSION__);
    asy_jw_key(&w, "instructions"), asy_jw_text(&w, asy_isa_name(isa));
    asy_jw_key(&w, "numerics"), asy_jw_int(&w, asy_numerics);
    asy_jw_key(&w, "spec_versions"), asy_jw_list(&w), asy_jw_int(&w, 1), asy_jw_list_end(&w);
    asy_jw_key(&w, "version"), asy_jw_text(&w, asy_version());
    asy_jw_object_end(&w);
    puts(asy_buf_text(&out));
    asy_buf_free(&out);
    return ASY_EXIT_OK;
}

const asy_command asy_command_version = {
    .name = "version",
    .summary = "of the program, the spec language, the numerics",
    .usage = "",
    .options = options,
    .rank = 91,
    .run = run,
};
