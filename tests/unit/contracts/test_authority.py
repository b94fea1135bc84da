"""The table of who may say what is what the edge checks: every act, every speaker, both trusts, every topic."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, get_args

import pytest

from contracts.authority import ACTS, Act, act_of, own_source, word_of
from contracts.catalogue import EMITTED, INPUTS, TOPIC_OF
from contracts.inputs import Input
from contracts.rejected import Rejected
from contracts.speakers import Trust
from contracts.vocabulary import Delegation

Accept = Callable[..., Input]
Build = Callable[..., dict[str, Any]]

BAILLEUR, OTHER_BAILLEUR, HOLDER, OTHER = "999001209", "999000011", "AL-75", "VILLE-75056"
SPEAKERS = (
    f"/bailleurs/{BAILLEUR}",
    f"/bailleurs/{OTHER_BAILLEUR}",
    f"/reservataires/{HOLDER}",
    f"/reservataires/{OTHER}",
)
VARIANTS: dict[str, dict[str, Any]] = {
    "by: the bailleur": {"data.by": BAILLEUR},
    "by: a réservataire": {"data.by": HOLDER},
    "count: 1 or more": {"data.count": 3},
    "count: 0": {"data.count": 0},
    "by: reservataire": {"data.by": "reservataire"},
    "by: candidat": {"data.by": "candidat"},
    "": {},
}


@dataclass(frozen=True)
class Said:
    """One act, by one speaker, on one topic."""

    act: Act
    source: str
    topic: str
    trust: Trust

    @property
    def is_own(self) -> bool:
        return self.source == (SPEAKERS[0] if self.act.owner == "bailleur" else SPEAKERS[2])

    @property
    def is_on_behalf(self) -> bool:
        return self.source == SPEAKERS[0] and self.act.delegation is not None

    @property
    def is_heard(self) -> bool:
        """Whether its topic is the speaker's own, or a shared one in open trust."""
        _, _, suffix = self.topic.partition(".")
        return suffix == self.source.rpartition("/")[2] or (not suffix and self.trust == "open")

    def changes(self) -> dict[str, Any]:
        named = {"data.reservataire": HOLDER} if "reservataire" in INPUTS[self.act.kind].model_fields else {}
        if self.act.kind in {"convention.signed", "convention.adjusted"}:
            named = {}
        claim = {"data.on_behalf": self.is_on_behalf} if self.act.kind == "candidates.designated" else {}
        return {"source": self.source, **named, **VARIANTS[self.act.variant], **claim}


def everything_said() -> Iterator[Said]:
    """Every act × speaker × topic (shared, each party's) × trust."""
    for act, source, trust in product(ACTS, SPEAKERS, get_args(Trust)):
        family = TOPIC_OF[act.kind]
        for suffix in ("", f".{BAILLEUR}", f".{OTHER_BAILLEUR}", f".{HOLDER}", f".{OTHER}"):
            yield Said(act, source, family + suffix, trust)


def test_every_type_of_input_has_its_acts_and_each_is_told_by_an_event() -> None:
    assert {act.kind for act in ACTS} == set(INPUTS)
    assert {event for act in ACTS for event in act.told} <= set(EMITTED)
    assert {act.delegation for act in ACTS} - {None} == set(get_args(Delegation))
    assert len({act.name for act in ACTS}) == len(ACTS)


def test_each_word_is_heard_from_whose_it_is_or_may_be_delegated_to_and_from_nobody_else(
    accept: Accept, refuse: Callable[..., Rejected]
) -> None:
    said = list(everything_said())
    assert len(said) == len(ACTS) * len(SPEAKERS) * 5 * 2 == 960
    for each in said:
        message = {"changes": each.changes(), "topic": each.topic, "trust": each.trust}
        if not each.is_heard or not (each.is_own or each.is_on_behalf):
            rejected = refuse(each.act.kind, **message)
            assert rejected.reason in {"emetteur", "topic_partage"}, (each, rejected)
            continue
        found = accept(each.act.kind, **message)
        word = word_of(found.type, found.source, found.data)
        assert word.act == each.act
        assert word.on_behalf == (not each.is_own), each
        assert word.spoken_by == each.source.rpartition("/")[2]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_a_words_own_source_is_heard(an_event: Build, accept: Accept, act: Act) -> None:
    said = Said(act, SPEAKERS[0] if act.owner == "bailleur" else SPEAKERS[2], TOPIC_OF[act.kind], "open")
    data = an_event(act.kind, said.changes())["data"]
    assert act_of(act.kind, data) == act
    assert accept(act.kind, {**said.changes(), "source": own_source(act.kind, data)}).source == said.source


@pytest.mark.parametrize(
    ("source", "claim"), [(SPEAKERS[0], False), (SPEAKERS[2], True)], ids=["bailleur", "reservataire"]
)
def test_a_designation_does_not_say_of_itself_whose_it_is_untruly(
    refuse: Callable[..., Rejected], source: str, claim: bool
) -> None:
    rejected = refuse("candidates.designated", {"source": source, "data.on_behalf": claim})
    assert (rejected.reason, rejected.path) == ("emetteur", "$.data.on_behalf")


def test_a_candidates_refusal_is_not_the_reservataires_to_report(refuse: Callable[..., Rejected]) -> None:
    rejected = refuse("proposal.refused", {"source": SPEAKERS[2], "data.by": "candidat"})
    assert (rejected.reason, rejected.path) == ("emetteur", "$.data.by")


def test_a_bailleur_does_not_speak_for_two_reservataires_at_once(refuse: Callable[..., Rejected]) -> None:
    changes = {"source": SPEAKERS[0], "data.reservataire": HOLDER, "data.by": OTHER}
    rejected = refuse("exclusion.contested", changes)
    assert (rejected.reason, rejected.path) == ("emetteur", "$.data.reservataire")


@pytest.mark.parametrize("name", [BAILLEUR, "BAILLEUR"])
def test_a_reservataire_does_not_go_by_the_bailleurs_name(refuse: Callable[..., Rejected], name: str) -> None:
    rejected = refuse("convention.signed", {"data.reservataire.id": name})
    assert (rejected.reason, rejected.path) == ("valeur_invalide", "$.data.reservataire.id")
