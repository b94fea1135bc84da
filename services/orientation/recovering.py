"""Takes back from the topics what a journal restored from a backup does not hold: same ids, same sequences, same bytes.

Inputs read again from Kafka come in another order and at another hour; deciding them anew would contradict what was
published. The ordered stream tells in which order they were applied, and when: each is decided again so, and
journalled only if it comes to the very bytes that stand on the topic.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any, Literal, Protocol

from chassis.journal import Appended, Journal
from chassis.unavailable import Unavailable
from contracts.canonical import encode_own
from contracts.inputs import Input
from contracts.rejected import Rejected
from orientation.domain.instants import instant
from orientation.domain.ports import Rulebook
from orientation.domain.routing import due, route
from orientation.in_vain import in_vain
from orientation.scope_batch import ScopeBatch
from orientation.scopes import Scopes

RulebookOf = Callable[[str], Awaitable[Rulebook | None]]
"""Finds a rulebook by its digest; None when it is nowhere."""

TICK = timedelta(microseconds=1)
"""On the event clock a wait may end at the very instant it fires."""


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as it stands on the ordered stream."""

    kind: str
    data: Mapping[str, Any]

    @property
    def sequence(self) -> int:
        """Its place in its scope."""
        sequence: int = self.data["sequence"]
        return sequence


@dataclass(slots=True)
class Recovered:
    """What came back of one scope, and why no more could, if so."""

    scope: str
    inputs: int = 0
    facts: int = 0
    sequence: int = 0
    """Of the last fact the journal holds now."""
    stopped: str | None = None


class Lacking(Protocol):
    """What the ordered stream tells beyond what the journal holds, wherever it is kept."""

    def scopes(self) -> Sequence[str]:
        """Every scope the stream tells of, in order."""
        ...

    def last(self, scope: str) -> int:
        """The last sequence that is lacking of a scope; 0 of none."""
        ...

    def facts(self, scope: str) -> Iterator[Said]:
        """What is lacking of a scope, in order, each once."""
        ...

    def input(self, identity: str) -> Input | None:
        """The input of an identity, if it still is on a topic."""
        ...


@dataclass(slots=True)
class Recovery:
    """Recovers scope by scope; no service may run on the journal meanwhile.

    In memory stand one scope's state and the facts of one cause. Raises `Unavailable` when another writer is at work.
    """

    journal: Journal
    lacking: Lacking
    rulebook_of: RulebookOf
    trust: Literal["topics", "open"] = "topics"
    _scopes: Scopes = field(init=False)
    _digests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._scopes = Scopes(self.journal, in_memory=1)

    async def sequence(self, scope: str) -> int:
        """The sequence of the last fact the journal holds of a scope."""
        await self._scopes.load(scope)
        self._scopes.trim()
        return self._scopes.state(scope).sequence

    async def run(self) -> list[Recovered]:
        """Take back every scope of the ordered stream; past a hole nothing is taken."""
        return [await self._scope(scope) for scope in self.lacking.scopes()]

    async def _scope(self, scope: str) -> Recovered:
        found = Recovered(scope, sequence=await self.sequence(scope))
        last = self.lacking.last(scope)
        if not last:
            return found
        await self._note_rulebook_of_last_row(scope)
        for cause, facts in _by_cause(self.lacking.facts(scope)):
            if facts[0].sequence != found.sequence + 1:
                found.stopped = f"le n° {found.sequence + 1} n'est plus sur le sujet"
                break
            found.stopped = await self._again(scope, cause, facts, is_last=facts[-1].sequence == last)
            if found.stopped:
                break
            found.inputs += 1
            found.facts += len(facts)
            found.sequence = self._scopes.state(scope).sequence
        return found

    async def _note_rulebook_of_last_row(self, scope: str) -> None:
        version = (await self.journal.heads())[scope].version if self._scopes.state(scope).sequence else 0
        for row in await self.journal.rows(scope, version - 1) if version else ():
            self._note(row.rulebook)

    def _note(self, digest: str) -> None:
        """The rulebook last seen is tried first."""
        self._digests = [digest, *(known for known in self._digests if known != digest)]

    async def _again(self, scope: str, cause: str, facts: Sequence[Said], *, is_last: bool) -> str | None:
        """Decide one cause again and journal it; why not, when it does not come to what was said."""
        stamped = [fact.data["rulebook"] for fact in facts if fact.kind == "orientation.decided"]
        why = "aucun recueil n'est connu"
        for digest in stamped[:1] or list(self._digests):
            book = await self.rulebook_of(digest)
            if book is None:
                why = f"le recueil {digest} est introuvable"
                continue
            batch = self._scopes.open(scope)
            try:
                why = await self._decide(batch, cause, facts, book, is_last=is_last)
            except Rejected as rejected:
                why = f"le n° {facts[0].sequence} se décide autrement : {rejected}"
            if not why:
                self._note(digest)
                await self._write(batch)
                return None
            self._scopes.forget([scope])
            await self._scopes.load(scope)
        return why

    async def _decide(
        self, batch: ScopeBatch, identity: str, facts: Sequence[Said], book: Rulebook, *, is_last: bool
    ) -> str:
        """Fill the batch with the cause and its facts; why they are not those that were said, or nothing."""
        at = instant(facts[0].data["at"])
        cause = self.lacking.input(identity) or next(due(batch.state, at + TICK), None)
        if cause is None or cause.identity != identity:
            return f"l'entrée {identity} du n° {facts[0].sequence} n'est plus sur les sujets"
        if (vacancy_id := cause.data.get("vacancy_id")) is not None:
            key = (batch.state.scope.bailleur, vacancy_id)
            records = await self.journal.vacancies([key])
            batch.bring_back(vacancy_id, {name: record for (_, name), record in records.items()})
        decided = route(batch.state, cause, at, book)
        batch.add(cause, at, decided, book.rules.digest)
        now = [(kind, encode_own(data)) for kind, data in decided]
        was = [(fact.kind, encode_own(fact.data)) for fact in facts]
        # The last cause may have been published in part only: the service will publish the rest.
        if now[: len(was)] != was or (len(now) > len(was) and not is_last):
            return f"le n° {facts[0].sequence} se décide autrement"
        return ""

    async def _write(self, batch: ScopeBatch) -> None:
        bailleur = batch.state.scope.bailleur
        found = await self.journal.vacancies({(bailleur, name) for name in batch.archive})
        for _, refused in await in_vain(self.journal, [batch], self.trust, batch.state.clock):
            batch.refused.append(refused)
        [outcome] = await self.journal.append(
            [batch.append({name: record for (_, name), record in found.items()})]
        )
        if not isinstance(outcome, Appended):
            raise Unavailable(f"{outcome.scope} : un service écrit encore, arrêtez-les d'abord.")
        self._scopes.wrote(batch, outcome.head_hash)


def _by_cause(facts: Iterable[Said]) -> Iterator[tuple[str, list[Said]]]:
    """Facts in order, those of one input together."""
    for cause, together in groupby(facts, key=lambda fact: str(fact.data["cause"])):
        yield cause, list(together)
