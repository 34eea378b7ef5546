"""Judges the complete cycles of a test: what they gave, and which cannot be right."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from pilotline.findings import Finding, Severity
from pilotline.series.cycles import Cycle

# Measured on the 33,580 usable cycles of KIproBatt: 6,494 give more than they take, 172 by more than this.
MOST = 1.01


@dataclass
class Cycles:
    """The complete cycles of one test, as they come.

    least: charge in Ah that each half of a complete cycle moves at least. order: of its halves.
    above: the cycles of an efficiency above one, with it and with the usual charge of a cycle, Ah.
    """

    least: float
    order: str
    seen: int = 0
    first: Cycle | None = None
    last: Cycle | None = None
    above: list[tuple[Cycle, float, float]] = field(default_factory=list)
    coulombic: "array[float]" = field(default_factory=lambda: array("d"))
    energy: "array[float]" = field(default_factory=lambda: array("d"))
    charges: "array[float]" = field(default_factory=lambda: array("d"))

    def see(self, cycle: Cycle) -> bool:
        """Take a cycle; say whether it is complete."""
        self.seen += 1
        if not cycle.complete(self.least, self.order):
            return False
        self.first, self.last = self.first or cycle, cycle
        efficiency = cycle.coulombic_efficiency(self.order)
        self.coulombic.append(efficiency)
        self.charges.append(cycle.charge)
        if (energy := cycle.energy_efficiency(self.order)) is not None:
            self.energy.append(energy)
        if efficiency > 1:
            self.above.append((cycle, efficiency, median(self.charges[-20:])))
        return True

    def findings(self, file: str, place: str) -> Iterator[Finding]:
        """Yield which cycles do not count and which are odd; place: of a cell, with `{row}`."""
        complete = len(self.coulombic)
        if complete < self.seen:
            yield Finding(
                "Cycle-incomplete",
                Severity.INFO,
                f"{self.seen - complete} of {self.seen} cycles are not complete ({self.order}, each half "
                f"more than {self.least:g} Ah); they count in no efficiency",
                file=file,
            )
        slight = [(cycle, efficiency) for cycle, efficiency, _ in self.above if efficiency <= MOST]
        if slight:
            highest = max(efficiency for _, efficiency in slight)
            yield Finding(
                "Cycle-efficiency-slightly-above-one",
                Severity.INFO,
                f"{len(slight)} of {complete} complete cycles gave more charge than they took, {highest:.4f} "
                "at most; the two currents are not measured alike, or the cell was charged further before",
                file=file,
                cell=place.format(row=slight[0][0].row),
                value=str(len(slight)),
            )
        yield from self._far_above(file, place)

    def _far_above(self, file: str, place: str) -> Iterator[Finding]:
        for cycle, efficiency, usual in self.above:
            if efficiency > MOST:
                yield Finding(
                    "Cycle-efficiency-above-one",
                    Severity.WARNING,
                    f"a cycle gave more than {MOST} times the charge that it took",
                    hint=_cause(cycle, usual),
                    file=file,
                    cell=place.format(row=cycle.row),
                    value=f"{efficiency:.6g}",
                    expected=f"at most {MOST}",
                )


def _cause(cycle: Cycle, usual: float) -> str:
    """Return the likely cause; usual: the charge of the cycles before, Ah."""
    if cycle.charge < 0.9 * usual:
        return "the charge was cut short, or began from a cell that was charged in part"
    return "a slower discharge after a faster cycle, or an error of the record; compare with the cycle before"
