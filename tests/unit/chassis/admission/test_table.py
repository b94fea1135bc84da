"""One test a row of the table: which journal may go on with which group, and what a refused one is told."""

from dataclasses import replace

from chassis.admission.situation import Commit, Partition, Situation
from chassis.admission.table import TABLE, Case, judge
from chassis.journal import Identity

OURS = Identity("our-journal", "our-cluster")
LOG = "our-cluster/vacancies-id"
PLACE = ("vacancies", 0)


def a_commit(offset: int = 40, **changes: object) -> Commit:
    usual: dict[str, object] = {"journal_id": "our-journal", "incarnation": LOG, "mark": offset}
    return Commit(offset, **(usual | changes))  # type: ignore[arg-type]  # a builder's words


def a_partition(**changes: object) -> Partition:
    usual = Partition(*PLACE, begin=0, end=50, incarnation=LOG, commit=a_commit(), mark=40)
    return replace(usual, **changes)  # type: ignore[arg-type]  # a builder's words


def a_situation(partition: Partition | None = None, **changes: object) -> Situation:
    usual = Situation(
        group="aiguillage-orientation",
        journal=OURS,
        cluster_id="our-cluster",
        is_embedded=False,
        is_empty=False,
        partitions=[partition or a_partition()],
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # a builder's words


def refused(situation: Situation, case: Case, *words: str, is_adoptable: bool = True) -> None:
    verdict = judge(situation)
    assert verdict.case == case
    assert verdict.refusal is not None
    assert verdict.is_adoptable == is_adoptable
    for word in words:
        assert word in verdict.refusal


def test_an_empty_journal_without_commits_nor_heads_is_a_first_start() -> None:
    new = a_partition(commit=None, mark=None)
    verdict = judge(a_situation(new, is_empty=True, journal=Identity("new")))
    assert (verdict.case, verdict.refusal, verdict.starts) == (Case.FIRST_START, None, {})


def test_a_group_behind_begins_at_the_journals_marks() -> None:
    verdict = judge(a_situation(a_partition(commit=a_commit(12))))
    assert (verdict.case, verdict.refusal, verdict.starts) == (Case.GROUP_BEHIND, None, {PLACE: 40})


def test_a_group_whose_offsets_expired_begins_at_the_journals_marks() -> None:
    verdict = judge(a_situation(a_partition(commit=None)))
    assert (verdict.case, verdict.refusal, verdict.starts) == (Case.GROUP_BEHIND, None, {PLACE: 40})


def test_a_group_level_with_the_journal_goes_on_where_it_is() -> None:
    verdict = judge(a_situation(a_partition(commit=a_commit(43, mark=40))))
    assert (verdict.case, verdict.refusal, verdict.starts) == (Case.LEVEL, None, {})


def test_a_group_ahead_of_the_journal_is_refused() -> None:
    ahead = a_partition(commit=a_commit(45))
    refused(a_situation(ahead), Case.GROUP_AHEAD, "aiguillage-orientation", "journal recover", "--database")


def test_an_empty_journal_beside_commits_of_0_2_is_refused() -> None:
    ahead = a_partition(commit=Commit(40), mark=None)
    refused(a_situation(ahead, is_empty=True), Case.GROUP_AHEAD, "journal recover")


def test_a_published_head_ahead_of_the_journal_is_refused_and_cannot_be_adopted() -> None:
    situation = a_situation(ahead=["1:75", "2:75", "3:75", "4:75"])
    refused(situation, Case.HEAD_AHEAD, "1:75, 2:75, 3:75 et 1 autre", "journal recover", is_adoptable=False)


def test_an_empty_journal_beside_published_heads_is_told_it_is_empty() -> None:
    refused(a_situation(ahead=["1:75"], is_empty=True), Case.HEAD_AHEAD, "vide", is_adoptable=False)


def test_a_published_head_of_another_history_is_refused() -> None:
    refused(a_situation(contradicted=["1:75"]), Case.CONTRADICTED, "1:75", "--database", is_adoptable=False)


def test_a_journal_that_is_a_fold_catches_up_with_what_it_published_once() -> None:
    rewound = a_partition(commit=a_commit(0, mark=0))
    assert judge(a_situation(rewound, ahead=["1:75"], is_fold=True)).case == Case.GROUP_BEHIND


def test_a_fold_behind_what_it_published_whose_offsets_expired_is_refused() -> None:
    expired = a_partition(commit=None)
    refused(a_situation(expired, ahead=["1:75"], is_fold=True), Case.HEAD_AHEAD, is_adoptable=False)


def test_a_fold_beside_commits_of_0_2_is_judged_by_its_heads() -> None:
    unstamped = a_partition(commit=Commit(40))
    situation = a_situation(unstamped, ahead=["1:75"], is_fold=True)
    refused(situation, Case.HEAD_AHEAD, is_adoptable=False)


def test_a_group_that_follows_another_journal_is_refused() -> None:
    other = a_partition(commit=a_commit(journal_id="another-journal"))
    refused(a_situation(other), Case.OTHER_JOURNAL, "--database", "--adopt")


def test_another_cluster_is_refused() -> None:
    refused(
        a_situation(cluster_id="another-cluster"), Case.OTHER_CLUSTER, "another-cluster", "AIGUILLAGE_KAFKA"
    )


def test_a_topic_shorter_than_the_mark_on_the_same_cluster_is_refused() -> None:
    refused(a_situation(a_partition(end=30)), Case.TOPIC_SHORTER, "vacancies/0", "--adopt")


def test_a_topic_made_again_and_shorter_is_refused_at_start_and_gone_on_with_later() -> None:
    again = a_partition(end=3, commit=None, mark=None, former_mark=40)
    refused(a_situation(again), Case.TOPIC_SHORTER, "recréé")
    assert judge(a_situation(again, is_start=False)).refusal is None


def test_a_partition_without_a_leader_is_not_held_to_be_short() -> None:
    assert judge(a_situation(a_partition(end=None))).case == Case.LEVEL


def test_on_the_embedded_broker_positions_are_never_compared() -> None:
    strange = a_partition(end=0, commit=a_commit(99, journal_id="another-journal"))
    verdict = judge(a_situation(strange, is_embedded=True, cluster_id="mockCluster1", ahead=["1:75"]))
    assert (verdict.case, verdict.refusal, verdict.starts) == (Case.EMBEDDED, None, {})


def test_commits_of_0_2_are_judged_by_heads_and_let_in_where_none_is_ahead() -> None:
    unstamped = a_partition(commit=Commit(40), mark=None)
    assert judge(a_situation(unstamped)).case == Case.UNSTAMPED
    refused(a_situation(unstamped, ahead=["1:75"]), Case.HEAD_AHEAD, is_adoptable=False)


def test_every_row_has_its_case_and_the_last_one_always_holds() -> None:
    assert [row.case for row in TABLE] == sorted(Case, key=[row.case for row in TABLE].index)
    assert set(Case) == {row.case for row in TABLE}


def test_what_a_commit_says_of_itself_is_read_again_and_anything_else_says_nothing() -> None:
    assert Commit.of(40, a_commit().metadata()) == a_commit()
    for foreign in ("", "{", "[]", "null", '{"journal": 1, "incarnation": "", "mark": 2}'):
        assert Commit.of(40, foreign) == Commit(40)
