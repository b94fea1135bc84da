"""Compliance that stopped behind asks for what was published meanwhile and is not on the topic any more."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from chassis.bus import Record


async def test_what_was_published_and_trimmed_is_asked_for_once_and_folded(
    stream: list[Record], running: Callable[..., Any], url: str
) -> None:
    scopes = [bytes(record.key or b"").decode() for record in stream]
    heads, half = Counter(scopes), len(stream) // 2
    asked: list[tuple[str, int]] = []

    async def heal(scope: str, sequence: int) -> None:
        asked.append((scope, sequence))
        again = [record for record in stream if record.key == scope.encode()]
        await compliance.handle(again[sequence:])

    async def published() -> Mapping[str, int]:
        return heads

    async with running(url) as (compliance, journal):
        await compliance.handle(stream[:half])
        before = {scope: head.version for scope, head in (await journal.heads()).items()}
    async with running(url) as (compliance, journal):
        compliance.heal, compliance.heads = heal, published
        await compliance.on_idle(caught_up=False)
        assert asked == []
        await compliance.on_idle(caught_up=True)
        behind = {scope: before.get(scope, 0) for scope in heads if before.get(scope, 0) < heads[scope]}
        assert behind
        assert dict(asked) == behind
        await compliance.on_idle(caught_up=True)
        assert (dict(asked), compliance.holes) == (behind, {})
        reached = {scope: head.version for scope, head in (await journal.heads()).items() if scope in heads}
        assert reached == heads
