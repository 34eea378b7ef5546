"""Turns a row into the thing that it is about: a run, a lot, a sample, a stage … with its statements."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple, Protocol

from pilotline.findings import Severity
from pilotline.iris import segment
from pilotline.namespaces import HAS_OUTPUT, HAS_PARTICIPANT, PL, PROV
from pilotline.ntriples import boolean, decimal, string
from pilotline.quantities import NOTHING, Facts, ValueTextError, parse_value
from pilotline.quantities import Scalar as ScalarValue
from pilotline.tabular import model
from pilotline.tabular.facts import FactReader, RowFacts, side_name, truth, whole
from pilotline.tabular.grid import Digits
from pilotline.tabular.model import Cell, Operator, When
from pilotline.tabular.sheet import Cells, Getter, Sheet, term
from pilotline.tabular.things import (
    LABEL,
    Bearer,
    Lots,
    Outputs,
    Runs,
    Targets,
    equipment_of,
    step_of,
    things,
)
from pilotline.vocabulary.terms import Step

DISPOSITIONS = ("Scrap", "Hold", "Released", "Leftover", "ReturnedToStock", "SampleTaken", "Lost")


class Read(NamedTuple):
    """What a row says of its thing.

    text: lines. bearers: who may have the row's properties, by role; `main` bears what has no role.
    facts: what tells the row's values from those of other rows. run: for stages.
    """

    text: str
    main: Bearer
    bearers: dict[str, tuple[Bearer, ...]]
    facts: Facts = NOTHING


class RowReader(Protocol):
    """Reads the rows of one kind.

    index: column of the identity. step: whose specification says who bears a parameter.
    roles: who may bear one, such as `output Roll`, with its kind of lot; none where a row is one thing.
    """

    index: int
    step: Step | None
    roles: Mapping[str, str]

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return what a row says; nothing where its identity is empty."""


def left_out(sheet: Sheet, row: int, index: int) -> Read | None:
    """Report a row whose identity is empty; it says nothing."""
    header = sheet.grid.headers[index]
    message = f"the identity {header!r} is empty; the row is left out"
    hint = "every run, lot and sample needs its identifier"
    sheet.problem("Row-identity", row, index, message, value="empty", hint=hint)
    return None


