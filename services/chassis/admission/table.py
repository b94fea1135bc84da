"""The table: what becomes of a process in each situation of its journal, its group and its topics. Pure.

Rows are tried from the first to the last; the last holds always. A row with words refuses: the process decides and
commits nothing, and says them. Where `--adopt` may be the remedy no published sequence passes the journal's head, for
those rows come first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chassis.admission.situation import Partition, Situation

MOST_NAMED = 3
BASE = "donnez la bonne base par --database ou AIGUILLAGE_DATABASE"
RECOVER = "après une restauration, lancez « aiguillage journal recover », services arrêtés"
ADOPT = "ou, pour continuer avec ce journal-ci, redémarrez avec --adopt SERVICE-QUI-EN-RÉPOND"


class Case(StrEnum):
    """The rows, by name."""

    EMBEDDED = "embedded broker"
    HEAD_AHEAD = "published head ahead of the journal"
    CONTRADICTED = "published head of another history"
    OTHER_CLUSTER = "other cluster"
    OTHER_JOURNAL = "other journal"
    GROUP_AHEAD = "group ahead of the journal"
    TOPIC_SHORTER = "topic shorter than the mark"
    UNSTAMPED = "commits without identity"
    FIRST_START = "first start"
    GROUP_BEHIND = "group behind the journal"
    LEVEL = "group level with the journal"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was judged: the row, why not in one French sentence, and where to begin in each partition that must move."""

    case: Case
    refusal: str | None = None
    is_adoptable: bool = False
    starts: Mapping[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when it holds, and what is said of it when it refuses."""

    case: Case
    holds: Callable[[Situation], bool]
    words: Callable[[Situation], str] | None = None
    is_adoptable: bool = False


def judge(situation: Situation) -> Verdict:
    """The first row that holds."""
    row = next(row for row in TABLE if row.holds(situation))
    if row.words is not None:
        return Verdict(row.case, row.words(situation), row.is_adoptable)
    return Verdict(row.case, starts={} if row.case is Case.EMBEDDED else _starts(situation))


def _starts(situation: Situation) -> Mapping[tuple[str, int], int]:
    """The journal's mark in each partition where the group is behind it, or has lost its place."""
    return {
        (each.topic, each.partition): each.mark
        for each in situation.partitions
        if each.mark is not None and (each.commit is None or each.commit.offset < each.mark)
    }


def _has_published_more(situation: Situation) -> bool:
    """A journal that is a fold may be behind what it once published, if its group was set back to read it again."""
    if situation.is_fold and not any(
        _is_unstamped(each) or _has_no_place(each) for each in situation.partitions
    ):
        return False
    return bool(situation.ahead)


def _has_no_place(each: Partition) -> bool:
    """Whether nobody can tell how far the group was, in a partition that holds something."""
    return each.commit is None and each.end is not None and each.end > each.begin


def _is_of_another_cluster(situation: Situation) -> bool:
    ours = situation.journal.cluster_id
    return None not in {ours, situation.cluster_id} and ours != situation.cluster_id


def _is_unstamped(each: Partition) -> bool:
    return each.has_commit and each.commit is not None and each.commit.journal_id is None


def _follows_another_journal(situation: Situation) -> bool:
    return any(
        each.has_commit
        and each.commit is not None
        and each.commit.journal_id not in {None, situation.journal.journal_id}
        for each in situation.partitions
    )


def _group_is_ahead(situation: Situation) -> bool:
    return any(_is_ahead(each, is_empty=situation.is_empty) for each in situation.partitions)


def _is_ahead(each: Partition, *, is_empty: bool) -> bool:
    """Whether the group was told of more than the journal holds; of a commit of 0.2, any at all of an empty journal."""
    if each.commit is None or not each.has_commit:
        return False
    if each.commit.journal_id is None:
        return is_empty
    if each.commit.mark is None or each.commit.incarnation != each.incarnation:
        return False
    return each.commit.mark > (each.mark or 0)


def _is_shorter(each: Partition, *, is_start: bool) -> bool:
    if each.end is None:
        return False
    if each.mark is not None:
        return each.end < each.mark
    return is_start and each.former_mark is not None and each.end < each.former_mark


def _shorter(situation: Situation) -> list[Partition]:
    return [each for each in situation.partitions if _is_shorter(each, is_start=situation.is_start)]


def _is_first_start(situation: Situation) -> bool:
    return situation.is_empty and not any(each.has_commit for each in situation.partitions)


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    if more <= 0:
        return shown
    return f"{shown} et {more} autre{'s' if more > 1 else ''}"


def _ahead_words(situation: Situation) -> str:
    empty = "Ce journal est vide, et d'autres décisions sont publiées"
    behind = "Ce journal n'a pas tout ce qui est publié : d'autres décisions le sont"
    what = empty if situation.is_empty else behind
    return f"{what} pour {_named(situation.ahead)} : {BASE} ; {RECOVER}."


def _contradicted_words(situation: Situation) -> str:
    return (
        f"Ce journal raconte autrement ce qui est publié pour {_named(situation.contradicted)} : "
        f"ce n'est pas le bon, {BASE}."
    )


def _cluster_words(situation: Situation) -> str:
    return (
        f"Ce journal a été écrit avec le cluster Kafka {situation.journal.cluster_id}, et celui-ci est "
        f"{situation.cluster_id} : vérifiez AIGUILLAGE_KAFKA, {ADOPT}."
    )


def _journal_words(situation: Situation) -> str:
    return f"Le groupe {situation.group} suit un autre journal que celui-ci : {BASE}, {ADOPT}."


def _group_words(situation: Situation) -> str:
    return (
        f"Le groupe {situation.group} a lu plus loin que ce journal ne va : il est vide ou ancien, {BASE} ; "
        f"{RECOVER}."
    )


def _shorter_words(situation: Situation) -> str:
    places = _named([f"{each.topic}/{each.partition}" for each in _shorter(situation)])
    return (
        f"Le sujet s'arrête avant ce que ce journal en a déjà lu ({places}) : a-t-il été supprimé ou recréé ? "
        f"Rétablissez-le, {ADOPT}."
    )


TABLE: Sequence[Row] = (
    Row(Case.EMBEDDED, lambda situation: situation.is_embedded),
    Row(Case.CONTRADICTED, lambda situation: bool(situation.contradicted), _contradicted_words),
    Row(Case.HEAD_AHEAD, _has_published_more, _ahead_words),
    Row(Case.OTHER_CLUSTER, _is_of_another_cluster, _cluster_words, is_adoptable=True),
    Row(Case.OTHER_JOURNAL, _follows_another_journal, _journal_words, is_adoptable=True),
    Row(Case.GROUP_AHEAD, _group_is_ahead, _group_words, is_adoptable=True),
    Row(Case.TOPIC_SHORTER, lambda situation: bool(_shorter(situation)), _shorter_words, is_adoptable=True),
    Row(Case.UNSTAMPED, lambda situation: any(_is_unstamped(each) for each in situation.partitions)),
    Row(Case.FIRST_START, _is_first_start),
    Row(Case.GROUP_BEHIND, lambda situation: bool(_starts(situation))),
    Row(Case.LEVEL, lambda _: True),
)
