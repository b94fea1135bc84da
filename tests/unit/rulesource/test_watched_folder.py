"""Every way operators and orchestrators write files ends in one sound state, and none is read half-written."""

# ruff: noqa: ASYNC110, ASYNC240 - the watch is waited on, the files are tiny

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from chassis.rulesource import watched_folder
from chassis.rulesource.offer import Offer
from chassis.rulesource.watched_folder import WatchedFolder, fingerprint

RULES = Path(__file__).parents[3] / "rules"
RULE = Path("delais/delais-ordinaires.yaml")
WAIT_SECONDS = 20
LOOK_SECONDS = 0.02


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(RULES, tmp_path / "rules"))


@asynccontextmanager
async def watching(folder: Path, source: WatchedFolder | None = None) -> AsyncIterator[asyncio.Queue[Offer]]:
    """What the folder offers after its first state, as it comes."""
    heard: asyncio.Queue[Offer] = asyncio.Queue()
    source = source or WatchedFolder(folder)
    assert (await source.first()).faults == ()

    async def listen() -> None:
        async with aclosing(source.following()) as offers:
            async for offer in offers:
                await heard.put(offer)

    task = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _next(heard: "asyncio.Queue[Offer]") -> Offer:
    async with asyncio.timeout(WAIT_SECONDS):
        return await heard.get()


def _edited(text: str, days: int) -> str:
    assert "respond_within_days: 30" in text
    return text.replace("respond_within_days: 30", f"respond_within_days: {days}")


def _days(offer: Offer) -> int:
    rule = next(rule for rule in offer.sound().rules if rule.id == RULE.stem)
    return int(rule.then["respond_within_days"])


async def test_a_file_written_in_place_is_taken(folder: Path) -> None:
    async with watching(folder) as heard:
        path = folder / RULE
        path.write_text(_edited(path.read_text(), 21))
        assert _days(await _next(heard)) == 21


async def test_an_editor_that_writes_beside_and_renames_is_followed(folder: Path) -> None:
    async with watching(folder) as heard:
        path = folder / RULE
        beside = path.with_name(".delais-ordinaires.yaml.swp")
        beside.write_text(_edited(path.read_text(), 22))
        beside.rename(path)
        assert _days(await _next(heard)) == 22


async def test_a_configmap_that_swaps_its_links_is_one_change(folder: Path, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()
    _version(folder, mount / "..2026_01")
    (mount / "..data").symlink_to("..2026_01")
    for name in [path.name for path in folder.iterdir()]:
        (mount / name).symlink_to(f"..data/{name}")
    async with watching(mount) as heard:
        second = mount / "..2026_02"
        _version(folder, second)
        (second / RULE).write_text(_edited((second / RULE).read_text(), 23))
        (mount / "..data_tmp").symlink_to("..2026_02")
        os.replace(mount / "..data_tmp", mount / "..data")  # noqa: PTH105 - the very call the kubelet makes
        offer = await _next(heard)
        assert _days(offer) == 23


def _version(folder: Path, to: Path) -> None:
    copytree(folder, to)


async def test_a_file_half_written_is_not_reported_when_its_end_follows(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_folder, "DOUBT_SECONDS", 3.0)
    source = WatchedFolder(folder)
    async with watching(folder, source) as heard:
        path = folder / RULE
        whole = _edited(path.read_text(), 24)
        with path.open("w") as written:
            written.write(whole[:200])
            written.flush()
            os.fsync(written.fileno())
            await _read_so_far(source, folder)
            written.write(whole[200:])
        offer = await _next(heard)
        assert _days(offer) == 24
        assert heard.empty()


async def _read_so_far(source: WatchedFolder, folder: Path) -> None:
    """Wait until the half has been read, and found faulty: the watch then doubts it for a while."""
    async with asyncio.timeout(WAIT_SECONDS):
        while source._seen != fingerprint(folder):
            await asyncio.sleep(LOOK_SECONDS)


async def test_a_faulty_file_is_reported_and_its_repair_is_taken(folder: Path) -> None:
    async with watching(folder) as heard:
        path = folder / RULE
        sound = path.read_text()
        path.write_text(sound.replace("respond_within_days", "respond_within_day"))
        offer = await _next(heard)
        assert offer.book is None
        assert offer.faults[0].path == str(RULE)
        path.write_text(sound)
        assert _days(await _next(heard)) == 30


async def test_a_deleted_rule_is_gone(folder: Path) -> None:
    async with watching(folder) as heard:
        (folder / "assiette" / "vente.yaml").unlink()
        offer = await _next(heard)
        assert "vente" not in [rule.id for rule in offer.sound().rules]


async def test_a_folder_taken_away_is_a_fault_and_its_return_a_repair(folder: Path, tmp_path: Path) -> None:
    async with watching(folder) as heard:
        folder.rename(tmp_path / "away")
        offer = await _next(heard)
        assert "n'existe pas" in offer.faults[0].message
        (tmp_path / "away").rename(folder)
        assert (await _next(heard)).faults == ()


async def test_a_folder_replaced_by_another_is_followed(folder: Path, tmp_path: Path) -> None:
    other = Path(copytree(folder, tmp_path / "other"))
    (other / RULE).write_text(_edited((other / RULE).read_text(), 25))
    async with watching(folder) as heard:
        folder.rename(tmp_path / "away")
        other.rename(folder)
        offer = await _next(heard)
        while offer.book is None:
            offer = await _next(heard)
        assert _days(offer) == 25
        (folder / RULE).write_text(_edited((RULES / RULE).read_text(), 26))
        assert _days(await _next(heard)) == 26


async def test_ten_thousand_files_copied_in_are_refused_and_their_removal_repairs(folder: Path) -> None:
    async with watching(folder) as heard:
        for number in range(10_000):
            (folder / "assiette" / f"copie-{number}.yaml").touch()
        offer = await _next(heard)
        while offer.book is not None or "fichiers" not in " ".join(f.message for f in offer.faults):
            offer = await _next(heard)
        rmtree(folder / "assiette")
        copytree(RULES / "assiette", folder / "assiette")
        while offer.book is None:
            offer = await _next(heard)


def test_a_loop_of_links_does_not_hold_the_watch(folder: Path) -> None:
    (folder / "assiette" / "boucle").symlink_to(folder)
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    (folder / RULE).touch()
    assert fingerprint(folder) != before
