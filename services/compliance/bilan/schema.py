"""The JSON Schema of the two documents, drawn from the columns they are made of."""

from datetime import date
from typing import Any

from compliance.bilan.as_json import FORMAT
from compliance.bilan.document import BILAN, Asked, Document, bilan
from compliance.bilan.previsionnel import previsionnel
from compliance.bilan.table import Column, Table

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OF_NOBODY = Asked(2000, (), on=date(2000, 1, 1))
_FRACTION = "^-?[0-9]+(/[0-9]+)?$"
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "day": {"type": ["string", "null"], "description": "AAAA-MM-JJ ; vide : aucun."},
    "count": {"type": ["integer", "null"]},
    "amount": {
        "type": ["string", "null"],
        "pattern": _FRACTION,
        "description": "Fraction exacte d'un logement.",
    },
    "euros": {"type": ["number", "null"], "description": "Euros ; vide : montant à fixer."},
}


def schemas() -> dict[str, dict[str, Any]]:
    """By document."""
    found = bilan([], _OF_NOBODY, lambda _: ()), previsionnel([], _OF_NOBODY)
    return {document.kind: _schema(document) for document in found}


def _schema(document: Document) -> dict[str, Any]:
    tables = {table.key: _table(table) for table in document.tables}
    check = {
        "what": {"type": "string"},
        "counted": {"type": "integer", "description": "Compté sur les événements, un par un."},
        "sums": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "Somme par tableau.",
        },
        "holds": {"type": "boolean"},
    }
    properties: dict[str, Any] = {
        "format": {"const": FORMAT},
        "document": {"const": document.kind},
        "title": {"type": "string"},
        "year": {"type": "integer"},
        "departements": {"type": "array", "items": {"type": "string"}},
        "bailleur": {"type": ["string", "null"], "description": "SIREN ; null : tous."},
        "legal_date": _DAY | {"description": "Échéance légale (CCH art. R.441-5-1)."},
        "campaign_date": {
            "type": ["string", "null"],
            "format": "date",
            "description": "Tolérance de la campagne.",
        },
        "on": _DAY
        | {
            "description": "Jour pour lequel il est établi, au plus tôt celui du dernier fait : état des "
            "contestations, année entière si elle est finie."
        },
        "is_sound": {"type": "boolean", "description": "Toutes les vérifications sont justes."},
        "checks": {"type": "array", "items": _closed(check)},
        "tables": _closed(tables, optional={"corrections"}),
    }
    if document.kind == BILAN:
        said = "Jour de la clôture, quand les actions correctives sont demandées."
        properties["closed_on"] = _DAY | {"description": said}
    return {
        "$schema": _DIALECT,
        "title": document.kind,
        **_closed(properties, optional={"closed_on"}),
    }


def _table(table: Table) -> dict[str, Any]:
    rows = {"type": "array", "items": _closed({column.key: _column(column) for column in table.columns})}
    texts = {"title": {"type": "string"}, "note": {"type": "string"}}
    same = {"$ref": f"#/properties/tables/properties/{table.key}/properties/rows"}
    return _closed({**texts, "rows": rows, "totals": same})


def _column(column: Column) -> dict[str, Any]:
    return {"title": column.title.replace("1999", "N-1").replace("2000", "N"), **_KINDS[column.kind]}


def _closed(properties: dict[str, Any], optional: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
