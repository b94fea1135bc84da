"""The editor's settings: which schema speaks of which file of the checkout's rules."""

import json

from aiguillage.acceptance.schema import case_schema
from chassis.rulebook.schema import schema_files

RULES = "rules"
SCHEMAS = f"{RULES}/.schema"


def editor_settings() -> str:
    """Settings of VS Code and those alike, read by the YAML extension; `!` takes files away from a pattern."""
    schemas = {
        f"./{SCHEMAS}/{file.name}": [_from_the_root(pattern) for pattern in file.files]
        for file in (*schema_files(), case_schema())
    }
    settings = {"files.encoding": "utf8", "yaml.schemas": schemas}
    return json.dumps(settings, ensure_ascii=False, indent=2) + "\n"


def _from_the_root(pattern: str) -> str:
    bare = pattern.removeprefix("!")
    return f"{pattern[: len(pattern) - len(bare)]}{RULES}/{bare}"
