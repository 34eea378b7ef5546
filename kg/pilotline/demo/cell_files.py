"""Turns sheets and cells into the files of the people who punch, stack, fill, seal and form."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from pilotline.demo.plan import at, noise
from pilotline.demo.products import (
    AREA,
    CHARGE_CAPACITY,
    DOSE,
    ELECTROLYTE_DENSITY,
    MAGAZINE,
    MAGAZINE_CELLS,
    Cell,
    Sheet,
)
from pilotline.demo.tables import Record, Table, clock, fixed, table

# One stack in five goes to the microscope and the micrometer.
_INSPECTED = 5
# Upper and lower cut-off, V, of charge and discharge. Taking lithium up counts as the charge of an anode.
_CUT_OFFS = {
    "full": (("4.2", ""), ("", "2.8")),
    "cathode": (("4.3", ""), ("", "3.0")),
    "anode": (("", "0.01"), ("1.5", "")),
}
# Cells whose balance was misread at first: what was written as the mass after filling, g.
MISREAD = {31: 91.34, 32: 13.92, 140: 19.02}


def punching(sheets: Iterable[Sheet]) -> Table:
    """Return punching.csv: one run for each coil that was punched."""
    by_coil: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        by_coil.setdefault(sheet.coil.lot, []).append(sheet)
    return table("punching", (_punching(number, group) for number, group in enumerate(by_coil.values())))


def _punching(number: int, group: list[Sheet]) -> Record:
    coil = group[0].coil
    return {
        "Run": f"P-{coil.lot}",
        "Coil": coil.lot,
        "Punch": f"punch-{coil.roll.polarity}",
        "Start": clock(at("2025-03-16 06:00") + timedelta(hours=number)),
        "Sheets": len(group),
        "Rejected": sum(1 for sheet in group if sheet.defect),
        "Operator": "OP-5",
    }


def sheet_list(sheets: Iterable[Sheet]) -> Table:
    """Return sheets.csv: where on its coil each sheet was cut; only cathodes are weighed one by one."""
    return table("sheets", map(_sheet, sheets))


def _sheet(sheet: Sheet) -> Record:
    return {
        "Punching run": f"P-{sheet.coil.lot}",
        "Coil": sheet.coil.lot,
        "Sheet": sheet.lot,
        "Start (m)": fixed(sheet.start, 3),
        "End (m)": fixed(sheet.end, 3),
        "Lane": sheet.coil.lane,
        "Mass (g)": fixed(sheet.mass, 4) if sheet.polarity == "cathode" else "",
        "Camera": sheet.defect,
    }


def magazine(cells: Iterable[Cell]) -> Table:
    """Return magazines.csv: the sheets that were put into a magazine, in which their order was lost."""
    sheets = [sheet for cell in cells if cell.number in MAGAZINE_CELLS for sheet in cell.cathodes]
    return table(
        "magazines",
        ({"Magazine": MAGAZINE, "Sheet": sheet.lot, "Loaded": "2025-03-20 13:00"} for sheet in sheets),
    )


def stacking(cells: Iterable[Cell]) -> Table:
    """Return stacking.csv: full cells and the sheets in each, or the magazine they were taken from."""
    return table("stacking", (_stack(cell) for cell in cells if cell.kind == "full"))


def _names(sheets: Iterable[Sheet]) -> str:
    return ";".join(sheet.lot for sheet in sheets)


def _stack(cell: Cell) -> Record:
    rng = noise(f"stacking {cell.lot}")
    pooled = cell.number in MAGAZINE_CELLS
    return {
        "Run": f"K-{cell.number:04d}",
        "Cell": cell.lot,
        "Format": "pouch",
        "Stacker": "stacker-1",
        "Room": "dry-room-1",
        "Start": clock(cell.stacked),
        "Cathode sheets": "" if pooled else _names(cell.cathodes),
        "Cathode magazine": MAGAZINE if pooled else "",
        "Anode sheets": _names(cell.anodes),
        "Separator": "SEP-204",
        "Stacking speed (1/min)": fixed(rng.gauss(6.0, 0.1), 1),
        "Anode overhang (µm)": _if_inspected(cell, fixed(rng.gauss(2000, 60), 0)),
        "Offset (µm)": _if_inspected(cell, fixed(abs(cell.noise["offset"]), 0)),
        "Stack mass (g)": fixed(cell.stack_mass, 3),
        "Opposed area (cm²)": fixed(AREA["cathode"] * 4, 0),
        "Dew point (°C)": fixed(rng.gauss(-58, 1.2), 1),
        "Operator": rng.choice(["OP-2", "OP-5"]),
    }


def _if_inspected(cell: Cell, value: str) -> str:
    return value if cell.number % _INSPECTED == 2 else ""


def half_cells(cells: Iterable[Cell]) -> Table:
    """Return half-cells.csv: one electrode against lithium, to test the rolls."""
    return table("half-cells", (_half_cell(cell) for cell in cells if cell.kind == "half"))


def _half_cell(cell: Cell) -> Record:
    return {
        "Run": f"K-{cell.number:04d}",
        "Cell": cell.lot,
        "Format": "pouch half-cell",
        "Bench": "bench-2",
        "Room": "dry-room-1",
        "Start": clock(cell.stacked),
        "Working electrode": _names(cell.sheets),
        "Lithium": "LI-02",
        "Separator": "SEP-204",
        "Stack mass (g)": fixed(cell.stack_mass, 3),
        "Opposed area (cm²)": fixed(AREA[cell.chemistry], 1),
        "Dew point (°C)": "-58.3",
        "Operator": "OP-5",
    }


def assembly(cells: Iterable[Cell]) -> Table:
    """Return assembly.csv: tabs welded to the stack, and the stack put in its pouch."""
    return table("assembly", (_assembled(cell) for cell in cells if cell.reached("assembly")))


def _assembled(cell: Cell) -> Record:
    rng = noise(f"assembly {cell.lot}")
    return {
        "Run": f"Z-{cell.number:04d}",
        "Cell": cell.lot,
        "Welder": "ultrasonic-1",
        "Pouch former": "former-1",
        "Pouch foil": "PF-12",
        "Welded": clock(cell.stacked + timedelta(minutes=40)),
        "Enclosed": clock(cell.stacked + timedelta(minutes=70)),
        "Welding energy (J)": fixed(rng.gauss(35, 0.6), 1),
        "Weld resistance (mOhm)": _if_inspected(cell, fixed(rng.gauss(0.21, 0.012), 3)),
        "Dry cell mass (g)": fixed(cell.dry_mass, 3),
    }


def filling(cells: Iterable[Cell]) -> Table:
    """Return filling.csv as it was first handed in, with the masses that were misread."""
    return table("filling", _all_fillings(cells, MISREAD))


def filling_corrected(cells: Iterable[Cell]) -> Table:
    """Return filling-corrected.csv: the same sheet, handed in again with the right masses."""
    return table("filling-corrected", _all_fillings(cells, {}))


def _all_fillings(cells: Iterable[Cell], misread: Mapping[int, float]) -> Iterator[Record]:
    for cell in cells:
        if cell.reached("filling"):
            yield from fillings(cell, misread)


def filled(cell: Cell) -> datetime:
    """Return when a cell was filled: a day after stacking."""
    return cell.stacked + timedelta(days=1)


def fillings(cell: Cell, misread: Mapping[int, float]) -> Iterator[Record]:
    """Yield one row for each filling of a cell; the second is a refill."""
    mass = cell.dry_mass
    for number, volume in enumerate(cell.doses, 1):
        rng = noise(f"filling {cell.lot} {number}")
        after = mass + volume * ELECTROLYTE_DENSITY + rng.gauss(0, 0.002)
        refill = number > 1
        yield {
            "Run": f"F-{cell.number:04d}" + (f"-{number}" if refill else ""),
            "Cell": cell.lot,
            "Electrolyte lot": cell.electrolyte,
            "Filling station": "filling-1",
            "Start": clock(filled(cell) + timedelta(hours=20 * (number - 1))),
            "Electrolyte volume set (mL)": fixed(DOSE[cell.kind] * (0.28 if refill else 1), 2),
            "Electrolyte mass (g)": fixed(volume * ELECTROLYTE_DENSITY, 3),
            "Chamber pressure (mbar)": fixed(rng.gauss(150, 4), 0),
            "Filling temperature (°C)": fixed(rng.gauss(22, 0.5), 1),
            "Mass after (g)": fixed(misread.get(cell.number, after), 3),
            "Remark": "refill: underfilled" if refill else "",
        }
        mass = after


def sealing(cells: Iterable[Cell]) -> Table:
    """Return sealing.csv."""
    return table("sealing", (_seal(cell) for cell in cells if cell.reached("sealing")))


def _seal(cell: Cell) -> Record:
    rng = noise(f"sealing {cell.lot}")
    wet = cell.dry_mass + sum(cell.doses) * ELECTROLYTE_DENSITY
    return {
        "Run": f"V-{cell.number:04d}",
        "Cell": cell.lot,
        "Sealer": "sealer-1",
        "Start": clock(filled(cell) + timedelta(days=1, hours=1)),
        "Sealing temperature (°C)": fixed(rng.gauss(185, 0.8), 1),
        "Sealing pressure (bar)": fixed(rng.gauss(3.0, 0.05), 2),
        "Sealing time (s)": "4.0",
        "Cell mass (g)": fixed(wet - 0.01 - abs(rng.gauss(0, 0.003)), 3),
    }


def formed(cell: Cell) -> datetime:
    """Return when the formation of a cell started."""
    return filled(cell) + timedelta(days=2)


def cycler(cell: Cell) -> str:
    """Return the cycler that forms a cell."""
    return f"cycler-{(cell.number - 1) // 64 + 1}"


def channel(cell: Cell) -> int:
    """Return the channel of the cycler."""
    return (cell.number - 1) % 64 + 1


def formation(cells: Iterable[Cell]) -> Table:
    """Return formation.csv: one row for each stage of each cell."""
    return table("formation", (row for cell in cells if cell.reached("formation") for row in _stages(cell)))


def _stages(cell: Cell) -> Iterator[Record]:
    """Yield the first cycle."""
    modes = ("CC charge", "CC discharge")
    for number, (mode, (upper, lower)) in enumerate(zip(modes, _CUT_OFFS[cell.chemistry], strict=True), 1):
        yield {
            "Run": f"FO-{cell.number:04d}",
            "Stage": number,
            "Mode": mode,
            "C-rate": "0.1",
            "Upper cut-off (V)": upper,
            "Lower cut-off (V)": lower,
        }


def results(cells: Iterable[Cell]) -> Table:
    """Return formation-results.csv: what the formation of each cell came to."""
    return table("formation-results", (_result(cell) for cell in cells if cell.reached("formation")))


def _result(cell: Cell) -> Record:
    rng = noise(f"formation {cell.lot}")
    specific = CHARGE_CAPACITY[cell.chemistry] * (1 + cell.noise["capacity"]) * cell.efficiency
    resistance = rng.gauss(58, 1.6) if cell.kind == "full" else rng.gauss(410, 25)
    return {
        "Run": f"FO-{cell.number:04d}",
        "Cell": cell.lot,
        "Recipe": "FP-1" if cell.kind == "full" else "FP-half",
        "Cycler": cycler(cell),
        "Channel": channel(cell),
        "Start": clock(formed(cell)),
        "Chamber temperature (°C)": fixed(rng.gauss(25, 0.3), 1),
        "Clamping pressure (kPa)": fixed(rng.gauss(100, 2), 0),
        "First charge (mAh)": fixed(cell.charge_capacity, 1),
        "First discharge (mAh)": fixed(cell.discharge_capacity, 1),
        "Specific discharge capacity (mAh/g)": fixed(specific, 1) if cell.kind == "full" else "",
        "First-cycle efficiency (%)": fixed(100 * cell.efficiency, 2),
        "Initial capacity loss (%)": fixed(100 * (1 - cell.efficiency), 2),
        "Internal resistance (mOhm)": fixed(resistance, 1),
        "Thickness increase (µm)": _if_inspected(cell, fixed(rng.gauss(60, 6), 0)),
    }
