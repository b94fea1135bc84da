"""Each thing that can stand between a réservataire and a dwelling is told, and what would have to change first."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

from aiguillage.explanation import Explanation
from aiguillage.explanation.obstacles import Obstacle
from chassis.rulebook import load
from orientation.rulebook import BookView

RULES = Path(__file__).parents[4] / "rules"

Story = Any  # the class is in conftest.py: tests cannot import each other
Read = Callable[[Explanation], list[str]]
FIRST = "  Ce qui devrait changer d'abord : "


def obstacle(explanation: Explanation) -> Obstacle:
    assert explanation.answer is not None
    return explanation.answer.obstacle


def test_the_chosen_party_reads_that_it_is_its_turn(story: Story, answer_of: Read) -> None:
    story.sign("AL", "60", kind="action_logement")
    assert answer_of(story.ask("AL")) == [
        "AL : oui, c'est son tour.",
        "  La convention C-AL couvre le logement (tout le département 75), part 60 %.",
        "  Son tour est venu (crédit 0,60, engagé 0,00).",
    ]


def test_a_party_behind_reads_its_rank_who_goes_before_and_how_many_turns_away_it_is(
    story: Story, answer_of: Read
) -> None:
    story.sign("AL", "50")
    story.sign("DEPT", "10")
    assert answer_of(story.ask("DEPT")) == [
        "DEPT : non.",
        "  La convention C-DEPT couvre le logement (tout le département 75), part 10 %.",
        "  Rang 3 sur 3 à pouvoir le recevoir ; passent avant : AL et BAILLEUR.",
        "  Ce n'est pas encore son tour (crédit 0,10, engagé 0,00).",
        (
            f"{FIRST}que soit d'abord servi AL ; avec des logements tous semblables et tous pris, "
            "son tour viendrait au 8e, celui-ci compris."
        ),
    ]


def test_the_number_of_turns_told_is_the_one_the_core_then_takes(story: Story) -> None:
    story.sign("AL", "50")
    story.sign("DEPT", "10")
    for number in range(7):
        story.free(f"SUITE-{number}")
    assert obstacle(story.ask("DEPT")) is Obstacle.NONE


def test_an_absent_party_reads_that_no_convention_is_known_and_which_are(
    story: Story, answer_of: Read
) -> None:
    story.sign("AL-75", "50")
    assert answer_of(story.ask("AL-57")) == [
        "AL-57 : non.",
        (
            "  Aucune convention de AL-57 n'est connue pour le bailleur 999001209 dans le département 75 "
            "(connus : AL-75). Vouliez-vous dire « AL-75 » ?"
        ),
        f"{FIRST}une convention signée (convention.signed).",
    ]


def test_a_convention_of_another_time_reads_its_dates(story: Story, answer_of: Read) -> None:
    story.sign("AL", "50", effective={"from": "2026-04-01", "until": "2026-12-31"})
    assert answer_of(story.ask("AL")) == [
        "AL : non.",
        "  La convention C-AL vaut du 1er avril 2026 au 31 décembre 2026 ; le logement est déclaré le 1er mars 2026.",
        f"{FIRST}une convention en vigueur le 1er mars 2026.",
    ]


def test_a_convention_that_was_ended_reads_the_day_of_its_end(story: Story, answer_of: Read) -> None:
    story.sign("AL", "50")
    story.tell("convention.ended", convention_id="C-AL", departement="75", on="2026-02-15", reason="Accord.")
    assert (
        "  La convention C-AL vaut du 1er janvier 2026 au 15 février 2026 ; le logement est déclaré le 1er mars 2026."
        in answer_of(story.ask("AL"))
    )


def test_a_convention_of_another_territory_reads_where_it_applies(story: Story, answer_of: Read) -> None:
    territory = {"scale": "communes", "communes": ["75120", "75119"]}
    story.sign("VILLE", "50", kind="commune", territory=territory)
    assert answer_of(story.ask("VILLE")) == [
        "VILLE : non.",
        "  Sa ligne C-VILLE porte sur 2 communes : 75119, 75120 ; la commune 75114 n'en fait pas partie.",
        f"{FIRST}que la commune 75114 soit dans le territoire de la convention.",
    ]


def test_a_rule_that_narrows_a_territory_is_told_with_the_facts_it_looked_at(
    story: Story, answer_of: Read, tmp_path: Path
) -> None:
    rules = copytree(RULES, tmp_path / "rules")
    text = (rules / "echelle" / "hors-du-territoire.yaml").read_text(encoding="utf-8")
    own = rules / "bailleurs" / "999001209" / "echelle" / "pas-en-qpv.yaml"
    own.parent.mkdir(parents=True)
    when = "{all: [{fact: dwelling.qpv, is: oui}, {fact: convention.reservataire, is: AL}]}"
    text = text.replace("id: hors-du-territoire", "id: pas-en-qpv").replace(
        "regulatory: oui", "regulatory: non"
    )
    text = text.replace("{all: [{fact: territory.contains, is: non}]}", when)
    own.write_text(
        text.partition("because:")[0] + 'because: "Pas en quartier prioritaire."\n', encoding="utf-8"
    )
    story.book = BookView(load(rules))
    story.sign("AL", "50")
    explanation = story.ask("AL", qpv=True)
    assert obstacle(explanation) is Obstacle.SCALE_RULE
    assert answer_of(explanation) == [
        "AL : non.",
        "  Règle pas-en-qpv (règle du bailleur 999001209, priorité 100, accord local) : Pas en quartier prioritaire.",
        "  Elle s'applique parce que : dwelling.qpv : oui ; convention.reservataire : AL.",
        f"{FIRST}dwelling.qpv : autre que oui, ou convention.reservataire : autre que AL.",
    ]


def test_each_line_of_a_convention_is_told_and_the_one_that_came_nearest_says_what_to_change(
    story: Story, answer_of: Read
) -> None:
    here, there = ({"scale": "communes", "communes": [code]} for code in ("75114", "75120"))
    story.sign("AL", "70")
    lines = [{"territory": there, "share_percent": "50"}, {"territory": here, "share_percent": "20"}]
    story.sign("VILLE", shares=lines)
    said = answer_of(story.ask("VILLE"))
    assert "  Ligne C-VILLE#1 :" in said
    assert "  Sa ligne C-VILLE#1 porte sur la commune 75120 ; la commune 75114 n'en fait pas partie." in said
    assert "  La ligne C-VILLE#2 de C-VILLE couvre le logement (la commune 75114), part 20 %." in said
    assert said[-1].startswith(f"{FIRST}que soit d'abord servi AL")


def test_an_objective_that_is_reached_reads_so(story: Story, answer_of: Read) -> None:
    story.tell("forecast.declared", departement="75", year=2026, flux=1, status="partage")
    story.sign("AL", None, objective=1)
    story.free("PRIS")
    said = answer_of(story.ask("AL"))
    assert said[1] == "  Sa ligne C-AL couvre le logement, mais sa part est nulle ou son objectif atteint."
    assert said[2] == f"{FIRST}une part du flux, ou un objectif plus élevé."


def test_a_criterion_of_the_convention_reads_its_segment_and_what_was_found(
    story: Story, answer_of: Read
) -> None:
    story.sign("AL", "60", criteria=[{"dimension": "typologie", "segment": "petits", "kind": "exclude"}])
    assert answer_of(story.ask("AL", typologie="T1")) == [
        "AL : non.",
        "  La convention C-AL couvre le logement (tout le département 75), part 60 %.",
        "  Un critère de la convention l'écarte : typologie : « T1 et T2 » exclu, trouvé T1.",
        f"{FIRST}que le critère « typologie:petits » soit retiré de la convention.",
    ]


def test_a_criterion_by_bounds_reads_its_bounds(story: Story, answer_of: Read) -> None:
    story.sign("AL", "60", criteria=[{"dimension": "floor", "from": 4, "kind": "exclude"}])
    assert "  Un critère de la convention l'écarte : floor : « à partir de 4 » exclu, trouvé 7." in answer_of(
        story.ask("AL", floor=7)
    )


def test_a_rule_on_criteria_reads_the_rule_the_facts_it_looked_at_and_what_they_should_be(
    story_with: Callable[..., Story], answer_of: Read
) -> None:
    story = story_with("criteres/exclure-t1")
    story.sign("VILLE", "60", kind="commune", territory={"scale": "departement"})
    assert answer_of(story.ask("VILLE", typologie="T1bis")) == [
        "VILLE : non.",
        "  La convention C-VILLE couvre le logement (tout le département 75), part 60 %.",
        (
            "  Règle exclure-t1 (règle du bailleur 999001209, priorité 100, accord local) : "
            "Un T1bis n'est pas proposé aux communes, par accord local."
        ),
        "  Elle s'applique parce que : convention.kind : commune ; dwelling.typologie : T1bis.",
        f"{FIRST}convention.kind : autre que commune, ou dwelling.typologie : autre que T1 ou T1bis.",
    ]


def test_a_cap_that_is_reached_reads_its_figures(story: Story, answer_of: Read) -> None:
    story.tell("forecast.declared", departement="75", year=2026, flux=10, status="partage")
    story.sign("ETAT", "30", kind="etat_prioritaires")
    for number in range(10):
        story.free(f"PRIS-{number}")
    assert answer_of(story.ask("ETAT")) == [
        "ETAT : non.",
        "  La convention C-ETAT couvre le logement (tout le département 75), part 30 %.",
        "  Une borne légale l'arrête : plafond de l'État atteint (3 logements pour un flux de 10).",
        f"{FIRST}qu'un logement déjà engagé au titre de ce plafond soit rendu, ou que la prévision du flux augmente.",
    ]


def test_without_a_forecast_the_state_reads_that_its_cap_is_not_checked(
    story: Story, answer_of: Read
) -> None:
    story.sign("AL", "60")
    story.sign("ETAT", "20", kind="etat_prioritaires")
    assert (
        "  Le plafond de l'État n'est pas vérifié : aucune prévision du flux 2026 n'est déclarée."
        in answer_of(story.ask("ETAT"))
    )


def test_a_weight_of_zero_in_the_fixed_order_reads_that_its_turn_never_comes(
    story_with: Callable[..., Story], answer_of: Read
) -> None:
    story = story_with("rotation/rotation-ordre-fixe")
    story.sign("AL", "50", stock_weight_percent="50")
    story.sign("DEPT", "10", stock_weight_percent="0")
    said = answer_of(story.ask("DEPT"))
    assert "  Son poids dans l'ordre fixe est nul : son tour ne vient jamais." in said
    assert said[-1] == f"{FIRST}un poids (stock_weight_percent) supérieur à zéro dans la convention."


def test_a_dwelling_outside_the_flux_is_nobodys_turn_whatever_the_conventions(
    story: Story, answer_of: Read
) -> None:
    story.sign("AL", "60")
    assert answer_of(story.ask("AL", purpose="vente")) == [
        "AL : non.",
        (
            "  Règle vente (la loi, CCH art. R.441-5) : "
            "Logement destiné à la vente : hors du flux (CCH art. R.441-5)."
        ),
        "  Elle s'applique parce que : vacancy.purpose : vente.",
        f"{FIRST}vacancy.purpose : autre que vente.",
    ]


def test_a_first_letting_waits_for_its_programmes_concertation(story: Story, answer_of: Read) -> None:
    story.sign("AL", "60")
    explanation = story.ask("AL", cause="neuf", programme_id="P-1")
    said = answer_of(explanation)
    assert said[0] == "AL : non."
    assert (
        "  Son programme n'est pas encore ouvert : il attend jusqu'au 30 avril 2026, puis rejoint le flux."
        in said
    )
    assert said[-1] == f"{FIRST}que la concertation sur le programme P-1 soit conclue."
    assert [step.family for step in explanation.steps] == ["assiette", "neuf"]


def programme(story: Story, *commitments: dict[str, Any]) -> None:
    """A programme of one dwelling, concluded by silence on 25 January."""
    home = {key: value for key, value in story.vacancy()["dwelling"].items() if value is not None}
    body = {"programme_id": "P-1", "departement": "75", "dwellings": [home], "answer_by": "2026-01-25"}
    story.tell("programme.opened", **body, commitments=list(commitments))


def test_a_concluded_concertation_tells_the_party_it_names_and_the_others_what_they_lack(
    story: Story, answer_of: Read
) -> None:
    story.sign("AL", "60")
    story.sign("DEPT", "20")
    programme(
        story, {"reservataire": "DEPT", "count": 1}, {"reservataire": "AL", "count": 1, "typologie": "T5"}
    )
    asked = {"cause": "neuf", "programme_id": "P-1"}
    chosen, other = story.ask("DEPT", **asked), story.ask("AL", **asked)
    assert obstacle(chosen) is Obstacle.NONE
    assert answer_of(other)[-2:] == [
        "  La répartition le donne à un autre (1 promis, 0 dans la répartition).",
        f"{FIRST}un engagement envers AL que ce logement honore, dans le programme P-1.",
    ]
    assert [step.family for step in other.steps] == ["assiette", "neuf", "gestion", "delais"]


def test_a_first_letting_that_no_commitment_takes_joins_the_flux_and_its_turns(story: Story) -> None:
    story.sign("AL", "60")
    programme(story, {"reservataire": "AL", "count": 1, "typologie": "T5"})
    explanation = story.ask("AL", cause="neuf", programme_id="P-1")
    assert obstacle(explanation) is Obstacle.NONE
    assert len(explanation.steps) == 8


def test_the_bailleur_may_ask_too(story: Story, answer_of: Read) -> None:
    story.sign("AL", "60")
    said = answer_of(story.ask("BAILLEUR"))
    assert said[0] == "BAILLEUR : non."
    assert "passe avant : AL" in said[1]


def test_a_bailleur_without_remainder_reads_why(story: Story, answer_of: Read) -> None:
    story.sign("AL", "100")
    assert answer_of(story.ask("BAILLEUR"))[2] == f"{FIRST}des parts qui laissent un reste au bailleur."
