"""Turns deliveries, samples and decisions into the lists that stores and quality keep."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from pilotline.demo.cell_files import filled, formed
from pilotline.demo.plan import (
    BATCHES,
    LANES,
    MATERIALS,
    ROLL_LENGTH,
    ROLLS,
    STRIPE_WIDTH,
    Batch,
    Material,
    Roll,
    noise,
)
from pilotline.demo.products import PITCH, PUNCHED, SCRAPPED, USED_COILS, Cell, Sheet
from pilotline.demo.tables import Record, Table, clock, fixed, table
from pilotline.demo.web import COILS, Coil, mean_loading, slitting, total_thickness

_PARTS = {"foil": "Foils", "separator": "Separators", "electrolyte": "Electrolytes", "housing": "Housings"}
_SLURRY_SAMPLE = 200.0  # g


def materials() -> Table:
    """Return materials.csv: lots of powders, binders and solvents."""
    return table("materials", (_powder(lot) for lot in MATERIALS if lot.kind == "material"))


def _powder(material: Material) -> Record:
    texts: Record = {header: str(value) for header, value in _lot(material).items()}
    return texts | {
        "Chemistry": material.chemistry,
        "D50 (µm)": material.d50,
        "Purity (%)": material.purity,
        "Storage temperature (°C)": "21",
    }


def _lot(material: Material) -> Record:
    return {
        "Lot": material.lot,
        "Material": material.name,
        "Supplier": material.supplier,
        "Supplier lot": material.supplier_lot,
        "Certificate": material.certificate,
        "Received": material.received,
        "Opened": material.opened,
        "Expiry": material.expiry,
    }


def parts() -> list[Table]:
    """Return parts.xlsx: foils, separators, electrolytes and housings, one sheet each."""
    return [
        table(name, (_part(material) for material in MATERIALS if material.kind == kind))
        for kind, name in _PARTS.items()
    ]


def _part(material: Material) -> Record:
    thickness: Record = {"Thickness (µm)": float(material.thickness)} if material.thickness else {}
    return _lot(material) | thickness


def samples() -> Table:
    """Return samples.csv: strips and discs cut from the leader of calendered rolls."""
    return table("samples", (row for roll in ROLLS for row in _samples(roll)))


def _samples(roll: Roll) -> Iterator[Record]:
    strips = ((f"H-{roll.lot}-A", "A", "0.3"), (f"H-{roll.lot}-B", "B", "0.5"), (f"D-{roll.lot}", "", "0.7"))
    for sample, side, position in strips:
        yield {
            "Sample": sample,
            "Roll": roll.lot,
            "Side": side,
            "Position (m)": position,
            "Represents": "whole roll",
            "Taken": clock(roll.passes[-1].start + timedelta(hours=1)),
            "Operator": "OP-6",
        }


def measurements() -> Table:
    """Return measurements.csv: one value a row, replicates counted."""
    return table("measurements", (row for roll in ROLLS for row in _measurements(roll)))


def _measurements(roll: Roll) -> Iterator[Record]:
    for sample, what, technique, unit, values in _measured(roll):
        for replicate, value in enumerate(values, 1):
            yield {
                "Sample": sample,
                "Roll": roll.lot,
                "Calendering run": f"{roll.lot}-{len(roll.passes)}",
                "Measured": what,
                "Replicate": replicate,
                "Value": value,
                "Unit": unit,
                "Technique": technique,
                "Date": roll.passes[-1].start.date().isoformat(),
                "Operator": "OP-6",
            }


def _measured(roll: Roll) -> Iterator[tuple[str, str, str, str, list[str]]]:
    """Yield sample, quantity, technique, unit and replicates."""
    rng = noise(f"measurements {roll.lot}")
    porosity = roll.passes[-1].porosity
    peel = 28.0 if roll.polarity == "cathode" else 17.0
    disc, thickness = f"D-{roll.lot}", total_thickness(roll, porosity)
    for side in "AB":
        strips = [fixed(rng.gauss(peel, 1.4), 1) for _ in range(3)]
        yield f"H-{roll.lot}-{side}", "adhesion", "peel test", "N/m", strips
    yield disc, "thickness", "micrometer", "µm", [fixed(rng.gauss(thickness, 0.5), 1) for _ in range(3)]
    yield disc, "porosity", "mercury porosimetry", "%", [fixed(100 * porosity + rng.gauss(0, 0.4), 1)]
    yield disc, "roughness", "confocal microscope", "µm", [fixed(rng.gauss(0.62, 0.04), 2)]


def dispositions(cells: list[Cell], sheets: Iterable[Sheet]) -> list[Table]:
    """Return dispositions.xlsx: what became of the things that left the line."""
    return [
        table("Stacks", (_scrapped("Stack", cell) for cell in cells if cell.scrapped_at == "stacking")),
        table("Cells", (_scrapped("Cell", cell) for cell in cells if _scrapped_as_cell(cell))),
        table("Sheets", (_rejected(sheet) for sheet in sheets if sheet.defect)),
        table("Coils", map(_rest, COILS)),
        table("Slurries", (row for batch in BATCHES for row in _left(batch))),
    ]


def _scrapped_as_cell(cell: Cell) -> bool:
    return cell.scrapped_at not in ("", "stacking")


def _scrapped(what: str, cell: Cell) -> Record:
    step, reason = SCRAPPED[cell.number]
    noticed = formed(cell) + timedelta(days=7) if step == "formation" else filled(cell)
    return {what: cell.lot, "Decision": "scrap", "After": step, "Reason": reason, "Date": noticed.date()}


def _rejected(sheet: Sheet) -> Record:
    return {"Sheet": sheet.lot, "Decision": "scrap", "Reason": sheet.defect, "Date": "2025-03-16"}


def _rest(coil: Coil) -> Record:
    polarity = coil.roll.polarity
    used = 0.5 + PITCH[polarity] * PUNCHED[polarity] if coil.lot in USED_COILS else 0.0
    wavy = coil.lot == "C03-3"
    return {
        "Coil": coil.lot,
        "Decision": "scrap" if wavy else "returned to stock",
        "Amount": f"{slitting(coil.roll).to_start - used:.1f} m",
        "Reason": "wavy edge after slitting" if wavy else "rest after punching" if used else "not punched",
        "Date": "2025-03-17",
    }


def coated_from(batch: Batch) -> float:
    """Return the slurry, g, that both sides of its rolls took; a parent of a blend coats none."""
    area = ROLL_LENGTH * 100 * LANES * STRIPE_WIDTH / 10
    rolls = [roll for roll in ROLLS if roll.batch is batch]
    return sum(2 * area * mean_loading(roll) / 1e3 / batch.solid_content for roll in rolls)


def _left(batch: Batch) -> Iterator[Record]:
    used = coated_from(batch)
    rest = batch.mass - used - _SLURRY_SAMPLE
    fates = [("lost", 50.0, "left in the vessel after blending")]
    if used:
        fates = [("sample taken", _SLURRY_SAMPLE, "rheology"), ("leftover", rest, "rest after coating")]
    for decision, mass, reason in fates:
        yield {
            "Slurry": batch.lot,
            "Decision": decision,
            "Amount": f"{mass:.0f} g",
            "Reason": reason,
            "Date": batch.start.date(),
        }


def ranges() -> Table:
    """Return limits/ranges.csv: the line's own ranges, as `--shapes` takes them."""
    columns = ("parameter", "min", "max", "unit", "severity", "reason")
    rows = (
        ("coating speed", "1.1", "1.6", "m/min", "warning", "speeds at which the dryer keeps up"),
        ("dew point", "", "-56", "°C", "warning", "dry room of the line"),
        ("coulombic efficiency", "86.5", "", "%", "info", "release of full cells"),
    )
    return table("ranges", (dict(zip(columns, row, strict=True)) for row in rows))


def cell_types() -> Table:
    """Return cell-types.csv: what the line's own data sheet states of its cell."""
    row: Record = {
        "Cell type": "PF-1",
        "Nominal capacity (mAh)": "600",
        "Mass (g)": "19.5",
        "Note": "values of the data sheet, not of a cell",
    }
    return table("cell-types", [row])
