"""`pilotline export`: writes a dataset of the store as a workbook or as RDF."""

from pathlib import Path

import click
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from pilotline import catalogue
from pilotline.cli import console
from pilotline.namespaces import PREFIXES
from pilotline.store import Store as Folder
from pilotline.units import Units
from pilotline.vocabulary.terms import load_vocabulary
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.roundtrip import ExportError, export_workbook

_FORMATS = {"turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "nquads": RdfFormat.N_QUADS}


@click.command()
@click.argument("dataset")
@click.option("--xlsx", type=click.Path(path_type=Path, dir_okay=False), help="Workbook to write.")
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), help="RDF to write instead.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File for the RDF; else printed."
)
@console.db_option
def export(dataset: str, xlsx: Path | None, form: str | None, output: Path | None, db: Path) -> None:
    """Write a dataset, named by its IRI or its identifier.

    A workbook is read back before it is handed out: ingesting it gives the same graph, cell pointers apart.

    \b
    Example:
      pilotline export coating --xlsx coating.xlsx
      pilotline export coating --format turtle -o coating.ttl
    """
    with console.errors_become_exit_codes():
        if (xlsx is None) == (form is None):
            raise ExportError("say either --xlsx FILE or --format turtle, jsonld or nquads")
        store = Folder.open(db).read()
        iri = find(store, dataset)
        if xlsx:
            knowledge = Knowledge.shipped(load_vocabulary(), Units.load())
            done = export_workbook(store, iri, knowledge, xlsx)
            click.echo(
                f"{xlsx}: {done.rows:,} rows, reads back to the same {done.statements:,} statements"
                + (f"; {done.plain:,} of them stand in the last sheet one by one" if done.plain else "")
            )
        elif form:
            _write_rdf(store, iri, _FORMATS[form], output)


def find(store: Store, dataset: str) -> str:
    """Return the IRI of a dataset, given as IRI or as identifier.

    Errors: ExportError, with the datasets that there are.
    """
    known = [entry.iri for entry in catalogue.entries(store)]
    found = [iri for iri in known if dataset in (iri, iri.rpartition("/dataset/")[2])]
    if len(found) != 1:
        what = "may be" if found else "is no dataset of the store; there are"
        raise ExportError(f"{dataset!r} {what} {', '.join(found or known)}")
    return found[0]


def _write_rdf(store: Store, iri: str, rdf_format: RdfFormat, output: Path | None) -> None:
    named = rdf_format is RdfFormat.N_QUADS
    quads = (
        quad if named else Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
        for quad in store.quads_for_pattern(None, None, None, NamedNode(iri))
    )
    prefixes = None if named else PREFIXES
    if output is None:
        content = serialize(quads, format=rdf_format, prefixes=prefixes)
        assert content is not None
        click.echo(content.decode(), nl=False)
        return
    part = output.with_name(f".{output.name}.part")
    serialize(quads, str(part), rdf_format, prefixes=prefixes)
    part.replace(output)
