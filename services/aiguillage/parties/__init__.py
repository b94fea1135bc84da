"""Plays the parties of a sample: what réservataires and bailleurs answer, and when, from the seed alone."""

from aiguillage.parties.agenda import Agenda, in_time
from aiguillage.parties.play import Answer
from aiguillage.parties.player import Player

__all__ = ["Agenda", "Answer", "Player", "in_time"]
