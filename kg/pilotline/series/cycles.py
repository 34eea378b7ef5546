"""Turns the rows of a test into cycles, and cycles into efficiencies and losses."""

from collections.abc import Iterator
from dataclasses import dataclass

_HOUR = 3600.0
CHARGE, DISCHARGE = "charge", "discharge"


@dataclass
class Cycle:
    """What a cycle moved: charge in Ah, energy in Wh, each of the half cycle that its name says.

    number: as the cycler counts. row: of the file, where the cycle begins.
    first: the half that came first, empty where the source does not tell.
    """

    number: int
    row: int
    charge: float = 0.0
    discharge: float = 0.0
    charge_energy: float = 0.0
    discharge_energy: float = 0.0
    first: str = ""

    def complete(self, least: float, order: str) -> bool:
        """Say whether both halves moved more than `least` Ah, in the declared order."""
        both = min(self.charge, self.discharge) > least
        return both and (not self.first or order.startswith(f"{self.first} "))

    def coulombic_efficiency(self, order: str) -> float:
        """Return the charge of the second half divided by that of the first.

        order: `discharge first` for a cell that is tested against lithium, where it is charge over discharge.
        """
        ratio = self.discharge / self.charge
        return ratio if order.startswith(CHARGE) else 1 / ratio

    def energy_efficiency(self, order: str) -> float | None:
        """Return the energy of the discharge divided by that of the charge.

        None where one is unknown, and for a cell that is tested against lithium, which stores none.
        """
        known = order.startswith(CHARGE) and min(self.charge_energy, self.discharge_energy) > 0
        return self.discharge_energy / self.charge_energy if known else None

    def add(self, half: str, moved: float, voltage: float) -> None:
        """Add the charge, Ah, that one half moved at a voltage, V."""
        self.first = self.first or half
        if half == CHARGE:
            self.charge += moved
            self.charge_energy += moved * voltage
        else:
            self.discharge += moved
            self.discharge_energy += moved * voltage


class Counter:
    """The steps of a count that may begin again from zero."""

    def __init__(self) -> None:
        self._last: float | None = None

    def step(self, value: float) -> float:
        """Return by how much the count went up; a count that went down began again."""
        last, self._last = self._last, value
        if last is None:
            return 0.0
        return value - last if value >= last else value


class Integrator:
    """Makes cycles of readings: the mean of two readings holds for the time between them.

    order: what a cycle begins with, which tells cycles apart where the cycler does not count them.
    rest_below: current in A up to which the cell is at rest.
    """

    def __init__(self, order: str, rest_below: float) -> None:
        self._begins = order.split(" ")[0]
        self._rest = rest_below
        self._cycle: Cycle | None = None
        self._last: tuple[float, float] | None = None
        self._half = ""

    def see(
        self,
        row: int,
        number: int | None,
        current: float,
        voltage: float,
        *,
        seconds: float,
        counted: tuple[float, float] | None,
    ) -> Iterator[Cycle]:
        """Take a reading; yield the cycle that it ends.

        number: of the cycle where the cycler counts. seconds: since the reading before.
        current in A, positive where it charges; voltage in V.
        counted: the charge in Ah that a charge and a discharge moved since, where the cycler counts it.
        """
        yield from self._turned(row, number, current)
        assert self._cycle is not None
        last_current, last_voltage = self._last or (current, voltage)
        moved = (current + last_current) / 2 * seconds / _HOUR
        steps = counted or (max(moved, 0.0), max(-moved, 0.0))
        for half, step in zip((CHARGE, DISCHARGE), steps, strict=True):
            if step > self._rest * seconds / _HOUR:
                self._cycle.add(half, step, (voltage + last_voltage) / 2)
        self._last = (current, voltage)

    def end(self) -> Iterator[Cycle]:
        """Yield the cycle that the file leaves open."""
        if self._cycle is not None:
            yield self._cycle

    def _turned(self, row: int, number: int | None, current: float) -> Iterator[Cycle]:
        half = self._half if abs(current) <= self._rest else CHARGE if current > 0 else DISCHARGE
        cycle = self._cycle
        if cycle is None:
            self._cycle = Cycle(1 if number is None else number, row)
        elif number is not None and number != cycle.number:
            yield cycle
            self._cycle = Cycle(number, row)
        elif number is None and half == self._begins and self._half not in ("", half):
            yield cycle
            self._cycle = Cycle(cycle.number + 1, row)
        self._half = half
