"""`pilotline export`: writes a dataset as a workbook, as RDF or as an RO-Crate, or the store as a table."""

from pathlib import Path

import click
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, serialize

from pilotline.cli import console
from pilotline.datasets.crate import Crate, write_crate
from pilotline.datasets.life import find_dataset
from pilotline.flat import RowKind, flat_table, sources_path, write_csv, write_parquet
from pilotline.namespaces import PL, PREFIXES
from pilotline.quantities.units import Units
from pilotline.questions.labels import node_called
from pilotline.store import Store as Folder
from pilotline.trace import Graph
from pilotline.vocabulary.terms import load_vocabulary
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.roundtrip import ExportError, export_workbook

_FORMATS = {"turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "nquads": RdfFormat.N_QUADS}
_TABLES = {".csv": write_csv, ".parquet": write_parquet}
_FILE = click.Path(path_type=Path, dir_okay=False)
_STEP = NamedNode(PL + "ProcessStep")


@click.command()
@click.argument("dataset", required=False)
@click.option("--xlsx", type=_FILE, help="Workbook to write.")
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), help="RDF to write instead.")
@click.option("--ro-crate", type=click.Path(path_type=Path), help="RO-Crate to write: a folder, or a .zip.")
@click.option("--version", type=int, help="With --ro-crate: an earlier version of the dataset.")
@click.option("--with-names", is_flag=True, help="With --ro-crate: sources that name operators go along.")
@click.option(
    "--table", metavar="cells|STEP", help="Flat table of the store: a row per cell or run of a step."
)
@click.option(
    "-o", "--output", type=_FILE, help="File for the RDF, else printed; for the table, .csv or .parquet."
)
@console.db_option
def export(
    dataset: str | None,
    xlsx: Path | None,
    form: str | None,
    ro_crate: Path | None,
    version: int | None,
    with_names: bool,
    table: str | None,
    output: Path | None,
    db: Path,
) -> None:
    """Write a dataset, named by its IRI or its identifier, or a flat table of the whole store.

    A workbook is read back before it is handed out: ingesting it gives the same graph, cell pointers apart.
    A table has its sources beside it: each number with the cell that it was read from.

    \b
    Example:
      pilotline export coating --xlsx coating.xlsx
      pilotline export coating --format turtle -o coating.ttl
      pilotline export coating --ro-crate coating.zip --version 1
      pilotline export --table cells -o cells.csv
    """
    with console.errors_become_exit_codes():
        if sum(each is not None for each in (xlsx, form, ro_crate, table)) != 1:
            raise ExportError(
                "say one of --xlsx FILE, --format turtle, jsonld or nquads, --ro-crate PATH and --table cells"
            )
        if (dataset is None) != (table is not None):
            raise ExportError("name a dataset; only --table is of the whole store, and names none")
        if ro_crate is None and (version is not None or with_names):
            raise ExportError("--version and --with-names go with --ro-crate")
        store = Folder.open(db)
        if table is not None:
            _write_table(store.read(), table, output)
            return
        assert dataset is not None
        entry = find_dataset(store, dataset)
        if xlsx:
            _write_workbook(store.read(), entry.iri, xlsx)
        elif ro_crate:
            _print_crate(write_crate(store, entry, ro_crate, version, names=with_names))
        elif form:
            _write_rdf(store.read(), entry.iri, _FORMATS[form], output)


def _write_workbook(store: Store, iri: str, path: Path) -> None:
    done = export_workbook(store, iri, Knowledge.shipped(load_vocabulary(), Units.load()), path)
    click.echo(
        f"{path}: {done.rows:,} rows, reads back to the same {done.statements:,} statements"
        + (f"; {done.plain:,} of them stand in the last sheet one by one" if done.plain else "")
    )


def _print_crate(crate: Crate) -> None:
    click.echo(f"{crate.path}: {len(crate.files)} files")
    for name, why in crate.left_out.items():
        click.echo(f"  without {name}: {why}")


def _write_table(store: Store, rows: str, output: Path | None) -> None:
    """Write a flat table and, beside it, the sources of its numbers."""
    write = _TABLES.get(output.suffix.lower()) if output else None
    if output is None or write is None:
        raise ExportError(
            f"--table goes to a file, -o FILE.csv or FILE.parquet, not {output or 'the screen'}"
        )
    step = None if rows == "cells" else node_called(store, rows, below=_STEP)
    made = flat_table(Graph(store), RowKind(step), Units.load())
    write(made, output)
    click.echo(
        f"{output}: {len(made.rows):,} rows, {len(made.columns)} columns; sources in {sources_path(output)}"
    )


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
