"""A realistic, reproducible year: who signed what, what was freed, how each party answers."""

from aiguillage.sample.figures import UnknownDepartementError
from aiguillage.sample.year import make_national_sample, make_sample

__all__ = ["UnknownDepartementError", "make_national_sample", "make_sample"]
