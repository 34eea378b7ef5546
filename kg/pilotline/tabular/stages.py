"""Turns a row that is a stage or a zone into the stage of its run."""

from collections.abc import Mapping

from pilotline.iris import segment
from pilotline.namespaces import PL, PROV
from pilotline.quantities.lines import Facts
from pilotline.rdf.ntriples import string
from pilotline.tabular import subjects
from pilotline.tabular.details import times
from pilotline.tabular.facts import whole
from pilotline.tabular.row import Read, left_out
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.things import (
    LABEL,
    Runs,
)
from pilotline.vocabulary.terms import Step


class StageReader:
    """One row is one stage or zone of a run."""

    def __init__(self, sheet: Sheet, spec: subjects.StageRow) -> None:
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
