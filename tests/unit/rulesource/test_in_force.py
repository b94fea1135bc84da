"""One rulebook at a time: replaced whole, kept before it is used, unchanged by a faulty one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.rulebook import Fault, Rulebook, RuleFileErrors, load
from chassis.rulesource import InForce, Offer, in_force
from chassis.unavailable import Unavailable

RULES = Path(__file__).parents[3] / "rules"
FAULT = Fault("delais/x.yaml", 3, "Clé inconnue.")


class Witness:
    """Keeps and tells as a service would, and remembers in which order."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.fails = 0

    async def keep(self, digest: str, bundle: bytes) -> None:
        assert Rulebook.from_bundle(bundle).digest == digest
        if self.fails:
            self.fails -= 1
            self.said.append(("not kept", digest))
            raise Unavailable("disk full")
        self.said.append(("kept", digest))

    async def activated(self, offer: Offer) -> None:
        self.said.append(("activated", offer.sound().digest))

    async def refused(self, offer: Offer, digest: str) -> None:
        self.said.append((f"refused {len(offer.faults)}", digest))


@pytest.fixture(scope="module")
def books() -> tuple[Rulebook, Rulebook]:
    first = load(RULES)
    return first, Rulebook(first.rules[1:], first.referentiels, {"zones": {}})


async def _offers(*offers: Offer) -> AsyncIterator[Offer]:
    for offer in offers:
        yield offer


def _of(book: Rulebook) -> Offer:
    return Offer("rules", book, digest=book.digest)


async def test_a_sound_rulebook_is_kept_before_it_is_used(books: tuple[Rulebook, Rulebook]) -> None:
    first, second = books
    witness = Witness()
    rules = InForce(_of(first), witness.keep, witness)
    await rules.begin()
    await rules.follow(_offers(_of(second)))
    assert rules.current() is second
    assert [what for what, _ in witness.said] == ["kept", "activated", "kept", "activated"]


async def test_a_faulty_offer_leaves_the_last_good_one_in_force_until_repaired(
    books: tuple[Rulebook, Rulebook],
) -> None:
    first, _ = books
    witness = Witness()
    rules = InForce(_of(first), witness.keep, witness)
    await rules.follow(_offers(Offer("rules", faults=(FAULT,))))
    assert rules.current() is first
    assert rules.faults == (FAULT,)
    assert witness.said == [("refused 1", first.digest)]
    await rules.follow(_offers(_of(first)))
    assert not rules.faults


async def test_a_rulebook_that_cannot_be_kept_is_not_used_yet(
    books: tuple[Rulebook, Rulebook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_force, "KEEP_AGAIN_SECONDS", 0)
    first, second = books
    witness = Witness()
    rules = InForce(_of(first), witness.keep, witness)
    witness.fails = 2
    await rules.follow(_offers(_of(second)))
    assert [what for what, _ in witness.said] == ["not kept", "not kept", "kept", "activated"]
    assert rules.current() is second


async def test_nothing_starts_with_faulty_rules() -> None:
    witness = Witness()
    with pytest.raises(RuleFileErrors, match="Clé inconnue"):
        InForce(Offer("rules", faults=(FAULT,)), witness.keep, witness)


async def test_what_its_predecessor_was_asked_is_compiled_before_the_swap(
    books: tuple[Rulebook, Rulebook],
) -> None:
    first, second = books[0], Rulebook.from_bundle(books[1].bundle())
    first.verdict("assiette", first.rules[0].first_day, "75", "999001209", {})
    witness = Witness()
    rules = InForce(_of(first), witness.keep, witness)
    await rules.follow(_offers(_of(second)))
    assert second.asked() == first.asked() != ()
