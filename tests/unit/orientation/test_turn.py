"""Whose turn it is, seen from the decisions: order, reasons, fixed order, objectives, caps."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flux.units import BAILLEUR, DWELLING, units_of
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other

FIXED_ORDER = "rotation/rotation-ordre-fixe"
ATTRIBUTION = {"method": "attribution"}


def _takers(scene: Scene, dwellings: int) -> list[str]:
    """Who receives each of the next dwellings, one every hour."""
    takers = []
    for _ in range(dwellings):
        takers.append(scene.declare()["reservataire"] or BAILLEUR)
        scene.wait(hours=1)
    return takers


def test_the_core_keeps_every_party_within_the_bound_after_every_dwelling(scene: Scene) -> None:
    shares = {"AL": 22, "COMMUNE": 20, "ETAT-AGENTS": 5, "ETAT-PRIORITAIRES": 25, BAILLEUR: 28}
    for name, share in shares.items():
        if name != BAILLEUR:
            scene.sign(name, str(share))
    counts: Counter[str] = Counter()
    for number, taker in enumerate(_takers(scene, 300), start=1):
        counts[taker] += 1
        for name, share in shares.items():
            assert abs(counts[name] * 100 - share * number) * 8 <= 100 * 7, (number, name)


def test_credits_are_the_shares_of_the_dwellings_declared(scene: Scene) -> None:
    scene.sign("AL", "22.5")
    _takers(scene, 40)
    assert scene.ledger().credit == {"C-AL": 9 * DWELLING, BAILLEUR: 31 * DWELLING}


def test_a_decision_explains_itself_in_french_a_clerk_can_read_aloud(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    decision = scene.declare("V1")
    assert decision["because"] == [
        "C'est le tour de AL : part de 60 %, crédit de 0,60 pour 0,00 déjà engagé, le plus urgent à servir."
    ]
    said = [*decision["because"], *(row["because"] for row in decision["alternatives"])]
    assert all(re.fullmatch(r"[A-ZÀÉ].+\.", sentence) for sentence in said)


def test_alternatives_rank_everybody_with_the_chosen_first(scene: Scene) -> None:
    scene.sign("AL", "40")
    scene.sign("COM", "30")
    scene.sign("ETAT", "25", kind="etat_prioritaires")
    for _ in range(20):
        decision = scene.declare()
        rows = decision["alternatives"]
        assert {row["line"] for row in rows} == {"C-AL", "C-COM", "C-ETAT", BAILLEUR}
        assert rows[0]["reservataire"] == (decision["reservataire"] or BAILLEUR)
        assert rows[0]["because"].startswith("Son tour est venu")
        assert sum(units_of(row["share"]) for row in rows) == DWELLING


def test_an_alternative_shows_the_credit_it_was_judged_on(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    second = {row["reservataire"]: row for row in scene.declare("V2")["alternatives"]}
    assert (second["AL"]["credit"], second["AL"]["engaged"]) == ("6/5", "1")
    assert (second["COM"]["credit"], second["COM"]["engaged"]) == ("4/5", "0")


def test_every_decision_lists_its_rules_and_is_stamped_with_the_digest(scene: Scene) -> None:
    scene.sign("AL", "100")
    decision = scene.declare("V1")
    assert decision["rules"] == [
        "dans-le-flux",
        "rotation-par-avancement",
        "gestion-directe",
        "delais-ordinaires",
        "decompte-proposition",
    ]
    assert decision["rulebook"] == scene.book.rules.digest
    assert re.fullmatch("[0-9a-f]{64}", decision["rulebook"])
    scene.declare("V2", purpose="vente")
    assert scene.decision("V2")["rules"] == ["vente"]


def test_a_zero_share_is_never_a_candidate(scene: Scene) -> None:
    scene.sign("RIEN", "0")
    scene.sign("AL", "50")
    for _ in range(10):
        rows = scene.declare()["alternatives"]
        assert {row["reservataire"] for row in rows} == {"AL", BAILLEUR}
    assert "C-RIEN" not in scene.ledger().credit


def test_shares_above_one_hundred_percent_are_brought_back_in_proportion_with_a_warning(
    scene: Scene,
) -> None:
    scene.sign("AL", "80")
    scene.sign("COM", "80", territory={"scale": "communes", "communes": ["75114"]})
    decision = scene.declare("V1", commune="75114")
    assert decision["warnings"] == ["parts_superieures_a_100"]
    assert any("ramenées en proportion" in sentence for sentence in decision["because"])
    assert scene.ledger().credit == {"C-AL": DWELLING // 2, "C-COM": DWELLING // 2}
    assert "warnings" not in scene.declare("V2", commune="75115")


def test_the_fixed_order_follows_the_weights_of_the_stock(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    scene = scene_of(book_with(FIXED_ORDER))
    scene.sign("AL", "10", stock_weight_percent="50")
    scene.sign("COM", "40", stock_weight_percent="25")
    takers = _takers(scene, 100)
    assert Counter(takers) == {"AL": 50, "COM": 25, BAILLEUR: 25}
    assert takers[:4] == takers[4:8] == takers[-4:]
    assert "rotation-ordre-fixe" in scene.decision("V1")["rules"]


def test_the_fixed_order_is_blind_to_refusals(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    calm, refused = (scene_of(book_with(FIXED_ORDER)) for _ in range(2))
    for scene in (calm, refused):
        scene.sign("AL", "30", decompte=ATTRIBUTION)
        scene.sign("COM", "20", decompte=ATTRIBUTION)
    firsts = {"calm": _takers(calm, 60), "refused": list[str]()}
    for _ in range(60):
        decision = refused.declare()
        firsts["refused"].append(decision["reservataire"] or BAILLEUR)
        if decision["reservataire"] == "AL":
            refused.refuse(decision["vacancy_id"])
    assert firsts["refused"] == firsts["calm"]


def test_progress_is_not_blind_to_refusals(scene: Scene) -> None:
    """The same refusals move the turns of 5a: what the fixed order ignores can be seen at all."""
    scene.sign("AL", "30", decompte=ATTRIBUTION)
    scene.sign("COM", "20", decompte=ATTRIBUTION)
    firsts: Counter[str] = Counter()
    for _ in range(60):
        decision = scene.declare()
        firsts[decision["reservataire"] or BAILLEUR] += 1
        if decision["reservataire"] == "AL":
            scene.refuse(decision["vacancy_id"])
    assert firsts["AL"] > 60 * 30 // 100 + 1


def test_objectives_are_reached_about_at_the_end_of_the_year(scene: Scene) -> None:
    """Without a forecast the pace of the year tells; with one, the forecast does."""
    scene.sign("EMPLOYEUR", objective=24)
    scene.sign("ZONE", objective=10, territory={"scale": "zone", "code": "exemple_paris_est"})
    scene.sign("AL", "20")
    for number in range(240):
        scene.declare(commune="75119" if number % 4 == 0 else "75114")
        scene.wait(hours=36)
    credit = scene.ledger().credit
    assert abs(credit["C-EMPLOYEUR"] - 24 * DWELLING) <= DWELLING
    assert abs(credit["C-ZONE"] - 10 * DWELLING) <= DWELLING
    assert abs(scene.ledger().engaged["C-EMPLOYEUR"] - 24 * DWELLING) <= 2 * DWELLING


def test_a_declared_forecast_settles_the_share_an_objective_makes(scene: Scene) -> None:
    scene.sign("EMPLOYEUR", objective=24)
    scene.forecast(120)
    shares = {row["reservataire"]: row["share"] for row in scene.declare("V1")["alternatives"]}
    assert shares["EMPLOYEUR"] == "1/5"


def test_the_state_stops_at_its_cap_of_the_forecast_floored(scene: Scene) -> None:
    scene.sign("ETAT", "30", kind="etat_prioritaires")
    scene.sign("AL", "20")
    scene.forecast(56)
    takers = _takers(scene, 80)
    assert takers.count("ETAT") == 16
    assert takers.count("AL") == 16
    last = {row["reservataire"]: row for row in scene.declare()["alternatives"]}
    assert last["ETAT"]["because"] == (
        "Ne peut pas le recevoir : plafond de l'État atteint (16 logements pour un flux de 56)."
    )
    assert "rotation-par-avancement" in scene.decision("V81")["rules"]


def test_the_agents_stop_at_their_own_cap_inside_that_of_the_state(scene: Scene) -> None:
    scene.sign("ETAT-AGENTS", "5", kind="etat_agents")
    scene.sign("ETAT", "25", kind="etat_prioritaires")
    scene.forecast(60)
    takers = Counter(_takers(scene, 120))
    assert takers["ETAT-AGENTS"] == 3
    assert takers["ETAT"] + takers["ETAT-AGENTS"] == 18


def test_a_capped_party_may_take_again_once_the_forecast_grows(scene: Scene) -> None:
    scene.sign("ETAT", "30", kind="etat_prioritaires")
    scene.forecast(10)
    assert _takers(scene, 20).count("ETAT") == 3
    scene.forecast(40)
    assert "ETAT" in _takers(scene, 5)


def test_a_dwelling_nobody_may_have_has_no_holder_and_gives_no_credit(scene: Scene) -> None:
    scene.sign("COM", "100", criteria=[{"dimension": "typologie", "in": ["T1"], "kind": "exclude"}])
    decision = scene.declare("V1", typologie="T1")
    assert (decision["outcome"], decision["reason"]) == ("no_holder", "sans_titulaire")
    assert decision["because"] == [
        "Aucun réservataire ne peut recevoir ce logement et le bailleur n'a pas de part non réservée."
    ]
    assert not any(scene.ledger().credit.values())


def test_a_criterion_on_a_fact_nobody_gave_does_not_match_and_the_decision_says_so(scene: Scene) -> None:
    scene.sign("AL", "100", criteria=[{"dimension": "floor", "from": 3, "kind": "exclude"}])
    decision = scene.declare("V1")
    assert decision["reservataire"] == "AL"
    assert decision["because"][-1] == (
        "Non renseigné dans la déclaration, donc sans effet sur les critères : floor."
    )
    assert scene.declare("V2", floor=4)["outcome"] == "no_holder"


def test_a_rule_can_exclude_what_a_convention_does_not(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    scene = scene_of(book_with("criteres/exclure-t1"))
    territory = {"scale": "communes", "communes": ["75056"]}
    scene.sign("VILLE", "100", kind="commune", territory=territory)
    decision = scene.declare("V1", typologie="T1")
    assert decision["outcome"] == "no_holder"
    assert (
        "écarté par une règle : Un T1 n'est pas proposé aux communes"
        in decision["alternatives"][0]["because"]
    )
    assert "exclure-t1" in decision["rules"]


def test_targets_of_a_convention_are_added_up_by_segment(scene: Scene) -> None:
    target = {"dimension": "qpv", "segment": "hors_qpv", "target_percent": "60", "kind": "target"}
    scene.sign("AL", "100", criteria=[target])
    scene.declare("V1", qpv=True)
    scene.declare("V2", qpv=False)
    mix = {key: units // DWELLING for key, units in scene.ledger().mix.items()}
    assert mix == {"C-AL|total": 2, "C-AL|qpv:hors_qpv": 1}


def test_what_a_dwelling_became_is_written_on_the_decision_time_of_its_event(scene: Scene) -> None:
    scene.sign("AL", "100")
    at = scene.now + timedelta(hours=7)
    assert scene.declare("V1", at=at)["decided_at"] == at.isoformat().replace("+00:00", "Z")
