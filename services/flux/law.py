"""The law: the exclusions from the flux, the reservations kept in stock, the State's caps and the legal days.

An entry is dated by the days on which events fall under it, names its article, and is frozen: a law that changes is
an entry ended and another that follows it, in a release. Rules (what operators change) add to the law and never take
from it: see docs/decisions/0033.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from flux.units import DWELLING, share_of_percent

Holder = Literal["etat", "etat_agents"]
"""Whom a cap bounds: the State as a whole, or its agents inside its share."""
Duty = Literal["documents"]
"""What a legal day is the last day of: the bilan of the year before and the forecast of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry says; days are inclusive, `until` None: no end is known; `follows`: the entry it replaces."""

    id: str
    title: str
    article: str
    href: str
    since: date
    until: date | None = None
    follows: str | None = None
    because: str

    def is_in_force(self, on: date) -> bool:
        """Whether an event of that day falls under it."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Entry):
    """Dwellings freed for a purpose leave the flux."""

    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockException(Entry):
    """Dwellings reserved one by one stay in stock."""

    reservation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Entry):
    """Most of a year's flux that a holder may have, in percent (a decimal text)."""

    holder: Holder
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDay(Entry):
    """The last day of the year on which a duty may be done."""

    duty: Duty
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A cap as it binds: units of each dwelling, and the entry or the rule that gives it."""

    units: int
    by: str

    def lowered(self, percent: str | None, by: str) -> "Bound":
        """This bound, or the one a rule says (in percent) when that is lower."""
        said = self.units if percent is None else share_of_percent(percent)
        return Bound(said, by) if said < self.units else self


@dataclass(frozen=True, slots=True)
class Caps:
    """The State's cap and, inside it, its agents'."""

    etat: Bound
    etat_agents: Bound

    def lowered(self, said: Mapping[str, str] | None, by: str) -> "Caps":
        """These caps with those of a rule (`etat`, `etat_agents` in percent) where they are lower."""
        mine = said or {}
        return Caps(
            self.etat.lowered(mine.get("etat"), by), self.etat_agents.lowered(mine.get("etat_agents"), by)
        )


_Kind = TypeVar("_Kind", bound=Entry)
_UNBOUND = Bound(DWELLING, "")


class Law:
    """Entries that go together; immutable."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: entry.id))

    def of(self, kind: type[_Kind], on: date | None = None) -> Iterator[_Kind]:
        """Its entries of a kind, in force on a day or ever."""
        for entry in self.entries:
            if isinstance(entry, kind) and (on is None or entry.is_in_force(on)):
                yield entry

    def purposes(self, on: date | None = None) -> frozenset[str]:
        """Purposes that leave the flux by law (CCH art. R.441-5)."""
        return frozenset(entry.purpose for entry in self.of(Exclusion, on))

    def reservations(self, on: date | None = None) -> frozenset[str]:
        """Reservations kept in stock by law (CCH art. R.441-5)."""
        return frozenset(entry.reservation for entry in self.of(StockException, on))

    def caps(self, on: date) -> Caps:
        """The State's caps on a day (CCH art. R.441-5-2); without an entry nothing is capped."""
        found = {cap.holder: Bound(share_of_percent(cap.percent), cap.id) for cap in self.of(Cap, on)}
        return Caps(found.get("etat", _UNBOUND), found.get("etat_agents", _UNBOUND))

    def last_day(self, duty: Duty, year: int) -> date:
        """The last day of a duty in a year, by the entry in force as it begins (before all of them: the first)."""
        entries = sorted((day for day in self.of(LegalDay) if day.duty == duty), key=lambda day: day.since)
        begun = [entry for entry in entries if entry.since <= date(year, 1, 1)]
        entry = begun[-1] if begun else entries[0]
        return date(year, entry.month, entry.day)

    def document(self) -> list[dict[str, Any]]:
        """The entries as JSON values, in canonical order: what a rulebook's digest is made of."""
        return [_written(entry) for entry in self.entries]

    @classmethod
    def read(cls, said: Iterable[Mapping[str, Any]]) -> "Law":
        """The law that `document` wrote; ValueError when it is not one."""
        try:
            return cls(_read(entry) for entry in said)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not an entry of law: {error}") from error


_KINDS: dict[str, type[Entry]] = {
    "exclusion": Exclusion,
    "stock": StockException,
    "cap": Cap,
    "legal_day": LegalDay,
}


