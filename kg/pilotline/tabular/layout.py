"""Says in which column of a sheet each property of its things stands, so that a report can name the cell.

The graph keeps one cell for a thing, that of its identity. The graph `{dataset}/pointers` keeps, once for
each sheet, which columns hold the rest.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256

from pilotline.datasets.columns import HOLE
from pilotline.namespaces import CSVW, HAS_OUTPUT, HAS_PARTICIPANT, PL, PROV
from pilotline.namespaces import HAS_MEASUREMENT_UNIT as UNIT
from pilotline.rdf.ntriples import Lines, string
from pilotline.tabular import naming, subjects
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import Lots, step_of

_ROW = re.compile(r"(?<=cell=)\d+(?=,\d+$)|(?<=cell=)([A-Z]+)\d+$")
_COLUMN = re.compile(r"(?<=cell=)[A-Z]+(?=\d+$)|(?<=,)\d+$")
_STARTED, _ENDED, _MADE = PROV + "startedAtTime", PROV + "endedAtTime", PROV + "generatedAtTime"


@dataclass(frozen=True)
class Stated:
    """A column that states a property; without one it is a row of the file that holds quantities.

    about: what the IRIs of the things begin with. key: the column whose cell the things have.
    value: what the IRIs in the column begin with, empty where it holds texts.
    """

    about: str
    key: int
    property: str
    column: int
    value: str = ""


class Layout:
    """The columns of a sheet that state what has no cell of its own.

    values: the columns whose cells become quantities.
    """

    def __init__(self, sheet: Sheet, values: Sequence[int]) -> None:
        self._sheet = sheet
        self._lines = Lines(sheet.job.description.iri + "/pointers")
        turned = [Stated("", key, "", key) for key in values if sheet.grid.turned]
        self._stated = list(dict.fromkeys([*_of_row(sheet), *_of_values(sheet, values), *turned]))
        self._mentions = (
            Mentions(sheet, self._lines) if isinstance(sheet.table.row, subjects.RunRow) else None
        )
        self._row = 0

    def mentions(self, row: int, cells: Cells) -> str:
        """Return where the lots of a row are named, if the columns do not tell; keep the row in mind."""
        self._row = self._row or row
        return self._mentions.of(row, cells) if self._mentions else ""

    def lines(self) -> str:
        """Return which column states what, nothing where no row was read."""
        return "".join(map(self._line, self._stated)) if self._row else ""

    def _line(self, stated: Stated) -> str:
        key, column = self._pattern(stated.key), self._pattern(stated.column)
        digest = sha256("\n".join(map(str, (*astuple(stated), key, column))).encode()).hexdigest()
        node, lines = f"{self._lines.graph}#{digest[:16]}", self._lines
        text = lines.types(node, (CSVW + "Column",)) + lines.link(node, PL + "keyCell", key)
        text += lines.link(node, PL + "cell", column)
        texts = {"propertyUrl": stated.property, "aboutUrl": stated.about, "valueUrl": stated.value}
        return text + "".join([lines.line(node, CSVW + name, string(t)) for name, t in texts.items() if t])

    def _pattern(self, index: int) -> str:
        """Return the pointer to the cells of a column, a hole in place of what differs between the rows."""
        pointer, records = self._sheet.pointer(index), self._sheet.grid.records
        here = pointer(self._row)
        if records:
            return _json_pattern(here, records)
        if pointer(self._row + 1) == here:
            return here
        if self._sheet.grid.turned:
            return _COLUMN.sub(HOLE, here)
        return _ROW.sub(rf"\g<1>{HOLE}", here)


class Mentions:
    """The cells that name the lots of runs, where several columns or several rows of a run may name one."""

    def __init__(self, sheet: Sheet, lines: Lines) -> None:
        row = sheet.table.row
        assert isinstance(row, subjects.RunRow)
        self._sheet, self._lines = sheet, lines
        self._run = sheet.identity(row.run)[1]
        kinds = Counter(each.kind for each in row.inputs)
        self._alike = [Lots(sheet, each) for each in row.inputs if kinds[each.kind] > 1]
        self._all = [Lots(sheet, each) for each in (*row.inputs, *row.outputs)]
        self._last: tuple[tuple[str, ...], Cells] = ((), [])
        self._seen: dict[int, int] = {}  # of each run, by hash, the lots in its first row

    def of(self, row: int, cells: Cells) -> str:
        """Return the lines of a row."""
        named, run = self._alike, self._run(cells)
        last, before = self._last
        if run == last:
            others = [lots for lots in self._all if cells[lots.index] != before[lots.index]]
            named = list(dict.fromkeys([*named, *others]))
        elif run and self._seen.setdefault(hash(run), here := self._hash(cells)) != here:
            named = self._all
        self._last = run, cells
        lines = [
            self._lines.link(lot, PL + "namedAt", self._sheet.pointer(lots.index)(row))
            for lots in named
            for lot, _ in lots.found(cells)
        ]
        return "".join(lines)

    def _hash(self, cells: Cells) -> int:
        return hash(tuple(cells[lots.index] for lots in self._all))


def _json_pattern(pointer: str, records: str) -> str:
    source, _, path = pointer.partition("#")
    parts = path.split("/")
    for number, (part, wanted) in enumerate(zip(parts, records.split("/"), strict=False)):
        if wanted == HOLE:
            parts[number] = HOLE
        elif part != wanted:
            break
    return f"{source}#{'/'.join(parts)}"


def stated_in(sheet: Sheet) -> dict[str, set[int]]:
    """Return the columns of what `row:` names, by property."""
    found: dict[str, set[int]] = defaultdict(set)
    for stated in _of_row(sheet):
        found[stated.property].add(stated.column)
    return found


def _of_row(sheet: Sheet) -> Iterator[Stated]:
    """Yield what the columns state that `row:` names."""
    row = sheet.table.row
    if isinstance(row, subjects.RunRow):
        yield from _run(sheet, row)
    elif isinstance(row, subjects.LotRow):
        yield from _lot(sheet, row)
    elif isinstance(row, subjects.SampleRow):
        yield from _sample(sheet, row)
    elif isinstance(row, subjects.StageRow):
        yield from _stage(sheet, row)
    elif isinstance(row, subjects.MapRow):
        yield from _map(sheet, row)
    elif isinstance(row, subjects.CutRow):
        yield from _cut(sheet, row)
    elif isinstance(row, subjects.DispositionRow):
        yield from _disposition(sheet, row)
    elif isinstance(row, subjects.ComponentRow):
        yield from _component(sheet, row)


class _Thing:
    """The things of a sheet, to say which columns state their properties."""

    def __init__(self, sheet: Sheet, about: str, key: int) -> None:
        self._sheet, self._about, self._key = sheet, about, key

    def texts(self, wanted: dict[str, naming.Cell | naming.When | None]) -> Iterator[Stated]:
        """Yield the columns of times, numbers and names."""
        for name, spec in wanted.items():
            column = spec if isinstance(spec, str) or spec is None else spec.column
            if column:
                first = column if isinstance(column, str) else column[0]
                yield Stated(self._about, self._key, name, self._sheet.headers.column(first).index)

    def links(self, names: Sequence[str], things: Sequence[naming.Thing | None]) -> Iterator[Stated]:
        """Yield the columns of things that are named."""
        for thing in things:
            if thing:
                index = self._sheet.identity(thing)[0]
                value = _lots(self._sheet, thing.kind) if isinstance(thing, naming.Lot) else ""
                yield from (Stated(self._about, self._key, name, index, value) for name in names)


def _runs(sheet: Sheet, ref: naming.RunRef) -> str:
    return sheet.job.scope.run(step_of(sheet, ref.step).slug, "x")[:-1]


def _lots(sheet: Sheet, kind: str) -> str:
    return sheet.job.scope.lot(kind, "x")[:-1]


def _run(sheet: Sheet, row: subjects.RunRow) -> Iterator[Stated]:
    run = _Thing(sheet, _runs(sheet, row.run), sheet.identity(row.run)[0])
    machines = row.equipment if isinstance(row.equipment, tuple) else (row.equipment,)
    yield from run.texts({_STARTED: row.start, _ENDED: row.end})
    yield from run.links((HAS_PARTICIPANT,), machines)
    yield from run.links((PL + "inRoom",), (row.room,))
    yield from run.links((PL + "followsRecipe",), (row.recipe,))
    for each in row.inputs:
        made = PL + ("possiblyMadeFromLot" if each.pool else "madeFromLot")
        yield from run.links((PL + "inputLot", made), (each,))
    yield from run.links((PL + "outputLot", HAS_OUTPUT), row.outputs)


def _lot(sheet: Sheet, row: subjects.LotRow) -> Iterator[Stated]:
    lot = _Thing(sheet, _lots(sheet, row.lot.kind), sheet.identity(row.lot)[0])
    yield from lot.texts({
        PL + "openedOn": row.opened, PL + "expiresOn": row.expires, PL + "supplier": row.supplier,
        PL + "lotNumber": row.lot_number, PL + "polarity": row.lot.polarity,
        PL + "cellFormat": row.lot.format, PL + "cellKind": row.lot.cell_kind,
    })  # fmt: skip


def _sample(sheet: Sheet, row: subjects.SampleRow) -> Iterator[Stated]:
    about = sheet.job.scope.thing("sample", "x")[:-1]
    sample = _Thing(sheet, about, sheet.identity(row.sample)[0])
    yield from sample.links((PL + "takenFrom",), (row.taken_from,))
    yield from sample.texts({
        PL + "represents": row.represents, PL + "samplePosition": row.position, PL + "side": row.side,
        PL + "lane": row.lane, _MADE: row.taken,
    })  # fmt: skip


def _stage(sheet: Sheet, row: subjects.StageRow) -> Iterator[Stated]:
    stage = _Thing(sheet, _runs(sheet, row.stage), sheet.text(row.number)[0])
    yield from stage.texts({_STARTED: row.start, _ENDED: row.end})
    yield from stage.links((PL + "stageOf",), (row.stage,))


def _map(sheet: Sheet, row: subjects.MapRow) -> Iterator[Stated]:
    piece = _Thing(sheet, _runs(sheet, row.map), sheet.text(row.number)[0])
    yield from piece.texts({
        PL + "fromStart": row.from_start, PL + "fromEnd": row.from_end, PL + "toStart": row.to_start,
        PL + "toEnd": row.to_end, PL + "laneStart": row.lane_start, PL + "laneEnd": row.lane_end,
        PL + "lane": row.lane, PL + "sideFlipped": row.side_flipped,
    })  # fmt: skip
    yield from piece.links((PL + "fromLot",), (row.from_,))
    yield from piece.links((PL + "toLot",), (row.to,))
    yield from piece.links((PL + "mapOf",), (row.map,))


def _cut(sheet: Sheet, row: subjects.CutRow) -> Iterator[Stated]:
    piece = _Thing(sheet, _lots(sheet, row.cut.kind), sheet.identity(row.cut)[0])
    yield from piece.links((PL + "cutFrom",), (row.from_,))
    yield from piece.texts({PL + "cutStart": row.start, PL + "cutEnd": row.end, PL + "lane": row.lane})
    if row.run:
        run = _Thing(sheet, _runs(sheet, row.run), sheet.identity(row.run)[0])
        yield from run.links((PL + "inputLot", PL + "madeFromLot"), (row.from_,))
        yield from run.links((PL + "outputLot", HAS_OUTPUT), (row.cut,))


def _disposition(sheet: Sheet, row: subjects.DispositionRow) -> Iterator[Stated]:
    told = _Thing(sheet, _lots(sheet, row.disposition.kind), sheet.identity(row.disposition)[0])
    yield from told.texts({
        PL + "dispositionKind": row.kind, PL + "reason": row.reason, PL + "amountTyped": row.amount,
        _MADE: row.time,
    })  # fmt: skip


def _component(sheet: Sheet, row: subjects.ComponentRow) -> Iterator[Stated]:
    about = (
        _runs(sheet, row.component.run) if row.component.run else sheet.job.scope.thing("recipe", "x")[:-1]
    )
    part = _Thing(sheet, about, sheet.text(row.number)[0])
    yield from part.links((PL + "componentOf",), (row.component.run or row.component.recipe,))
    yield from part.links((PL + "lotUsed",), (row.lot,))
    yield from part.texts({PL + "componentRole": row.role})


def _of_values(sheet: Sheet, values: Sequence[int]) -> Iterator[Stated]:
    """Yield the columns that say of the values of a row how, when and on what they were measured."""
    row, long = sheet.table.row, sheet.table.long
    for key in values:
        value = _Thing(sheet, "", key)
        if isinstance(row, subjects.RowKeys):
            facts = ("technique", "statistic", "side", "lane", "position", "condition", "replicate")
            yield from value.texts({PL + name: getattr(row, name) for name in facts})
            yield from value.texts({_MADE: row.time})
            yield from value.links((PL + "onSample",), (row.sample,))
            yield from value.links((HAS_PARTICIPANT,), (row.equipment,))
        if long and long.unit:
            yield from value.texts({UNIT: long.unit})
