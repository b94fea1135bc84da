"""The house stands as it was drawn: arrows go one way, what is pure stays pure, files stay readable."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {path.name: path for path in [*(ROOT / "services").iterdir(), ROOT / "contracts"] if path.is_dir()}

MAY_IMPORT = {
    "contracts": set[str](),
    "flux": {"contracts"},
    "chassis": {"flux", "contracts"},
    "orientation": {"chassis", "flux", "contracts"},
    "compliance": {"chassis", "flux", "contracts"},
    "aiguillage": {"orientation", "compliance", "chassis", "flux", "contracts"},
}
"""aiguillage → orientation, compliance → chassis → flux → contracts; of chassis the rulebook alone knows the law."""

RULE_MODEL = [
    "alternatives",
    "book",
    "checked",
    "completeness/gaps",
    "completeness/needs",
    "conditions",
    "crosscheck",
    "document",
    "effect_words",
    "effects",
    "extent",
    "facts",
    "faults",
    "in_place",
    "legal/against",
    "legal/entries",
    "legal/ordinary",
    "lists/dated",
    "lists/entries",
    "lists/entry",
    "lists/in_place",
    "lists/named",
    "lists/reading",
    "pattern",
    "projection",
    "reach",
    "referentiels",
    "rivalry",
    "rule",
    "ruleset",
    "scalars",
    "standing",
    "syntax",
    "trace",
    "validation",
    "verdict",
    "wording",
]
"""Modules of chassis/rulebook that hold what a rule is; reading files and running the engine are elsewhere."""

IMPURE = {
    *(
        "aiofiles",
        "aiokafka",
        "aiosqlite",
        "asyncio",
        "asyncpg",
        "concurrent",
        "confluent_kafka",
        "faststream",
    ),
    *(
        "httpx",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "prometheus_client",
        "random",
        "requests",
    ),
    *("rich", "secrets", "shutil", "socket", "sqlalchemy", "sqlite3", "starlette", "structlog", "subprocess"),
    *("sys", "tempfile", "threading", "time", "typer", "urllib", "uuid", "uvicorn", "watchfiles"),
}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
JUNK = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "stuff", "tools", "base", "core"}
MOST_LINES = 400


def _modules(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every module imported anywhere in a file, inside functions and type-checking blocks too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where an arrow goes"
            yield node.module or ""


def _impurities(tree: ast.AST) -> Iterator[str]:
    """Clocks, I/O, async and logging, as far as they can be read in the source."""
    for module in _imports(tree):
        if module.partition(".")[0] in IMPURE:
            yield f"imports {module}"
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield f"async, line {node.lineno}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"open", "print", "input"}
        ):
            yield f"{node.func.id}(), line {node.lineno}"
        elif isinstance(node, ast.Attribute) and _dotted(node) in CLOCKS:
            yield f"{'.'.join(_dotted(node))}, line {node.lineno}"


def _floats(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{node.value!r}, line {node.lineno}"
        elif isinstance(node, ast.Name) and node.id == "float":
            yield f"float, line {node.lineno}"
        elif _divides(node) and not _divides_a_decimal(node):
            yield "a true division"


def _dotted(node: ast.Attribute) -> tuple[str, str]:
    return (node.value.id if isinstance(node.value, ast.Name) else "", node.attr)


def _divides(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)


def _divides_a_decimal(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.left, ast.Call) and _called(node.left) == "Decimal"


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


KERNEL = _modules(ROOMS["flux"], *(room / "domain" for room in ROOMS.values() if (room / "domain").is_dir()))
PURE = [*KERNEL, *(ROOMS["chassis"] / "rulebook" / f"{name}.py" for name in RULE_MODEL)]
OURS = _modules(*ROOMS.values(), ROOT / "tests", ROOT / "bench")


def test_every_room_of_the_house_is_drawn() -> None:
    assert set(ROOMS) - {"__pycache__"} == set(MAY_IMPORT)


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_arrows_between_rooms_go_one_way(room: str) -> None:
    found = {
        f"{_name(path)} imports {module}"
        for path in _modules(ROOMS[room])
        for module in _imports(_tree(path))
        if (other := module.partition(".")[0]) in MAY_IMPORT
        and other != room
        and other not in MAY_IMPORT[room]
    }
    assert not found


def test_no_room_but_the_wiring_reaches_into_the_tests_or_the_benchmarks() -> None:
    modules = {
        module.partition(".")[0] for path in _modules(*ROOMS.values()) for module in _imports(_tree(path))
    }
    assert not modules & {"tests", "bench", "pytest", "hypothesis"}


def test_a_domain_speaks_to_nobody_but_the_kernel_the_language_and_itself() -> None:
    found = set()
    for name in ("orientation", "compliance"):
        for path in _modules(ROOMS[name] / "domain"):
            for module in _imports(_tree(path)):
                if module.partition(".")[0] in MAY_IMPORT:
                    inside = module == f"{name}.domain" or module.startswith(f"{name}.domain.")
                    if not inside and module.partition(".")[0] not in {"flux", "contracts"}:
                        found.add(f"{_name(path)} imports {module}")
    assert not found


@pytest.mark.parametrize("path", PURE, ids=_name)
def test_pure_modules_know_no_clock_no_io_no_async_and_no_log(path: Path) -> None:
    assert not list(_impurities(_tree(path)))


@pytest.mark.parametrize("path", KERNEL, ids=_name)
def test_rights_and_money_are_never_floats(path: Path) -> None:
    assert not list(_floats(_tree(path)))


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from sqlalchemy.ext.asyncio import AsyncEngine",
        "def late():\n    import structlog",
        "at = datetime.now(UTC)",
        "day = date.today()",
        "text = open('x').read()",
        "async def go(): ...",
    ],
)
def test_an_impure_line_would_be_found(source: str) -> None:
    assert list(_impurities(ast.parse(source)))


@pytest.mark.parametrize("source", ["half = 0.5", "x = float('1')", "x = a / b", "x /= 2"])
def test_a_float_would_be_found(source: str) -> None:
    assert list(_floats(ast.parse(source)))
    assert not list(_floats(ast.parse("x = Decimal(percent) / 100\ny = a // b")))


def test_durable_rules_lives_in_one_adapter() -> None:
    users = {
        _name(path)
        for path in _modules(*ROOMS.values())
        for module in _imports(_tree(path))
        if module.startswith(("durable", "durable_rules"))
    }
    assert users == {"services/chassis/rulebook/durable.py"}


@pytest.mark.parametrize("path", OURS, ids=_name)
def test_a_file_is_short_and_named_in_the_words_of_the_field(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    assert not JUNK & {*path.relative_to(ROOT).parts[:-1], *path.stem.split("_")}


@pytest.mark.parametrize("path", _modules(*ROOMS.values()), ids=_name)
def test_a_module_says_in_one_line_what_it_does(path: Path) -> None:
    first = (ast.get_docstring(_tree(path)) or "").partition("\n")[0]
    assert re.search(r"[.:]$", first), first


def test_one_place_tells_clients_where_a_cluster_is_and_how_one_is_let_in() -> None:
    naming = {
        str(path.relative_to(ROOT / "services"))
        for path in (ROOT / "services").rglob("*.py")
        if "bootstrap_servers" in path.read_text(encoding="utf-8")
    }
    assert naming == {"chassis/bus/cluster.py"}
