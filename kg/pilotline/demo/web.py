"""Turns the plan of a roll into coils: lengths and positions through winding, and the loading on the web.

A position counts in metres from the end of the web that unwinds next, so every pass reverses it.
"""

from dataclasses import dataclass
from math import pi, sin

from pilotline.demo.physics import coating_thickness, film_loading
from pilotline.demo.plan import LANES, LEADER, ROLL_LENGTH, ROLLS, Roll, noise

SIDES = ("A", "B")
_LANE_PROFILE = (-0.006, 0.003, 0.004, -0.005)  # edges of the web are thinner


@dataclass(frozen=True)
class Interval:
    """How a pass maps the web: metres before and metres after."""

    from_start: float
    from_end: float
    to_start: float
    to_end: float

    @property
    def metres(self) -> tuple[float, float, float, float]:
        """Return start and end before the pass, start and end after it."""
        return self.from_start, self.from_end, self.to_start, self.to_end

    def back(self, position: float) -> float:
        """Return the position before the pass of a position after it."""
        share = (position - self.to_start) / (self.to_end - self.to_start)
        return self.from_start + share * (self.from_end - self.from_start)


def _reversed(length: float, stretch: float = 0.0, cut: float = 0.0) -> Interval:
    """Return the pass that rewinds a web, stretches it and cuts `cut` metres from each end."""
    return Interval(cut, length - cut, round((length - 2 * cut) * (1 + stretch), 3), 0.0)


# Coater and dryer are one line: the web runs through both and is wound up behind the dryer.
COATING = Interval(0.0, ROLL_LENGTH, 0.0, ROLL_LENGTH)
DRYING = _reversed(ROLL_LENGTH)


@dataclass(frozen=True)
class Coil:
    """One lane of a slit roll."""

    roll: Roll
    lane: int

    @property
    def lot(self) -> str:
        """Return the name of the coil, such as `C01-2`."""
        return f"{self.roll.lot}-{self.lane}"

    def coated_at(self, position: float) -> dict[str, float]:
        """Return, in metres of each side's coating run, where a position of the coil was coated."""
        for interval in reversed([*calendering(self.roll), slitting(self.roll)]):
            position = interval.back(position)
        second = DRYING.back(position)
        return {"B": second, "A": DRYING.back(second)}

    def loading(self, side: str, position: float) -> float:
        """Return the loading, mg/cm², of one side at a position of the coil."""
        return web_loading(self.roll, side, self.lane, self.coated_at(position)[side])


def calendering(roll: Roll) -> list[Interval]:
    """Return one interval for each pass through the calender."""
    intervals: list[Interval] = []
    for single in roll.passes:
        length = intervals[-1].to_start if intervals else ROLL_LENGTH
        intervals.append(_reversed(length, single.stretch))
    return intervals


def slitting(roll: Roll) -> Interval:
    """Return the interval that every lane of the roll keeps."""
    return _reversed(calendering(roll)[-1].to_start, cut=LEADER)


def mean_loading(roll: Roll) -> float:
    """Return the loading of one side, mg/cm², that the wet film leaves."""
    return film_loading(roll.wet_thickness, roll.batch.density, roll.batch.solid_content)


def web_loading(roll: Roll, side: str, lane: int, position: float) -> float:
    """Return the loading, mg/cm² of one side, where the web was coated; it drifts slowly along the web."""
    phase = noise(f"web {roll.lot} {side}").uniform(0, 2 * pi)
    drift = 0.008 * sin(2 * pi * position / 11 + phase) + 0.0003 * (position - ROLL_LENGTH / 2)
    return mean_loading(roll) * (1 + drift + _LANE_PROFILE[lane - 1])


def side_thickness(roll: Roll, porosity: float) -> float:
    """Return the mean thickness of one coated side, µm, at a porosity (a fraction)."""
    return coating_thickness(mean_loading(roll), roll.batch.formulation.solid_density, porosity)


def total_thickness(roll: Roll, porosity: float) -> float:
    """Return the mean thickness of the electrode, µm: both sides and the foil."""
    return 2 * side_thickness(roll, porosity) + roll.foil_thickness


COILS = tuple(Coil(roll, lane) for roll in ROLLS for lane in range(1, LANES + 1))
