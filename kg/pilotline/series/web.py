"""Follows the web through a run: how many metres have passed since its start, by speed or encoder."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Position:
    """Metres from the start of a run; a speed holds until the next one."""

    metres: float = 0.0
    _speed: float = 0.0
    _time: datetime | None = None
    _zero: float | None = None

    def at(self, time: datetime) -> float:
        """Return the position at a time after the last reading."""
        if self._time is None:
            return self.metres
        return self.metres + self._speed * (time - self._time).total_seconds()

    def see_speed(self, time: datetime, speed: float) -> None:
        """Take a speed, m/s."""
        self.metres, self._speed, self._time = self.at(time), speed, time

    def see_encoder(self, metres: float) -> None:
        """Take the length, m, that an encoder has counted."""
        self._zero = metres if self._zero is None else self._zero
        self.metres = metres - self._zero
