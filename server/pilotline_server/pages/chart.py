"""Turns numbers into the marks of a chart that is drawn on the server and read without script."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 900, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 12, 14, 46


@dataclass(frozen=True)
class Mark:
    """One value. title: what it says when pointed at."""

    x: float
    y: float
    title: str
    faulty: bool = False


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in pixels, with its words."""

    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """Numbers from low to high on so many pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, number: float) -> float:
        """Return where a number lies, in pixels."""
        return round(self.start + (number - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    def ticks(self, count: int = 6) -> list[Tick]:
        """Return round numbers along the axis."""
        step = _round_step((self.high - self.low) / count)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [Tick(self.at(n * step), f"{n * step:.6g}") for n in range(first, last + 1)]


def across(numbers: Sequence[float]) -> Axis:
    """Return an axis from left to right that holds the numbers."""
    return Axis(*_span(numbers), _LEFT, WIDTH - _RIGHT)


def upward(numbers: Sequence[float]) -> Axis:
    """Return an axis from the bottom up that holds the numbers."""
    return Axis(*_span(numbers), HEIGHT - _BOTTOM, _TOP)


def path(points: Iterator[tuple[float, float]]) -> str:
    """Return a line through points, in pixels, as SVG writes it."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _span(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    margin = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    return low - margin, high + margin


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
