"""Turns rows of the tables into triples."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from pilotline.namespaces import DCTERMS, OWL, PL, RDF, RDFS, SKOS, XSD
from pilotline.vocabulary.columns import (
    INDIVIDUALS,
    TABLE_PARENT,
    TABLE_SOURCE,
    TABLE_TYPE,
    Column,
    Kind,
    columns_of,
)
from pilotline.vocabulary.names import expand
from pilotline.vocabulary.tables import Row, Tables
from pilotline.vocabulary.upstream import Upstream, read_name, read_upstream

PAPER = "https://doi.org/10.1002/batt.202200224"
TYPE, CLASS = NamedNode(RDF + "type"), NamedNode(OWL + "Class")
SUBCLASS, LABEL = NamedNode(RDFS + "subClassOf"), NamedNode(SKOS + "prefLabel")
SOURCE, SECTION = NamedNode(DCTERMS + "source"), NamedNode(PL + "section")
# A section, a table as `T5` or in full, a figure.
_IN_PAPER = re.compile(r"\d+(\.\d+)*|Table \d+|Fig\. \d+|Abstract|References")
_TABLE = re.compile(r"T(\d+)")
_IN_WORDS = {"domain": "Knowledge of the field; not in the paper"}


class Generator:
    """Makes the triples of terms; `upstream` says what readable upstream names mean."""

    def __init__(self, tables: Tables, upstream: Upstream) -> None:
        self.tables = tables
        self.upstream = upstream

    @classmethod
    def of(cls, tables: Tables) -> "Generator":
        """Return the generator for a folder of tables."""
        return cls(tables, read_upstream(tables))

    def terms(self, table: str, module: str = "") -> Iterator[Triple]:
        """Yield what a table of terms says of them; bridged matches stay out.

        module: take only the rows that name it in their column `module`.
        """
        columns = columns_of(table)
        for row in self.tables.rows(table):
            if row["module"] != module:
                continue
            if unknown := row.cells.keys() - columns:
                raise row.error(sorted(unknown)[0], "no column of this name is known; name it in columns.py")
            yield from self._term(row, columns)

    def bridge(self, table: str) -> Iterator[tuple[Row, str, str, str]]:
        """Yield row, column, SKOS property and bridged IRI of each match with BVCO or GPO."""
        for row in self.tables.rows(table):
            for name, column in columns_of(table).items():
                if column.kind is Kind.BRIDGE:
                    for value in row.values(name):
                        yield row, name, column.property, self.iri(row, name, value)

    def iri(self, row: Row, column: str, name: str) -> str:
        """Return the IRI of a prefixed name in a cell; TableError says which cell holds none."""
        return read_name(row, column, name, self.upstream)

    def subject(self, row: Row) -> NamedNode:
        """Return the term that a row describes."""
        return NamedNode(self.iri(row, "term", row["term"]))

    @cached_property
    def _techniques(self) -> dict[str, str]:
        """The techniques by their row in the transcription of the paper."""
        return {row["seed"]: row["term"] for row in self.tables.rows("techniques") if row["seed"]}

    def _technique(self, row: Row, column: str, seed: str) -> NamedNode:
        if seed not in self._techniques:
            raise row.error(column, f"no technique has the seed {seed!r}")
        return NamedNode(expand(self._techniques[seed]))

    def _term(self, row: Row, columns: Mapping[str, Column]) -> Iterator[Triple]:
        subject = self.subject(row)
        individual = _is_individual(row)
        yield Triple(subject, TYPE, NamedNode(OWL + _owl_kind(row)))
        yield Triple(subject, LABEL, Literal(subject.value.removeprefix(PL), language="en"))
        if above := TABLE_PARENT.get(row.table):
            yield Triple(subject, SUBCLASS, NamedNode(above))
        if also := TABLE_TYPE.get(row.table):
            yield Triple(subject, TYPE, NamedNode(also))
        if place := TABLE_SOURCE.get(row.table):
            yield from source(subject, [place])
        for name in row.cells:
            for triple in self._cell(subject, row, name, columns[name]):
                is_type = individual and triple.predicate == SUBCLASS
                yield Triple(subject, TYPE, triple.object) if is_type else triple

    def _cell(self, subject: NamedNode, row: Row, name: str, column: Column) -> Iterator[Triple]:
        values = row.values(name) if column.several else [row[name]] * bool(row[name])
        if column.kind is Kind.SOURCE:
            yield from source(subject, values)
        elif column.kind not in (Kind.UNUSED, Kind.BRIDGE):
            nodes = [self._node(row, name, column, value) for value in values]
            if column.property:
                yield from (Triple(subject, NamedNode(column.property), node) for node in nodes)
            if column.restriction and nodes:
                yield from some(subject, column.restriction, nodes)
            if column.demand:
                yield from (part for node in nodes for part in some(subject, column.demand, [node]))

    def _node(self, row: Row, name: str, column: Column, value: str) -> NamedNode | Literal:
        match column.kind:
            case Kind.TERM | Kind.IRI if column.prefix:
                return NamedNode(column.prefix + value)
            case Kind.TERM:
                return NamedNode(self.iri(row, name, value))
            case Kind.DECIMAL if "." not in value:
                return Literal(value + ".0", datatype=NamedNode(XSD + "decimal"))
            case Kind.TECHNIQUE:
                return self._technique(row, name, value)
            case Kind.IRI:
                return NamedNode(value)
            case Kind.ENGLISH | Kind.GERMAN:
                return Literal(value, language=column.kind.value)
            case _:
                return Literal(value, datatype=NamedNode(XSD + column.kind.value))


def _owl_kind(row: Row) -> str:
    """Return the local name of the OWL class that a row's term is an instance of."""
    if row.table == "properties":
        return row["kind"]
    return "NamedIndividual" if _is_individual(row) else "Class"


