// SPDX-License-Identifier: GPL-3.0-or-later
#include "codes.h"
#include <stddef.h>

const asy_code_text asy__code_texts[] = {
    { "E0101", "the text is not YAML that a spec may be",
      "A bracket or quote is never closed, a colon is missing, or the whole is not a map of keys. The first "
      "mark shows "
      "where the text breaks off, the second where what is broken was opened.",
      "seeds: [0, 1, 2", "seeds: [0, 1, 2]" },
    { "E0102", "a key stands twice in one map",
      "Which of the two would count depends on the reader of YAML; here neither does.",
      "train: {epochs: 2, epochs: 3}", "train: {epochs: 3}" },
    { "E0103", "a tab indents", "YAML indents by spaces alone.", NULL, NULL },
    { "E0104", "an alias without its anchor", "`*name` repeats what an earlier `&name` marks.", "b: *eps",
      "a: &eps 0.1\nb: *eps" },
    { "E0105", "a tag", "`!name` would tell YAML what type a value has. Here the key decides that.",
      "epochs: !int 3", "epochs: 3" },
    { "E0106", "files include each other in a circle",
      "Each file of `include` is read in full before the one that names "
      "it; in a circle none would ever be.",
      "# a.yaml\ninclude: [b.yaml]\n# b.yaml\ninclude: [a.yaml]", "# a.yaml\ninclude: [b.yaml]" },
    { "E0107", "a spec or included file cannot be read", "It is not there, is a folder, or may not be read.",
      NULL, NULL },
    { "E0108", "the text is not UTF-8", "Save the file as UTF-8, without NUL bytes.", NULL, NULL },
    { "E0109", "a spec is too large",
      "Limits: 4 MiB, 100 000 values after aliases, 64 levels, 16 included files. They stop "
      "files that would take all memory.",
      NULL, NULL },
    { "E0201", "a key is missing", "The block cannot be understood without it and it has no default.",
      "evaluate: {f: {method: fgsm}}", "evaluate: {f: {method: fgsm, eps: 0.1}}" },
    { "E0202", "a value has the wrong type",
      "The key says what its value is: a number, an integer, true or false, a word, a "
      "list, a block. Only `true` and `false` are booleans.",
      "momentum: high", "momentum: 0.9" },
    { "E0203", "a key that the block does not have",
      "Usually a typo, a word of another tool, or a key one level too high or "
      "low. Keys that begin with `x-` are ignored.",
      "train: {epoch: 3}", "train: {epochs: 3}" },
    { "E0204", "a name that nothing has",
      "No method, arm, evaluation or dataset of that name is here; `assay list KIND` shows "
      "those that are.",
      "evaluate: {f: {method: fgms, eps: 0.1}}", "evaluate: {f: {method: fgsm, eps: 0.1}}" },
    { "E0205", "a value outside its range",
      "The range stands in `assay describe`. Radii are in units of `data.range`.", "eps: 8", "eps: 8/255" },
    { "E0206", "a word that is none of the choices", "The key takes one of a few words.", "norm: l7",
      "norm: l2" },
    { "E0207", "keys exclude each other", "Two keys say the same in two ways, or contradict each other.",
      "train: {epochs: 3, steps: 100}", "train: {steps: 100}" },
    { "E0208", "an unknown `$name`",
      "A whole scalar that begins with $ stands for an entry of `vars`. Quote a text that is "
      "meant as it stands.",
      "evaluate: {f: {method: fgsm, eps: $e}}", "vars: {e: 0.1}\nevaluate: {f: {method: fgsm, eps: $e}}" },
    { "E0209", "made for another version",
      "`assay: 2` is a later language; `NAME@REV` pins a revision of a method that this "
      "program does not have.",
      "assay: 2", "assay: 1" },
    { "E0210", "an override of a path that there is not",
      "PATH=VALUE names a key by the keys around it, with dots.", "assay run s.yaml train.optimiser.lr=0.1",
      "assay run s.yaml train.optimizer.lr=0.1" },
    { "E0301", "two blocks do not go together",
      "Each is right by itself; together they have no meaning, and the message says "
      "why.",
      "model: tree\ntrain: {epochs: 3}", "model: tree" },
    { "E0303", "a method needs what the model cannot give",
      "Gradients of a tree, inputs of a model that reads the whole "
      "graph. The message names methods that work.",
      "model: tree\nevaluate: {f: {method: pgd, eps: 0.1}}",
      "model: tree\nevaluate: {f: {method: random-noise, eps: 0.1}}" },
    { "E0304", "no such sensitive column",
      "Audits compare groups by columns that `data.columns.sensitive` names.", NULL, NULL },
    { "E0305", "an arm or axis of what is one for all",
      "`name`, `seeds`, `arms`, `sweep` and `smoke` belong to the whole "
      "study.",
      "sweep: {axes: {seeds: [1, 2]}}", "seeds: 2" },
    { "E0310", "augmentations that do not go together",
      "Two that mix samples, too many, or some before a model that does "
      "not see them.",
      "data: {augment: [mixup, cutmix]}", "data: {augment: [mixup]}" },
    { "E0401", "data are not on this machine", "The message lists where they were looked for.", NULL, NULL },
    { "E0402", "a file is not what its format says",
      "It breaks off, has a wrong count, or is another format; the byte or "
      "row:column is named.",
      NULL, NULL },
    { "E0403", "a column's name stands twice", "Write NAME#1 or NAME#2.", "label: decile_score",
      "label: decile_score#2" },
    { "E0404", "a file is not the one that was named",
      "Its SHA-256 differs from the published or the given one: another "
      "version, or damaged.",
      NULL, NULL },
    { "E0405", "a split that the data cannot give",
      "More rows than there are, parts that overlap, groups torn apart.", "split: {train: 0.8, test: 0.5}",
      "split: {train: 0.8, test: 0.2}" },
    { "E0406", "a table without inputs, or a label with too many values",
      "Name the features by `columns`, or the right "
      "label.",
      NULL, NULL },
    { "E0407", "a column that the file does not have", "The message suggests the nearest name.", NULL, NULL },
    { "E0408", "a cell is not a number",
      "The column is numeric; row and column are named. `na` lists words that stand for a "
      "missing value.",
      NULL, NULL },
    { "E0409", "a value is missing", "`encode.missing` says what to do: error, mean, mode, category.", NULL,
      NULL },
    { "E0410", "words have no order", "An ordinal label needs numbers, or a declared order.", NULL, NULL },
    { "E0411", "made for images, and the data are none", "Flips, crops and blurs work on [C,H,W].", NULL,
      NULL },
    { "E0501", "a model file cannot be used", "It is not a safetensors file, or it contradicts itself.", NULL,
      NULL },
    { "E0502", "a model file cannot be opened", "It is not there, or may not be read.", NULL, NULL },
    { "E0503", "a file of another architecture",
      "The file keeps the block of the model that it was made with; the spec's "
      "differs.",
      NULL, NULL },
    { "E0504", "a tensor is missing", "The file does not hold what the model needs.", NULL, NULL },
    { "E0505", "a tensor too many", "The file holds what the model does not have.", NULL, NULL },
    { "E0506", "a tensor of another shape or type", "Both shapes are shown.", NULL, NULL },
    { "E0507", "made for other inputs or classes",
      "Input shape, classes, range or outputs differ from the data's.", NULL, NULL },
    { "E0508", "values that are not finite", "A tensor of the file holds NaN or infinity.", NULL, NULL },
    { "E0509", "`freeze` names no layer", "The message lists what the model has.", NULL, NULL },
    { "E0510", "a fitted state that cannot be", "The file's tree or table contradicts itself.", NULL, NULL },
    { "E0701", "the store does not have it", "`assay data list` shows what is there.", NULL, NULL },
    { "E0704", "the store has it already", "Remove the old set first, or choose another name.", NULL, NULL },
    { "W0607", "steps that cannot reach the edge",
      "The number of steps times their size is below the radius: the attack "
      "searches a smaller ball than it claims.",
      "{method: pgd, eps: 0.1, steps: 5, step_size: 0.01}",
      "{method: pgd, eps: 0.1, steps: 5, step_size: 0.03}" },
    { "W0703", "one path twice on the command line", "The later one counts.", "epochs=2 epochs=3",
      "epochs=3" },
    { NULL, NULL, NULL, NULL, NULL }
};
