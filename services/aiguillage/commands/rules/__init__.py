"""`aiguillage rules …`: the operators' tools, one module a command, imported when it is called."""

import typer

from aiguillage.terminal.on_demand import Place, on_demand

_HERE = "aiguillage.commands.rules"
PLACES = {
    "check": Place(f"{_HERE}.check:check", "Vérifie les règles : chaque faute, sa place, son remède."),
    "schema": Place(f"{_HERE}.schema:schema", "Écrit les schémas JSON des fichiers de règles."),
    "explain": Place(f"{_HERE}.explain:explain_command", "Explique une vacance, règle par règle."),
    "test": Place(f"{_HERE}.test:try_out", "Joue les exemples et les cas."),
    "diff": Place(f"{_HERE}.diff:diff", "Dit ce qui change d'un recueil à l'autre, en mots."),
    "publish": Place(f"{_HERE}.publish:publish", "Publie un recueil sur le sujet Kafka `rulebooks`."),
    "show": Place(f"{_HERE}.show:show", "Montre ce qui est en vigueur un jour : la loi, puis les règles."),
    "status": Place(f"{_HERE}.status:status", "Dit quel recueil est en vigueur dans chaque service."),
}
app = typer.Typer(no_args_is_help=True, cls=on_demand(PLACES), rich_markup_mode=None)


@app.callback()
def rules() -> None:
    """Les règles : vérifier, essayer, comparer, expliquer, publier."""
