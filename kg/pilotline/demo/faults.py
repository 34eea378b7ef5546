"""Turns good rows into files with known faults, and lists each fault with its place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl.utils import get_column_letter

from pilotline.demo import cell_files, electrode_files, record_files
from pilotline.demo.plan import at
from pilotline.demo.products import Cell
from pilotline.demo.tables import Record, Table, Value, table, write_csv, write_workbook

# Who must find a fault: the reading of the file, the shapes, or the linking with other datasets.
MAPPING, SHAPES, LINKING = "mapping", "shapes", "linking"


@dataclass(frozen=True)
class Fault:
    """One wrong cell: row counted from 1 below the header, what is written there, who must find it."""

    row: int
    column: str
    value: Value
    found_by: str
    what: str


@dataclass(frozen=True)
class FaultyFile:
    """A file of which some tables hold faults; a workbook where `sheets` says so."""

    name: str
    tables: Sequence[tuple[Table, Sequence[Fault]]]

    @property
    def is_workbook(self) -> bool:
        """Say whether the file is a workbook."""
        return self.name.endswith(".xlsx")

    def expected(self) -> Iterable[Record]:
        """Yield the place of each fault, who finds it and what it is."""
        for broken, faults in self.tables:
            for fault in faults:
                yield {
                    "File": self.name,
                    "Sheet": broken.name if self.is_workbook else "",
                    "Cell": self._cell(broken, fault.row, fault.column),
                    "Found by": fault.found_by,
                    "What": fault.what,
                }

    def _cell(self, broken: Table, row: int, header: str) -> str:
        """Return the address of a cell as reports write it."""
        column = broken.header.index(header) + 1
        if self.is_workbook:
            return f"{get_column_letter(column)}{row + 1}"
        return f"row {row + 1}, column {column}"


def _broken(good: Table, faults: Sequence[Fault]) -> Table:
    rows = [list(row) for row in good.rows]
    for fault in faults:
        rows[fault.row - 1][good.header.index(fault.column)] = fault.value
    return replace(good, rows=tuple(map(tuple, rows)))


def _first(good: Table, count: int) -> Table:
    return replace(good, rows=good.rows[:count])


def _coating() -> FaultyFile:
    runs, drying, loading = electrode_files.coating()
    before_its_start = at("2025-03-04 14:10")
    return FaultyFile(
        "coating.xlsx",
        [
            (
                _first(runs, 4),
                [
                    Fault(1, "Slurry", "S17", LINKING, "no such slurry; S-17 is near"),
                    Fault(2, "End", before_its_start, SHAPES, "the run ends before it starts"),
                    Fault(3, "Gap set (µm)", "wie gestern", MAPPING, "text in a column of numbers"),
                ],
            ),
            (_first(drying, 4), [Fault(4, "T zone 3 (°C)", "warm", MAPPING, "text in a column of numbers")]),
            (_first(loading, 6), [Fault(5, "Loading (mg/cm²)", -15.2, SHAPES, "negative loading")]),
        ],
    )


def _calendering() -> FaultyFile:
    faults = [
        Fault(
            1, "Porosity (%)", "0.302", SHAPES, "a fraction in a column of per cent; 0.302 should read 30.2"
        ),
        Fault(2, "Speed (m/min)", "zwei", MAPPING, "text in a column of numbers"),
        Fault(3, "Start", "07.03.2025", MAPPING, "a date in another format than the column's"),
    ]
    return FaultyFile("calendering.csv", [(_first(electrode_files.calendering_passes(), 4), faults)])


def _measurements() -> FaultyFile:
    good = _first(record_files.measurements(), 11)
    faults = [
        Fault(2, "Value", "-27.9", SHAPES, "negative adhesion"),
        Fault(7, "Unit", "kg", MAPPING, "a mass as the unit of a thickness"),
        Fault(10, "Value", "130", SHAPES, "a porosity above 100 %"),
    ]
    return FaultyFile("measurements.csv", [(good, faults)])


def _filling(cells: list[Cell]) -> FaultyFile:
    faults = [
        Fault(
            1, "Mass after (g)", "0.019332", SHAPES, "kilograms in a column of grams; below its electrolyte"
        ),
        Fault(3, "Electrolyte mass (g)", "-2.771", SHAPES, "negative mass"),
        Fault(4, "Filling temperature (°C)", "RT", MAPPING, "text in a column of numbers"),
    ]
    return FaultyFile("filling.csv", [(_first(cell_files.filling_corrected(cells), 6), faults)])


def faulty_files(cells: list[Cell]) -> list[FaultyFile]:
    """Return the files with faults."""
    return [_coating(), _calendering(), _measurements(), _filling(cells)]


def write_faulty(folder: Path, cells: list[Cell]) -> list[Path]:
    """Write the files with faults and EXPECTED.csv, which lists every faulty cell."""
    folder.mkdir(exist_ok=True)
    files = faulty_files(cells)
    expected = table("EXPECTED", (row for file in files for row in file.expected()))
    return [*(_write(folder, file) for file in files), write_csv(folder / "EXPECTED.csv", expected)]


def _write(folder: Path, file: FaultyFile) -> Path:
    tables = [_broken(good, faults) for good, faults in file.tables]
    path = folder / file.name
    return write_workbook(path, tables) if file.is_workbook else write_csv(path, tables[0])
