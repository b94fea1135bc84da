"""A file of events before a vacancy, and the explanation of that vacancy."""

# ruff: noqa: ANN401 - builders take the JSON values of an event as they come

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from aiguillage.explanation import Explanation, explain, read_question, situation_of
from aiguillage.explanation.telling import told_answer, told_steps
from chassis.rulebook import load
from contracts.canonical import encode
from orientation.rulebook import BookView

SIREN = "999001209"
RULES = Path(__file__).parents[4] / "rules"

Data = dict[str, Any]


@dataclass
class Story:
    """Events of one bailleur, one a day from 5 January 2026, then a question about one more vacancy."""

    book: BookView
    events: list[bytes] = field(default_factory=list)

    def tell(self, kind: str, **data: Any) -> None:
        number = len(self.events)
        self.events.append(self.event(kind, data, f"2026-01-{5 + number:02}T09:00:00Z", f"e{number}"))

    def event(self, kind: str, data: Data, at: str, name: str) -> bytes:
        envelope = {"specversion": "1.0", "id": name, "source": f"/bailleurs/{SIREN}", "time": at}
        return encode({**envelope, "type": f"fr.aiguillage.{kind}.v1", "data": {"bailleur": SIREN, **data}})

    def sign(self, reservataire: str, share: str | None = None, **terms: Any) -> None:
        kind, effective = terms.pop("kind", "autre"), {"from": "2026-01-01", "until": "2026-12-31"}
        body: Data = {
            "convention_id": f"C-{reservataire}",
            "departement": "75",
            "reservataire": {"id": reservataire, "kind": kind},
            "year": 2026,
            "share_percent": share,
            "effective": effective,
        }
        self.tell("convention.signed", **{**body, **terms})

    def free(self, vacancy_id: str = "AVANT", **facts: Any) -> None:
        self.tell("vacancy.declared", **self.vacancy(vacancy_id, **facts))

    def vacancy(self, vacancy_id: str = "V", **facts: Any) -> Data:
        own = {name: facts.pop(name) for name in ("purpose", "cause", "programme_id") if name in facts}
        dwelling = {"dwelling_id": f"D-{vacancy_id}", "commune": "75114", "typologie": "T3"}
        dwelling |= {"financement": "PLUS", "qpv": False, **facts}
        said = {"vacancy_id": vacancy_id, "available_on": "2026-03-01", "cause": "conge"}
        return {**said, "purpose": "relocation", "dwelling": dwelling, **own}

    def ask(self, reservataire: str | None = None, **facts: Any) -> Explanation:
        """Explain a vacancy declared on 1 March 2026."""
        text = self.event("vacancy.declared", self.vacancy(**facts), "2026-03-01T09:00:00Z", "question")
        return self.explain(text, reservataire)

    def explain(self, text: bytes, reservataire: str | None = None) -> Explanation:
        return explain(situation_of(read_question(text, None), self.book, self.events), reservataire)


@pytest.fixture
def story(book: BookView) -> Story:
    return Story(book)


@pytest.fixture
def story_with(book_with: Callable[..., BookView]) -> Callable[..., Story]:
    """A story under rules delivered off that this bailleur has switched on."""
    return lambda *rules: Story(book_with(*rules))


@pytest.fixture
def answer_of() -> Callable[[Explanation], list[str]]:
    """What a réservataire reads as its answer."""

    def read(explanation: Explanation) -> list[str]:
        assert explanation.answer is not None
        return list(told_answer(explanation.answer))

    return read


@pytest.fixture
def steps_of() -> Callable[[Explanation], list[str]]:
    """What is read of the rules."""
    return lambda explanation: [line.strip() for line in told_steps(explanation.steps)]


@pytest.fixture
def laid_over() -> Callable[[Path, str, str, str], BookView]:
    """The delivered rules with one of this bailleur that excludes dwellings for some conventions."""

    def lay(folder: Path, name: str, when: str, because: str) -> BookView:
        rules = copytree(RULES, folder / "rules")
        text = (rules / "criteres" / "exclure-qpv.yaml").read_text(encoding="utf-8")
        own = rules / "bailleurs" / SIREN / "criteres" / f"{name}.yaml"
        own.parent.mkdir(parents=True)
        said = "".join(
            line
            for line in text.partition("when:")[0].splitlines(keepends=True)
            if not line.startswith("active:")
        )
        said = said.replace("id: exclure-qpv", f"id: {name}")
        own.write_text(
            f'{said}when: {when}\nthen: {{exclude: oui}}\nbecause: "{because}"\n', encoding="utf-8"
        )
        return BookView(load(rules))

    return lay
