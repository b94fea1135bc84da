"""Command line: `aiguillage …`. Each family of commands is a module of `aiguillage.commands`, imported when called."""

import os
import sys
from importlib.metadata import version as version_of
from typing import Annotated

import typer

from aiguillage.terminal.escaping import escape_standard_streams
from aiguillage.terminal.failures import fault_of_ours, sentence, write
from aiguillage.terminal.on_demand import Place, on_demand
from aiguillage.terminal.usage_errors import is_help, usage_error
from chassis.environment import drop_service_links
from chassis.failure import Failure
from chassis.unavailable import Unavailable

UNUSABLE = 2
INTERRUPTED = 130

_COMMANDS = "aiguillage.commands"
PLACES = {
    "up": Place(f"{_COMMANDS}.running:up", "Lance les deux services et la page dans un seul processus."),
    "demo": Place(
        f"{_COMMANDS}.running:demo", "Joue une année d'exemple à travers Kafka, puis reste en marche."
    ),
    "serve": Place(f"{_COMMANDS}.running:serve_one", "Lance un service, réglé par l'environnement."),
    "topics": Place(
        f"{_COMMANDS}.topics:topics", "Crée les sujets Kafka partagés et ceux des parties nommées."
    ),
    "feed": Place(f"{_COMMANDS}.running:feed_file", "Publie un fichier d'événements, chacun sur son sujet."),
    "parties": Place(
        f"{_COMMANDS}.running:parties", "Joue les réservataires et les commissions d'un exemple."
    ),
    "simulate": Place(f"{_COMMANDS}.simulating:simulate", "Décide un fichier d'événements, sans Kafka."),
    "sample": Place(f"{_COMMANDS}.files:sample", "Écrit une année d'exemple, la même à chaque fois."),
    "import": Place(f"{_COMMANDS}.files:importing", "Lit ce que d'autres publient (RPLS)."),
    "cloture": Place(
        f"{_COMMANDS}.closing:cloture", "Clôt une année : ce qui est dû, les projets de l'année suivante."
    ),
    "convert": Place(f"{_COMMANDS}.converting:convert", "Convertit un état des lieux du stock en flux."),
    "rules": Place(f"{_COMMANDS}.rules:app", "Les règles : vérifier, essayer, comparer, expliquer, publier."),
    "journal": Place(
        f"{_COMMANDS}.journal:app", "Prouver, rejouer, expliquer et remettre ce qui a été décidé."
    ),
    "compliance": Place(f"{_COMMANDS}.compliance:app", "Les compteurs des engagements."),
    "bilan": Place(f"{_COMMANDS}.bilan:bilan", "Écrit le bilan annuel dû avant le 28 février."),
    "previsionnel": Place(f"{_COMMANDS}.bilan:previsionnel", "Écrit le prévisionnel dû à la même date."),
    "rejected": Place(f"{_COMMANDS}.rejected:app", "Ce qui a été rejeté, et pourquoi."),
}
app = typer.Typer(
    name="aiguillage",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    cls=on_demand(PLACES),
)


def _version(is_asked: bool) -> None:
    if is_asked:
        sys.stdout.write(f"aiguillage {version_of('aiguillage')}\n")
        raise typer.Exit


@app.callback()
def aiguillage(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda asked: _version(is_asked=asked),
            is_eager=True,
            help="Affiche la version.",
        ),
    ] = False,
) -> None:
    """Oriente chaque logement social libéré vers le réservataire dont c'est le tour, et dit pourquoi."""


def main() -> None:
    """Entry point: whatever goes wrong is told in French with its remedy; exit codes 1 (no) and 2 (unusable)."""
    escape_standard_streams()
    for name in drop_service_links(os.environ):
        write(f"{name} : variable d'un orchestrateur, et non un réglage ; elle est ignorée.")
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        return int(app(prog_name="aiguillage", standalone_mode=False) or 0)
    except typer.TyperException as error:
        if is_help(error):
            sys.stdout.write(f"{error.message}\n")
        else:
            write(usage_error(error))
    except (Failure, Unavailable, OSError, ValueError) as error:
        write(sentence(error), is_located=getattr(error, "is_located", False))
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the outermost call: whoever typed the command is told
        write(fault_of_ours(error))
    return UNUSABLE
