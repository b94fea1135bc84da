"""Admission: whether a process may decide on its journal, judged when it starts and whenever it is given partitions.

`table` says what is judged, row by row; `gate` finds out where journal, group and topics stand, and asks it.

    Exception
    └── NotAdmittedError    the journal does not belong to the group or the topics: nothing is decided nor committed
"""
