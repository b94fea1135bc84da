"""The first page: where each party stands, from compliance's projections."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from aiguillage.summary import Standing, Summary, summarize
from chassis.unavailable import Unavailable
from compliance.app import ComplianceService
from contracts.characters import writable
from flux.units import spoken

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b}"
    "table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.5rem 0}"
    "th,td{padding:.35rem .6rem;border-bottom:1px solid #d5d5d5;text-align:right}"
    "th:first-child,td:first-child{text-align:left}"
)
_STYLE_DIGEST = b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The page's own style, and nothing else."""
_COLUMNS = (
    "Réservataire",
    "Attendu",
    "Engagé",
    "Compté",
    "Proposés",
    "Attribués",
    "Baux",
    "Refusés",
    "Expirés",
)

IS_DOWN = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Aiguillage</title></head><body>'
    "<p>La veille s'est arrêtée et va repartir ; l'orientation continue de décider. La cause est sur "
    '<a href="/health">/health</a>.</p></body></html>'
)


def page_of(watching: Callable[[], ComplianceService]) -> Callable[[Request], Awaitable[Response]]:
    """The page's endpoint; figures are those of the instant it is asked for, 503 while compliance is down."""

    async def page(_: Request) -> Response:
        try:
            compliance = watching().compliance
        except Unavailable:
            return HTMLResponse(IS_DOWN, status_code=503, headers={"content-security-policy": _POLICY})
        projections = [each async for each in compliance.projections.each()]
        years = sorted({year for projection in projections for year in projection.ledger.years})
        summaries = [summarize(projections, year) for year in years]
        aside = _texts(compliance.quarantine_check().detail["scopes_set_aside"])
        return HTMLResponse(render(summaries, aside), headers={"content-security-policy": _POLICY})

    return page


def render(summaries: list[Summary], set_aside: list[str] | None = None) -> str:
    """The page in French, one table a year, without any script or outside resource; what it lacks comes first."""
    tables = "".join(_table(summary) for summary in summaries) or "<p>Aucune décision pour le moment.</p>"
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Aiguillage</title>'
        f"<style>{_STYLE}</style></head><body><h1>Aiguillage</h1>"
        "<p>Où en est chaque réservataire. Unités en logements ; « attendu » est ce que les parts ont donné.</p>"
        f"{_lacks(set_aside or [])}{tables}</body></html>"
    )


def _lacks(scopes: list[str]) -> str:
    if not scopes:
        return ""
    names = escape(", ".join(scopes))
    return (
        f'<p role="alert"><strong>Chiffres incomplets.</strong> Il manque : {names}, mis à l\'écart par un défaut du '
        'service. La cause et le remède sont sur <a href="/health">/health</a>.</p>'
    )


def _texts(found: object) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list) else []


def _table(summary: Summary) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in _COLUMNS)
    rows = "".join(_row(standing) for standing in summary.standings)
    outside = ", ".join(
        f"{escape(writable(reason))} : {number}" for reason, number in summary.outside_flux.items()
    )
    return (
        f"<table><caption>Année {summary.year}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table><p>Hors du flux : {outside or 'aucun'}.</p>"
    )


def _row(standing: Standing) -> str:
    counts = [standing.counts.get(n, 0) for n in ("proposed", "attributed", "leased", "refused", "expired")]
    units = [spoken(value) for value in (standing.expected, standing.engaged, standing.counted)]
    cells = "".join(f"<td>{value}</td>" for value in (*units, *counts))
    return f"<tr><td>{escape(writable(standing.party))}</td>{cells}</tr>"
