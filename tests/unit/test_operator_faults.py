"""The operator guide explains every fault the rules can have, and none that cannot happen any more."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "operateur" / "fautes.md"
ROOMS = [ROOT / "services" / "chassis" / "rulebook", ROOT / "services" / "chassis" / "rulesource"]
MODULES = sorted(path for room in ROOMS for path in room.rglob("*.py") if path.stem != "durable")
"""All but the engine's adapter, whose messages are not faults of a file."""

MESSAGE_AT = {"fault": 1, "_fault": 1, "Fault": 2, "_refuse": 1, "refuse": 0, "Trap": 0}
"""Which argument of a call is the message; methods are called without their object."""
MESSAGE_FIRST = {("publication.py", "_fault"), ("directory.py", "refuse")}
"""Functions of a module whose first argument is the message."""


class UnreadableError(Exception):
    """A message is made in a way this test does not read."""


def written(node: ast.expr) -> Iterator[str]:
    """The texts an expression may be, with … for what is filled in; nothing for a message passed on."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*written(one), *written(other))
        case ast.BinOp(left=one, op=ast.Add(), right=other):  # a label put before a message
            yield from (*written(one), *written(other))
        case ast.Call(func=ast.Name(id="cut"), args=[inside, *_]):
            yield from written(inside)
        case (
            ast.Name(id="message" | "label" | "problem" | "refused")
            | ast.Attribute(attr="message")
            | ast.Starred()
            | ast.Subscript()
        ):
            return
        case _:
            raise UnreadableError(ast.unparse(node))


def assigned(tree: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    """What variables of these names are given, alone or among others."""
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=True))
            yield from (value for name, value in pairs if isinstance(name, ast.Name) and name.id in names)


def called(tree: ast.AST, module: str) -> Iterator[ast.expr]:
    """The message of every call that makes a fault."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = 0 if (module, name) in MESSAGE_FIRST else MESSAGE_AT.get(name)
            if place is not None and len(node.args) > place:
                yield node.args[place]


def pairs_of_words(tree: ast.AST) -> Iterator[str]:
    """The first of two words that stand together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and all(map(is_text, node.elts)):
            yield from written(node.elts[0])


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def messages(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {text for node in called(tree, path.name) for text in written(node)}
    said |= {text for node in assigned(tree, {"message"}) for text in written(node)}
    if path.name == "validation.py":  # what is said of pydantic's errors
        tuples = [node for node in assigned(tree, {"said"}) if isinstance(node, ast.Tuple)]
        said |= {text for node in tuples for text in written(node.elts[0])}
        said |= {f"{text}." for text in pairs_of_words(tree)}
    return {text for text in said if text.strip(" :«»….")}


def explained() -> set[str]:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row.split(" | ")[0].removeprefix("| ") for row in rows} - {"message"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_fault_a_module_can_tell_is_explained_in_the_guide(path: Path) -> None:
    assert messages(path) - explained() == set()


def test_the_guide_explains_no_fault_that_cannot_happen_any_more() -> None:
    assert explained() - {text for path in MODULES for text in messages(path)} == set()


def test_every_row_says_what_happened_and_what_to_do() -> None:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            assert len([cell for cell in line.strip("| ").split(" | ") if cell.strip()]) == 3, line


@pytest.mark.parametrize(
    "source",
    ['refuse("Une faute que le guide ne dit pas.", 1, "")', 'message = f"Il manque {name}, encore."'],
)
def test_a_new_message_would_be_found(source: str, tmp_path: Path) -> None:
    module = tmp_path / "nouveau.py"
    module.write_text(source, encoding="utf-8")
    assert messages(module) - explained()