_DAYS = frozenset({"since", "until"})


def kind_of(entry: Entry) -> str:
    """The word for an entry's kind: `exclusion`, `stock`, `cap`, `legal_day`."""
    return next(name for name, kind in _KINDS.items() if type(entry) is kind)


def _written(entry: Entry) -> dict[str, Any]:
    said = {key: value for key, value in asdict(entry).items() if value is not None}
    for key in _DAYS & said.keys():
        said[key] = said[key].isoformat()
    return {"kind": kind_of(entry), **said}


def _read(said: Mapping[str, Any]) -> Entry:
    own = {key: value for key, value in said.items() if key != "kind"}
    for key in _DAYS & own.keys():
        own[key] = date.fromisoformat(own[key])
    return _KINDS[said["kind"]](**own)


_HREF = "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006074096"
_FLUX, _CAPS, _DAY = "CCH art. R.441-5", "CCH art. R.441-5-2", "CCH art. R.441-5-1"
_SINCE = date(2021, 11, 24)


def _exclusion(name: str, title: str, because: str) -> Exclusion:
    purpose = name.replace("-", "_")
    said = f"{because} : hors du flux ({_FLUX})."
    return Exclusion(
        id=name, title=title, article=_FLUX, href=_HREF, since=_SINCE, because=said, purpose=purpose
    )


def _stock(reservation: str, whom: str) -> StockException:
    return StockException(
        id=f"stock-{reservation.replace('_', '-')}",
        title=f"Les logements réservés pour {whom} restent gérés en stock",
        article=_FLUX,
        href=_HREF,
        since=_SINCE,
        because=f"Logement réservé pour {whom} : géré en stock, hors du flux ({_FLUX}).",
        reservation=reservation,
    )


LAW = Law(
    [
        _exclusion(
            "mutation-interne",
            "Les mutations internes ne comptent pas dans le flux",
            "Logement affecté à une mutation au sein du parc du bailleur",
        ),
        _exclusion(
            "relogement-renouvellement-urbain",
            "Les relogements du renouvellement urbain ne comptent pas dans le flux",
            "Logement affecté à un relogement du renouvellement urbain (loi 2003-710)",
        ),
        _exclusion(
            "relogement-copropriete-degradee",
            "Les relogements de copropriétés dégradées (ORCOD) ne comptent pas dans le flux",
            "Logement affecté à un relogement d'une opération de requalification de copropriété dégradée "
            "(CCH art. L.741-1 et L.741-2)",
        ),
        _exclusion(
            "relogement-habitat-indigne",
            "Les relogements d'habitat indigne ne comptent pas dans le flux",
            "Logement affecté à un relogement d'habitat indigne (CCH art. L.521-3-1 à L.521-3-3)",
        ),
        _exclusion(
            "vente", "Les logements vendus ne comptent pas dans le flux", "Logement destiné à la vente"
        ),
        _stock("defense", "la défense nationale"),
        _stock("securite_interieure", "la sécurité intérieure"),
        _stock("etablissement_sante", "un établissement public de santé"),
        Cap(
            id="plafond-etat",
            title="L'État tient au plus 30 % du flux d'un bailleur",
            article=_CAPS,
            href=_HREF,
            since=_SINCE,
            because=f"L'État tient au plus 30 % du flux annuel de chaque bailleur ({_CAPS}).",
            holder="etat",
            percent="30",
        ),
        Cap(
            id="plafond-agents-etat",
            title="Dont 5 points au plus pour les agents de l'État",
            article=_CAPS,
            href=_HREF,
            since=_SINCE,
            because=f"Les agents de l'État tiennent au plus 5 points, compris dans la part de l'État ({_CAPS}).",
            holder="etat_agents",
            percent="5",
        ),
        LegalDay(
            id="echeance-bilan-et-previsionnel",
            title="Le bilan et le prévisionnel sont dus avant le 28 février",
            article=_DAY,
            href=_HREF,
            since=_SINCE,
            because=f"Le bilan de l'année passée et la prévision de l'année sont dus avant le 28 février ({_DAY}).",
            duty="documents",
            month=2,
            day=28,
        ),
    ]
)
"""The law of this release."""

NO_LAW = Law(())
"""What a rulebook of format 1 (0.2) carried: its rules said the law themselves."""
