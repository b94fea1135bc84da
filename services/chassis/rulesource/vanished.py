"""What an offer may not take away in silence: a whole family or list, a rule whose file never came to rest."""

from collections.abc import Iterator
from dataclasses import replace

from chassis.rulebook.book import Rulebook
from chassis.rulebook.directory import REFERENTIELS
from chassis.rulebook.faults import Fault
from chassis.rulesource.offer import Offer


def whole(offer: Offer, book: Rulebook, before: Rulebook) -> Offer:
    """The offer, with `book` for its rulebook; without one, and told why, when it lacks what `before` has.

    A whole family or list gone: files are being copied, or were lost. A restless file gone that something in force
    was read from: it is there, and nobody knows what it says.
    """
    unread = sorted(offer.restless & (_files(before) - _files(book)))
    faults = tuple(_unread(path) for path in unread) or tuple(
        _gone(offer.source, name) for name in _gone_whole(book, before)
    )
    if not faults:
        return offer
    others = tuple(fault for fault in offer.faults if fault.path not in unread)
    return replace(offer, book=None, faults=(*faults, *others))


def _files(book: Rulebook) -> frozenset[str]:
    """What a rulebook was read from, relative to the directory."""
    lists = (f"{REFERENTIELS}/{name}.yaml" for name in book.list_names)
    return frozenset((*(rule.path for rule in book.rules), *lists))


def _gone_whole(book: Rulebook, before: Rulebook) -> Iterator[str]:
    yield from sorted({r.room.family for r in before.rules} - {r.room.family for r in book.rules})
    yield from sorted(before.list_names - book.list_names)


def _unread(path: str) -> Fault:
    return Fault(
        path,
        1,
        "Ce fichier change sans cesse et n'a pas pu être lu : toutes les règles d'avant restent en vigueur.",
        remedy="Arrêtez ce qui l'écrit.",
    )


def _gone(source: str, name: str) -> Fault:
    return Fault(
        source,
        1,
        f"Tout « {name} » a disparu des règles.",
        remedy="Remettez les fichiers ; une règle qui ne doit plus servir est finie (« until »), pas retirée.",
    )
