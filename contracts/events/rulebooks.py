"""Rulebooks: published for every service to follow, then activated or refused by each instance."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.bodies import EmittedBody
from contracts.values import Instant, Sha256

Said = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A line somebody wrote."""


class RulebookPublished(EmittedBody):
    """A whole rulebook, on the compacted topic ``rulebooks`` with its digest as key: the last one counts."""

    digest: Sha256 = Field(description="SHA-256 of the canonical rulebook.")
    author: Said = Field(description="Who publishes it: an office, not a person.")
    message: Said = Field(description="What it changes, in one line.")
    bundle: str = Field(description="The canonical rulebook, compressed by zlib, in base64.")
    key_id: str | None = Field(None, pattern="^[0-9a-f]{16}$", description="Which key signed it, if one did.")
    signature: str | None = Field(
        None,
        pattern="^[0-9a-f]{128}$",
        description="Its Ed25519 signature over digest, author, message and time, in hexadecimal digits.",
    )
    forced: bool | None = Field(None, description="Whether it may edit values that are in force.")
    examples: int | None = Field(None, ge=0, description="How many examples were tried before it, and held.")


class RuleFault(EmittedBody):
    """One mistake in a rule file, in French."""

    path: str = Field(description="File, relative to the directory of rules.")
    line: int = Field(ge=1, description="Line, from 1.")
    message: str = Field(description="What is wrong, what was found, what is allowed, what to do.")


class RulebookReport(EmittedBody):
    """What an instance of a service made of a rulebook put before it."""

    service: str = Field(description="orientation or compliance.")
    instance: str = Field(description="Which process says so.")
    digest: Sha256 = Field(description="Digest of the rulebook in force there from now on.")
    source: str = Field(description="Directory of the rules, or topic.")
    at: Instant = Field(description="When.")
    author: Said | None = Field(None, description="Who published it.")
    message: Said | None = Field(None, description="What it changes.")


class RulebookActivated(RulebookReport):
    """Decisions of this instance use this rulebook from now on."""

    forced: bool | None = Field(None, description="Whether it edited values that were in force, by force.")


class RulebookRefused(RulebookReport):
    """A rulebook was faulty: ``digest``, the last good one, stays in force."""

    offered: Sha256 | None = Field(None, description="Digest the refused one claimed.")
    faults: list[RuleFault] = Field(description="The first of its mistakes.")
    fault_count: int = Field(ge=1, description="How many there are in all.")
