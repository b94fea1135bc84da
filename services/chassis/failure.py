"""Failure: an error whose text is a French sentence with its remedy, shown as it is to whoever typed a command."""


class Failure(Exception):  # noqa: N818 - a word for people, who read its text
    """Something its reader can mend, or must know; never a mistake of our own code."""

    is_located: bool = False
    """Whether each line of its text begins with a file and a line, as editors follow them."""
