"""Help pages of the command line, in French: the option parser's own words are replaced, ours are kept."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import typer
from typer._click import Context, HelpFormatter  # typer keeps its click to itself: the lock holds its version
from typer.core import TyperCommand, TyperGroup

Command = TypeVar("Command", bound=Callable[..., Any])

WIDTH_AT_MOST = 120

_HEADINGS = {"Arguments": "Arguments", "Commands": "Commandes", "Options": "Options"}
_WORDS = (
    (re.compile(r"^Show this message and exit\.$"), "Affiche cette aide."),
    (re.compile(r"^Install completion for the current shell\.$"), "Installe la complétion de cette console."),
    (
        re.compile(r"^Show completion for the current shell, to copy it or customize the installation\.$"),
        "Affiche la complétion de cette console, pour la copier ou l'adapter.",
    ),
    (re.compile(r"\[required\]"), "[obligatoire]"),
    (re.compile(r"\[default: "), "[par défaut : "),
    (re.compile(r"; required\]"), " ; obligatoire]"),
    (re.compile(r"(\d+)<=x<=(\d+)"), r"de \1 à \2"),
    (re.compile(r"x>=(\d+)"), r"au moins \1"),
    (re.compile(r"x<=(\d+)"), r"au plus \1"),
)
_KINDS = (
    (re.compile(r"<(str|list\[str\])>"), "<texte>"),
    (re.compile(r"<path>"), "<chemin>"),
    (re.compile(r"<(int|float|list\[int\])( range)?>"), "<nombre>"),
)
"""What the parser says of a value's kind, and what is shown."""


class FrenchFormatter(HelpFormatter):
    """The parser's formatter with French words."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        super().write_usage(prog, _usage(args), prefix or "Emploi : ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list, with the space French puts before a colon."""
        super().write_heading(f"{_HEADINGS.get(heading, heading)} ")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options, arguments or commands with what they do."""
        french = [(_replaced(name, _KINDS), _replaced(text, _WORDS)) for name, text in rows]
        super().write_dl(french, col_max, col_spacing)


def _usage(args: str) -> str:
    return args.replace("COMMAND [ARGS]...", "COMMANDE …")


def _replaced(text: str, words: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, word in words:
        text = pattern.sub(word, text)
    return text


def page(command: TyperCommand | TyperGroup, ctx: Context) -> str:
    """The help page of a command, as wide as the terminal."""
    formatter = FrenchFormatter(width=ctx.terminal_width, max_width=WIDTH_AT_MOST)
    command.format_help(ctx, formatter)
    return formatter.getvalue().rstrip("\n")


class FrenchCommand(TyperCommand):
    """A command whose help is in French."""

    def get_help(self, ctx: Context) -> str:
        """The command's help page."""
        return page(self, ctx)


class FrenchGroup(TyperGroup):
    """A group of commands whose help is in French."""

    def get_help(self, ctx: Context) -> str:
        """The group's help page."""
        return page(self, ctx)


class Commands(typer.Typer):
    """A `Typer` whose group and commands have their help in French; called without a command, it shows it."""

    def __init__(self, does: str) -> None:
        super().__init__(help=does, no_args_is_help=True, cls=FrenchGroup, rich_markup_mode=None)

    def command(self, name: str | None = None, **options: Any) -> Callable[[Command], Command]:  # noqa: ANN401 - options as typer has them
        """Register a command under a name."""
        return super().command(name, cls=FrenchCommand, **options)
