"""Turns the files of a cycler into series, the runs that they record, and the features of their cycles."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pilotline import iris
from pilotline.findings import Finding, Severity
from pilotline.namespaces import HAS_OUTPUT, HAS_PARTICIPANT, PL, PROV, RDFS
from pilotline.rdf.ntriples import moment, string
from pilotline.series import parquet
from pilotline.series.axis import Axis
from pilotline.series.cycles import Counter, Cycle, Integrator
from pilotline.series.efficiency import Cycles
from pilotline.series.features import COUNTS, HALVES, UNITS, Features
from pilotline.series.job import Feature, Job, Told
from pilotline.series.layout import Cells, Opened, opened
from pilotline.series.model import Cycler, CyclerTest, SeriesColumn

_LATCHED = "Reading-latched"


@dataclass(frozen=True)
class _Column:
    index: int
    spec: SeriesColumn
    field: parquet.Field
    read: Callable[[int, Cells], Any]


def read_test(job: Job, spec: Cycler, path: Path) -> Told:
    """Read one file of a cycler."""
    return _Test(job, spec, path).read()


class _Test:
    """One file: rows go to Parquet as they come, cycles are judged on the way."""

    def __init__(self, job: Job, spec: Cycler, path: Path) -> None:
        self._job, self._spec, self._path = job, spec, path
        self._file: Opened = opened(path, spec, job.mapping, job.units)
        self._series = job.series(path.name)
        self._run, self._label = self._run_of(spec.test)
        self._cell = self._cell_of(spec.test.cell)
        self._bearer = iris.state(self._cell, self._run) if self._cell else self._run
        self._columns = list(self._named())
        self._by = {column.spec.parameter: column for column in self._columns if column.spec.parameter}
        self._clock = self._file.time(spec.clock) if spec.clock and self._file.has(spec.clock) else None
        self._axis = Axis(float(spec.longest))
        self._cycles = Cycles(float(spec.complete_above), spec.order)
        self._integrator = Integrator(spec.order, float(spec.rest_below))
        self._counters = (Counter(), Counter())
        indexes = {name: column.index for name, column in self._by.items()}
        header = self._file.grid.header_row or 1
        self._features = Features(job, spec, self._cycles, self._series, indexes, self._pointer, header)
        self._readings = ""
        self._latched: dict[int, float | None] = {}
        self._first: Cells | None = None

    def read(self) -> Told:
        """Write the Parquet file and return what the graph gets to know."""
        others = list(self._unnamed())
        fields = [column.field for column in (*self._columns, *others)]
        clock = [parquet.Field("clock", self._clock_type())] if self._clock else []
        row_field = parquet.Field("source_row", parquet.WHOLE)
        path = self._job.folder / f"{self._path.name}.parquet"
        with parquet.Writer(path, [row_field, *clock, *fields]) as writer:
            for row, cells in self._file.rows:
                self._first = self._first or cells
                values = [column.read(row, cells) for column in (*self._columns, *others)]
                stamp = [self._clock(row, cells)] if self._clock else []
                writer.write([row, *stamp, *values])
                self._see(row, cells)
        for cycle in self._integrator.end():
            self._cycles.see(cycle)
        file = parquet.series_file(path)
        source = self._job.description.scope.source(self._path.name)
        text = parquet.described(self._job.lines, self._series, self._path.name, file, writer, source)
        text += self._job.lines.link(self._series, PL + "seriesOf", self._run)
        text += self._run_lines() + self._readings
        text += self._features.lines(self._bearer, faulty=self._axis.faulty)
        return Told(text, file, self._findings())

    def _identity(self, key: str, pattern: str) -> list[str]:
        """Return the groups of a pattern for the name of the file."""
        match = re.fullmatch(pattern, self._path.name)
        if match is None or not any(match.groups()):
            message = f"does not fit `{key}: {pattern}`, or the pattern has no group"
            raise self._job.error(f"{self._path.name} {message}")
        return [group for group in match.groups() if group]

    def _run_of(self, test: CyclerTest) -> tuple[str, str]:
        step, ids = self._job.step(test.step), self._identity("id", test.id)
        label = f"{step.slug.replace('-', ' ')} {' '.join(ids)}"
        return self._job.description.scope.run(step.slug, *ids), label

    def _cell_of(self, pattern: str | None) -> str:
        """Return the cell that was tested, empty where the mapping names none."""
        return self._job.description.scope.lot("cell", *self._identity("cell", pattern)) if pattern else ""

    def _named(self) -> Iterator[_Column]:
        for name, spec in self._spec.columns.items():
            for found in self._file.headers.line(name, required=spec.required):
                yield self._column(found.index, spec)

    def _column(self, index: int, spec: SeriesColumn) -> _Column:
        parameter = self._job.parameter(spec.parameter) if spec.parameter else None
        unit = self._job.unit(spec.unit, parameter) if spec.unit and parameter else None
        kind = parquet.TEXT if spec.text else parquet.NUMBER
        field = parquet.Field(self._name(index), kind, parameter.iri if parameter else "", unit)
        text: Callable[[int, Cells], Any] = lambda _, cells: str(cells[index])  # noqa: E731
        return _Column(index, spec, field, text if spec.text else self._file.number(index))

    def _name(self, index: int) -> str:
        """Return the heading of a column; one that comes again gets its number."""
        headers = self._file.grid.headers
        before = headers[: index + 1].count(headers[index])
        return headers[index] if before == 1 else f"{headers[index]} {{{before}}}"

    def _unnamed(self) -> Iterator[_Column]:
        """Yield the columns that the mapping does not name; they are kept as text, and told."""
        for name in filter(None, (self._spec.time, *self._test_columns())):
            self._file.index(name)
        time = self._spec.time
        if time is not None and self._file.index(time) not in {column.index for column in self._columns}:
            yield self._column(self._file.index(time), SeriesColumn())
        for found in self._file.headers.unnamed():
            if found.header.strip():
                place = self._file.grid.place(self._file.grid.header_row, found.index)
                message = (
                    f"the column {found.header!r} has no line in the mapping; the series keeps it as text"
                )
                self._file.report.add(
                    "Column-unmapped", Severity.WARNING, place, message, column=found.header
                )
                yield self._column(found.index, SeriesColumn(text=True))

    def _test_columns(self) -> tuple[str | None, ...]:
        test = self._spec.test
        return test.start, test.equipment, test.channel, *test.notes

    def _clock_type(self) -> Any:
        return parquet.TIME if self._file.source.timezone else parquet.LOCAL_TIME

    def _value(self, parameter: str, row: int, cells: Cells) -> float | None:
        """Return a value in the unit by which cycles count: Ah, Wh, A, V."""
        column = self._by.get(parameter)
        value: float | None = column.read(row, cells) if column else None
        if value is None or column is None or column.field.unit is None:
            return value
        usual = self._job.units.parse(UNITS[parameter]).factor
        factor = column.field.unit.factor
        return value if factor == usual or not factor or not usual else value * float(factor / usual)

    def _see(self, row: int, cells: Cells) -> None:
        if self._spec.rows == "cycles":
            self._see_cycle(row, cells)
        else:
            self._see_reading(row, cells)

    def _see_cycle(self, row: int, cells: Cells) -> None:
        number = self._value("CycleNumber", row, cells)
        cycle = Cycle(int(self._cycles.seen + 1 if number is None else number), row)
        for parameter, name in HALVES.items():
            setattr(cycle, name, self._value(parameter, row, cells) or 0.0)
        complete = self._cycles.see(cycle)
        for column in self._columns:
            if column.spec.latched and complete:
                self._see_latched(column, cycle, cells)

    def _see_latched(self, column: _Column, cycle: Cycle, cells: Cells) -> None:
        """Take a reading that the cycler repeats until it takes the next one; a repeat is none."""
        value = column.read(cycle.row, cells)
        if value == self._latched.get(column.index):
            message = f"{column.field.name} repeats the row before; that is no measurement"
            self._file.note(_LATCHED, Severity.INFO, cycle.row, column.index, message)
        elif value:
            assert column.spec.parameter is not None
            assert column.spec.unit is not None
            feature = Feature(
                column.spec.parameter,
                "measured",
                str(cells[column.index]),
                column.spec.unit,
                condition=f"CycleNumber:{cycle.number}",
                cell=self._pointer(column.index, cycle.row),
            )
            self._readings += self._job.quantity(self._bearer, feature)
        self._latched[column.index] = value

    def _see_reading(self, row: int, cells: Cells) -> None:
        assert self._spec.time is not None
        time = self._file.number(self._file.index(self._spec.time))(row, cells)
        current, voltage = self._value("CellCurrent", row, cells), self._value("CellVoltage", row, cells)
        if time is None:
            return
        step = self._axis.see(row, time)
        if current is None or voltage is None:
            return
        number = self._value("CycleNumber", row, cells)
        whole = None if number is None else int(number)
        moved = self._counted(row, cells)
        read = self._integrator.see(row, whole, current, voltage, seconds=step, counted=moved)
        for cycle in read:
            self._cycles.see(cycle)

    def _counted(self, row: int, cells: Cells) -> tuple[float, float] | None:
        """Return the charge that the cycler counted since the row before, Ah; None where it counts none."""
        charge, discharge = (self._value(name, row, cells) for name in COUNTS)
        if charge is None or discharge is None:
            return None
        return self._counters[0].step(charge), self._counters[1].step(discharge)

    def _pointer(self, index: int, row: int) -> str:
        source = self._job.description.scope.source(self._path.name)
        return self._file.grid.pointer(source, index)(row)

    def _run_lines(self) -> str:
        lines, test = self._job.lines, self._spec.test
        text = lines.types(self._run, self._job.step(test.step).types)
        text += lines.line(self._run, RDFS + "label", string(self._label))
        text += lines.link(self._run, PL + "cell", self._pointer(0, self._file.grid.header_row or 1))
        text += self._cell_lines() if self._cell else ""
        if self._first is None:
            return text
        if test.start and (start := self._file.time(test.start)(1, self._first)):
            text += lines.line(self._run, PROV + "startedAtTime", _moment(start))
        text += self._equipment(self._first)
        for name in test.notes:
            if note := self._file.text(name)(self._first):
                text += lines.line(self._run, PL + "note", string(f"{name}: {note}"))
        return text

    def _cell_lines(self) -> str:
        """Return the lines of the tested cell, which stays the same thing and gets another state."""
        lines, vocabulary, state = self._job.lines, self._job.vocabulary, self._bearer
        cell, name = self._cell, " ".join(self._identity("cell", self._spec.test.cell or ""))
        text = lines.types(cell, vocabulary.lot("cell").types)
        text += lines.line(cell, RDFS + "label", string(f"cell {name}"))
        text += lines.types(state, vocabulary.thing(self._spec.test.product).types)
        text += lines.link(state, PL + "stateOf", cell) + lines.link(state, PL + "madeFromLot", cell)
        text += lines.link(self._run, PL + "inputLot", cell) + lines.link(self._run, PL + "outputLot", cell)
        return text + lines.link(self._run, HAS_OUTPUT, state)

    def _equipment(self, first: Cells) -> str:
        test, lines, scope = self._spec.test, self._job.lines, self._job.description.scope
        name = self._file.text(test.equipment)(first) if test.equipment else ""
        if not name:
            return ""
        machine = scope.thing("equipment", name)
        text = lines.link(self._run, HAS_PARTICIPANT, machine)
        text += lines.types(machine, self._job.vocabulary.thing("BatteryCycler").types)
        text += lines.line(machine, RDFS + "label", string(name))
        number = self._file.text(test.channel)(first) if test.channel else ""
        if not number:
            return text
        channel = f"{machine}/channel/{number}"
        text += lines.link(self._run, PL + "onChannel", channel) + lines.types(channel, (PL + "Channel",))
        text += lines.link(channel, PL + "channelOf", machine)
        return text + lines.line(channel, PL + "channelNumber", string(number))

    def _findings(self) -> tuple[Finding, ...]:
        place = "row {row}"
        found = [*self._file.findings(), *self._axis.findings(self._path.name, place)]
        if self._features.counted or not self._axis.faulty:
            found += self._cycles.findings(self._path.name, place)
        return tuple(found)


def _moment(time: datetime) -> str:
    """Return a time as a term; a local time keeps its day alone, since its zone is not known."""
    return moment(time if time.tzinfo else time.date())
