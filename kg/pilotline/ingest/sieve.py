"""Holds back rows of a source while it is read, and collects each cell that reading finds faulty."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from pilotline.datasets.pointers import Place
from pilotline.findings import Finding


@dataclass(frozen=True)
class HeldRow:
    """A row that was held back, as it stands in the source; place: its `cell` is `row 5`."""

    place: Place
    headers: tuple[str, ...]
    cells: tuple[str | date | time, ...]


@dataclass
class Sieve:
    """What to hold back, and what one reading has collected.

    rows: places whose `cell` is `row 5`. faulty: one finding for each cell, where a report tells one a cause.
    """

    rows: frozenset[Place] = frozenset()
    held: list[HeldRow] = field(default_factory=list)
    faulty: list[Finding] = field(default_factory=list)

    def holds(self, place: Place, headers: Sequence[str], cells: Sequence[str | date | time]) -> bool:
        """Say whether a row is held back, and keep it if so."""
        if place not in self.rows:
            return False
        self.held.append(HeldRow(place, tuple(headers), tuple(cells)))
        return True

    def take(self, other: "Sieve") -> None:
        """Add what another reading has collected."""
        self.held += other.held
        self.faulty += other.faulty
