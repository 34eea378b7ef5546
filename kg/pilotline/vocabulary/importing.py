"""Picks the upstream terms that ours refer to out of a mirror, and writes them as a table of facts."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from pilotline import namespaces
from pilotline.vocabulary.closure import read_module
from pilotline.vocabulary.mirror import Mirror, Use
from pilotline.vocabulary.names import compact, is_upstream
from pilotline.vocabulary.tables import Row, TableError, Tables
from pilotline.vocabulary.upstream import COLUMNS, UnknownTermError, UpstreamTerm

_NAME = re.compile(r"(emmo|echem|battery|mfg|substance|chameo|bvco|gpo):[\w-]+")
# Facts about upstream itself, and cells that hold prose.
_GENERATED = {"upstream", "releases", "bvco_uses", "words", "word_choices"}
_PROSE = {"definition", "scope_note"}


def import_terms(mirror: Mirror, tables: Tables, core: Path) -> list[UpstreamTerm]:
    """Return the upstream terms that the tables, core.ttl and the code refer to, with their ancestors.

    Errors: TableError, which names the cell that refers to no term or to a deprecated one.
    """
    iris = {*_in_code(), *_in_core(core)}
    for row, column, name in references(tables):
        iris.add(_resolved(mirror, row, column, name))
    if unknown := sorted(iris - set(mirror.upstream.terms)):
        raise TableError(f"core.ttl or namespaces.py refers to {unknown[0]}, which the mirror does not hold")
    found = mirror.upstream.with_ancestors(iris)
    products = (iri for use in import_uses(mirror, found) for iri in use.products)
    return mirror.upstream.with_ancestors({*iris, *products})


def references(tables: Tables) -> Iterator[tuple[Row, str, str]]:
    """Yield row, column and name of each cell value that refers to an upstream term."""
    for path in sorted(tables.folder.glob("*.csv")):
        if path.stem in _GENERATED:
            continue
        for row in tables.rows(path.stem):
            for column in sorted(row.cells.keys() - _PROSE):
                yield from ((row, column, name) for name in _names_in(row, column))


def _names_in(row: Row, column: str) -> list[str]:
    if (row.table, column) == ("units", "emmo"):
        return [f"emmo:{local}" for local in row.values(column)]
    return [name for name in row.values(column) if _NAME.fullmatch(name)]


def _resolved(mirror: Mirror, row: Row, column: str, name: str) -> str:
    try:
        iri = mirror.upstream.iri(name)
    except UnknownTermError as error:
        raise row.error(column, str(error)) from error
    if iri in mirror.deprecated:
        raise row.error(column, f"{name} is deprecated upstream")
    return iri


def _in_code() -> set[str]:
    """Return the upstream terms among the constants of namespaces.py; namespaces themselves are no terms."""
    constants = {value for value in vars(namespaces).values() if isinstance(value, str)}
    return {iri for iri in constants if is_upstream(iri) and compact(iri)}


def _in_core(core: Path) -> set[str]:
    nodes = (node for t in read_module(core) for node in (t.subject, t.predicate, t.object))
    return {node.value for node in nodes if isinstance(node, NamedNode) and is_upstream(node.value)}


def import_uses(mirror: Mirror, terms: Iterable[UpstreamTerm]) -> list[Use]:
    """Return the inputs and outputs that BVCO states for the processes among the terms."""
    named = {term.iri for term in terms}
    return [use for use in mirror.uses if use.process in named]


def uses_as_csv(uses: list[Use]) -> str:
    """Return the table `bvco_uses`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("process", "property", "products"))
    for use in uses:
        writer.writerow((_names((use.process,)), _names((use.property,)), _names(use.products)))
    return text.getvalue()


def facts_as_csv(terms: list[UpstreamTerm]) -> str:
    """Return the table `upstream`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in terms:
        parents, equivalents = _names(term.parents), _names(term.equivalents)
        name = _names((term.iri,))
        writer.writerow((name, term.kind, term.label, term.language, parents, equivalents, term.release))
    return text.getvalue()


def _names(iris: tuple[str, ...]) -> str:
    return "|".join(compact(iri) or iri for iri in iris)
