"""What changes from one rulebook to another, in words: what `rules diff` says.

- `naming`   a rulebook by its name: a directory, a bundle file, a git revision of a directory
- `rules`    rules added, ended, replaced, turned on or off, changed in place: pure
- `lists`    referentials changed, entry by entry: pure
- `changes`  both together, as values
- `telling`  the same as French text
"""

from aiguillage.changes.changes import Changes, changes
from aiguillage.changes.naming import rulebook_named

__all__ = ["Changes", "changes", "rulebook_named"]
