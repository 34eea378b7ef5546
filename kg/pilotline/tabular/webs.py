"""Turns a row about a web into where an interval lies, or which piece was cut from it."""

from collections.abc import Mapping

from pilotline.iris import segment
from pilotline.namespaces import PL
from pilotline.tabular import naming, subjects
from pilotline.tabular.details import details, yes_or_no
from pilotline.tabular.facts import whole
from pilotline.tabular.lengths import length, lengths
from pilotline.tabular.row import Once, Read, left_out
from pilotline.tabular.runs import RunReader
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import (
    Bearer,
    Lots,
    Outputs,
    Runs,
    step_of,
)
from pilotline.vocabulary.terms import Step


class MapReader:
    """One row is one interval of a web and where it lies on another."""

    def __init__(self, sheet: Sheet, spec: subjects.MapRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._runs = Runs(sheet, spec.map)
        self.step: Step | None = self._runs.step
        self.index = self._runs.index
        self._number_index, self._number = sheet.text(spec.number)
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self._number_index)
        self._lots = [("fromLot", Lots(sheet, spec.from_)), ("toLot", Lots(sheet, spec.to))]
        metres = {
            "fromStart": spec.from_start,
            "fromEnd": spec.from_end,
            "toStart": spec.to_start,
            "toEnd": spec.to_end,
        }
        self._metres = [(PL + name, length(sheet, column, "m")) for name, column in metres.items()]
        lanes = {"laneStart": spec.lane_start, "laneEnd": spec.lane_end}
        self._metres += [(PL + name, length(sheet, column, "mm")) for name, column in lanes.items() if column]
        self._details = details(
            sheet, {"lane": (spec.lane, whole), "sideFlipped": (spec.side_flipped, yes_or_no)}
        )
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the run that the position map belongs to."""
        bearer, number, lines = self._runs.bearer(cells), self._number(cells), self._lines
        if bearer is None or not number:
            return left_out(self._sheet, row, self._number_index if bearer else self.index)
        node = f"{bearer.iri}/map/{segment(number)}"
        text = lines.types(node, (PL + "PositionMap",)) + lines.link(node, PL + "mapOf", bearer.iri)
        for name, lots in self._lots:
            text += "".join([lines.link(node, PL + name, lot) for lot, _ in lots.found(cells)])
        text += lengths(self._metres, row, cells, node, self._sheet) + self._details(row, cells, node)
        text = self._once.agreed(row, node, text)
        return Read(text + lines.link(node, PL + "cell", self._cell(row)), bearer, {})


class CutReader:
    """One row is one piece cut from a coil; with a run it is an output of it."""

    def __init__(self, sheet: Sheet, spec: subjects.CutRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._run = RunReader(sheet, _cutting(spec)) if spec.run else None
        self.step: Step | None = step_of(sheet, spec.run.step) if spec.run else None
        self._piece, self._from = Outputs(sheet, spec.cut), Lots(sheet, spec.from_)
        self.index = self._piece.index
        self._cell = sheet.pointer(self.index)
        ends = {"cutStart": spec.start, "cutEnd": spec.end}
        self._metres = [(PL + name, length(sheet, column, "m")) for name, column in ends.items() if column]
        self._details = details(sheet, {"lane": (spec.lane, whole)})
        self.roles: Mapping[str, str] = self._run.roles if self._run else {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the piece, or the run that cut it."""
        found, lines = self._piece.found(cells), self._lines
        if not found:
            return left_out(self._sheet, row, self.index)
        run = self._run.read(row, cells) if self._run else None
        piece, identity = found[0]
        text = run.text if run else self._piece.describe(row, cells, piece, identity)
        text += "".join([lines.link(piece, PL + "cutFrom", lot) for lot, _ in self._from.found(cells)])
        text += lengths(self._metres, row, cells, piece, self._sheet) + self._details(row, cells, piece)
        text += lines.link(piece, PL + "cell", self._cell(row))
        return run._replace(text=text) if run else Read(text, Bearer(piece, own=False), {})


def _cutting(spec: subjects.CutRow) -> subjects.RunRow:
    """Return a cut as the run that it is part of."""
    assert spec.run
    coil = naming.InputLot(**spec.from_.model_dump())
    return subjects.RunRow(run=spec.run, inputs=(coil,), outputs=(spec.cut,))
