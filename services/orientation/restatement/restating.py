"""Decides the inputs of an older journal again, in their order and at their hour, into a new journal."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from chassis.journal import Appended, Journal, Row, VacancyRecord
from chassis.unavailable import Unavailable
from contracts.inputs import Input
from contracts.rejected import Rejected
from orientation.domain.instants import instant
from orientation.domain.ports import Rulebook
from orientation.domain.routing import DEADLINE_FIRED, due, route
from orientation.domain.state import Deadline
from orientation.domain.work import Fact
from orientation.replaying import by_cause, input_of
from orientation.restatement.comparing import Difference, Kind, fact_of, fields_that_differ
from orientation.restatement.reasons import Reason, reasons_of
from orientation.scope_batch import ScopeBatch
from orientation.scopes import Scopes

RulebookOf = Callable[[str], Awaitable[Rulebook]]
"""Finds a rulebook by its digest, and sees that the new journal has it."""
INPUTS_AT_ONCE = 200
_DIGEST_OF_TEXT = "_sha256"

Caused = tuple[Row, list[Row]]
"""An input's row, with those of the facts it caused."""


@dataclass(slots=True)
class Restated:
    """How much was decided again, and what came out otherwise, once for each of its reasons."""

    scopes: int = 0
    inputs: int = 0
    facts: int = 0
    differences: list[tuple[Difference, Reason]] = field(default_factory=list)


async def restate(old: Journal, new: Journal, rulebook_of: RulebookOf) -> Restated:
    """Decide every scope of `old` again into `new`, which holds nothing.

    Inputs keep their identity, their hour and their rulebook; a wait ends when it ended then, or when it is due
    where it did not. An input that is refused now is left out. Nothing is published: the services do that.
    """
    report = Restated()
    for scope in await old.scopes():
        report.scopes += 1
        await _Scope(scope, old, new, rulebook_of, report).restate(await old.rows(scope))
    return report


@dataclass(slots=True)
class _Scope:
    """One scope being decided again."""

    name: str
    old: Journal
    new: Journal
    rulebook_of: RulebookOf
    report: Restated
    has_diverged: bool = False
    _coming: set[str] = field(default_factory=set)
    """Waits that end later in the older journal."""

    async def restate(self, rows: list[Row]) -> None:
        scopes = Scopes(self.new, in_memory=1)
        await scopes.load(self.name)
        self._coming = {row.cause for row in rows if row.ordinal == 0 and row.type == DEADLINE_FIRED}
        causes = iter(by_cause(rows))
        while part := list(islice(causes, INPUTS_AT_ONCE)):
            batch = scopes.open(self.name)
            await self._decide(batch, part)
            if batch.transitions:
                scopes.wrote(batch, await self._write(batch))

    async def _decide(self, batch: ScopeBatch, part: Sequence[Caused]) -> None:
        known = await self._known(batch, part)
        texts = await self.old.texts(sorted({hash_ for cause, _ in part for hash_ in _named(cause)}))
        for cause, facts in part:
            book = await self.rulebook_of(cause.rulebook)
            self._end_new_waits(batch, cause.event_time, book)
            self._coming.discard(cause.cause)
            again = replace(input_of(cause), texts=_own(texts, cause))
            self._decide_one(batch, again, cause, facts, known, book)

    def _decide_one(
        self,
        batch: ScopeBatch,
        again: Input,
        cause: Row,
        facts: list[Row],
        known: Mapping[str, VacancyRecord],
        book: Rulebook,
    ) -> None:
        subject = str(again.data.get("vacancy_id") or again.data.get("subject") or "")
        if again.type == DEADLINE_FIRED and not _is_awaited(batch, again):
            self._differs("wait_gone", cause, subject)
            return
        batch.bring_back(subject, known)
        at = max(batch.state.clock, cause.event_time)
        try:
            decided = route(batch.state, again, at, book)
        except Rejected as rejected:
            batch.put_back()
            self._differs("refused", cause, subject, said=str(rejected))
            return
        batch.add(again, at, decided, book.rules.digest)
        self._count(decided)
        if fields := fields_that_differ([fact_of(row.type, row.data) for row in facts], decided):
            self._differs("facts", cause, subject, fields)

    def _end_new_waits(self, batch: ScopeBatch, before: datetime, book: Rulebook) -> None:
        """End the waits that are over and that the older journal never ended; the others end at their place."""
        later: list[Input] = []
        for fired in due(batch.state, before):
            if fired.identity in self._coming:
                later.append(fired)
                continue
            at = max(batch.state.clock, fired.time)
            decided = route(batch.state, fired, at, book)
            batch.add(fired, at, decided, book.rules.digest)
            self._count(decided)
            self._note(Difference(self.name, 0, "wait_new", DEADLINE_FIRED, str(fired.data["subject"])))
        for fired in later:
            batch.state.await_until(*_wait_of(fired))

    async def _known(self, batch: ScopeBatch, part: Sequence[Caused]) -> dict[str, VacancyRecord]:
        bailleur = batch.state.scope.bailleur
        inputs = [input_of(cause) for cause, _ in part]
        names = {str(each.data.get("vacancy_id") or each.data.get("subject") or "") for each in inputs}
        found = await self.new.vacancies([(bailleur, name) for name in sorted(names)])
        return {name: record for (_, name), record in found.items()}

    async def _write(self, batch: ScopeBatch) -> str:
        bailleur = batch.state.scope.bailleur
        found = await self.new.vacancies({(bailleur, name) for name in batch.archive})
        [outcome] = await self.new.append(
            [batch.append({name: record for (_, name), record in found.items()})]
        )
        if not isinstance(outcome, Appended):
            raise Unavailable(
                f"{outcome.scope} : le journal neuf est écrit par un autre, recommencez à part."
            )
        return outcome.head_hash

    def _differs(
        self, kind: Kind, cause: Row, subject: str, fields: tuple[str, ...] = (), said: str = ""
    ) -> None:
        self._note(Difference(self.name, cause.version, kind, cause.type, subject, fields, said))

    def _note(self, difference: Difference) -> None:
        reasons = reasons_of(difference, is_after_another=self.has_diverged)
        self.report.differences += [(difference, reason) for reason in reasons]
        self.has_diverged = self.has_diverged or difference.is_of_a_decision

    def _count(self, decided: Sequence[Fact]) -> None:
        self.report.inputs += 1
        self.report.facts += len(decided)


def _is_awaited(batch: ScopeBatch, fired: Input) -> bool:
    kind, subject, at = _wait_of(fired)
    state = batch.state
    if kind == "concertation" and subject not in state.programmes:
        return False
    return state.still_holds(Deadline(instant(at), kind, subject))


def _wait_of(fired: Input) -> tuple[str, str, str]:
    """A wait's kind, what it waits for and until when."""
    return str(fired.data["kind"]), str(fired.data["subject"]), str(fired.data["due"])


def _named(cause: Row) -> Iterator[str]:
    """The digests of the free texts an input names."""
    data = input_of(cause).data
    return (
        value for name, value in data.items() if name.endswith(_DIGEST_OF_TEXT) and isinstance(value, str)
    )


def _own(texts: Mapping[str, str], cause: Row) -> dict[str, str]:
    return {hash_: texts[hash_] for hash_ in _named(cause) if hash_ in texts}
