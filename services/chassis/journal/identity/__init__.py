"""Which journal this is, on which cluster it was written, and up to where each input partition is applied in it."""

from chassis.journal.identity.marks import Marks, lowered
from chassis.journal.identity.model import Adoption, Identity, Mark

__all__ = ["Adoption", "Identity", "Mark", "Marks", "lowered"]
