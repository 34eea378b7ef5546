"""Writes a mapping as RML: the mapper runs over rows of marks, and what it writes shows the templates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from pilotline.findings import Severity
from pilotline.ingest.people import People
from pilotline.namespaces import PL, XSD
from pilotline.rml.functions import FUNCTIONS
from pilotline.rml.marks import Marks, RmlExportError, iri, parts_of
from pilotline.rml.triplesmaps import ALWAYS, Condition, Statements, TriplesMaps, is_computed
from pilotline.tabular.files import grids, tables_for
from pilotline.tabular.grid import Content, Grid
from pilotline.tabular.mapper import TableMapper
from pilotline.tabular.model import Table
from pilotline.tabular.naming import From, Lot, Operator, Thing, Time
from pilotline.tabular.sheet import Job
from pilotline.tabular.subjects import CurveRow

HEAD = f"""\
# Made by `pilotline mapping export --rml`. It says what the mapping says of cells that hold a plain number, a
# time or a text. It does not say: where each value stands (pl:cell), ranges, bounds, values that are no
# number, the check of rows that name one thing twice, catalogue and provenance.
@prefix rml: <http://w3id.org/rml/> .
@prefix xsd: <{XSD}> .
@prefix f: <{FUNCTIONS}> .
"""


def export(job: Job, files: Sequence[Path]) -> str:
    """Return a mapping as RML, in Turtle, for files whose headers it is written for.

    Errors: RmlExportError, where RML or its engines cannot say what the mapping says.
    """
    parts = [HEAD]
    for path in files:
        for table in tables_for(job.mapping, path):
            _demand_plain(table, path)
            for grid in grids(path, table, job.mapping):
                parts += _TableExport(job, table, grid, len(parts)).maps()
    return "\n".join(parts)


def _demand_plain(table: Table, path: Path) -> None:
    """Refuse what RML cannot say."""
    columns = table.columns.values()
    lots = [lot for lot in parts_of(table.row, Lot) if lot.split]
    odd = {
        f"{path.suffix} files (CSV and JSON only)": path.suffix.lower() not in (".csv", ".tsv", ".json"),
        "`long:`": table.long is not None,
        "`where:`": bool(table.where),
        "curves": isinstance(table.row, CurveRow),
        "headers outside row 1": table.header != 1 or table.unit_row is not None,
        "`cells:`": bool(table.cells),
        "`transposed:`": table.transposed,
        "`last:`, `skip:` or `fill_down:`": bool(table.last or table.skip or table.fill_down),
        "several lots in one cell (`split:`)": bool(lots),
        "identities that are hashes": any(thing.hash for thing in parts_of(table.row, Thing)),
        "times in two columns": any(not isinstance(time.column, str) for time in parts_of(table.row, Time)),
        "`formula:`": any(column.formula for column in columns),
        "`scale:`": any(column.scale is not None for column in columns),
        "units from a column": any(isinstance(column.unit, From) for column in columns),
        "`uncertainty:` and `status:`": any(
            column.uncertainty is not None or column.status is not None for column in columns
        ),
        "pseudonyms of operators": any(each.keep == "pseudonym" for each in parts_of(table.row, Operator)),
        "`missing:` of a column": any(column.missing for column in columns),
    }
    if found := [what for what, there in odd.items() if there]:
        raise RmlExportError(f"{path.name}: RML cannot say {', '.join(found)}; SPARQL CONSTRUCT may")


class _TableExport:
    """The RML of one table."""

    def __init__(self, job: Job, table: Table, grid: Grid, number: int) -> None:
        self._job, self._table, self._grid, self._number = job, table, grid, number
        self._marks = Marks(job, table, grid)

    def maps(self) -> Iterator[str]:
        """Yield the triples maps."""
        written = TriplesMaps(self._marks)
        for number, found in enumerate(self._grouped()):
            yield written.turtle(f"<#map-{self._number}-{number}>", found)

    def _quads(self, cells: list[Content]) -> set[Quad]:
        job = replace(self._job, people=People())
        mapper = TableMapper(job, self._table, self._grid)
        text = mapper.lines(1, cells) + "".join(job.people.remarks(job.lines))
        wrong = [found for found in mapper.report.findings() if found.severity is Severity.VIOLATION]
        if wrong and cells == self._marks.row():
            raise RmlExportError(f"{self._grid.file}: RML cannot say this part: {wrong[0].message}")
        return {quad for quad in parse(text, RdfFormat.N_QUADS) if quad.predicate != NamedNode(PL + "cell")}

    def _grouped(self) -> Iterator[Statements]:
        needs: dict[Quad, set[int]] = {}
        chosen: dict[Quad, set[tuple[int, str]]] = {}
        for marks in self._variants():
            for quad in self._quads(marks):
                needs.setdefault(quad, set())
            for index in self._marks.used:
                for quad in self._lost(marks, index):
                    needs[quad].add(index)
                    if index in self._marks.choices:
                        chosen.setdefault(quad, set()).add((index, str(marks[index])))
        maps: dict[str, Statements] = {}
        for quad in sorted(needs, key=str):
            for condition in self._conditions(quad, needs[quad], chosen.get(quad, set())):
                # A function that makes the object knows the condition itself; the subject stays plain:
                # morph-kgc 2.10 fails where both are made by functions.
                of_object = is_computed(quad.object)
                of_subject = ALWAYS if of_object else condition
                key = f"{quad.subject} {sorted(of_subject.filled)} {of_subject.equals}"
                found = maps.setdefault(key, Statements(iri(quad.subject), of_subject))
                found.statements.append((quad, condition if of_object else ALWAYS))
        return iter(maps.values())

    def _variants(self) -> Iterator[list[Content]]:
        """Yield the row of marks, and it again with each other choice of a column."""
        marks = self._marks.row()
        yield marks
        for index, choices in self._marks.choices.items():
            yield from ([*marks[:index], choice, *marks[index + 1 :]] for choice in choices[1:])

    def _lost(self, marks: list[Content], index: int) -> set[Quad]:
        """Return the statements that are not made where a column is empty."""
        return self._quads(marks) - self._quads([*marks[:index], "", *marks[index + 1 :]])

    def _conditions(self, quad: Quad, needed: set[int], chosen: set[tuple[int, str]]) -> Iterator[Condition]:
        by_choice = {index for index, _ in chosen}
        if len(by_choice) > 1:
            raise RmlExportError(f"{self._grid.file}: RML cannot say what two columns decide: {quad}")
        rest = frozenset(needed - by_choice - self._marks.named(quad))
        every = chosen and all(len(chosen) == len(self._marks.choices[index]) for index in by_choice)
        if not chosen:
            yield Condition(rest)
        elif every:
            yield Condition(rest | by_choice)
        else:
            yield from (Condition(rest, choice) for choice in sorted(chosen))
