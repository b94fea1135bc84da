"""`aiguillage parties`: the parties of a sample answer through Kafka, as any other system would."""

import asyncio
from datetime import timedelta

from aiguillage.conversation import Conversation
from aiguillage.feeding import Feeder
from aiguillage.parties import Player
from chassis.bus import Tail

LOOK_SECONDS = 0.1
STEP = timedelta(days=1)


async def play_parties(
    feeder: Feeder, described: Tail, heard: Tail, idle_seconds: float, *, until_quiet: bool
) -> int:
    """Answer proposals as the stream's time passes them; returns how many answers were said.

    While others publish, an answer goes out once the stream is past its time; after `idle_seconds` of silence the
    next day's answers go out. Ends, when `until_quiet`, once nothing is left to say and nobody speaks.
    """
    players = [record.value or b"" for record in await described.read()]
    conversation, said, quiet_looks = Conversation(Player(players)), 0, 0
    while True:
        records = await heard.read()
        conversation.hear(records)
        quiet_looks = 0 if records else quiet_looks + 1
        is_quiet = quiet_looks * LOOK_SECONDS >= idle_seconds
        horizon = conversation.now
        if is_quiet and conversation.next_time is not None:
            horizon = max(horizon, conversation.next_time + STEP)
        answers = conversation.due(horizon)
        if answers:
            await feeder.apply(answers)
            said, quiet_looks = said + len(answers), 0
        elif is_quiet and until_quiet:
            return said
        await asyncio.sleep(LOOK_SECONDS)
