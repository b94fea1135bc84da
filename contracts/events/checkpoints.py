"""Checkpoints: where the journal of a scope stood, said out loud so that nobody can cut or rewrite it unseen."""

from typing import Literal

from pydantic import Field

from contracts.bodies import EmittedBody
from contracts.values import Instant, Sha256


class CheckpointPublished(EmittedBody):
    """The last row of a scope's journal: the same row must be found there for ever after."""

    service: Literal["orientation", "compliance"] = Field(description="Whose journal.")
    scope: str = Field(description="``<bailleur>:<departement>``.")
    version: int = Field(ge=1, description="Number of the row in its scope, from 1.")
    hash: Sha256 = Field(description="Hash of the row, which depends on every row of the scope before it.")
    recorded_at: Instant = Field(description="When the row was written.")
