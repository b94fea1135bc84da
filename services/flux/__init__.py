"""The pure kernel of the gestion en flux: who covers what, whose turn it is, what has been counted.

Values in, values out: no clock, no I/O, no rule. Everything here is shared by the services, so that they
can never disagree on a count.
"""
