"""Rule settings and conventions a year is played under: every scenario that changes a turn, a right or a count."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

RULES = Path(__file__).parents[2] / "rules"

Convention = dict[str, Any]
Change = Callable[[Convention], Convention]


def as_sampled(body: Convention) -> Convention:
    """A convention as the sample writes it."""
    return body


def silent(body: Convention) -> Convention:
    """It writes nothing that rules may decide."""
    return {**body, "decompte": None, "criteria": None, "management": None, "confirmation": None}


def counted(method: str, year_of: str, body: Convention) -> Convention:
    """It writes another décompte."""
    weights = {"proposition": "0.25", "attribution": "0.5", "bail": "1"} if method == "mixte" else None
    return {**body, "decompte": {"method": method, "weights": weights, "year_of": year_of}}


def in_number(body: Convention) -> Convention:
    """A number of dwellings instead of a share, except for the State."""
    if body["reservataire"]["kind"].startswith("etat"):
        return body
    return {**body, "share_percent": None, "objective": 7}


def in_lines(body: Convention) -> Convention:
    """Several lines: half its share in the whole département, half in the communes of an odd code, and a number."""
    if body["reservataire"]["kind"] != "action_logement":
        return body
    half = str(float(body["share_percent"]) / 2)
    odd = [f"{body['departement']}{number:03}" for number in range(1, 600, 2)]
    lines = [
        {"territory": {"scale": "departement"}, "share_percent": half},
        {"territory": {"scale": "communes", "communes": odd}, "share_percent": half},
        {"territory": {"scale": "communes", "communes": odd}, "objective": 3},
    ]
    return {**body, "share_percent": None, "objective": None, "territory": None, "shares": lines}


def too_much(body: Convention) -> Convention:
    """Shares that sum above 100 % once the State's are left alone."""
    if body["reservataire"]["kind"].startswith("etat") or not body.get("share_percent"):
        return body
    return {**body, "share_percent": str(min(float(body["share_percent"]) * 2, 100))}


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to play a year."""

    name: str
    switched_on: tuple[str, ...] = ()
    """Rules delivered off, switched on in its département."""
    replaced: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By rule file, a text of it and what stands there instead, in its département."""
    change: Change = as_sampled
    forecast_percent: int = 100
    """The flux announced, of what the sample announces: little makes the State's caps bind early."""

    def put_in(self, folder: Path, departement: str) -> None:
        """Write its rules for one département into a folder of rules."""
        edits = dict.fromkeys(self.switched_on, ("active: non", "active: oui")) | dict(self.replaced)
        for rule, (found, instead) in edits.items():
            text = (folder / f"{rule}.yaml").read_text(encoding="utf-8")
            assert found in text, f"{rule} no longer says {found}"
            overlay = folder / "territories" / departement / f"{rule}.yaml"
            overlay.parent.mkdir(parents=True, exist_ok=True)
            overlay.write_text(text.replace(found, instead), encoding="utf-8")

    def line(self, line: bytes) -> bytes:
        """A line of the sample, as this setting has it."""
        event = json.loads(line)
        if event["type"].endswith("convention.signed.v1"):
            event["data"] = self.change(event["data"])
        elif event["type"].endswith("forecast.declared.v1"):
            event["data"]["flux"] = max(event["data"]["flux"] * self.forecast_percent // 100, 1)
        return json.dumps(event, ensure_ascii=False).encode()


def rules(scratch: Path, settings: Mapping[str, Setting]) -> Path:
    """One folder of rules in which each département has its setting."""
    folder = scratch / "rules"
    copytree(RULES, folder)
    for departement, setting in settings.items():
        setting.put_in(folder, departement)
    return folder


CRITERIA = (
    *("criteres/exclure-t1", "criteres/exclure-qpv", "criteres/exclure-rez-de-chaussee"),
    *("criteres/viser-grands-logements", "criteres/viser-hors-qpv", "criteres/viser-petits-loyers"),
)
ROTATION = "rotation/rotation-par-avancement"

SETTINGS = (
    Setting("as delivered"),
    Setting("fixed order", ("rotation/rotation-ordre-fixe",)),
    Setting("counted at the attribution", ("decompte/decompte-attribution",), change=silent),
    Setting("counted at the lease", change=partial(counted, "bail", "proposal")),
    Setting("weighted", ("decompte/decompte-mixte",), change=silent),
    Setting("weights of its own", change=partial(counted, "mixte", "event")),
    Setting("criteria", CRITERIA, change=silent),
    Setting("criteria in a window", (*CRITERIA, "rotation/rotation-fenetre-criteres"), change=silent),
    Setting("confirmed by the bailleur", ("gestion/confirmation-par-le-bailleur",), change=silent),
    Setting("delegated", ("gestion/gestion-deleguee",), change=silent),
    Setting("first lettings in the flux", ("neuf/premiere-location-flux",)),
    Setting("concertation counted in the flux", ("neuf/premiere-location-concertation-flux",)),
    Setting("caps that bind", forecast_percent=40),
    Setting("numbers instead of shares", change=in_number),
    Setting("several lines", change=in_lines),
    Setting("above one hundred per cent", change=too_much),
    Setting(
        "silences restored",
        replaced={ROTATION: ("sans_reponse: non", "sans_reponse: oui")},
        change=partial(counted, "bail", "event"),
    ),
    Setting(
        "little may be restored",
        replaced={ROTATION: ("restore_cap_days: 90", "restore_cap_days: 7")},
        change=partial(counted, "attribution", "event"),
    ),
)
