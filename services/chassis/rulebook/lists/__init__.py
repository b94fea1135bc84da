"""The lists beside the rules, and their days: a commune that leaves a zone on a day changes nothing before.

- `entry`    one entry: what it says, and on which days
- `entries`  the lists as their files write them, one model a list
- `dated`    every version of every entry, and the lists as they stand on a day
- `reading`  from documents to dated lists
- `named`    names of lists that rules cite, on each of their days
- `in_place` entries in force that were rewritten
"""

from chassis.rulebook.lists.dated import DatedLists
from chassis.rulebook.lists.entries import FILES
from chassis.rulebook.lists.reading import read_lists

__all__ = ["FILES", "DatedLists", "read_lists"]
