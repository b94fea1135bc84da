"""A year decided without Kafka: the same core, on the event clock; same lines, same rules, same decisions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from aiguillage.lines import topic_of
from aiguillage.scratch import Scratch
from contracts.canonical import decode, encode_own
from contracts.inputs import Input, read
from contracts.rejected import Rejected, RejectionReason
from flux.scope import Scope
from orientation.domain.dossier import Dossier
from orientation.domain.event_clock import Applied, run_until
from orientation.domain.ports import Rulebook
from orientation.domain.routing import route
from orientation.domain.state import ScopeState
from orientation.intake import already_declared
from orientation.scope_batch import content_of

Follow = Callable[[str, dict[str, Any]], None]
"""Called with each fact, in order: its short type and its data."""


@dataclass(slots=True)
class Simulation:
    """Applies lines one after the other, each in its scope; what they cause is told to `follow`."""

    rulebook: Rulebook
    scratch: Scratch
    follow: Follow
    states: dict[str, ScopeState] = field(default_factory=dict)

    def apply(self, line: bytes) -> None:
        """Apply one line; raises `Rejected` with its reason when it cannot be accepted."""
        cause = read(line, (), topic_of(line), now=None, trust="open")
        if self._is_repeat(cause):
            return
        state = self._state(cause.scope)
        at = max(state.clock, cause.time)
        self._tell(state, run_until(state, at, self.rulebook))
        if cause.data.get("vacancy_id"):
            self._bring_back(state, cause.data["vacancy_id"])
        self._tell(state, [(cause, at, route(state, cause, at, self.rulebook))])
        self._remember(cause)

    def close(self, until: datetime) -> None:
        """Fire every wait that ends before an instant."""
        for name in sorted(self.states):
            self._tell(self.states[name], run_until(self.states[name], until, self.rulebook))

    def _state(self, scope: str) -> ScopeState:
        state = self.states.get(scope)
        if state is None:
            state = self.states[scope] = ScopeState(Scope.parse(scope))
        return state

    def _tell(self, state: ScopeState, applied: Iterable[Applied]) -> None:
        for _, _, facts in applied:
            for kind, data in facts:
                self.follow(kind, data)
            for dossier in state.pop_settled():
                self._archive(state, dossier)

    def _is_repeat(self, cause: Input) -> bool:
        """Whether it was applied before; refused when its identity or its vacancy came with other content."""
        seen = self.scratch.get(bytes.fromhex(cause.identity))
        if seen is not None and seen != sha256(cause.canonical).digest():
            raise Rejected(
                RejectionReason.CONFLIT,
                "$.id",
                f"L'événement {cause.id} de {cause.source} a déjà été reçu avec un autre contenu.",
            )
        if seen is None and cause.type == "vacancy.declared":
            return self._is_declared(cause)
        return seen is not None

    def _is_declared(self, cause: Input) -> bool:
        before = self.scratch.get(_content_key(cause))
        if before is not None and before != bytes.fromhex(content_of(cause)):
            raise already_declared(cause)
        return before is not None

    def _remember(self, cause: Input) -> None:
        self.scratch.put(bytes.fromhex(cause.identity), sha256(cause.canonical).digest())
        if cause.type == "vacancy.declared":
            self.scratch.put(_content_key(cause), bytes.fromhex(content_of(cause)))

    def _archive(self, state: ScopeState, dossier: Dossier) -> None:
        self.scratch.put(_archive_key(state, dossier.vacancy_id), encode_own(dossier.to_json()))

    def _bring_back(self, state: ScopeState, vacancy_id: str) -> None:
        if vacancy_id in state.dossiers:
            return
        archived = self.scratch.get(_archive_key(state, vacancy_id))
        if archived is not None:
            body: Any = decode(archived)
            state.restore(Dossier.from_json(body))


def _content_key(cause: Input) -> bytes:
    return f"content {cause.data['bailleur']} {cause.data['vacancy_id']}".encode()


def _archive_key(state: ScopeState, vacancy_id: str) -> bytes:
    return f"dossier {state.scope} {vacancy_id}".encode()