class RunReader:
    """One row is one run."""

    def __init__(self, sheet: Sheet, spec: model.RunRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._runs = Runs(sheet, spec.run)
        self.step: Step | None = self._runs.step
        self.index = self._runs.index
        self._cell = sheet.pointer(self.index)
        self._inputs = [Lots(sheet, each) for each in spec.inputs]
        self._pools = [each.pool for each in spec.inputs]
        self._outputs = [Outputs(sheet, each) for each in spec.outputs]
        self._facts = _RunFacts(sheet, spec)
        self.roles: Mapping[str, str] = self._roles(spec)

    def _roles(self, spec: model.RunRow) -> dict[str, str]:
        lots = {f"input {lots.column}": lots.spec.kind for lots in self._inputs}
        lots |= {f"output {lots.column}": lots.spec.kind for lots in self._outputs}
        others = {"equipment": spec.equipment, "room": spec.room, "recipe": spec.recipe}
        return {"run": ""} | lots | {role: "" for role, present in others.items() if present}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the run with its lots."""
        run = self._runs.iri(cells)
        if not run:
            return left_out(self._sheet, row, self.index)
        lines = self._lines
        text = lines.types(run, self._runs.step.types) + lines.line(
            run, LABEL, string(self._runs.label(cells))
        )
        text += lines.link(run, PL + "cell", self._cell(row))
        main = Bearer(run, own=True, run=run)
        bearers: dict[str, tuple[Bearer, ...]] = {"run": (main,)}
        text += self._facts.read(row, cells, run, bearers)
        inputs = [lots.found(cells) for lots in self._inputs]
        for lots, found in zip(self._inputs, inputs, strict=True):
            text += "".join([lines.link(run, PL + "inputLot", lot) for lot, _ in found])
            bearers[f"input {lots.column}"] = tuple([Bearer(lot, own=False, run=run) for lot, _ in found])
        sources = self._sources(inputs)
        for outputs in self._outputs:
            text += self._left(row, cells, run, outputs, sources, bearers)
        return Read(text, main, bearers)

    def _sources(self, inputs: list[list[tuple[str, tuple[str, ...]]]]) -> list[tuple[str, str]]:
        """Return predicate and lot of what the outputs of a row are made from."""
        names = ["possiblyMadeFromLot" if pool else "madeFromLot" for pool in self._pools]
        return [(PL + name, lot) for name, found in zip(names, inputs, strict=True) for lot, _ in found]

    def _left(
        self,
        row: int,
        cells: Cells,
        run: str,
        outputs: Outputs,
        sources: list[tuple[str, str]],
        bearers: dict[str, tuple[Bearer, ...]],
    ) -> str:
        """Return the lines of the lots that one output column names, in their states after the run."""
        lines, text, states = self._lines, "", []
        for lot, identity in outputs.found(cells):
            node, described = outputs.state(lot, run)
            text += outputs.describe(row, cells, lot, identity) + described
            text += lines.link(run, PL + "outputLot", lot) + lines.link(run, HAS_OUTPUT, node)
            text += "".join([lines.link(node, predicate, source) for predicate, source in sources])
            states.append(Bearer(node, own=True, run=run))
        bearers[f"output {outputs.column}"] = tuple(states)
        return text


class _RunFacts:
    """Time, equipment, room, recipe and operator of a run; rows that name one run must agree on them."""

    def __init__(self, sheet: Sheet, spec: model.RunRow) -> None:
        self._sheet = sheet
        self._index = sheet.identity(spec.run)[0]
        machines = spec.equipment if isinstance(spec.equipment, tuple) else (spec.equipment,)
        self._things = [("equipment", HAS_PARTICIPANT, equipment_of(sheet, each)) for each in machines]
        if spec.room:
            self._things.append(("room", PL + "inRoom", things(sheet, "room", spec.room, (PL + "Room",))))
        if spec.recipe:
            recipe = things(sheet, "recipe", spec.recipe, (PL + "Recipe",))
            self._things.append(("recipe", PL + "followsRecipe", recipe))
        self._times = times(sheet, {PROV + "startedAtTime": spec.start, PROV + "endedAtTime": spec.end})
        self._operator = operator_of(sheet, spec.operator)
        self._once = Once(sheet, self._index)

    def read(self, row: int, cells: Cells, run: str, bearers: dict[str, tuple[Bearer, ...]]) -> str:
        lines, text = self._sheet.job.lines, self._times(row, cells, run) + self._operator(cells, run)
        for role, predicate, read in self._things:
            iri, described = read(cells)
            if iri:
                text += described + lines.link(run, predicate, iri)
                bearers[role] = (*bearers.get(role, ()), Bearer(iri, own=False, run=run))
        return self._once.agreed(row, run, text)


class Once:
    """Sees that rows that name one thing say the same of it; the first row stands."""

    def __init__(self, sheet: Sheet, index: int) -> None:
        self._sheet, self._index = sheet, index
        self._seen: dict[int, tuple[int, int]] = {}

    def agreed(self, row: int, node: str, text: str) -> str:
        """Return the lines that a row says of a node, or none where an earlier row says others.

        A row that says nothing agrees with all.
        """
        if not text:
            return ""
        first, said = self._seen.setdefault(hash(node), (row, hash(text)))
        if said == hash(text):
            return text
        value = node.rsplit("/", 1)[1]
        message = f"{value!r} also stands in row {first}, which says other things of it; the first row stands"
        hint = "correct one of the rows, or add the columns that tell the two apart to its identity"
        self._sheet.problem("Row-twice", row, self._index, message, value=value, hint=hint)
        return ""


def times(sheet: Sheet, named: dict[str, When | None]) -> Callable[[int, Cells, str], str]:
    """Return what writes the times of a thing; named: property and where its time stands."""
    readers = [(name, sheet.when(when)) for name, when in named.items() if when]
    lines = sheet.job.lines

    def read(row: int, cells: Cells, subject: str) -> str:
        found = [(predicate, when(row, cells)) for predicate, when in readers]
        return "".join([lines.line(subject, predicate, value) for predicate, value in found if value])

    return read


def operator_of(sheet: Sheet, spec: Operator | None) -> Callable[[Cells, str], str]:
    """Return what writes the operator's code; a name is dropped, which is said once."""
    if spec is None:
        return lambda _cells, _subject: ""
    index, get = sheet.text(spec.column)
    if spec.keep == "nothing":
        header = sheet.grid.headers[index]
        message = f"the column {header!r} names people and is dropped; `keep: code` keeps codes"
        place = sheet.grid.place(sheet.grid.header_row, index)
        sheet.report.add("Operator-dropped", Severity.INFO, place, message, column=header)
        return lambda _cells, _subject: ""
    scope, lines = sheet.job.scope, sheet.job.lines

    def read(cells: Cells, subject: str) -> str:
        code = get(cells)
        return lines.link(subject, PROV + "wasAssociatedWith", scope.thing("operator", code)) if code else ""

    return read


class LotReader:
    """One row is one lot."""

    def __init__(self, sheet: Sheet, spec: model.LotRow) -> None:
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

    def __init__(self, sheet: Sheet, spec: model.SampleRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self.index, self._ids = sheet.identity(spec.sample)
        self._from = Lots(sheet, spec.taken_from)
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self.index)
        self._times = times(sheet, {PROV + "generatedAtTime": spec.taken})
        self._operator = operator_of(sheet, spec.operator)
        self._details = details(
            sheet,
            {
                "represents": (spec.represents, _named),
                "samplePosition": (spec.position, None),
                "side": (spec.side, _side),
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
        text += self._details(row, cells, sample) + self._times(row, cells, sample)
        text = self._once.agreed(row, sample, text + self._operator(cells, sample))
        text += lines.link(sample, PL + "cell", self._cell(row))
        return Read(text, Bearer(sample, own=True), {})


class MeasurementReader:
    """One row is a measurement on something, or a point of a curve."""

    def __init__(self, sheet: Sheet, spec: model.MeasurementRow | model.CurveRow) -> None:
        self._sheet = sheet
        target = spec.measurement if isinstance(spec, model.MeasurementRow) else spec.curve
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


class StageReader:
    """One row is one stage or zone of a run."""

    def __init__(self, sheet: Sheet, spec: model.StageRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._runs = Runs(sheet, spec.stage)
        self.step: Step | None = self._runs.step
        self.index = self._runs.index
        self._number_index, self._number = sheet.text(spec.number)
        self._cell = sheet.pointer(self._number_index)
        self._as = spec.as_
        self._class = stage_class(spec.as_, spec.class_)
        self._times = times(sheet, {PROV + "startedAtTime": spec.start, PROV + "endedAtTime": spec.end})
        self.roles: Mapping[str, str] = {}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the run, and the stage as a key."""
        bearer, number = self._runs.bearer(cells), self._number(cells)
        if bearer is None or not number:
            return left_out(self._sheet, row, self._number_index if bearer else self.index)
        node = stage_iri(bearer.run, self._as, number)
        text = stage_lines(self._sheet, node, bearer.run, number, self._class)
        text += self._times(row, cells, node) + self._lines.link(node, PL + "cell", self._cell(row))
        facts = Facts(((self._as, number),), ((PL + "atStage", node),))
        return Read(text, bearer, {}, facts)


def stage_class(kind: str, name: str | None) -> str:
    """Return the class of a stage; a zone is a dryer zone unless the mapping says otherwise."""
    return PL + (name or {"zone": "DryerZone"}.get(kind, "Stage"))


def stage_iri(run: str, kind: str, number: str) -> str:
    """Return the IRI of a stage or zone of a run."""
    return f"{run}/{kind}/{segment(number)}"


def stage_lines(sheet: Sheet, node: str, run: str, number: str, class_: str) -> str:
    """Return the lines of a stage; a stage with a name has a label in place of a number."""
    lines = sheet.job.lines
    text = lines.types(node, (class_,)) + lines.link(node, PL + "stageOf", run)
    if number.isdecimal():
        return text + lines.line(node, PL + "stageNumber", whole(number))
    return text + lines.line(node, LABEL, string(number))


class MapReader:
    """One row is one interval of a web and where it lies on another."""

    def __init__(self, sheet: Sheet, spec: model.MapRow) -> None:
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
            sheet, {"lane": (spec.lane, whole), "sideFlipped": (spec.side_flipped, _truth)}
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

    def __init__(self, sheet: Sheet, spec: model.CutRow) -> None:
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


def _cutting(spec: model.CutRow) -> model.RunRow:
    """Return a cut as the run that it is part of."""
    assert spec.run
    coil = model.InputLot(**spec.from_.model_dump())
    return model.RunRow(run=spec.run, inputs=(coil,), outputs=(spec.cut,))


class DispositionReader:
    """One row says what became of a lot."""

    def __init__(self, sheet: Sheet, spec: model.DispositionRow) -> None:
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

    def __init__(self, sheet: Sheet, spec: model.ComponentRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._target = Targets(sheet, spec.component)
        self.index = self._target.index
        self.step: Step | None = self._target.step
        self._number_index, self._number = sheet.text(spec.number)
        self._once = Once(sheet, self.index)
        self._cell = sheet.pointer(self._number_index)
        self._lot = Lots(sheet, spec.lot) if spec.lot else None
        self._details = details(sheet, {"componentRole": (spec.role, _named)})
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
        model.RunRow: RunReader,
        model.LotRow: LotReader,
        model.SampleRow: SampleReader,
        model.MeasurementRow: MeasurementReader,
        model.CurveRow: MeasurementReader,
        model.StageRow: StageReader,
        model.MapRow: MapReader,
        model.CutRow: CutReader,
        model.DispositionRow: DispositionReader,
        model.ComponentRow: ComponentReader,
    }
    return readers[type(row)](sheet, row)


Detail = Callable[[str], str]


def details(
    sheet: Sheet, named: dict[str, tuple[Cell | None, Detail | None]]
) -> Callable[[int, Cells, str], str]:
    """Return what writes details of a thing.

    named: property, where its text stands, and what makes a term of the text (by default a number).
    """
    found: list[tuple[str, int | None, Getter, Detail]] = []
    for name, (cell, detail) in named.items():
        if cell is not None:
            found.append((name, *sheet.cell(cell), detail or _number(sheet)))
    lines = sheet.job.lines

    def read(row: int, cells: Cells, subject: str) -> str:
        text = ""
        for name, index, get, detail in found:
            value = get(cells)
            if not value:
                continue
            try:
                text += lines.line(subject, PL + name, detail(value))
            except ValueTextError as error:
                sheet.problem(f"Row-{name}", row, index or 0, str(error), value=value)
        return text

    return read


def _number(sheet: Sheet) -> Detail:
    def read(text: str) -> str:
        sign = sheet.source.decimal if sheet.source.decimal in text else "."
        value = parse_value(text, sign)
        if not isinstance(value, ScalarValue):
            raise ValueTextError(f"{text!r} is not one number")
        return decimal(value.number)

    return read


def _named(text: str) -> str:
    if (iri := term(text)) is None:
        raise ValueTextError(f"{text!r} is no term; say what it means with `values:`")
    return f"<{iri}>"


def _side(text: str) -> str:
    return f"<{PL}{side_name(text)}>"


def _truth(text: str) -> str:
    return boolean(truth(text))


Length = tuple[int, Callable[[Cells], Decimal | None]]


def length(sheet: Sheet, column: str, unit: str) -> Length:
    """Return what reads a length in a unit; the header may give another one.

    Errors of the reader: ValueTextError.
    """
    found = sheet.headers.column(column)
    units = sheet.job.units
    factor = _factor(sheet, units.parse(found.unit or unit).factor, units.parse(unit).factor)
    sign, thousands = sheet.source.decimal, sheet.source.thousands or ""

    def read(cells: Cells) -> Decimal | None:
        content = cells[found.index]
        text = str(content).strip()
        if text.casefold() in sheet.missing:
            return None
        value = parse_value(text, "." if isinstance(content, Digits) else sign, thousands)
        if not isinstance(value, ScalarValue) or value.unit:
            raise ValueTextError(f"{text!r} is not one number in {found.unit or unit}")
        return value.number * factor

    return found.index, read


def _factor(sheet: Sheet, given: Decimal | None, wanted: Decimal | None) -> Decimal:
    if given is None or wanted is None:
        raise sheet.error("a position on the web needs a length")
    factor = given / wanted
    return factor.to_integral_value() if factor == factor.to_integral_value() else factor


def lengths(named: list[tuple[str, Length]], row: int, cells: Cells, subject: str, sheet: Sheet) -> str:
    """Return the lines of the lengths of a thing; named: property and what reads it."""
    text = ""
    for predicate, (index, read) in named:
        try:
            if (value := read(cells)) is not None:
                text += sheet.job.lines.line(subject, predicate, decimal(value))
        except ValueTextError as error:
            sheet.problem("Cell-number", row, index, str(error), value=str(cells[index]))
    return text
