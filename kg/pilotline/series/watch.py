"""Watches one channel in one window: statistics, gaps, a sensor that is stuck, stamps that come twice."""

from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

from pilotline.series.model import Channel


@dataclass
class Watch:
    """The readings of a channel in a window, one after another; memory does not grow with them.

    gap: seconds without a reading that are a gap. outside: seconds outside the limits; a reading holds until
    the next one, over no more than a gap.
    gaps: from when to when. stuck: since when, and how many equal readings, the longest time.
    twice: readings with the stamp of the one before; they are not counted again.
    """

    channel: Channel
    gap: float
    count: int = 0
    mean: float = 0.0
    minimum: float = float("inf")
    maximum: float = float("-inf")
    outside: float = 0.0
    twice: int = 0
    backward: int = 0
    first: datetime | None = None
    last: datetime | None = None
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)
    stuck: tuple[datetime, int] | None = None
    _squares: float = 0.0
    _value: float = 0.0
    _same: int = 1
    _since: datetime | None = None

    @property
    def deviation(self) -> float:
        """Return the standard deviation of the sample."""
        return sqrt(self._squares / (self.count - 1)) if self.count > 1 else 0.0

    def see(self, time: datetime, value: float) -> None:
        """Take a reading."""
        if self.last is not None and not self._goes_on(time, self.last):
            return
        self._stand_still(time, value)
        self.count += 1
        step = value - self.mean
        self.mean += step / self.count
        self._squares += step * (value - self.mean)
        self.minimum, self.maximum = min(self.minimum, value), max(self.maximum, value)
        self.first, self.last, self._value = self.first or time, time, value

    def end(self, start: datetime, end: datetime) -> None:
        """Close the window, of which the readings may have missed the beginning or the end."""
        if self.first is None or self.last is None:
            self.gaps.append((start, end))
            return
        for left, right in ((start, self.first), (self.last, end)):
            if (right - left).total_seconds() > self.gap:
                self.gaps.append((left, right))

    def _goes_on(self, time: datetime, last: datetime) -> bool:
        """Say whether a reading counts, after what lies between it and the one before was judged."""
        seconds = (time - last).total_seconds()
        if seconds == 0:
            self.twice += 1
            return False
        if seconds < 0:
            self.backward += 1
            return False
        if seconds > self.gap:
            self.gaps.append((last, time))
        if self._is_outside(self._value):
            self.outside += min(seconds, self.gap)
        return True

    def _is_outside(self, value: float) -> bool:
        low, high = self.channel.limits.low, self.channel.limits.high
        return (low is not None and value < low) or (high is not None and value > high)

    def _stand_still(self, time: datetime, value: float) -> None:
        """Count equal readings in a row; the value of a channel that is set may stand still."""
        least = self.channel.stuck_after
        if self._since is None or value != self._value:
            self._same, self._since = 1, time
            return
        self._same += 1
        stands = self.channel.kind == "measured" and least and self._same >= least
        if stands and (self.stuck is None or self._same > self.stuck[1]):
            self.stuck = (self._since, self._same)
