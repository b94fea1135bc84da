"""Restatement: an older journal's inputs decided again into a new one, and what is decided otherwise, with why."""

from orientation.restatement.comparing import Difference
from orientation.restatement.reasons import UNEXPLAINED, Reason
from orientation.restatement.restating import Restated, restate

__all__ = ["UNEXPLAINED", "Difference", "Reason", "Restated", "restate"]
