# SPDX-License-Identifier: GPL-3.0-or-later
# Validates specs with an independent JSON Schema validator (python3-jsonschema, python3-yaml: for tests only).
#   schema.py SCHEMA good FILE…   each is accepted      schema.py SCHEMA bad FILE…   each is refused
import json
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    print("skipped: no python3-jsonschema or python3-yaml here")
    sys.exit(0)


class Loader(yaml.SafeLoader):
    """YAML 1.2: only true and false are booleans, so that `on` is a key like any other."""


Loader.yaml_implicit_resolvers = {
    k: [(t, r) for t, r in v if t != "tag:yaml.org,2002:bool"] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))

schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
wrong = 0
for name in sys.argv[3:]:
    errors = list(validator.iter_errors(yaml.load(open(name), Loader=Loader)))
    if bool(errors) != (sys.argv[2] == "bad"):
        wrong += 1
        print(name, "is", "accepted" if not errors else "refused: " + errors[0].message[:300])
print(len(sys.argv) - 3, "files,", wrong, "wrong")
sys.exit(wrong > 0)
