"""Reads a Compose file by the specification and prints it as JSON, anchors resolved; fails with a sentence on what is no Compose file."""

import json
import sys

from compose_spec import PyOptions

options = PyOptions()
options.apply_merge = True
with open(sys.argv[1], encoding="utf-8") as file:
    compose = options.from_yaml(file.read())
compose.validate()
compose.to_spec()
print(json.dumps(compose.to_dict()))
