"""Every setting in a département of its own, read once."""

import pytest

from tests.differential.settings import SETTINGS
from tests.differential.years import DEPARTEMENTS, Rulebooks, rulebooks


@pytest.fixture(scope="session")
def books() -> Rulebooks:
    """The rules of all settings."""
    return rulebooks(dict(zip(DEPARTEMENTS, SETTINGS, strict=True)))
