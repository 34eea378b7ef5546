"""Turns a sheet of runs into windows of time, and finds the windows that a time lies in."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pilotline.findings import Finding, Severity
from pilotline.series.job import Job
from pilotline.series.layout import opened
from pilotline.series.model import Runs


@dataclass(frozen=True)
class Window:
    """A run and when it was; name: its identity, for people."""

    run: str
    name: str
    start: datetime
    end: datetime


class Windows:
    """The windows of all runs, in the order of their starts."""

    def __init__(self, windows: Iterable[Window]) -> None:
        self.all = sorted(windows, key=lambda window: window.start)
        self._starts = [window.start for window in self.all]
        self._longest = max((window.end - window.start for window in self.all), default=timedelta(0))

    def at(self, time: datetime) -> list[Window]:
        """Return the windows that a time lies in; both ends belong to a window."""
        found = []
        for window in reversed(self.all[: bisect_right(self._starts, time)]):
            if window.start < time - self._longest:
                break
            if time <= window.end:
                found.append(window)
        return found


def read_windows(job: Job, spec: Runs, path: Path) -> tuple[Windows, list[Finding]]:
    """Return the windows that a sheet of runs says, and what was found in it."""
    file = opened(path, spec, job.mapping, job.units)
    slug = job.step(spec.run.step).slug
    parts = [file.text(part) if isinstance(part, str) else None for part in spec.run.id]
    fixed = [part if isinstance(part, str) else part.text for part in spec.run.id]
    start, end = file.time(spec.start), file.time(spec.end)
    windows: dict[str, Window] = {}
    for row, cells in file.rows:
        ids = [part(cells) if part else text for part, text in zip(parts, fixed, strict=True)]
        times = start(row, cells), end(row, cells)
        if not all(ids) or times[0] is None or times[1] is None or times[1] < times[0]:
            index = file.index(spec.start)
            message = (
                "the run has no identity, start or end, or ends before it starts; no reading is linked to it"
            )
            file.note("Run-without-window", Severity.WARNING, row, index, message)
            continue
        run = job.description.scope.run(slug, *ids)
        windows[run] = Window(run, " ".join(ids), times[0], times[1])
    return Windows(windows.values()), file.findings()
