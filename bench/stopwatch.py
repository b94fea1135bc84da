"""Times real functions from outside: each is wrapped while a block runs, then put back."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from time import perf_counter
from typing import Any

Place = tuple[object, str]
"""Where a function is looked up when it is called: a class or a module, and its name there."""


class Stopwatch:
    """Seconds spent by step; steps must not call one another."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def watching(self, steps: dict[str, Sequence[Place]]) -> Iterator[None]:
        """Wrap the functions of each step while the block runs."""
        originals = [
            (owner, name, getattr(owner, name)) for places in steps.values() for owner, name in places
        ]
        try:
            for step, places in steps.items():
                for owner, name in places:
                    setattr(owner, name, self._timed(step, getattr(owner, name)))
            yield
        finally:
            for owner, name, original in originals:
                setattr(owner, name, original)

    def _timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        seconds = self.seconds
        if iscoroutinefunction(function):

            @wraps(function)
            async def waited(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever it wraps
                start = perf_counter()
                try:
                    return await function(*args, **options)
                finally:
                    seconds[step] += perf_counter() - start

            return waited

        @wraps(function)
        def called(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever it wraps
            start = perf_counter()
            try:
                return function(*args, **options)
            finally:
                seconds[step] += perf_counter() - start

        return called
