"""A progress bar on standard error, so that standard output stays a result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aiguillage.terminal.console import console_of


@contextmanager
def counting(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar of `total` steps while the block runs; call what it yields with how many were done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console_of(on_error=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.advance(task, done)
