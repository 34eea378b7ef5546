"""Turns a row into the thing that it is about, whatever its kind: `reader_of` picks the reader."""

from collections.abc import Callable, Mapping

from pilotline.iris import segment
from pilotline.namespaces import PL, PROV
from pilotline.rdf.ntriples import string
from pilotline.tabular import subjects
from pilotline.tabular.details import details, named, operator_of, side, times
from pilotline.tabular.facts import FactReader, RowFacts, whole
from pilotline.tabular.lengths import lengths, position
from pilotline.tabular.row import Once, Read, RowReader, left_out
from pilotline.tabular.runs import RunReader
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.stages import StageReader
from pilotline.tabular.statements import StatementReader
from pilotline.tabular.things import (
    LABEL,
    Bearer,
    Lots,
    Outputs,
    Runs,
    Targets,
)
from pilotline.tabular.webs import CutReader, MapReader
from pilotline.vocabulary.terms import Step

DISPOSITIONS = ("Scrap", "Hold", "Released", "Leftover", "ReturnedToStock", "SampleTaken", "Lost")


class LotReader:
    """One row is one lot."""

    def __init__(self, sheet: Sheet, spec: subjects.LotRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._lot = Outputs(sheet, spec.lot)
        self._run = Runs(sheet, spec.after) if spec.after else None
        self._received = spec.received
        texts = {"supplier": (spec.supplier, string), "lotNumber": (spec.lot_number, string)}
        self._details = details(sheet, dict(texts))
        self._times = times(sheet, {PL + "openedOn": spec.opened, PL + "expiresOn": spec.expires})
        self.step: Step | None = self._run.step if self._run else None
        self.index = self._lot.index
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self.index)
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the lot, and the state that its values hold for."""
        found = self._lot.found(cells)
        run = self._run.iri(cells) if self._run else ""
        if not found or (self._run and not run):
            return left_out(self._sheet, row, self.index)
        lot, identity = found[0]
        text = self._lot.describe(row, cells, lot, identity)
        text = self._once.agreed(
            row, lot, text + self._details(row, cells, lot) + self._times(row, cells, lot)
        )
        text += self._lines.link(lot, PL + "cell", self._cell(row))
        if not (run or self._received):
            return Read(text, Bearer(lot, own=False), {})
        node, described = self._lot.state(lot, run or None)
        own = self._run.own if self._run else True
        return Read(text + described, Bearer(node, own, run), {})


class SampleReader:
    """One row is one sample."""

    def __init__(self, sheet: Sheet, spec: subjects.SampleRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self.index, self._ids = sheet.identity(spec.sample)
        self._from = Lots(sheet, spec.taken_from)
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self.index)
        self._lengths = [(PL + "samplePosition", position(sheet, spec.position))] if spec.position else []
        self._times = times(sheet, {PROV + "generatedAtTime": spec.taken})
        self._operator = operator_of(sheet, spec.operator)
        self._details = details(
            sheet,
            {
                "represents": (spec.represents, named(sheet)),
                "side": (spec.side, side),
                "lane": (spec.lane, whole),
            },
        )
        self.step: Step | None = None
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the sample."""
        ids, lines = self._ids(cells), self._lines
        if not ids:
            return left_out(self._sheet, row, self.index)
        sample = self._sheet.job.scope.thing("sample", *ids)
        text = lines.types(sample, (PL + "Sample",)) + lines.line(sample, LABEL, string(" ".join(ids)))
        text += "".join([lines.link(sample, PL + "takenFrom", lot) for lot, _ in self._from.found(cells)])
        text += self._details(row, cells, sample)
        text += lengths(self._lengths, row, cells, sample, self._sheet) + self._times(row, cells, sample)
        text = self._once.agreed(row, sample, text + self._operator(cells, sample))
        text += lines.link(sample, PL + "cell", self._cell(row))
        return Read(text, Bearer(sample, own=True), {})


