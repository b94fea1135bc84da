"""Reads an open RPLS file into a register of dwellings, and the register into a year of vacancies.

Errors: `UnreadableRplsError` (a `ValueError`) when the file is not what it should be: path, line, found,
expected, what to do, in French. A single value nobody can read is no error: it is unknown, and counted in
`RplsReport`.
"""

from aiguillage.rpls.flow import vacancies_of
from aiguillage.rpls.reading import read_rpls
from aiguillage.rpls.register import RegisteredDwelling, RplsReport
from aiguillage.rpls.table import UnreadableRplsError

__all__ = ["RegisteredDwelling", "RplsReport", "UnreadableRplsError", "read_rpls", "vacancies_of"]
