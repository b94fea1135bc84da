"""Feeding a file of events to Kafka: lines checked first, published in order, refusals read back."""

from aiguillage.feeding.feeder import Feeder, feed, feeder, message_of
from aiguillage.feeding.refusals import Refusals
from aiguillage.line_check import RefusedLine, refused_lines

__all__ = ["Feeder", "Refusals", "RefusedLine", "feed", "feeder", "message_of", "refused_lines"]
