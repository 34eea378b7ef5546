"""Maps the series of one dataset to N-Quads and Parquet: `stage_series` is the way in."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from pilotline.datasets.dataset import SeriesFile, SourceError, SourceFile, Staged
from pilotline.findings import Finding, Severity
from pilotline.ingest.shards import Each, in_turn
from pilotline.iris import Scope
from pilotline.quantities.units import Units
from pilotline.series.channels import Signal, described, registered, signal
from pilotline.series.cycler import read_test
from pilotline.series.job import Job, Told
from pilotline.series.logger import read_log
from pilotline.series.model import Cycler, Layout, Logger, SeriesMapping
from pilotline.series.windows import Windows, read_windows
from pilotline.tabular.files import source_file
from pilotline.tabular.model import Mapping as Tables
from pilotline.tabular.model import Table
from pilotline.tabular.reading import parse_as, text_of
from pilotline.vocabulary.terms import Vocabulary

_KEYS = re.compile(r"^(cycler|logger):", re.MULTILINE)


def is_series(path: Path) -> bool:
    """Say whether a mapping file is one of series."""
    return bool(_KEYS.search(text_of(path)))


def read_series_mapping(path: Path) -> SeriesMapping:
    """Return the mapping of series in a YAML file.

    Errors: SourceError, with one line for each thing that is wrong.
    """
    return parse_as(SeriesMapping, text_of(path), path.name)


def stage_series(
    mapping: SeriesMapping,
    files: Sequence[Path],
    scope: Scope,
    into: Path,
    vocabulary: Vocabulary,
    units: Units,
    each: Each = in_turn,
) -> Staged:
    """Map files to an N-Quads file, with a folder of Parquet files beside it, and say what was found.

    into: the file to write. each: reads the files one after the other, or at once.

    Errors: SourceError, for what stops the reading; what is wrong in single cells is a finding.
    """
    description = mapping.dataset.describe(scope)
    folder = into.with_suffix(".series")
    folder.mkdir()
    job = Job(mapping, description, vocabulary, units, folder)
    read_at = datetime.now(UTC)
    sources = tuple(_source(path, mapping) for path in files)
    series: list[SeriesFile] = []
    findings = list(_unread(files, mapping))
    with into.open("w", encoding="utf-8", newline="\n") as out:
        for told in _read(job, files, each):
            out.write(told.text)
            findings += told.findings
            series += [told.file] if told.file else []
    if not series:
        globs = ", ".join(repr(layout.file) for layout in mapping.layouts)
        raise SourceError(f"mapping {mapping.mapping}: no file fits {globs}")
    name = f"{mapping.mapping} {mapping.version}"
    found = tuple(findings)
    return Staged(description, into, sources, name, read_at, found, series=tuple(series))


def _read(job: Job, files: Sequence[Path], each: Each) -> Iterator[Told]:
    if job.mapping.logger:
        yield from _read_logs(job, job.mapping.logger, files, each)
    layouts = [(path, _layout_of(path, job.mapping)) for path in files]
    yield from each(
        partial(_tested, job), [(path, spec) for path, spec in layouts if isinstance(spec, Cycler)]
    )


def _tested(job: Job, test: tuple[Path, Cycler]) -> Told:
    return read_test(job, test[1], test[0])


def _read_logs(job: Job, spec: Logger, files: Sequence[Path], each: Each) -> Iterator[Told]:
    """Yield what the register and the sheet of runs said, then each log."""
    signals = {name: signal(job, name, each) for name, each in spec.channels.items()}
    findings: list[Finding] = []
    if spec.register_:
        signals, findings = registered(job, spec.register_, _one(job, spec.register_, files))
    windows, found = read_windows(job, spec.runs, _one(job, spec.runs, files))
    yield Told(described(job, signals.values()), None, (*findings, *found))
    logs = [path for path in files if _layout_of(path, job.mapping) is spec]
    yield from each(partial(_logged, job, spec, signals, windows), logs)


def _logged(job: Job, spec: Logger, signals: dict[str, Signal], windows: Windows, path: Path) -> Told:
    return read_log(job, spec, path, signals, windows)


def _one(job: Job, layout: Layout, files: Sequence[Path]) -> Path:
    """Return the one file that a layout is for."""
    fitting = [path for path in files if fnmatchcase(path.name.casefold(), layout.file.casefold())]
    if len(fitting) != 1:
        names = ", ".join(path.name for path in fitting) or "none"
        raise job.error(f"one file {layout.file!r} is needed, found {names}; name it with the log")
    return fitting[0]


def _layout_of(path: Path, mapping: SeriesMapping) -> Layout | None:
    """Return the first layout that is for a file."""
    fitting = (each for each in mapping.layouts if fnmatchcase(path.name.casefold(), each.file.casefold()))
    return next(fitting, None)


def _source(path: Path, mapping: SeriesMapping) -> SourceFile:
    layout = _layout_of(path, mapping)
    source = (layout.source if layout else None) or mapping.source
    table = Table.model_construct(file=path.name, source=source)
    return source_file(path, Tables.model_construct(tables=(table,), source=source))


def _unread(files: Sequence[Path], mapping: SeriesMapping) -> Iterator[Finding]:
    for path in files:
        if _layout_of(path, mapping) is None:
            globs = ", ".join(repr(layout.file) for layout in mapping.layouts)
            message = "no part of the mapping is for this file; it is left out"
            yield Finding("Source-unread", Severity.WARNING, message, f"`file:` says {globs}", path.name)
