"""Turns batches into the files of the people who mix slurry and measure its viscosity."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from pilotline.demo.physics import apparent_viscosity
from pilotline.demo.plan import ANODE, BATCHES, CATHODE, MATERIALS, PREMIX, PREMIX_BINDER, Batch, at, noise
from pilotline.demo.tables import Record, Table, table

_GERMAN = {"cathode": "Kathode", "anode": "Anode"}
_MIXING_LASTS = timedelta(hours=2)
# What is done, speed in rpm, minutes, °C.
_SEQUENCE = {
    "cathode": (
        ("Pulver trocken vormischen", 500, 15, 23),
        ("Binderlösung zugeben, kneten", 1200, 30, 32),
        ("dispergieren", 2500, 45, 38),
        ("unter Vakuum entgasen", 300, 15, 25),
    ),
    "anode": (
        ("CMC in Wasser lösen", 1000, 30, 24),
        ("Graphit und Leitruß einrühren", 1500, 40, 30),
        ("SBR zugeben", 1000, 15, 26),
        ("unter Vakuum entgasen", 300, 15, 24),
    ),
}
_MEASURED = ("S-14", "S-17", "S-18", "S-21", "S-22")
_SHEAR_RATES = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000)
_MIXED = tuple(batch for batch in BATCHES if not batch.parents)


@dataclass(frozen=True)
class Weighing:
    """One addition to a batch: mass in g."""

    order: int
    lot: str
    role: str
    mass: float


def weighings(batch: Batch) -> Iterator[Weighing]:
    """Yield what went into a batch, in the order of addition; the premix brings binder and some solvent."""
    recipe, rng = batch.formulation, noise(f"weighing {batch.lot}")
    dry = batch.mass * batch.solid_content
    solvent = batch.mass - dry
    for order, part in enumerate(recipe.components, 1):
        mass = dry * part.fraction * rng.gauss(1, 0.0004)
        if recipe is CATHODE and part.role == "binder":
            solvent -= mass / PREMIX_BINDER * (1 - PREMIX_BINDER)
            yield Weighing(order, PREMIX, "binder", mass / PREMIX_BINDER)
        else:
            yield Weighing(order, part.lot, part.role, mass)
    yield Weighing(len(recipe.components) + 1, recipe.solvent, "solvent", solvent)


def slurry() -> list[Table]:
    """Return slurry.xlsx: recipes, batches, weighing, mixing sequence, premix and blend; German headers."""
    return [
        table("Rezepte", _recipes()),
        table("Ansätze", (_batch(batch) for batch in _MIXED)),
        table("Einwaage", _weighed()),
        table("Zugabe Vormischung", _premix_used()),
        table("Mischfolge", _sequence()),
        table("Vormischung", _premix()),
        table("Verschnitt", _blend()),
    ]


def _recipes() -> Iterator[Record]:
    names = {material.lot: material.name for material in MATERIALS}
    for recipe in (CATHODE, ANODE):
        for order, part in enumerate(recipe.components, 1):
            yield {
                "Rezept": recipe.recipe,
                "Reihenfolge": order,
                "Stoff": names[part.lot],
                "Funktion": part.role,
                "Soll-Anteil Trockenmasse (%)": round(100 * part.fraction, 2),
            }


def _batch(batch: Batch) -> Record:
    rng = noise(f"batch {batch.lot}")
    recipe = batch.formulation
    stages = _SEQUENCE[recipe.polarity]
    speed = max(stage[1] for stage in stages)
    return {
        "Charge": batch.lot,
        "Elektrode": _GERMAN[recipe.polarity],
        "Rezept": recipe.recipe,
        "Mischer": "PM-1",
        "Beginn": batch.start,
        "Ende": batch.start + _MIXING_LASTS,
        "Drehzahl Soll (U/min)": speed,
        "Drehzahl Ist (U/min)": speed + rng.randint(-12, 6),
        "Temperatur Ist (°C)": round(rng.gauss(max(stage[3] for stage in stages), 0.6), 1),
        "Mischzeit (min)": sum(stage[2] for stage in stages),
        "Feststoffgehalt Soll (%)": 100 * recipe.solid_content,
        "Feststoffgehalt Ist (%)": round(100 * batch.solid_content, 1),
        "Dichte (g/cm³)": round(batch.density + rng.gauss(0, 0.004), 3),
        "Agglomerate D90 (µm)": round(rng.gauss(31 if recipe is CATHODE else 42, 2), 1),
        "Bediener": "OP-3",
        "Bemerkung": "Probe für Rheologie genommen" if batch.lot in _MEASURED else None,
    }


def _weighed() -> Iterator[Record]:
    for batch in _MIXED:
        for part in weighings(batch):
            if part.lot != PREMIX:
                yield {
                    "Charge": batch.lot,
                    "Reihenfolge": part.order,
                    "Rohstoffcharge": part.lot,
                    "Funktion": part.role,
                    "Einwaage (g)": round(part.mass, 1),
                }


def _premix_used() -> Iterator[Record]:
    for batch in _MIXED:
        for part in weighings(batch):
            if part.lot == PREMIX:
                yield {
                    "Charge": batch.lot,
                    "Reihenfolge": part.order,
                    "Vormischung": part.lot,
                    "Funktion": part.role,
                    "Einwaage (g)": round(part.mass, 1),
                }


def _sequence() -> Iterator[Record]:
    for batch in _MIXED:
        for number, (what, speed, minutes, warm) in enumerate(_SEQUENCE[batch.formulation.polarity], 1):
            yield {
                "Charge": batch.lot,
                "Stufe": number,
                "Beschreibung": what,
                "Drehzahl (U/min)": speed,
                "Dauer (min)": minutes,
                "Temperatur (°C)": warm,
            }


def _premix() -> Iterator[Record]:
    binder = 520.0
    solvent = binder * (1 - PREMIX_BINDER) / PREMIX_BINDER
    for order, (lot, mass) in enumerate((("NMP-220", solvent), ("PVDF-031", binder)), 1):
        yield {
            "Vormischung": PREMIX,
            "Reihenfolge": order,
            "Rohstoffcharge": lot,
            "Einwaage (g)": round(mass, 1),
            "Mischer": "DS-2",
            "Beginn": at("2025-03-03 09:00"),
            "Ende": at("2025-03-03 15:00"),
            "Drehzahl Ist (U/min)": 400,
            "Temperatur Ist (°C)": 40.2,
        }


def _blend() -> Iterator[Record]:
    for batch in BATCHES:
        for order, parent in enumerate(batch.parents, 1):
            yield {
                "Mischcharge": batch.lot,
                "Elektrode": _GERMAN[batch.formulation.polarity],
                "Reihenfolge": order,
                "Aus Charge": parent,
                "Masse (g)": batch.mass / len(batch.parents),
                "Mischer": "DS-2",
                "Beginn": batch.start,
                "Drehzahl Ist (U/min)": 298,
                "Feststoffgehalt Ist (%)": round(100 * batch.solid_content, 1),
                "Dichte (g/cm³)": round(batch.density, 3),
            }


def rheology() -> Table:
    """Return rheology.csv: upward sweeps, decimal commas."""
    return table("rheology", (row for batch in BATCHES if batch.lot in _MEASURED for row in _sweep(batch)))


def _sweep(batch: Batch) -> Iterator[Record]:
    rng = noise(f"rheology {batch.lot}")
    day = (batch.start + timedelta(hours=3)).strftime("%d.%m.%Y")
    for rate in _SHEAR_RATES:
        viscosity = apparent_viscosity(rate, batch.consistency, 0.55, 0.25) * rng.gauss(1, 0.012)
        yield {
            "Charge": batch.lot,
            "Datum": day,
            "Richtung": "auf",
            "Scherrate (1/s)": _comma(f"{rate:g}"),
            "Viskosität (Pa·s)": _comma(f"{viscosity:.2f}" if viscosity < 10 else f"{viscosity:.1f}"),
        }


def _comma(number: str) -> str:
    return number.replace(".", ",")
