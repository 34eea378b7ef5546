"""Turns a row that is a run into the run with its lots and their states."""

from collections import Counter
from collections.abc import Mapping

from pilotline.findings import Severity
from pilotline.namespaces import HAS_OUTPUT, HAS_PARTICIPANT, PL, PROV
from pilotline.rdf.ntriples import NODE, about, string
from pilotline.tabular import subjects
from pilotline.tabular.details import operator_of, times
from pilotline.tabular.row import Once, Read, left_out
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import (
    LABEL,
    Bearer,
    Lots,
    Outputs,
    Runs,
    equipment_of,
    things,
)
from pilotline.vocabulary.terms import Step

# Kinds of lots that are one piece, which goes in at one place; of a powder several columns may tell.
_PIECES = ("sheet", "coil", "roll", "stack", "jellyroll", "cell")


class RunReader:
    """One row is one run."""

    def __init__(self, sheet: Sheet, spec: subjects.RunRow) -> None:
        self._sheet, self._lines = sheet, sheet.job.lines
        self._runs = Runs(sheet, spec.run)
        self.step: Step | None = self._runs.step
        self.index = self._runs.index
        self._cell = sheet.pointer(self.index)
        self._classed = about(self._lines.types(NODE, self._runs.step.types))
        self._inputs = [Lots(sheet, each) for each in spec.inputs]
        self._pools = [each.pool for each in spec.inputs]
        self._outputs = [Outputs(sheet, each) for each in spec.outputs]
        self._facts = _RunFacts(sheet, spec)
        self.roles: Mapping[str, str] = self._roles(spec)

    def _roles(self, spec: subjects.RunRow) -> dict[str, str]:
        lots = {f"input {lots.column}": lots.spec.kind for lots in self._inputs}
        lots |= {f"output {lots.column}": lots.spec.kind for lots in self._outputs}
        others = {"equipment": spec.equipment, "room": spec.room, "recipe": spec.recipe}
        return {"run": ""} | lots | {role: "" for role, present in others.items() if present}

    def read(self, row: int, cells: Cells) -> Read | None:
        """Return the run with its lots."""
        run, label = self._runs.named(cells)
        if not run:
            return left_out(self._sheet, row, self.index)
        lines = self._lines
        text = self._classed(run) + lines.line(run, LABEL, string(label))
        text += lines.link(run, PL + "cell", self._cell(row))
        main = Bearer(run, own=True, run=run)
        bearers: dict[str, tuple[Bearer, ...]] = {"run": (main,)}
        inputs = [lots.found(cells) for lots in self._inputs]
        for lots in (*self._inputs, *self._outputs):
            self._look_for_twice(row, cells, lots)
        self._look_for_two_places(row, inputs)
        text += self._facts.read(row, cells, run, bearers, inputs)
        for lots, found in zip(self._inputs, inputs, strict=True):
            text += "".join([lines.link(run, PL + "inputLot", lot) for lot, _ in found])
            bearers[f"input {lots.column}"] = tuple([Bearer(lot, own=False, run=run) for lot, _ in found])
        sources = self._sources(inputs)
        for outputs in self._outputs:
            text += self._left(row, cells, run, outputs, sources, bearers)
        return Read(text, main, bearers)

    def _look_for_twice(self, row: int, cells: Cells, lots: Lots) -> None:
        """Report a lot that one cell names more than once."""
        if not lots.spec.split:
            return
        for (_, identity), count in Counter(lots.found(cells)).items():
            if count > 1:
                message = (
                    f"{identity[-1]!r} stands here {count} times; name each lot once, or correct the number"
                )
                self._sheet.problem(
                    "Lot-namedTwice", row, lots.index, message, value=identity[-1], severity=Severity.WARNING
                )

    def _look_for_two_places(self, row: int, inputs: list[list[tuple[str, tuple[str, ...]]]]) -> None:
        """Report a piece that two columns of the row name: a sheet that is cathode and anode."""
        columns: dict[str, dict[int, str]] = {}
        for lots, found in zip(self._inputs, inputs, strict=True):
            for lot, identity in found if lots.spec.kind in _PIECES else ():
                columns.setdefault(lot, {})[lots.index] = identity[-1]
        for lot, named in columns.items():
            headers = " and ".join(repr(self._sheet.grid.headers[index]) for index in sorted(named))
            for index, name in named.items() if len(named) > 1 else ():
                self._sheet.problem(
                    "Lot-namedTwice",
                    row,
                    index,
                    f"{name!r} stands in {headers} of one row",
                    value=name,
                    hint="it lies in one place only; correct the wrong one of the numbers",
                    severity=Severity.WARNING,
                    cause=f"{lot} {row}",
                )

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

    def __init__(self, sheet: Sheet, spec: subjects.RunRow) -> None:
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

    def read(
        self, row: int, cells: Cells, run: str, bearers: dict[str, tuple[Bearer, ...]], beside: object
    ) -> str:
        lines = self._sheet.job.lines
        said = [self._times(row, cells, run), self._operator(cells, run)]
        whole = [*said]
        for role, predicate, read in self._things:
            iri, described = read(cells)
            if iri:
                said.append(lines.link(run, predicate, iri))
                whole += [described, said[-1]]
                bearers[role] = (*bearers.get(role, ()), Bearer(iri, own=False, run=run))
        # What a machine is called is no matter of the run.
        return "".join(whole) if self._once.agreed(row, run, "".join(said), beside) else ""
