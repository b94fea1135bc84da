"""The JSON documents are told by schemas that stand beside their guide."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator, ValidationError

from aiguillage.document_schemas import files
from compliance.bilan import as_json
from compliance.bilan.document import Asked, Document
from compliance.bilan.parties import Watched
from compliance.bilan.previsionnel import previsionnel
from compliance.bilan.schema import schemas

Scene = Any  # the class is in the conftest.py above: tests cannot import each other


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_schemas_beside_the_guide_are_those_of_the_code(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == files()[path], "run make contracts"


def test_both_documents_keep_to_their_schema(
    year: Scene, told: Callable[..., Document], watched: Callable[[Scene], Watched]
) -> None:
    for document in (told(year), previsionnel([watched(year)], Asked(2027, ("75",)))):
        body = orjson.loads(as_json.write(document))
        Draft202012Validator(schemas()[document.kind]).validate(body)


def test_a_figure_of_another_kind_is_seen(year: Scene, told: Callable[..., Document]) -> None:
    document = told(year)
    body = orjson.loads(as_json.write(replace(document, tables=document.tables[1:])))
    with pytest.raises(ValidationError, match="synthese"):
        Draft202012Validator(schemas()["bilan"]).validate(body)
