"""Options several commands share, and the settings they make."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

if TYPE_CHECKING:
    from chassis.bus import Cluster, Tuning
    from chassis.settings import Settings

Kafka = Annotated[str | None, typer.Option("--kafka", help="Adresse de Kafka, HÔTE:PORT.")]
Database = Annotated[str | None, typer.Option("--database", help="Adresse de la base du journal, en URL.")]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", help="Dossier des règles ; topic : celles du sujet Kafka `rulebooks`."),
]
Data = Annotated[Path | None, typer.Option("--data", help="Dossier où les services écrivent.")]
Port = Annotated[
    int | None,
    typer.Option("--port", help="Port de la page, de la santé et des mesures ; 0 : un port libre."),
]
Adopt = Annotated[
    str | None,
    typer.Option(
        "--adopt",
        help="Qui répond du journal : continuer avec lui bien que son groupe ou son cluster en suive un autre.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Répond en JSON.")]

BAD_USAGE = 2

HERE = Path(__file__).resolve().parents[3] / "rules"
"""The rules of the checkout this was installed from."""


def settings_of(**given: Any) -> "Settings":  # noqa: ANN401 - options as typer gives them
    """Settings from the environment, with the options that were given in their place."""
    from chassis.settings import read_settings  # noqa: PLC0415 - slow: it brings Kafka's clients

    chosen = {name: value for name, value in given.items() if value is not None}
    if chosen.get("rules") == Path("topic"):
        chosen["rules"] = "topic"
    settings = read_settings(**chosen)
    if "rules" not in settings.model_fields_set and not Path("rules").is_dir():
        settings = settings.model_copy(update={"rules": HERE})
    return settings


def settings_to_serve(**given: Any) -> "Settings":  # noqa: ANN401 - options as typer gives them
    """As `settings_of`; with a Kafka that is named, the journal is named too: one forgotten would be an empty one."""
    settings = settings_of(**given)
    if not settings.is_embedded and not {"database", "data"} & settings.model_fields_set:
        sys.stderr.write(
            "aiguillage : avec un Kafka nommé, dites où est le journal : --database URL (AIGUILLAGE_DATABASE), "
            "ou --data DOSSIER (AIGUILLAGE_DATA).\n"
        )
        raise typer.Exit(BAD_USAGE)
    return settings


def rules_in(directory: Path | None) -> Path:
    """The directory of rules given, else the one set; `RuleFileErrors` when it is not there."""
    where = directory if directory is not None else Path(settings_of().rules)
    if not where.is_dir():
        from chassis.rulebook.directory import absent  # noqa: PLC0415 - slow: it brings all that rules are
        from chassis.rulebook.faults import RuleFileErrors  # noqa: PLC0415 - slow, as above

        raise RuleFileErrors([absent(where)])
    return where


def day_given(option: str, text: str) -> date:
    """The day an option gives, YYYY-MM-DD; `ValueError` in French when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{option} {text} : écrivez une date AAAA-MM-JJ.") from error


def client_tuning(cluster: "Cluster") -> "Tuning":
    """Numbers for a client command: quick to answer, whatever the broker."""
    from chassis.bus import Tuning  # noqa: PLC0415 - slow: it brings Kafka's clients

    quick = Tuning.embedded()
    return quick if cluster.bootstrap.startswith(("127.0.0.1", "localhost")) else Tuning()


def cluster_of(kafka: str | None, data: Path | None = None) -> "Cluster":
    """The cluster to speak to: the one given or set, else that of the `aiguillage up` running here.

    How one is let in is set in the environment, for commands as for services.

    From then on what goes wrong with it is told on standard error: standard output is the command's own.
    """
    from chassis.bus import Cluster  # noqa: PLC0415 - slow, as above
    from chassis.telemetry import configure_logging  # noqa: PLC0415 - slow, as above

    configure_logging(sys.stderr, "WARNING")
    settings = settings_of(kafka=kafka, data=data)
    if not settings.is_embedded:
        return Cluster(settings.kafka, settings.access)
    run = settings.data / "run.json"
    if not run.is_file():
        raise FileNotFoundError(
            f"Donnez --kafka HÔTE:PORT : {run} n'existe pas, aucun « aiguillage up » ne tourne ici."
        )
    return Cluster(str(orjson.loads(run.read_bytes())["bootstrap"]), settings.access)
