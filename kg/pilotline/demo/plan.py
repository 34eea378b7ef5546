"""What the simulated line sets out to make: materials, formulations, slurry batches and rolls.

Every number here and in the other modules of this package is an assumption of the simulation,
chosen to lie where pilot lines work; none of them is a measurement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from pilotline.demo.physics import mixture_density

SEED = 20250304
LANES = 4
LANE_WIDTH = 75.0  # mm across the web, bare edge included
STRIPE_WIDTH = 62.0  # mm coated in a lane
ROLL_LENGTH = 30.0  # m
LEADER = 1.0  # m cut off at each end by slitting


def at(clock: str) -> datetime:
    """Return a time of the line's own clock, which shows local time (Europe/Berlin) and no zone."""
    return datetime.fromisoformat(clock)


def noise(topic: str) -> Random:
    """Return the random numbers of one topic; a change in one file leaves the others as they are."""
    return Random(f"pilotline demo {SEED} {topic}")  # noqa: S311 (a simulation, no secret)


@dataclass(frozen=True)
class Material:
    """A lot as it was delivered; d50 and thickness in µm, purity in per cent by mass."""

    lot: str
    kind: str
    name: str
    supplier: str
    supplier_lot: str
    received: date
    opened: date
    expiry: date
    d50: str = ""
    purity: str = ""
    thickness: str = ""
    chemistry: str = ""

    @property
    def certificate(self) -> str:
        """Return the number of the supplier's certificate."""
        return f"CoA-{self.supplier_lot}"


def _material(
    kind: str, lot: str, name: str, supplier: str, supplier_lot: str, dates: str, **measured: str
) -> Material:
    received, opened, expiry = (date.fromisoformat(day) for day in dates.split())
    return Material(lot, kind, name, supplier, supplier_lot, received, opened, expiry, **measured)


_SALT = "1 M LiPF6 in EC:EMC 3:7 + 2 % VC"
MATERIALS = (
    _material(
        "material",
        "NMC-0412",
        "NMC622",
        "Simulated Cathodes",
        "N622-8841",
        "2025-01-14 2025-03-03 2026-01-31",
        d50="10.4",
        purity="99.3",
        chemistry="NMC622",
    ),
    _material(
        "material",
        "CB-0077",
        "carbon black",
        "Simulated Carbons",
        "CB-3310",
        "2024-11-05 2025-03-03 2026-11-30",
        purity="99.8",
    ),
    _material(
        "material",
        "PVDF-031",
        "PVDF",
        "Simulated Polymers",
        "PV-5130-22",
        "2024-12-02 2025-03-03 2026-12-31",
        purity="99.9",
    ),
    _material(
        "material",
        "NMP-220",
        "NMP",
        "Simulated Solvents",
        "NMP-77120",
        "2025-02-10 2025-03-03 2026-02-28",
        purity="99.9",
    ),
    _material(
        "material",
        "GR-118",
        "graphite",
        "Simulated Carbons",
        "GR-1806",
        "2025-01-21 2025-03-10 2027-01-31",
        d50="17.2",
        purity="99.95",
        chemistry="graphite",
    ),
    _material(
        "material",
        "CMC-09",
        "CMC",
        "Simulated Polymers",
        "CMC-2000-9",
        "2024-10-08 2025-03-10 2025-10-31",
        purity="99.5",
    ),
    _material(
        "material", "SBR-15", "SBR", "Simulated Polymers", "SBR-415", "2025-01-30 2025-03-10 2025-07-31"
    ),
    _material(
        "material", "DIW-0310", "deionised water", "in house", "DIW-0310", "2025-03-10 2025-03-10 2025-03-11"
    ),
    _material(
        "foil",
        "AL-15-7",
        "aluminium foil",
        "Simulated Foils",
        "AL15-4410",
        "2025-01-08 2025-03-04 2027-01-31",
        thickness="15",
    ),
    _material(
        "foil",
        "CU-10-3",
        "copper foil",
        "Simulated Foils",
        "CU10-2207",
        "2025-01-08 2025-03-11 2025-07-31",
        thickness="10",
    ),
    _material(
        "foil",
        "LI-02",
        "lithium foil",
        "Simulated Foils",
        "LI250-12",
        "2025-02-03 2025-03-20 2025-08-31",
        thickness="250",
    ),
    _material(
        "separator",
        "SEP-204",
        "PE separator 20 µm",
        "Simulated Separators",
        "PE20-9104",
        "2024-12-12 2025-03-17 2026-12-31",
    ),
    _material(
        "electrolyte",
        "EL-57",
        _SALT,
        "Simulated Electrolytes",
        "E-57-1177",
        "2025-03-06 2025-03-18 2025-09-05",
    ),
    _material(
        "electrolyte",
        "EL-58",
        _SALT,
        "Simulated Electrolytes",
        "E-58-1204",
        "2025-03-13 2025-03-20 2025-09-12",
    ),
    _material(
        "housing",
        "PF-12",
        "pouch foil 113 µm",
        "Simulated Foils",
        "PF113-31",
        "2024-12-09 2025-03-17 2026-12-31",
    ),
)


@dataclass(frozen=True)
class Component:
    """A dry component of a formulation: fraction of the dry mass, density in g/cm³."""

    lot: str
    role: str
    fraction: float
    density: float


