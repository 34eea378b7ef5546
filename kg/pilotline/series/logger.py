"""Turns the files of a logger into series, and what its channels did in each run into features."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pilotline.findings import Finding, Severity
from pilotline.iris import segment
from pilotline.namespaces import PL, RDFS
from pilotline.rdf.ntriples import Lines, decimal, integer, moment, string
from pilotline.series import parquet
from pilotline.series.channels import Signal
from pilotline.series.clock import Stretches, clock_findings, offset
from pilotline.series.job import Feature, Job, Told
from pilotline.series.layout import Cells, Opened, opened
from pilotline.series.model import Logger
from pilotline.series.watch import Watch
from pilotline.series.web import Position
from pilotline.series.windows import Window, Windows

_GAPS = 3  # missed readings that are a gap, unless the mapping says otherwise
_METHOD = (
    "readings of the channel from the start to the end of the run; a stamp that comes twice counts once; "
    "SD of the sample; a reading holds until the next one"
)
Reading = tuple[datetime, Signal, float]


def read_log(job: Job, spec: Logger, path: Path, signals: dict[str, Signal], windows: Windows) -> Told:
    """Read one file of a logger."""
    return _Log(job, spec, path, signals, windows).read()


@dataclass
class _Run:
    """What is known of the readings in the window of a run."""

    window: Window
    position: Position = field(default_factory=Position)
    watches: dict[str, Watch] = field(default_factory=dict)


class _Log:
    """One file: rows go to Parquet as they come, channels are watched on the way."""

    def __init__(
        self, job: Job, spec: Logger, path: Path, signals: dict[str, Signal], windows: Windows
    ) -> None:
        self._job, self._spec, self._path = job, spec, path
        self._signals, self._windows = signals, windows
        self._file: Opened = opened(path, spec, job.mapping, job.units)
        self._time = self._file.time(spec.time)
        self._ahead = timedelta(seconds=float(spec.clock))
        self._gap = float(spec.gap or _GAPS * spec.every)
        self._stretches = Stretches(self._gap * 10)
        self._runs: dict[str, _Run] = {}
        self._outside, self._rows = 0, 0
        self._leading = next((each.name for each in signals.values() if each.spec.role == "speed"), "")
        self._readings = self._long() if spec.channel else self._wide()

    def read(self) -> Told:
        """Write the Parquet file and return what the graph gets to know."""
        path = self._job.folder / f"{self._path.name}.parquet"
        with parquet.Writer(path, list(self._fields())) as writer:
            for row, cells in self._file.rows:
                if (time := self._time(row, cells)) is None:
                    continue
                found, values = self._readings(row, cells, time - self._ahead)
                runs = self._linked(time - self._ahead, found)
                names = ";".join(run.window.name for run in runs) or None
                metre = round(runs[0].position.at(time - self._ahead), 3) if runs else None
                writer.write([row, time - self._ahead, *values, names, metre])
        for run in self._runs.values():
            for watch in run.watches.values():
                watch.end(run.window.start, run.window.end)
        file, series = parquet.series_file(path), self._job.series(self._path.name)
        source = self._job.description.scope.source(self._path.name)
        text = parquet.described(self._job.lines, series, self._path.name, file, writer, source)
        return Told(text + "".join(self._lines(series)), file, tuple(self._findings()))

    def _fields(self) -> Iterator[parquet.Field]:
        zoned = self._file.source.timezone
        yield parquet.Field("source_row", parquet.WHOLE)
        yield parquet.Field("time", parquet.TIME if zoned else parquet.LOCAL_TIME)
        if self._spec.channel:
            yield parquet.Field("channel", parquet.TEXT)
            yield parquet.Field("value", parquet.NUMBER)
        else:
            for name, signal in self._signals.items():
                yield parquet.Field(name, parquet.NUMBER, signal.parameter.iri, signal.unit)
        yield parquet.Field("run", parquet.TEXT)
        yield parquet.Field("web_metre", parquet.NUMBER, unit=self._job.units.parse("m"))

    def _long(self) -> Callable[[int, Cells, datetime], tuple[list[Reading], list[str | float | None]]]:
        """Return what reads a row that holds one value of one channel."""
        assert self._spec.channel
        assert self._spec.value
        named, index = self._file.text(self._spec.channel), self._file.index(self._spec.channel)
        number = self._file.number(self._file.index(self._spec.value))

        def read(row: int, cells: Cells, time: datetime) -> tuple[list[Reading], list[str | float | None]]:
            name, value = named(cells), number(row, cells)
            signal = self._signals.get(name)
            if signal is None:
                message = f"the channel {name!r} is not registered; its rows are kept and give no feature"
                self._file.note("Channel-unregistered", Severity.WARNING, row, index, message, value=name)
            known = signal is not None and value is not None
            return [(time, signal, value)] if known else [], [name, value]  # type: ignore[list-item]

        return read

    def _wide(self) -> Callable[[int, Cells, datetime], tuple[list[Reading], list[str | float | None]]]:
        """Return what reads a row with a column for each channel."""
        readers = [
            (signal, self._file.number(self._file.index(name))) for name, signal in self._signals.items()
        ]

        def read(row: int, cells: Cells, time: datetime) -> tuple[list[Reading], list[str | float | None]]:
            values = [number(row, cells) for _, number in readers]
            pairs = zip(readers, values, strict=True)
            return [(time, signal, value) for (signal, _), value in pairs if value is not None], [*values]

        return read

    def _linked(self, time: datetime, readings: list[Reading]) -> list[_Run]:
        """Give the readings of a row to the runs in whose windows they lie."""
        self._rows += 1
        runs = [self._runs.setdefault(window.run, _Run(window)) for window in self._windows.at(time)]
        self._outside += not runs
        for _, signal, value in readings:
            if signal.name == self._leading or not self._leading:
                self._stretches.see(time, value, speed=bool(self._leading))
            for run in runs:
                self._watch(run, signal, time, value)
        return runs

    def _watch(self, run: _Run, signal: Signal, time: datetime, value: float) -> None:
        if signal.spec.role:
            factor = float(signal.unit.factor or 1)
            if signal.spec.role == "speed":
                run.position.see_speed(time, value * factor)
            else:
                run.position.see_encoder(value * factor)
        if signal.name not in run.watches:
            run.watches[signal.name] = Watch(signal.spec, self._gap)
        run.watches[signal.name].see(time, value)

    def _lines(self, series: str) -> Iterator[str]:
        lines = self._job.lines
        for run in self._runs.values():
            yield lines.link(series, PL + "seriesOf", run.window.run)
            for name, watch in run.watches.items():
                yield from self._of_channel(series, run, self._signals[name], watch)

    def _of_channel(self, series: str, run: _Run, signal: Signal, watch: Watch) -> Iterator[str]:
        extract = f"{series}/extract/{segment(run.window.run.rsplit('/', 1)[1], signal.name)}"
        yield _extract_lines(self._job.lines, extract, series, run, signal, watch, bool(self._moves))
        stage = f"{run.window.run}/zone/{signal.spec.zone}" if signal.spec.zone is not None else ""
        if stage:
            lines = self._job.lines
            yield lines.types(stage, (PL + "DryerZone",)) + lines.link(stage, PL + "stageOf", run.window.run)
            yield lines.line(stage, PL + "stageNumber", integer(signal.spec.zone or 0))
        for feature in _features(signal, watch, stage, extract):
            yield self._job.quantity(run.window.run, feature)

    @property
    def _moves(self) -> bool:
        return any(signal.spec.role for signal in self._signals.values())

    def _findings(self) -> Iterator[Finding]:
        yield from self._file.findings()
        file = self._path.name
        offsets = offset(self._stretches.starts, self._windows.all)
        yield from clock_findings(offsets, float(self._spec.offset_from), file)
        if self._outside:
            message = (
                f"{self._outside} of {self._rows} rows lie in the window of no run; they are kept unlinked"
            )
            yield Finding("Logger-outside-runs", Severity.INFO, message, file=file)
        for window in self._windows.all:
            if window.run not in self._runs:
                message = f"the log has no reading in run {window.name}"
                yield Finding("Logger-run-without-readings", Severity.WARNING, message, file=file)
        for run in self._runs.values():
            yield from _gap_findings(run, file)
            yield from _twice_findings(run, file)
            for name, watch in run.watches.items():
                yield from _watch_findings(run, name, watch, file)


def _extract_lines(
    lines: Lines, extract: str, series: str, run: _Run, signal: Signal, watch: Watch, moves: bool
) -> str:
    text = lines.types(extract, (PL + "SeriesExtract",)) + lines.link(extract, PL + "extractOf", series)
    text += lines.line(extract, RDFS + "label", string(f"{signal.name} in run {run.window.name}"))
    text += lines.link(extract, PL + "onChannel", signal.iri)
    text += lines.line(extract, PL + "windowStart", moment(run.window.start))
    text += lines.line(extract, PL + "windowEnd", moment(run.window.end))
    text += lines.line(extract, PL + "rowCount", integer(watch.count))
    text += lines.line(extract, PL + "method", string(_METHOD))
    if moves:
        metres = run.position.at(run.window.end)
        text += lines.line(extract, PL + "webStart", _metres(0.0))
        text += lines.line(extract, PL + "webEnd", _metres(metres))
    return text


def _metres(metres: float) -> str:
    """Return a position on the web, to the millimetre, as a term."""
    return decimal(Decimal(f"{metres:.3f}"))


def _features(signal: Signal, watch: Watch, stage: str, extract: str) -> Iterator[Feature]:
    """Yield what a channel did in a window; a sensor that was stuck makes its features suspect."""
    status = "Suspect" if watch.stuck else ""
    numbers = {
        "Mean": watch.mean,
        "StandardDeviation": watch.deviation,
        "Minimum": watch.minimum,
        "Maximum": watch.maximum,
    }
    for statistic, number in numbers.items():
        yield Feature(
            signal.parameter.name,
            signal.spec.kind,
            number,
            signal.spec.unit,
            statistic,
            watch.count,
            stage=stage,
            zone=signal.spec.zone,
            status=status,
            extract=extract,
            foreign=True,
        )
    limits = signal.spec.limits
    if limits.low is not None or limits.high is not None:
        low, high = ("" if each is None else f"{each:f}" for each in (limits.low, limits.high))
        yield Feature(
            "TimeOutsideLimits",
            "calculated",
            watch.outside,
            "s",
            condition=f"{signal.name}:{low}–{high} {signal.spec.unit}",
            status=status,
            extract=extract,
            foreign=True,
        )


def _gap_findings(run: _Run, file: str) -> Iterator[Finding]:
    """Yield the gaps of a run; one that all channels share is one finding."""
    gaps: dict[tuple[datetime, datetime], list[str]] = defaultdict(list)
    for name, watch in run.watches.items():
        for gap in watch.gaps:
            gaps[gap].append(name)
    for (start, end), names in gaps.items():
        seconds = (end - start).total_seconds()
        which = f"channel {names[0]}" if len(names) == 1 else f"{len(names)} channels"
        yield Finding(
            "Logger-gap",
            Severity.WARNING,
            f"run {run.window.name}: no reading of {which} for {seconds:.0f} s from {start.isoformat()}",
            hint="the features are of the readings that are there",
            file=file,
            value=f"{seconds:.0f}",
        )


def _twice_findings(run: _Run, file: str) -> Iterator[Finding]:
    twice = [watch.twice for watch in run.watches.values() if watch.twice]
    if twice:
        what = f"{sum(twice)} stamps of {len(twice)} channels"
        message = f"run {run.window.name}: {what} come twice; the first reading counts"
        yield Finding("Logger-stamp-twice", Severity.WARNING, message, file=file, value=str(sum(twice)))


def _watch_findings(run: _Run, name: str, watch: Watch, file: str) -> Iterator[Finding]:
    where = f"run {run.window.name}, channel {name}"
    if watch.stuck:
        since, count = watch.stuck
        yield Finding(
            "Logger-stuck",
            Severity.WARNING,
            f"{where}: {count} readings in a row are the same from {since.isoformat()}; "
            "its features are suspect",
            hint="is the sensor stuck? say `stuck_after: 0` where a value may stand still",
            file=file,
            value=str(count),
        )
    if watch.backward:
        message = f"{where}: time goes back {watch.backward} times; those readings are not counted"
        yield Finding("Logger-time-backward", Severity.WARNING, message, file=file, value=str(watch.backward))
    if watch.outside:
        limits = watch.channel.limits
        message = f"{where}: {watch.outside:.0f} s outside {limits.low}–{limits.high} {watch.channel.unit}"
        yield Finding("Logger-outside-limits", Severity.INFO, message, file=file)
