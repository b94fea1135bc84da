"""What the parties said to each other: overrides, contestations and their state, delegation reports and differences."""

from collections.abc import Sequence
from datetime import date

from compliance.bilan import words
from compliance.bilan.parties import Standing
from compliance.bilan.table import Column, Line, Table, by_words
from compliance.domain.exchanges.contesting import Contestation

_PLACE = (Column("departement", "Département"), Column("bailleur", "Bailleur"))
_CONVENTION = (Column("reservataire", "Réservataire"), Column("convention", "Convention"))


def overrides(standings: Sequence[Standing]) -> Table:
    """One row a dwelling the bailleur gave to another."""
    columns = (
        *_PLACE,
        Column("vacance", "Vacance"),
        Column("jour", "Le", "day"),
        Column("de", "De", words=words.line),
        Column("vers", "Vers", words=words.line),
        Column("raison_sha256", "Empreinte de la raison"),
    )
    rows = tuple(
        (*_place(standing), each.vacancy, each.on, each.from_line, each.to_line, each.reason_sha256)
        for standing in standings
        for each in standing.watched.projection.exchanges.overrides.made
        if each.year == standing.year
    )
    note = "Réorientations décidées par le bailleur, dans l'ordre ; le texte de la raison reste au journal."
    return Table("arbitrages", "Arbitrages", note, columns, rows)


def contestations(standings: Sequence[Standing], on: date) -> Table:
    """One row a contestation, with its state on a day."""
    columns = (
        *_PLACE,
        Column("objet", "Objet"),
        Column("identifiant", "Vacance ou convention"),
        Column("motif", "Motif d'exclusion contesté", words=lambda code: words.reason(code) if code else ""),
        Column("par", "Contesté par"),
        Column("conteste_le", "Contesté le", "day"),
        Column("fois", "Fois", "count"),
        Column("repondu_par", "Réponse de"),
        Column("repondu_le", "Réponse le", "day"),
        Column("etat", "État", words=by_words(words.STATES)),
        Column("regle_le", "Réglée le", "day"),
        Column("regle_par", "Réglée parce que", words=by_words(words.ENDINGS)),
        Column("raison_sha256", "Empreinte de la raison"),
        Column("reponse_sha256", "Empreinte de la réponse"),
    )
    rows = tuple(
        (*_place(standing), *_contestation(each, on))
        for standing in standings
        for each in standing.watched.projection.exchanges.contestations.made
        if each.year == standing.year
    )
    note = f"Échange contradictoire, état au {on:%d/%m/%Y} : contestée jusqu'à ce qu'elle soit réglée."
    return Table("contestations", "Contestations", note, columns, rows)


def reports(standings: Sequence[Standing]) -> Table:
    """One row a convention under delegated management: the periods reported on, the lines and how they compare."""
    columns = (
        *_PLACE,
        *_CONVENTION,
        Column("periodes", "Périodes rapportées"),
        *(Column(key, title.capitalize(), "count") for key, title in words.MATCHES.items()),
        Column("unreported", "Proposés, non rapportés", "count"),
    )
    rows = tuple(row for standing in standings for row in _reports(standing))
    note = "Comptes rendus de la gestion déléguée, comparés ligne à ligne aux événements reçus."
    return Table("gestion_deleguee", "Gestion déléguée", note, columns, rows)


def differences(standings: Sequence[Standing]) -> Table:
    """One row a line of a report that the stream does not bear out."""
    columns = (
        *_PLACE,
        *_CONVENTION,
        Column("periode", "Période"),
        Column("vacance", "Vacance"),
        Column("rapporte", "Rapporté", words=by_words(words.STAGES)),
        Column("connu", "Connu", words=by_words(words.STAGES)),
        Column("comparaison", "Comparaison", words=by_words(words.MATCHES)),
    )
    rows = tuple(row for standing in standings for row in _differences(standing))
    note = "Lignes de comptes rendus que les événements reçus ne confirment pas."
    return Table("ecarts_delegation", "Écarts de délégation", note, columns, rows)


def _contestation(each: Contestation, on: date) -> Line:
    return (
        "convention" if each.is_convention else "vacance",
        each.subject,
        each.about,
        each.by,
        each.contested_on,
        each.times,
        each.answered_by,
        each.answered_on,
        each.state(on),
        each.settled_on,
        each.settled_by,
        each.reason_sha256,
        each.answer_sha256,
    )


def _reports(standing: Standing) -> list[Line]:
    rows: list[Line] = []
    delegated = standing.watched.projection.exchanges.delegated
    for party in standing.parties:
        found = [line.match for line in delegated.lines(party.convention, standing.year)]
        periods = [name for name in delegated.periods(party.convention) if int(name[:4]) == standing.year]
        unreported = len(delegated.unreported(party.convention, standing.year))
        if periods or unreported:
            matches = (found.count("agreeing"), found.count("differing"), found.count("unknown"))
            told = " ".join(sorted(periods))
            rows.append((*_place(standing), party.reservataire, party.convention, told, *matches, unreported))
    return rows


def _differences(standing: Standing) -> list[Line]:
    delegated = standing.watched.projection.exchanges.delegated
    return [
        (
            *_place(standing),
            party.reservataire,
            party.convention,
            line.period,
            line.vacancy,
            line.reported,
            line.known,
            line.match,
        )
        for party in standing.parties
        for line in delegated.lines(party.convention, standing.year)
        if line.match != "agreeing"
    ]


def _place(standing: Standing) -> tuple[str, str]:
    return standing.scope.departement, standing.scope.bailleur