@dataclass(frozen=True)
class Formulation:
    """What a slurry is made of; solid_content is the target, a fraction of the slurry mass."""

    recipe: str
    polarity: str
    components: tuple[Component, ...]
    solvent: str
    solvent_density: float
    solid_content: float

    @property
    def solid_density(self) -> float:
        """Return the density of the pore-free dry coating, g/cm³."""
        return mixture_density((part.fraction, part.density) for part in self.components)

    def slurry_density(self, solid_content: float) -> float:
        """Return the density of the slurry, g/cm³; solid_content: as it turned out, a fraction."""
        return mixture_density(
            [(solid_content, self.solid_density), (1 - solid_content, self.solvent_density)]
        )


CATHODE = Formulation(
    "F-C1",
    "cathode",
    (
        Component("NMC-0412", "active material", 0.955, 4.70),
        Component("CB-0077", "conductive additive", 0.0225, 1.90),
        Component("PVDF-031", "binder", 0.0225, 1.78),
    ),
    "NMP-220",
    1.03,
    0.65,
)
ANODE = Formulation(
    "F-A1",
    "anode",
    (
        Component("GR-118", "active material", 0.95, 2.26),
        Component("CB-0077", "conductive additive", 0.01, 1.90),
        Component("CMC-09", "binder", 0.015, 1.60),
        Component("SBR-15", "binder", 0.025, 1.04),
    ),
    "DIW-0310",
    1.00,
    0.50,
)


@dataclass(frozen=True)
class Batch:
    """A slurry batch: mass in g, solid content as measured, parents where it is a blend."""

    lot: str
    formulation: Formulation
    start: datetime
    mass: float
    solid_content: float
    consistency: float
    parents: tuple[str, ...] = ()

    @property
    def density(self) -> float:
        """Return the density of the slurry, g/cm³."""
        return self.formulation.slurry_density(self.solid_content)


PREMIX = "PX-7"  # PVDF in NMP, made once for all cathode slurries
PREMIX_BINDER = 0.08  # mass fraction of PVDF in it

BATCHES = (
    Batch("S-14", CATHODE, at("2025-03-04 08:10"), 4000, 0.652, 6.1),
    Batch("S-15", CATHODE, at("2025-03-05 07:50"), 2200, 0.648, 5.7),
    Batch("S-16", CATHODE, at("2025-03-05 10:20"), 2200, 0.654, 6.3),
    Batch("S-17", CATHODE, at("2025-03-05 13:00"), 4300, 0.651, 6.0, ("S-15", "S-16")),
    Batch("S-18", CATHODE, at("2025-03-06 08:05"), 4000, 0.650, 5.9),
    Batch("S-21", ANODE, at("2025-03-11 08:00"), 3000, 0.503, 4.2),
    Batch("S-22", ANODE, at("2025-03-12 08:15"), 3000, 0.498, 3.9),
)  # fmt: skip


@dataclass(frozen=True)
class Pass:
    """One pass through the calender: porosity it leaves and stretch of the web, fractions."""

    start: datetime
    line_load: float
    porosity: float
    stretch: float
    rework: str = ""


@dataclass(frozen=True)
class Roll:
    """A roll: gap in µm, film_ratio wet film over gap, speed in m/min, drying in °C by zone."""

    lot: str
    batch: Batch
    foil: str
    foil_thickness: float
    method: str
    gap: float
    film_ratio: float
    speed: float
    zones: tuple[float, ...]
    side_a: datetime
    side_b: datetime
    raw_porosity: float
    passes: tuple[Pass, ...]

    @property
    def polarity(self) -> str:
        """Return `cathode` or `anode`."""
        return self.batch.formulation.polarity

    @property
    def wet_thickness(self) -> float:
        """Return the thickness of the wet film that the gap leaves, µm."""
        return self.gap * self.film_ratio


def _batch(lot: str) -> Batch:
    return next(batch for batch in BATCHES if batch.lot == lot)


_WARM = (80.0, 100.0, 120.0, 120.0, 90.0)
_MILD = (60.0, 70.0, 80.0, 80.0, 60.0)
ROLLS = (
    Roll("C01", _batch("S-14"), "AL-15-7", 15, "comma bar", 182, 0.62, 1.5, _WARM,
         at("2025-03-04 13:00"), at("2025-03-04 14:30"), 0.49,
         (Pass(at("2025-03-07 08:30"), 260, 0.302, 0.010),)),
    Roll("C02", _batch("S-17"), "AL-15-7", 15, "comma bar", 182, 0.62, 1.5, _WARM,
         at("2025-03-05 14:20"), at("2025-03-05 15:40"), 0.49,
         (Pass(at("2025-03-07 09:30"), 260, 0.298, 0.010),)),
    Roll("C03", _batch("S-18"), "AL-15-7", 15, "comma bar", 182, 0.62, 1.5, _WARM,
         at("2025-03-06 13:00"), at("2025-03-06 14:20"), 0.50,
         (Pass(at("2025-03-07 10:30"), 190, 0.352, 0.008),
          Pass(at("2025-03-07 13:00"), 280, 0.300, 0.002, "porosity too high after first pass"))),
    Roll("A01", _batch("S-21"), "CU-10-3", 10, "slot die", 157, 0.77, 1.2, _MILD,
         at("2025-03-11 12:30"), at("2025-03-11 14:00"), 0.50,
         (Pass(at("2025-03-13 09:00"), 90, 0.352, 0.010),)),
    Roll("A02", _batch("S-22"), "CU-10-3", 10, "slot die", 158, 0.77, 1.2, _MILD,
         at("2025-03-12 12:45"), at("2025-03-12 14:15"), 0.50,
         (Pass(at("2025-03-13 10:00"), 90, 0.348, 0.010),)),
)  # fmt: skip
