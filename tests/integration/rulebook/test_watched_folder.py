"""A directory of rules is watched whatever way its files change; what is half done is never offered."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from chassis.rulebook import load
from chassis.rulesource import Offer
from chassis.rulesource import watched_folder as module
from chassis.rulesource.states import states
from chassis.rulesource.watched_folder import Pause, WatchedFolder

WAIT_SECONDS = 20
LONGEST_READING_SECONDS = 0.6
"""What reading and examining five hundred rules takes, out of the two seconds that a rule may be delayed."""
OTHER = "assiette/rehabilitation-lourde.yaml"
"""A rule beside the one the tests edit."""
AS_IT_WAS = "Ce fichier change sans cesse : il reste tel qu'il était, les autres sont relus."
NOT_YET = "Ce fichier change sans cesse : il n'est pas encore pris en compte, les autres sont relus."

Next = Callable[[], Awaitable[Offer]]


@asynccontextmanager
async def following(
    directory: Path, pause: Pause = asyncio.sleep
) -> AsyncIterator[tuple[WatchedFolder, Next]]:
    """A watch that has read the directory once, and what it offers next."""
    folder = WatchedFolder(directory, pause)
    await folder.first()
    async with aclosing(folder.following()) as offers:

        async def following_offer() -> Offer:
            async with asyncio.timeout(WAIT_SECONDS):
                return await anext(offers)

        yield folder, following_offer


def days(offer: Offer, place: str) -> Any:
    """What the edited rule says in the rulebook offered."""
    return {rule.path: rule for rule in offer.sound().rules}[place].then["respond_within_days"]


async def test_a_saved_file_gives_the_new_rulebook(rules: Any, place: str) -> None:
    async with following(rules.directory) as (_, offered):
        rules.say(20)
        offer = await offered()
        assert days(offer, place) == 20
        assert offer.digest == load(rules.directory).digest


async def test_an_editor_that_writes_beside_and_renames_is_seen(rules: Any, place: str) -> None:
    async with following(rules.directory) as (_, offered):
        beside = rules.file.with_name(".reponse.yaml.swp")
        beside.write_text(rules.file.read_text(encoding="utf-8").replace("30", "21"), encoding="utf-8")
        beside.rename(rules.file)
        assert days(await offered(), place) == 21


async def test_a_config_map_swapped_by_its_link_is_seen_as_a_whole(rules: Any, tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    copytree(rules.directory, mounted / "..2026_01")
    rules.say(22)
    (mounted / "..data").symlink_to("..2026_01")
    for name in [path.name for path in rules.directory.iterdir()]:
        (mounted / name).symlink_to(Path("..data") / name)
    async with following(mounted) as (_, offered):
        copytree(rules.directory, mounted / "..2026_02")
        (mounted / "..data_tmp").symlink_to("..2026_02")
        (mounted / "..data_tmp").rename(mounted / "..data")
        rmtree(mounted / "..2026_01")
        assert (await offered()).digest == load(rules.directory).digest


async def test_a_half_written_file_is_not_reported_while_it_may_still_be_finished(
    rules: Any, place: str, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DOUBT_SECONDS", 3.0)
    async with following(rules.directory) as (folder, offered):
        before = folder._seen
        awaited = asyncio.ensure_future(offered())
        whole = rules.file.read_text(encoding="utf-8").replace("30", "23")
        with rules.file.open("w", encoding="utf-8") as file:
            file.write(whole[:60])
            file.flush()
            await until(lambda: folder._seen != before)
            assert not awaited.done()
            file.write(whole[60:])
        assert days(await awaited, place) == 23


async def test_a_faulty_file_is_told_with_its_line_and_its_repair_gives_rules_again(
    rules: Any, place: str
) -> None:
    async with following(rules.directory) as (_, offered):
        rules.say("bientôt")
        refused = await offered()
        assert refused.book is None
        assert [(fault.path, fault.line, fault.found) for fault in refused.faults] == [(place, 10, "bientôt")]
        rules.say(24)
        assert days(await offered(), place) == 24


async def test_a_deleted_file_takes_its_rule_away(rules: Any, place: str) -> None:
    async with following(rules.directory) as (_, offered):
        rules.file.with_name("reponse.examples.yaml").unlink(missing_ok=True)
        rules.file.unlink()
        assert place not in {rule.path for rule in (await offered()).sound().rules}


async def test_a_deleted_directory_is_a_fault_until_it_is_there_again(
    rules: Any, place: str, tmp_path: Path
) -> None:
    kept = copytree(rules.directory, tmp_path / "kept")
    async with following(rules.directory) as (_, offered):
        rmtree(rules.directory)
        refused = await offered()
        assert [fault.message for fault in refused.faults] == ["Le dossier des règles n'existe pas."]
        copytree(kept, rules.directory)
        assert days(await offered(), place) == 30


async def test_another_directory_moved_into_its_place_is_watched_in_turn(
    rules: Any, place: str, tmp_path: Path
) -> None:
    other = copytree(rules.directory, tmp_path / "other")
    (other / place).write_text((other / place).read_text(encoding="utf-8").replace("30", "25"))
    async with following(rules.directory) as (_, offered):
        rules.directory.rename(tmp_path / "old")
        other.rename(rules.directory)
        assert days(await offered(), place) == 25
        rules.say(26)
        assert days(await offered(), place) == 26


async def test_a_link_to_a_directory_may_be_pointed_elsewhere(rules: Any, place: str, tmp_path: Path) -> None:
    link, other = tmp_path / "current", copytree(rules.directory, tmp_path / "other")
    (other / place).write_text((other / place).read_text(encoding="utf-8").replace("30", "27"))
    link.symlink_to(rules.directory)
    async with following(link) as (_, offered):
        (tmp_path / "next").symlink_to(other)
        (tmp_path / "next").rename(link)
        assert days(await offered(), place) == 27


async def test_changes_are_found_on_a_file_system_that_notifies_nobody(
    rules: Any, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_notifications(*_: object, **__: object) -> Any:
        raise OSError("inotify watch limit reached")

    monkeypatch.setattr(module, "awatch", no_notifications)
    async with following(rules.directory) as (_, offered):
        rules.say(28)
        assert days(await offered(), place) == 28


async def test_ten_thousand_files_copied_in_are_refused_in_few_words_and_their_removal_mends_it(
    rules: Any, place: str
) -> None:
    async with following(rules.directory) as (_, offered):
        crowd = rules.directory / "assiette" / "copies"
        crowd.mkdir()
        for number in range(10_000):
            (crowd / f"r{number}.yaml").touch()
        refused = await offered()
        assert refused.book is None
        assert any("Plus de 5000 fichiers" in fault.message for fault in refused.faults)
        assert len(refused.faults) <= 1_001
        rmtree(crowd)
        assert days(await offered(), place) == 30


def test_a_loop_of_links_does_not_hold_the_watch(rules: Any) -> None:
    (rules.directory / "assiette" / "boucle").symlink_to(rules.directory)
    before = states(rules.directory)
    assert states(rules.directory) == before
    rules.say(29)
    assert states(rules.directory) != before


def test_what_hides_behind_a_dot_does_not_count(rules: Any) -> None:
    before = states(rules.directory)
    (rules.directory / ".git").mkdir()
    (rules.directory / ".git" / "index").touch()
    assert states(rules.directory) == before
