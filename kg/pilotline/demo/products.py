"""Turns coils into sheets, and sheets into cells with their masses, fillings and capacities."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from pilotline.demo.physics import pore_volume
from pilotline.demo.plan import at, noise
from pilotline.demo.web import COILS, Coil, side_thickness

ACTIVE_FRACTION = {"cathode": 0.955, "anode": 0.95}
AREA = {"cathode": 60.0, "anode": 66.56}  # cm² coated, of one side of a sheet
FOIL_AREA = {"cathode": 63.0, "anode": 69.5}  # cm², tab included
FOIL_MASS = {"cathode": 4.05, "anode": 8.96}  # mg/cm²
SHEET_LENGTH = {"cathode": 0.100, "anode": 0.104}  # m along the web
PITCH = {"cathode": 0.108, "anode": 0.112}
PUNCHED = {"cathode": 106, "anode": 96}
USED_COILS = (
    "C01-1",
    "C01-2",
    "C02-1",
    "C02-2",
    "C03-1",
    *(f"A0{r}-{n}" for r in (1, 2) for n in (1, 2, 3, 4)),
)
DEFECTS = ("edge burr", "pinhole", "agglomerate", "scratch")

CELLS = 240
CATHODE_HALF_CELLS = (235, 236, 237)
ANODE_HALF_CELLS = (238, 239, 240)
MAGAZINE = "M-07"
MAGAZINE_CELLS = range(181, 193)
SCRAPPED = {
    23: ("stacking", "short in the insulation test"),
    88: ("stacking", "cathode overhangs the anode"),
    164: ("stacking", "separator folded"),
    71: ("sealing", "seal seam leaks"),
    209: ("sealing", "seal seam leaks"),
    133: ("formation", "self-discharge too high"),
}
UNDERFILLED = (58, 143)
ELECTROLYTE_DENSITY = 1.26  # g/mL
DOSE = {"full": 2.20, "half": 0.55}  # mL
PARTS_MASS = {"full": 7.25, "half": 6.90}  # g: separator, tabs, pouch foil
CHARGE_CAPACITY = {
    "full": 196.0,
    "cathode": 200.0,
    "anode": 372.0,
}  # mAh per g of active material, first charge
EFFICIENCY = {"full": 0.872, "cathode": 0.905, "anode": 0.925}
PER_DAY = 48


@dataclass(frozen=True)
class Sheet:
    """A punched sheet; start in metres of its coil, loadings in mg/cm² by side, masses in g."""

    coil: Coil
    number: int
    start: float
    loading: dict[str, float]
    mass: float
    defect: str

    @property
    def lot(self) -> str:
        """Return the name of the sheet, such as `C01-2-017`."""
        return f"{self.coil.lot}-{self.number:03d}"

    @property
    def polarity(self) -> str:
        """Return `cathode` or `anode`."""
        return self.coil.roll.polarity

    @property
    def end(self) -> float:
        """Return where the sheet ends, in metres of its coil."""
        return self.start + SHEET_LENGTH[self.polarity]

    @property
    def active_mass(self) -> float:
        """Return the active material, g, of one side, both sides averaged."""
        return sum(self.loading.values()) / 2e3 * AREA[self.polarity] * ACTIVE_FRACTION[self.polarity]

    @property
    def pores(self) -> float:
        """Return the pore volume of both sides, mL."""
        porosity = self.coil.roll.passes[-1].porosity
        return 2 * pore_volume(AREA[self.polarity], side_thickness(self.coil.roll, porosity), porosity)


def punch(coil: Coil) -> Iterator[Sheet]:
    """Yield the sheets of a coil, good and faulty, from its outer end inwards."""
    polarity = coil.roll.polarity
    rng = noise(f"punching {coil.lot}")
    for number in range(1, PUNCHED[polarity] + 1):
        start = round(0.5 + (number - 1) * PITCH[polarity], 3)
        loading = {side: coil.loading(side, start + 0.05) * rng.gauss(1, 0.003) for side in "AB"}
        coated = sum(loading.values()) * AREA[polarity]
        mass = (coated + FOIL_MASS[polarity] * FOIL_AREA[polarity]) / 1e3 + rng.gauss(0, 0.002)
        defect = rng.choice(DEFECTS) if rng.random() < 0.04 else ""
        yield Sheet(coil, number, start, loading, mass, defect)


@dataclass(frozen=True)
class Cell:
    """A cell on its way from stacking to formation; masses in g, volumes in mL."""

    number: int
    kind: str
    stacked: datetime
    cathodes: tuple[Sheet, ...]
    anodes: tuple[Sheet, ...]
    electrolyte: str
    noise: dict[str, float] = field(repr=False)

    @property
    def lot(self) -> str:
        """Return the number of the cell as its files write it."""
        return str(self.number)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Return all sheets of the stack."""
        return self.cathodes + self.anodes

    @property
    def chemistry(self) -> str:
        """Return `full`, or the polarity of the electrode that a half-cell tests."""
        return "full" if self.kind == "full" else self.sheets[0].polarity

    @cached_property
    def stack_mass(self) -> float:
        """Return the mass of the stack: electrodes and separator."""
        separator = 0.66 if self.kind == "full" else 0.40
        return sum(sheet.mass for sheet in self.sheets) + separator + self.noise["stack"]

    @cached_property
    def dry_mass(self) -> float:
        """Return the mass of the cell before filling."""
        return self.stack_mass + PARTS_MASS[self.kind] - 0.66

    @cached_property
    def pores(self) -> float:
        """Return the pore volume of electrodes and separator (20 µm, 45 % open)."""
        layers = 6 if self.kind == "full" else 2
        return sum(sheet.pores for sheet in self.sheets) + layers * pore_volume(70.0, 20.0, 0.45)

    @property
    def doses(self) -> list[float]:
        """Return the electrolyte dosed in each filling, mL; an underfilled cell is filled twice."""
        full = DOSE[self.kind] * (1 + self.noise["dose"])
        return [0.72 * full, 0.28 * full] if self.number in UNDERFILLED else [full]

    @property
    def scrapped_at(self) -> str:
        """Return the step after which the cell was scrapped, or nothing."""
        return SCRAPPED.get(self.number, ("", ""))[0]

    @cached_property
    def charge_capacity(self) -> float:
        """Return the first charge, mAh: the faces of the limiting electrode that have an opposite."""
        limiting = self.cathodes or self.anodes
        faces = 2 if self.kind == "full" else 1
        active = faces * sum(sheet.active_mass for sheet in limiting)
        return CHARGE_CAPACITY[self.chemistry] * active * (1 + self.noise["capacity"])

    @cached_property
    def efficiency(self) -> float:
        """Return discharge over charge of the first cycle, a fraction."""
        return EFFICIENCY[self.chemistry] + self.noise["efficiency"]

    @property
    def discharge_capacity(self) -> float:
        """Return the first discharge, mAh."""
        return self.charge_capacity * self.efficiency

    def reached(self, step: str) -> bool:
        """Say whether the cell went into a step; it does not where it was scrapped before."""
        order = ("stacking", "assembly", "filling", "sealing", "formation")
        return not self.scrapped_at or order.index(step) <= order.index(self.scrapped_at)


