"""Holds back rows of a sheet, and keeps what stands above them, so that they can be given back alike."""

from pilotline.datasets.pointers import NOWHERE, Place, column_of, place_named, row_of
from pilotline.ingest.sieve import Head, origins
from pilotline.tabular.sheet import Cells, Sheet


class Holding:
    """The rows of one sheet before the sieve; index: of the column of the identity."""

    def __init__(self, sheet: Sheet, index: int) -> None:
        grid, self._sieve = sheet.grid, sheet.job.sieve
        self._sheet = sheet
        # A cell above the header is in no row of the table; the first field of a record may be its parent's.
        self._index = index if grid.records else 0
        self._sieve.ways.add((grid.file, grid.sheet, grid.turned))
        stands = tuple(map(tuple, grid.head))
        header = max(grid.header_row - 1, 0) if stands else 0
        width = len(grid.headers) - (len(sheet.table.cells) if stands else 0)
        self._origins = origins(grid.headers)
        self._head = Head(stands or (tuple(grid.headers),), header, width, grid.turned)

    def holds(self, row: int, cells: Cells) -> bool:
        """Say whether a row is held back; note of which rows it is a correction."""
        if not self._sieve.rows and not self._origins:
            return False
        grid = self._sheet.grid
        here = Place(grid.file, grid.sheet, grid.place(row, self._index))
        if self._sieve.holds(here, self._head, cells):
            return True
        for index in self._origins:
            if (origin := place_named(str(cells[index]))) != NOWHERE:
                self._sieve.corrected[origin] = column_of(here) if grid.turned else row_of(here)
        return False
