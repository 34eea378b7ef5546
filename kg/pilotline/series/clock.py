"""Compares the clock of a logger with the starts of the runs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import median

from pilotline.findings import Finding, Severity
from pilotline.series.windows import Window


class Stretches:
    """When the machine began to run: the first reading, one after a long pause, or speed after standstill."""

    def __init__(self, pause: float) -> None:
        self.starts: list[datetime] = []
        self._pause = pause
        self._last: datetime | None = None
        self._ran = False

    def see(self, time: datetime, value: float, *, speed: bool) -> None:
        """Take a reading; speed: of the web, which stands still at 0."""
        paused = self._last is None or (time - self._last).total_seconds() > self._pause
        runs = value > 0 if speed else True
        if runs and (paused or not self._ran):
            self.starts.append(time)
        self._last, self._ran = time, runs


def offset(starts: Sequence[datetime], windows: Sequence[Window]) -> list[float]:
    """Return, for each run, by how many seconds the logger saw it start later than the run says.

    As many starts as runs are paired in their order, else each run with the nearest start.
    """
    if not starts or not windows:
        return []
    if len(starts) == len(windows):
        pairs = zip(sorted(starts), windows, strict=True)
        return [(start - window.start).total_seconds() for start, window in pairs]
    nearest = (min(starts, key=lambda start: abs(start - window.start)) for window in windows)
    return [(start - window.start).total_seconds() for start, window in zip(nearest, windows, strict=True)]


def clock_findings(offsets: Sequence[float], least: float, file: str) -> Iterator[Finding]:
    """Yield that the clock is off, where the runs agree on it; least: seconds that are worth telling."""
    if not offsets:
        return
    usual = median(offsets)
    agreeing = [each for each in offsets if abs(each - usual) <= least]
    if abs(usual) > least and 2 * len(agreeing) > len(offsets):
        ahead = "ahead of" if usual > 0 else "behind"
        yield Finding(
            "Logger-clock-offset",
            Severity.WARNING,
            f"the logger's clock is {abs(usual):.0f} s {ahead} the line's by the starts of "
            f"{len(agreeing)} of {len(offsets)} runs",
            hint=f"set the clock; for these files say `clock: {usual:.0f}` in the mapping",
            file=file,
            value=f"{usual:.0f}",
        )
