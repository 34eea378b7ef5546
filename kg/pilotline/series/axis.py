"""Watches the time axis of a test: steps back, stamps that come twice, an axis that is too long."""

from array import array
from collections.abc import Iterator
from statistics import median

from pilotline.findings import Finding, Severity

_DAY = 86400.0
_YEAR = 365.25 * _DAY
_HOUR = 3600.0
_STEPS_KEPT = 100_000


class Axis:
    """Seconds since the start of a test, row by row."""

    def __init__(self, longest: float) -> None:
        self.back: list[int] = []
        self.twice = 0
        self.last: float | None = None
        self._longest = longest * _DAY
        self._top, self._top_row = 0.0, 0
        self._steps = array("d")

    def see(self, row: int, time: float) -> float:
        """Note the time of a row; return the step to it in seconds, 0 where time does not go on."""
        step = 0.0 if self.last is None else time - self.last
        if self.last is not None and step <= 0:
            self.twice += step == 0
            if step < 0:
                self.back.append(row)
        elif self.last is not None and len(self._steps) < _STEPS_KEPT:
            self._steps.append(step)
        if time > self._top:
            self._top, self._top_row = time, row
        self.last = time
        return max(step, 0.0)

    @property
    def faulty(self) -> bool:
        """Say whether what is integrated over the axis cannot be right."""
        return bool(self.back) or self.too_long

    @property
    def too_long(self) -> bool:
        """Say whether the axis is longer than a test can last."""
        return self._top > self._longest

    def findings(self, file: str, place: str) -> Iterator[Finding]:
        """Yield what is wrong with the axis; place: template of a cell's address with `{row}`."""
        if self.back:
            rows = ", ".join(map(str, self.back[:5])) + (", …" if len(self.back) > 5 else "")
            yield Finding(
                "Series-time-backward",
                Severity.WARNING,
                f"time goes back {len(self.back)} times (rows {rows}); "
                "what is integrated over time is marked invalid",
                hint="the clock was set back, or parts of the file are swapped; export the test again",
                file=file,
                cell=place.format(row=self.back[0]),
                value=str(len(self.back)),
            )
        if self.too_long:
            yield self._long(file, place)
        if self.twice:
            yield Finding(
                "Series-time-twice",
                Severity.INFO,
                f"{self.twice} rows have the time of the row before",
                file=file,
            )

    def _long(self, file: str, place: str) -> Finding:
        step = median(self._steps) if self._steps else 0.0
        message = (
            f"the time axis ends at {self._top:.4g} s ({self._top / _YEAR:.1f} years), its median step is "
            f"{step:.4g} s; what is integrated over time is marked invalid"
        )
        shorter = (
            f"divided by 3600 it ends at {self._top / _HOUR / _HOUR:.1f} h with steps of {step / _HOUR:.3g} s"
        )
        return Finding(
            "Series-time-too-long",
            Severity.WARNING,
            message,
            hint=f"hours taken for seconds twice? {shorter}",
            file=file,
            cell=place.format(row=self._top_row),
            value=f"{self._top:.6g}",
        )
