"""What the model expects an accepted fact to lead to: items of the stream, and what they move."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.model.history.movements import Movement


@dataclass(slots=True)
class Expected:
    """One item of the stream, as far as the model tells it."""

    kind: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Prediction:
    """Everything one input leads to."""

    items: list[Expected] = field(default_factory=list)
    moved: list[Movement] = field(default_factory=list)

    def tell(self, kind: str, **told: Any) -> None:  # noqa: ANN401 - fields of an item
        """Expect one more item."""
        self.items.append(Expected(kind, told))


Given = Mapping[str, Any]
