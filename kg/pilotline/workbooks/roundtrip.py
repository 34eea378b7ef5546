"""Writes a dataset as a workbook that reads back to the same statements."""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse

from pilotline.datasets.dataset import Description, SourceError
from pilotline.errors import PilotlineError
from pilotline.iris import Place, Scope
from pilotline.namespaces import CATALOGUE_GRAPH, DATA, DCAT, DCTERMS, PL
from pilotline.tabular.mapper import stage
from pilotline.workbooks import forms
from pilotline.workbooks.data import Data, identity_of
from pilotline.workbooks.export import sheets_of
from pilotline.workbooks.forms import Filled
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.reading import mapping_of
from pilotline.workbooks.writing import Metadata, write_workbook

_SPDX = "https://spdx.org/licenses/"
# After so many tries the sheets hold only what they say rightly.
_TRIES = 4
_CHUNK = 1 << 24  # bytes of lines that are read together
_CELL = f"> <{PL}cell> <".encode()


class Statements:
    """The statements in a file of N-Triples, cell pointers left out; prints: a hash of each, which is small.

    file: as a store writes it, so that the same statement is the same line.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.prints = {hash(line) for line in self._lines()}

    @classmethod
    def of_graph(cls, store: Store, graph: str, file: Path) -> "Statements":
        """Return the statements of a graph of a store; file: to keep them in."""
        store.dump(str(file), RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))
        return cls(file)

    @classmethod
    def of_quads(cls, quads: Path, graph: str, file: Path) -> "Statements":
        """Return the statements of a graph in N-Quads, some lines at a time; file: to keep them in."""
        with quads.open("rb") as lines, file.open("wb") as out:
            while some := b"".join(lines.readlines(_CHUNK)):
                store = Store()
                store.bulk_load(some, RdfFormat.N_QUADS)
                out.write(store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b"")
        return cls(file)

    def triples(self, prints: Set[int]) -> list[Triple]:
        """Return the statements of some prints, in a steady order."""
        chosen = sorted({line for line in self._lines() if hash(line) in prints}) if prints else []
        return [quad.triple for quad in parse(b"".join(chosen), RdfFormat.N_TRIPLES)]

    def _lines(self) -> Iterator[bytes]:
        with self._file.open("rb") as lines:
            yield from (line for line in lines if _CELL not in line)


class ExportError(PilotlineError):
    """A dataset that cannot be written as asked."""


@dataclass(frozen=True)
class Exported:
    """What was written. rows: in all sheets; statements: of the dataset; plain: those in the last sheet."""

    rows: int
    statements: int
    plain: int


def export_workbook(store: Store, dataset: str, knowledge: Knowledge, into: Path) -> Exported:
    """Write a dataset of a store as a workbook that needs no mapping, and read it back to be sure.

    What the sheets for runs, lots and values cannot say goes, statement by statement, into a last sheet.

    Errors: ExportError, where reading it back would say other things.
    """
    data, metadata = Data(store, dataset), _metadata(store, dataset)
    if data.blank:
        raise ExportError(f"{dataset}: has nodes without IRI; export it as Turtle")
    with TemporaryDirectory(dir=into.parent) as folder:
        draft = Path(folder) / "draft.xlsx"
        wanted = Statements.of_graph(store, dataset, Path(folder) / "wanted.nt")
        if not wanted.prints:
            raise ExportError(f"{dataset}: holds no statement")
        sheets, missing = _sheets(data, knowledge, wanted, metadata, draft)
        if missing:
            rows = [_row(triple) for triple in wanted.triples(missing)]
            sheets = [*sheets, Filled(forms.STATEMENTS, rows)]
            _demand_same(wanted, _read_back(draft, sheets, metadata, knowledge), into)
        draft.replace(into)
    return Exported(sum(len(filled.rows) for filled in sheets), len(wanted.prints), len(missing))


def _sheets(
    data: Data, knowledge: Knowledge, wanted: Statements, metadata: Metadata, draft: Path
) -> tuple[list[Filled], set[int]]:
    """Return sheets that say nothing but what is wanted, and the prints of what they leave out."""
    excluded: frozenset[str] = frozenset()
    for _ in range(_TRIES):
        sheets = sheets_of(data, knowledge, excluded)
        if not sheets:
            break
        found = _read_back(draft, sheets, metadata, knowledge)
        more = found.prints - wanted.prints
        if not more:
            return sheets, wanted.prints - found.prints
        excluded |= {owner for triple in found.triples(more) for owner in _owners(triple.subject)}
    return [], wanted.prints


def _owners(subject: object) -> Iterator[str]:
    """Yield what rows must leave out for a statement not to be made: a thing, a value, values alike."""
    name = subject.value if isinstance(subject, NamedNode) else str(subject)
    yield name.removesuffix("/value")
    bearer, found, rest = name.partition("/q/")
    if found:
        yield f"{bearer}/q/{'/'.join(rest.split('/')[:2])}"


def _read_back(draft: Path, sheets: list[Filled], metadata: Metadata, knowledge: Knowledge) -> Statements:
    write_workbook(draft, sheets, metadata)
    try:
        mapping = mapping_of(draft, knowledge.vocabulary)
    except SourceError as error:
        raise ExportError(str(error)) from error
    scope = Place().resolve(mapping.scope, mapping.base)
    quads = draft.with_suffix(".nq")
    staged = stage(mapping, [draft], scope, quads, knowledge.vocabulary, knowledge.units)
    return Statements.of_quads(quads, staged.description.iri, draft.with_suffix(".nt"))


def _demand_same(wanted: Statements, found: Statements, into: Path) -> None:
    differing = [*wanted.triples(wanted.prints - found.prints), *found.triples(found.prints - wanted.prints)]
    if differing:
        raise ExportError(
            f"{into}: {len(differing)} statements would not read back the same, such as {differing[0]}"
        )


def _row(triple: Triple) -> dict[str, str]:
    subject, predicate, term = triple.subject, triple.predicate, triple.object
    assert isinstance(subject, NamedNode)
    row = {"subject": subject.value, "predicate": predicate.value}
    if isinstance(term, Literal):
        datatype = f"@{term.language}" if term.language else term.datatype.value
        return row | {"object": term.value, "datatype": datatype}
    assert isinstance(term, NamedNode)
    return row | {"object": term.value}


def _metadata(store: Store, dataset: str) -> Metadata:
    """Return what the catalogue says of a dataset, as the metadata sheet holds it."""

    def each(predicate: str) -> list[str]:
        graph = NamedNode(CATALOGUE_GRAPH)
        quads = store.quads_for_pattern(NamedNode(dataset), NamedNode(predicate), None, graph)
        return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal)]

    def said(predicate: str) -> str:
        return next(iter(each(predicate)), "")

    prefix = dataset.rpartition("dataset/")[0]
    path = (
        "/".join(map(identity_of, prefix.removeprefix(DATA).strip("/").split("/")))
        if prefix.startswith(DATA)
        else ""
    )
    scope = Scope(path) if path else Scope("", prefix)
    description = Description(
        scope,
        said(DCTERMS + "identifier"),
        said(DCTERMS + "title"),
        said(DCTERMS + "license").removeprefix(_SPDX),
        said(DCTERMS + "creator"),
        said(PL + "simulated") == "true",
        said(DCTERMS + "description"),
        tuple(sorted(each(DCAT + "keyword"))),
        said(DCAT + "contactPoint").removeprefix("mailto:"),
    )
    return Metadata(description, path, "" if path else prefix)
