"""`pilotline query`: asks a question of the store."""

from pathlib import Path
from typing import cast

import click
from pyoxigraph import NamedNode
from pyoxigraph import Store as Oxigraph

from pilotline.cli.console import (
    db_option,
    errors_become_exit_codes,
    format_option,
    print_json,
    print_table,
    store_option,
)
from pilotline.datasets.catalogue import any_simulated
from pilotline.namespaces import PREFIXES
from pilotline.questions.question import Answer, QuestionError, Term, ask, find_question, questions
from pilotline.questions.tables import as_csv, as_data
from pilotline.resources import data_folder
from pilotline.store import Store
from pilotline.store.remote import Remote, read_endpoints


@click.command()
@click.argument("question", required=False)
@click.option("-p", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@db_option
@store_option
@format_option("table", "csv", "json")
def query(question: str | None, params: tuple[str, ...], db: Path, remote: str | None, form: str) -> None:
    """Ask a question: a name from `queries/`, or a file with a SPARQL SELECT; without one, list them.

    \b
    Example:
      pilotline query
      pilotline query behind_cell -p cell="cell 117"
      pilotline query my_question.rq --format csv
    """
    if question is None:
        _list()
        return
    with errors_become_exit_codes():
        asked = find_question(question, data_folder("queries"))
        store = _opened(db, remote)
        answer = ask(store, asked, dict(_pair(param) for param in params))
        simulated = any_simulated(store)
    if simulated:
        click.echo("note: the store holds SIMULATED datasets; pilotline info says which", err=True)
    if form == "table":
        _table(answer)
    elif form == "csv":
        click.echo(as_csv(answer), nl=False)
    else:
        print_json(as_data(answer))


def _opened(db: Path, remote: str | None) -> Oxigraph:
    """Return what is asked: a Remote answers to the two methods of a store that questions call."""
    return cast("Oxigraph", Remote(read_endpoints(remote))) if remote else Store.open(db).read()


def _list() -> None:
    for asked in sorted(questions(data_folder("queries")), key=lambda each: (each.header.topic, each.name)):
        given = "".join(f" -p {name}={value!r}" for name, value in asked.header.example.items())
        click.echo(f"{asked.header.topic:11} {asked.name}{given}\n            {asked.header.summary}")


def _pair(param: str) -> tuple[str, str]:
    name, equals, value = param.partition("=")
    if not equals:
        raise QuestionError(f"-p takes NAME=VALUE, got {param!r}")
    return name, value


def _table(answer: Answer) -> None:
    print_table(answer.columns, [[_short(value) for value in row] for row in answer.rows])


def _text(value: Term | None) -> str:
    return "" if value is None else value.value


def _short(value: Term | None) -> str:
    """Return a term as a person reads it: a CURIE where a prefix is known."""
    if isinstance(value, NamedNode):
        for prefix, namespace in PREFIXES.items():
            if value.value.startswith(namespace):
                return f"{prefix}:{value.value.removeprefix(namespace)}"
    return _text(value)