class MeasurementReader:
    """One row is a measurement on something, or a point of a curve."""

    def __init__(self, sheet: Sheet, spec: subjects.MeasurementRow | subjects.CurveRow) -> None:
        self._sheet = sheet
        target = spec.measurement if isinstance(spec, subjects.MeasurementRow) else spec.curve
        self._target = Targets(sheet, target)
        self.index = self._target.index
        self.step: Step | None = self._target.step
        self._facts: RowFacts = FactReader(sheet).of_row(spec)
        self._operator = operator_of(sheet, spec.operator)
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return what was measured, and what tells this measurement from others."""
        found = self._target.read(cells)
        if found is None:
            return left_out(self._sheet, row, self.index)
        text, bearer = found
        return Read(text, bearer, {}, self._facts(row, cells))


class DispositionReader:
    """One row says what became of a lot."""

    def __init__(self, sheet: Sheet, spec: subjects.DispositionRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._lots = Lots(sheet, spec.disposition)
        self.index = self._lots.index
        self._kind_index, self._kind = sheet.cell(spec.kind)
        self._ids = [sheet.text(name)[1] for name in spec.id]
        texts = {"reason": spec.reason, "amountTyped": spec.amount}
        self._texts = [(PL + name, sheet.text(column)[1]) for name, column in texts.items() if column]
        self._times = times(sheet, {PROV + "generatedAtTime": spec.time})
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self.index)
        self.step: Step | None = None
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the disposition."""
        lot, kind, lines = self._lots.one(cells), self._kind(cells), self._lines
        if not lot:
            return left_out(self._sheet, row, self.index)
        name = {each.casefold(): each for each in DISPOSITIONS}.get(kind.replace(" ", "").casefold())
        if name is None:
            message = f"{kind!r} is no disposition; use one of {', '.join(DISPOSITIONS)}, or `values:`"
            if self._sheet.is_template:
                message = f"{kind!r} is no disposition; use one of {', '.join(DISPOSITIONS)}"
            self._sheet.problem("Row-disposition", row, self._kind_index or self.index, message, value=kind)
            return None
        identity = [value for get in self._ids if (value := get(cells))] or [name.lower()]
        node = f"{lot}/disposition/{segment(*identity)}"
        text = lines.types(node, (PL + "Disposition",)) + lines.link(node, PL + "dispositionOf", lot)
        text += lines.link(node, PL + "dispositionKind", PL + name) + self._times(row, cells, node)
        found = [(predicate, get(cells)) for predicate, get in self._texts]
        text += "".join([lines.line(node, predicate, string(value)) for predicate, value in found if value])
        text = self._once.agreed(row, node, text)
        return Read(text + lines.link(node, PL + "cell", self._cell(row)), Bearer(node, own=True), {})


class ComponentReader:
    """One row is one component of a recipe or of the batch of a run."""

    def __init__(self, sheet: Sheet, spec: subjects.ComponentRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._target = Targets(sheet, spec.component)
        self.index = self._target.index
        self.step: Step | None = self._target.step
        self._number_index, self._number = sheet.text(spec.number)
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self._number_index)
        self._lot = Lots(sheet, spec.lot) if spec.lot else None
        self._details = details(sheet, {"componentRole": (spec.role, named(sheet))})
        self._recipe = spec.component.recipe is not None
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the component."""
        found, number, lines = self._target.read(cells), self._number(cells), self._lines
        if found is None or not number:
            return left_out(self._sheet, row, self._number_index if found else self.index)
        text, whole_ = found
        node = f"{whole_.iri}/component/{segment(number)}"
        text += lines.types(node, (PL + "Component",)) + lines.link(node, PL + "componentOf", whole_.iri)
        if number.isdecimal():
            text += lines.line(node, PL + "additionOrder", whole(number))
        if self._lot:
            text += "".join([lines.link(node, PL + "lotUsed", lot) for lot, _ in self._lot.found(cells)])
        text = self._once.agreed(row, node, text + self._details(row, cells, node))
        text += lines.link(node, PL + "cell", self._cell(row))
        return Read(text, Bearer(node, own=self._recipe or whole_.own, run=whole_.run), {})


def reader_of(sheet: Sheet) -> RowReader:
    """Return the reader of the rows of a sheet."""
    row = sheet.table.row
    readers: dict[type, Callable[..., RowReader]] = {
        subjects.RunRow: RunReader,
        subjects.LotRow: LotReader,
        subjects.SampleRow: SampleReader,
        subjects.MeasurementRow: MeasurementReader,
        subjects.CurveRow: MeasurementReader,
        subjects.StageRow: StageReader,
        subjects.MapRow: MapReader,
        subjects.CutRow: CutReader,
        subjects.DispositionRow: DispositionReader,
        subjects.ComponentRow: ComponentReader,
        subjects.StatementRow: StatementReader,
    }
    return readers[type(row)](sheet, row)
