"""The one error that is worth trying again: something outside does not answer."""


class Unavailable(Exception):  # noqa: N818 - a state of the world, not a fault of ours
    """A broker or a database does not answer: retry with back-off, lose nothing."""
