"""Closings told to the parties: one table a scope, then what is open, what the limits did, what is proposed."""

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from aiguillage.closing.drafts import Proposal
from compliance.domain.closing.closing import Closing
from compliance.domain.closing.telling import limits_of, refunded_eur
from flux.units import spoken

_FIGURES = ("Engagement", "Décompté", "Écart", "Flux", "Refus", "Arbitrage")
_ACTIONS = {
    "report": "report",
    "report_part": "report partiel",
    "etalement": "étalement",
    "remboursement": "remboursement",
    "allongement": "allongement",
}
_MOST_OPEN = 5
"""Vacancies named when a year is not settled; the others are counted."""


def show(console: Console, proposals: Sequence[Proposal], year: int) -> None:
    """Print the closings of one scope; base and carry-over are shown apart, ids without the scope they repeat."""
    scope = proposals[0].closing.view.scope
    table = Table(title=f"Clôture {year}, {scope}", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("Convention", overflow="fold")
    for name in _FIGURES:
        table.add_column(name, justify="right")
    table.add_column("Action")
    table.add_column(f"{year + 1}", justify="right", no_wrap=True)
    for proposal in proposals:
        table.add_row(*_cells(proposal.closing))
    console.print(table)
    for note in notes(proposals):
        console.print(note)


def _cells(closing: Closing) -> Iterator[str]:
    view, owed = closing.view, closing.view.owed
    yield view.convention.id.removeprefix(f"{view.scope.replace(':', '-')}-")
    yield _with_carry(view.base, view.carried + view.uncarried)
    yield spoken(closing.counted)
    yield spoken(owed.total - view.awaited)
    yield spoken(owed.flux - view.awaited)
    yield spoken(owed.refusals)
    yield spoken(owed.arbitration)
    yield ", ".join(dict.fromkeys(_ACTIONS[each.action] for each in closing.remedies if each.units)) or "—"
    yield _with_carry(closing.base_next, closing.schedule.given_in(closing.year + 1))


def _with_carry(base: int, carry: int) -> str:
    if not carry:
        return spoken(base)
    return f"{spoken(base)} {'+' if carry > 0 else '-'} {spoken(abs(carry))}"


def notes(proposals: Iterable[Proposal]) -> Iterator[str]:
    """What the table does not say, in French."""
    for proposal in proposals:
        closing, name = proposal.closing, proposal.closing.view.convention.id
        for sentence in _of(closing):
            yield f"{name} : {sentence}"
        yield f"{name} : {proposal.following.because}"


def _of(closing: Closing) -> Iterator[str]:
    if not closing.is_over:
        yield f"l'année {closing.year} n'est pas finie, chiffres au {closing.on:%d/%m/%Y}."
    if closing.open:
        named = ", ".join(closing.open[:_MOST_OPEN])
        others = len(closing.open) - _MOST_OPEN
        more = f" et {others} autre(s)" if others > 0 else ""
        yield f"l'année n'est pas soldée, {len(closing.open)} logement(s) en attente : {named}{more}."
    if closing.later:
        yield f"{spoken(closing.later)} logement(s) d'ici là se décomptent l'année suivante : ils ne sont pas dus."
    if closing.left:
        yield f"{spoken(closing.left)} logement(s) laissés au réservataire."
    if closing.refunded:
        euros = refunded_eur(closing)
        worth = "montant à fixer" if euros is None else f"{euros} €"
        yield f"{spoken(closing.refunded)} droit(s) remboursés, {worth}."
    yield from limits_of(closing)
