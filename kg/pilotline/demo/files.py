"""Turns the simulated line into the folder of CSV and XLSX files that a lab would have."""

from pathlib import Path

from pilotline.demo import cell_files, curve_files, electrode_files, logger_files, record_files, slurry_files
from pilotline.demo.faults import write_faulty
from pilotline.demo.products import Cell, Sheet, make_cells, make_sheets
from pilotline.demo.tables import Table, write_csv, write_workbook

README = """\
Everything in this folder is simulated: no cell, roll, slurry, supplier or person behind it exists.

The files look like those of a small pilot line for pouch cells (NMC622 against graphite), from the
raw material lots to the formation of 240 cells in March 2025. They are written by `pilotline demo`
and are the same every time. Times are local (Europe/Berlin).

materials.csv, parts.xlsx    lots as delivered: powders, solvents; foils, separators, electrolytes, housings
slurry.xlsx                  recipes, batches, weighing, mixing sequence, premix, blend (German)
rheology.csv                 viscosity against shear rate (German, decimal comma)
coating.xlsx                 coating runs of sides A and B, drying, loading samples
calendering.csv              passes through the calender; roll C03 went through twice
slitting.csv                 coils and where they lay on the roll
postdrying.csv               coils in the vacuum ovens
punching.csv, sheets.csv     punching runs; sheets and where they lay on the coil
magazines.csv                the magazine in which the order of the sheets was lost
stacking.csv, half-cells.csv what went into each stack
assembly.csv                 tabs welded, stack put in its pouch
filling.csv                  fillings and refills, as first handed in
filling-corrected.csv        the same sheet, handed in again with three masses corrected
sealing.csv                  sealing
formation.csv                stages of the formation
formation-results.csv        capacities, efficiency, resistance
FO-0058.csv, FO-0117.csv, FO-0118.csv, FO-0133.csv  the cycler's readings of the formation of four cells
samples.csv, measurements.csv  samples of calendered rolls and what was measured on them
cell-types.csv               the data sheet of the cell
dispositions.xlsx            scrap, leftovers, coils returned to stock, samples taken
dryer-log.csv, channels.csv  the dryer's logger and what its channels are
limits/ranges.csv            ranges of the line's own, which the pages of the demo draw
faulty/                      the same kinds of files with faults on purpose; faulty/EXPECTED.csv lists them
"""


def write_files(folder: Path) -> list[Path]:
    """Write the files of the simulated line and return their paths; every run writes the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    sheets = make_sheets()
    cells = make_cells(sheets)
    readme = folder / "README.txt"
    readme.write_text(README, encoding="utf-8", newline="\n")
    workbooks = [write_workbook(folder / name, tables) for name, tables in _workbooks(cells, sheets).items()]
    texts = [
        write_csv(folder / f"{table.name}.csv", table, ";" if table.name == "rheology" else ",")
        for table in _csv_tables(cells, sheets)
    ]
    limits = folder / "limits"
    limits.mkdir(exist_ok=True)
    ranges = write_csv(limits / "ranges.csv", record_files.ranges())
    return [readme, *workbooks, *texts, ranges, *write_faulty(folder / "faulty", cells)]


def _workbooks(cells: list[Cell], sheets: list[Sheet]) -> dict[str, list[Table]]:
    return {
        "slurry.xlsx": slurry_files.slurry(),
        "coating.xlsx": electrode_files.coating(),
        "parts.xlsx": record_files.parts(),
        "dispositions.xlsx": record_files.dispositions(cells, sheets),
    }


def _csv_tables(cells: list[Cell], sheets: list[Sheet]) -> list[Table]:
    return [
        record_files.materials(),
        slurry_files.rheology(),
        electrode_files.calendering_passes(),
        electrode_files.slit_coils(),
        electrode_files.post_drying(),
        cell_files.punching(sheets),
        cell_files.sheet_list(sheets),
        cell_files.magazine(cells),
        cell_files.stacking(cells),
        cell_files.half_cells(cells),
        cell_files.assembly(cells),
        cell_files.filling(cells),
        cell_files.filling_corrected(cells),
        cell_files.sealing(cells),
        cell_files.formation(cells),
        cell_files.results(cells),
        *curve_files.curves(cells),
        record_files.samples(),
        record_files.measurements(),
        record_files.cell_types(),
        logger_files.channels(),
        logger_files.log(),
    ]
