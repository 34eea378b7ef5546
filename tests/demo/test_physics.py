"""Whether the numbers of the demo line fit one another."""

import doctest
from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import Any

import openpyxl
import pytest

from pilotline.demo import physics
from pilotline.demo.plan import ANODE, BATCHES, CATHODE, ROLLS
from pilotline.demo.products import Cell, make_cells, make_sheets
from pilotline.demo.record_files import coated_from
from pilotline.demo.slurry_files import weighings

Row = dict[str, Any]
Reader = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    return make_cells(make_sheets())


def test_the_examples_of_the_formulas_hold() -> None:
    assert doctest.testmod(physics).failed == 0


def _table(folder: Path, name: str, sheet: str) -> list[Row]:
    header, *rows = openpyxl.load_workbook(folder / name)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def test_porosity_follows_from_loading_and_thickness(folder: Path, rows: Reader) -> None:
    loadings = _table(folder, "coating.xlsx", "Loading")
    for row in rows("calendering.csv"):
        polarity = CATHODE if row["Roll"].startswith("C") else ANODE
        foil = 15 if polarity is CATHODE else 10
        loading = fmean(float(each["Loading (mg/cm²)"]) for each in loadings if each["Roll"] == row["Roll"])
        thickness = (float(row["Thickness (µm)"]) - foil) / 2
        expected = physics.porosity(loading, thickness, polarity.solid_density)
        assert float(row["Porosity (%)"]) == pytest.approx(100 * expected, abs=1.5)


def test_every_pass_makes_the_roll_thinner(rows: Reader) -> None:
    passes = [float(row["Thickness (µm)"]) for row in rows("calendering.csv") if row["Roll"] == "C03"]
    assert passes == sorted(passes, reverse=True)


def test_weighing_adds_up_to_the_batch() -> None:
    for batch in BATCHES:
        if not batch.parents:
            assert sum(part.mass for part in weighings(batch)) == pytest.approx(batch.mass, rel=1e-3)


def test_no_batch_gives_more_slurry_than_it_holds() -> None:
    assert [batch.lot for batch in BATCHES if coated_from(batch) + 200 > batch.mass] == []


def test_a_blend_is_no_heavier_than_its_parents() -> None:
    mass = {batch.lot: batch.mass for batch in BATCHES}
    blend = next(batch for batch in BATCHES if batch.parents)
    assert blend.mass <= sum(mass[parent] for parent in blend.parents)


def test_electrolyte_fills_the_pores_with_some_to_spare(cells: list[Cell]) -> None:
    factors = [sum(cell.doses) / cell.pores for cell in cells]
    assert min(factors) > 1.3
    assert max(factors) < 2.0


def test_no_cell_gives_more_than_it_took(rows: Reader) -> None:
    for row in rows("formation-results.csv"):
        assert float(row["First discharge (mAh)"]) < float(row["First charge (mAh)"])


def test_capacity_grows_with_the_mass_of_the_stack(cells: list[Cell]) -> None:
    full = [cell for cell in cells if cell.kind == "full"]
    heavy = sorted(full, key=lambda cell: sum(sheet.mass for sheet in cell.cathodes))
    light, rest = heavy[:50], heavy[-50:]
    assert fmean(c.charge_capacity for c in light) < fmean(c.charge_capacity for c in rest)


def test_the_positions_in_the_files_lead_from_the_sheet_to_the_metre_it_was_coated(
    folder: Path, rows: Reader, cells: list[Cell]
) -> None:
    sheet = cells[116].cathodes[0]
    row = next(row for row in rows("sheets.csv") if row["Sheet"] == sheet.lot)
    position = float(row["Start (m)"])
    for source in _maps_back(folder, rows, row["Coil"]):
        position = _back(source, position)
    assert position == pytest.approx(sheet.coil.coated_at(sheet.start)["A"], abs=0.002)


def _maps_back(folder: Path, rows: Reader, coil: str) -> list[Row]:
    """Return the position maps behind a coil, the last one first."""
    roll = coil.partition("-")[0]
    web: list[Row] = [
        *(
            _of(_table(folder, "coating.xlsx", sheet), roll, side)
            for side in "AB"
            for sheet in ("Runs", "Drying")
        ),
        *([row for row in rows("calendering.csv") if row["Roll"] == roll]),
        next(row for row in rows("slitting.csv") if row["Coil"] == coil),
    ]
    return web[::-1]


def _of(table: list[Row], roll: str, side: str) -> Row:
    return next(row for row in table if (row["Roll"], row["Side"]) == (roll, side))


def _back(row: Row, position: float) -> float:
    start, end, to_start, to_end = (
        float(row[f"{name} (m)"]) for name in ("From start", "From end", "To start", "To end")
    )
    return start + (position - to_start) / (to_end - to_start) * (end - start)


def test_every_roll_keeps_its_polarity() -> None:
    assert {roll.lot: roll.polarity for roll in ROLLS} == {
        "C01": "cathode", "C02": "cathode", "C03": "cathode", "A01": "anode", "A02": "anode",
    }  # fmt: skip
