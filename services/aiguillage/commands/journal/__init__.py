"""`aiguillage journal …`: prove, replay, explain, keep; one module a command, imported when it is called."""

import typer

from aiguillage.terminal.on_demand import Place, on_demand

_HERE = "aiguillage.commands.journal"
PLACES = {
    "verify": Place(f"{_HERE}.verify:verify_command", "Prouve qu'aucun octet des journaux n'a changé."),
    "backup": Place(f"{_HERE}.backup:backup", "Copie les journaux SQLite en marche, et prouve les copies."),
    "recover": Place(
        f"{_HERE}.recover:recover_command", "Reprend de Kafka ce qui manque à une sauvegarde restaurée."
    ),
    "restate": Place(
        f"{_HERE}.restate:restate_command", "Redécide les entrées d'un journal ancien dans un journal neuf."
    ),
    "replay": Place(f"{_HERE}.replay:replay_command", "Redécide tout : les lignes doivent être les mêmes."),
    "show": Place(f"{_HERE}.show:show", "Explique ce qu'est devenue une vacance, ou une concertation."),
    "export": Place(f"{_HERE}.export:export", "Remet tout le journal, une ligne par écriture."),
    "republish": Place(f"{_HERE}.republish:republish", "Republie des faits du journal, à qui en a manqué."),
    "migrate": Place(f"{_HERE}.migrate:migrate", "Met les tables des deux journaux à cette version."),
}
app = typer.Typer(no_args_is_help=True, cls=on_demand(PLACES), rich_markup_mode=None)


@app.callback()
def journal() -> None:
    """Prouver, rejouer, expliquer et remettre ce qui a été décidé."""
