"""`aiguillage rejected …`: what was rejected, why, and having it judged again; one module a command."""

import typer

from aiguillage.terminal.on_demand import Place, on_demand

_HERE = "aiguillage.commands.rejected"
PLACES = {
    "list": Place(
        f"{_HERE}.list:list_rejected", "Les derniers rejets : numéro, sujet, motif, place, remède."
    ),
    "show": Place(
        f"{_HERE}.show:show", "Un rejet avec son message d'origine, sauf s'il nommait une personne."
    ),
    "requeue": Place(
        f"{_HERE}.requeue:requeue", "Remet des messages rejetés sur leur sujet, pour être rejugés."
    ),
}
app = typer.Typer(no_args_is_help=True, cls=on_demand(PLACES), rich_markup_mode=None)


@app.callback()
def rejected() -> None:
    """Ce qui a été rejeté, et pourquoi."""