def _cell_noise(number: int) -> dict[str, float]:
    rng = noise(f"cell {number}")
    spread = {"stack": 0.01, "dose": 0.008, "capacity": 0.004, "efficiency": 0.003, "offset": 120.0}
    return {topic: rng.gauss(0, sigma) for topic, sigma in spread.items()}


def _stacked(number: int) -> datetime:
    """Return when a cell was stacked: 48 a day, every ten minutes, on working days from Monday 17 March."""
    day, slot = divmod(number - 1, PER_DAY)
    return at("2025-03-17 07:30") + timedelta(days=day + 2 * (day // 5), minutes=10 * slot)


def _needs(number: int) -> tuple[str, int, int]:
    """Return kind, cathodes and anodes of a cell."""
    if number in CATHODE_HALF_CELLS:
        return "half", 1, 0
    if number in ANODE_HALF_CELLS:
        return "half", 0, 1
    return "full", 2, 3


def make_cells(sheets: list[Sheet]) -> list[Cell]:
    """Return the cells stacked from the good sheets, taken in the order in which they were punched."""
    good = {name: iter([s for s in sheets if s.polarity == name and not s.defect]) for name in AREA}
    cells = []
    for number in range(1, CELLS + 1):
        kind, cathodes, anodes = _needs(number)
        cells.append(
            Cell(
                number,
                kind,
                _stacked(number),
                tuple(next(good["cathode"]) for _ in range(cathodes)),
                tuple(next(good["anode"]) for _ in range(anodes)),
                "EL-57" if number <= 120 else "EL-58",
                _cell_noise(number),
            )
        )
    return cells


def make_sheets() -> list[Sheet]:
    """Return all punched sheets of the coils that were used."""
    return [sheet for coil in COILS if coil.lot in USED_COILS for sheet in punch(coil)]
