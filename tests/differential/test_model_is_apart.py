"""The model is a second opinion: nothing of it is the product's."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "tests" / "model"
ALLOWED = {
    *("__future__", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions", "functools"),
    *("itertools", "json", "math", "pathlib", "re", "typing", "yaml", "zoneinfo"),
}
"""The standard library's plain words, and a reader of YAML."""


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_model_imports_nothing_of_the_services_nor_of_the_contracts() -> None:
    found = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in MODEL.rglob("*.py")
        for module in imported(path)
        if module.partition(".")[0] not in ALLOWED and not module.startswith("tests.model")
    }
    assert not found


def test_no_service_knows_the_model() -> None:
    for room in (ROOT / "services", ROOT / "contracts"):
        assert not [path for path in room.rglob("*.py") if "tests.model" in path.read_text(encoding="utf-8")]