def _is_individual(row: Row) -> bool:
    return row.table in INDIVIDUALS or row["nature"] == "individual"


def source(subject: NamedNode, places: Iterable[str]) -> Iterator[Triple]:
    """Yield where a statement comes from.

    A place is a section, table or figure of the paper, an IRI, or a citation in words.
    """
    for place in (_TABLE.sub(r"Table \1", place) for place in places):
        if _IN_PAPER.fullmatch(place):
            yield Triple(subject, SOURCE, NamedNode(PAPER))
            yield Triple(subject, SECTION, Literal(place))
        elif place.startswith(("http://", "https://")):
            yield Triple(subject, SOURCE, NamedNode(place))
        else:
            yield Triple(subject, SOURCE, Literal(_IN_WORDS.get(place, place)))


def some(subject: NamedNode, on_property: str, classes: list[NamedNode | Literal]) -> Iterator[Triple]:
    """Yield the restriction that each instance has some value of one of the classes."""
    filler: NamedNode | Literal | BlankNode = classes[0]
    if len(classes) > 1:
        filler = BlankNode()
        yield Triple(filler, TYPE, CLASS)
        yield from _listed(filler, NamedNode(OWL + "unionOf"), classes)
    yield from restricted(subject, on_property, "someValuesFrom", filler)


def restricted(
    subject: NamedNode, on_property: str, kind: str, filler: NamedNode | Literal | BlankNode
) -> Iterator[Triple]:
    """Yield a restriction on each instance; kind: local name of a property of OWL such as `hasValue`."""
    restriction = BlankNode()
    yield Triple(subject, SUBCLASS, restriction)
    yield Triple(restriction, TYPE, NamedNode(OWL + "Restriction"))
    yield Triple(restriction, NamedNode(OWL + "onProperty"), NamedNode(on_property))
    yield Triple(restriction, NamedNode(OWL + kind), filler)


def _listed(subject: BlankNode, predicate: NamedNode, nodes: list[NamedNode | Literal]) -> Iterator[Triple]:
    """Yield an RDF list as the object of a property."""
    for node in nodes:
        cell = BlankNode()
        yield Triple(subject, predicate, cell)
        yield Triple(cell, NamedNode(RDF + "first"), node)
        subject, predicate = cell, NamedNode(RDF + "rest")
    yield Triple(subject, predicate, NamedNode(RDF + "nil"))
