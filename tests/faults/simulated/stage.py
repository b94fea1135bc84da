"""Actors on a stage: coroutines that go on one await at a time, in the order a seed draws."""

from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from random import Random
from types import coroutine
from typing import Any

Work = Coroutine[Any, Any, None]

MOST_STEPS_AWAY = 300


@coroutine
def pause() -> Generator[None, None, None]:
    """Let the others go on; it is the only thing anybody here ever waits for."""
    yield


@dataclass(slots=True)
class Actor:
    """Something that lives: `begin` starts its life anew each time it died. `away` are steps it lets pass."""

    name: str
    begin: Callable[[], Work]
    work: Work | None = None
    away: int = 0
    is_done: bool = False

    def step(self) -> None:
        """Go on to the next await; a life that ends by itself is over, one that is killed begins again."""
        if self.work is None:
            self.work = self.begin()
        try:
            self.work.send(None)
        except StopIteration:
            self.work, self.is_done = None, True

    def kill(self) -> None:
        """End a life at the await it stands at; nothing it held is written down."""
        if self.work is not None:
            self.work.close()
            self.work = None

    def interrupt(self, error: BaseException) -> None:
        """Raise an error at the await the actor stands at; it goes on to the next one, or ends."""
        if self.work is not None:
            try:
                self.work.throw(error)
            except StopIteration:
                self.work, self.is_done = None, True
            except type(error):
                self.work = None


@dataclass(slots=True)
class Stage:
    """Everybody who acts, and the chance that decides who goes on."""

    chance: Random
    actors: list[Actor] = field(default_factory=list)

    def step(self) -> None:
        """One actor goes on to its next await."""
        ready = []
        for actor in self.actors:
            if actor.away:
                actor.away -= 1
            elif not actor.is_done:
                ready.append(actor)
        if ready:
            ready[self.chance.randrange(len(ready))].step()

    def close(self) -> None:
        """Everybody leaves."""
        for actor in self.actors:
            actor.kill()
