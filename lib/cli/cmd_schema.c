// SPDX-License-Identifier: GPL-3.0-or-later
#include "../spec/spec.h"
#include "cli.h"

#include <string.h>

static const char *const editors[] = { "vscode", "nvim", "helix", NULL };
static const asy_option options[] = { { .name = "install",
                                        .arg = "EDITOR",
                                        .choices = editors,
                                        .help = "print the setting of vscode, nvim or helix" },
                                      { .name = NULL } };

static void setting(const char *editor)
{
    if (strcmp(editor, "vscode") == 0)
        puts("// settings.json, with the extension redhat.vscode-yaml\n"
             "\"yaml.schemas\": { \"./assay-1.schema.json\": [\"experiments/**/*.yaml\"] }");
    else if (strcmp(editor, "nvim") == 0)
        puts("-- with yaml-language-server\n"
             "vim.lsp.config(\"yamlls\", { settings = { yaml = { schemas = {\n"
             "  [\"./assay-1.schema.json\"] = \"experiments/**/*.yaml\" } } } })");
    else
        puts("# languages.toml, with yaml-language-server\n"
             "[language-server.yaml-language-server.config.yaml.schemas]\n"
             "\"./assay-1.schema.json\" = \"experiments/**/*.yaml\"");
    puts("");
    fputs("write the schema with: assay schema > assay-1.schema.json\n", stderr);
}

static int run(asy_cli *c)
{
    const char *editor = asy_cli_get(c, "install");
    asy_buf b;
    if (editor != NULL) {
        setting(editor);
        return ASY_EXIT_OK;
    }
    asy_buf_init(&b, 64 << 20);
    asy_spec_schema(&b);
    asy_status s = asy_buf_status(&b);
    if (s == ASY_OK) fputs(asy_buf_text(&b), stdout);
    asy_buf_free(&b);
    return asy_cli_status(c, s);
}

const asy_command asy_command_schema = {
    .name = "schema",
    .summary = "JSON Schema of the spec language, for editors",
    .usage = "",
    .max_args = 0,
    .options = options,
    .rank = 57,
    .doc = "Made from the tables that also validate. The first line `# yaml-language-server: $schema=FILE` "
           "of a spec\n"
           "tells an editor where it is.",
    .run = run,
};
