"""Turns identity cells into runs, lots and other things with their statements."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from pilotline.iris import state
from pilotline.namespaces import PL, RDFS
from pilotline.rdf.ntriples import NODE, about, string
from pilotline.tabular.details import details, entry
from pilotline.tabular.grid import identity
from pilotline.tabular.naming import Equipment, Lot, OutputLot, RunRef, Target, Thing
from pilotline.tabular.sheet import Cells, Sheet
from pilotline.tabular.subjects import SampleRow
from pilotline.vocabulary.terms import Step
from pilotline.vocabulary.upstream import UnknownTermError

LABEL = RDFS + "label"
# Things of one place in a sheet that are kept with their lines; few sheets name more.
_KEPT = 4096
# Classes of the hand-written core, which no table lists.
_CORE = ("CellSpecification", "Equipment", "Recipe", "Room", "Sample", "State", "Stage", "Zone")


class Bearer(NamedTuple):
    """What has a property.

    own: the dataset describes it, so its quantities need no key that names the dataset.
    run: the run that its stages belong to.
    """

    iri: str
    own: bool
    run: str = ""


def class_of(sheet: Sheet, name: str) -> tuple[str, ...]:
    """Return the classes that a name in the mapping gives: ours and the upstream ones that equal it."""
    if "://" in name:
        return (name,)
    if name in _CORE:
        return (PL + name,)
    try:
        return sheet.job.vocabulary.thing(name).types
    except UnknownTermError as error:
        raise sheet.error(str(error)) from error


class Runs:
    """The runs of a step that a sheet names."""

    def __init__(self, sheet: Sheet, ref: RunRef) -> None:
        self.step: Step = step_of(sheet, ref.step)
        self.index, self.ids = sheet.identity(ref)
        self.own = self.step.slug in sheet.job.described
        self._scope = sheet.job.scope
        self._name = self.step.slug.replace("-", " ")

    def iri(self, cells: Cells) -> str:
        """Return the run of a row, empty where it has no identity."""
        return self._scope.run(self.step.slug, *ids) if (ids := self.ids(cells)) else ""

    def named(self, cells: Cells) -> tuple[str, str]:
        """Return the run of a row and what to call it, both empty where it has no identity."""
        if not (ids := self.ids(cells)):
            return "", ""
        return self._scope.run(self.step.slug, *ids), f"{self._name} {' '.join(ids)}"

    def bearer(self, cells: Cells) -> Bearer | None:
        """Return the run of a row as a bearer."""
        iri = self.iri(cells)
        return Bearer(iri, self.own, iri) if iri else None


def step_of(sheet: Sheet, name: str) -> Step:
    """Return a step that the mapping names."""
    try:
        return sheet.job.vocabulary.step(name)
    except UnknownTermError as error:
        raise sheet.error(str(error)) from error


class Lots:
    """The lots that a sheet names in one place; one cell may hold several."""

    def __init__(self, sheet: Sheet, spec: Lot) -> None:
        self.spec = spec
        self.index, self._ids = sheet.identity(spec)
        self._scope = sheet.job.scope
        self.column = spec.id[0] if spec.id and isinstance(spec.id[0], str) else ""
        self.types = class_of(sheet, spec.class_) if spec.class_ else self._types(sheet)

    def _types(self, sheet: Sheet) -> tuple[str, ...]:
        try:
            return sheet.job.vocabulary.lot(self.spec.kind).types
        except UnknownTermError as error:
            raise sheet.error(str(error)) from error

    def found(self, cells: Cells) -> list[tuple[str, tuple[str, ...]]]:
        """Return IRI and identity of each lot of a row."""
        ids = self._ids(cells)
        if not ids:
            return []
        if not self.spec.split:
            return [(self._scope.lot(self.spec.kind, *ids), ids)]
        each = self._several(cells, ids)
        return [(self._scope.lot(self.spec.kind, *identity), identity) for identity in each]

    def _several(self, cells: Cells, ids: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Return the identities of the lots in one cell."""
        split, sign = self.spec.split, self.spec.parts
        if sign:
            texts = [text for text in identity(cells[self.index]).split(split) if text.strip()]
            return [tuple(part.strip() for part in text.split(sign)) for text in texts]
        *before, last = ids
        return [(*before, part.strip()) for part in last.split(split) if part.strip()]

    def one(self, cells: Cells) -> str:
        """Return the lot of a row, empty where it has no identity."""
        found = self.found(cells)
        return found[0][0] if found else ""


class Outputs(Lots):
    """Lots that a run leaves, each in a state."""

    def __init__(self, sheet: Sheet, spec: OutputLot) -> None:
        super().__init__(sheet, spec)
        self.products = class_of(sheet, spec.product) if spec.product else (PL + "State",)
        self._lines = lines = sheet.job.lines
        self._classed = about(lines.types(NODE, self.types))
        self._left = about(lines.types(NODE, self.products))
        self._polarity = sheet.cell(spec.polarity) if spec.polarity else None
        self._alias = sheet.text(spec.alias)[1] if spec.alias else None
        formats = (spec.format, entry(sheet, "CellFormat")), (spec.cell_kind, entry(sheet, "CellKind"))
        self._details = details(sheet, dict(zip(("cellFormat", "cellKind"), formats, strict=True)))
        self._sheet = sheet
        self._polarities = lru_cache(maxsize=_KEPT)(self._polarity_of)

    def _polarity_of(self, text: str) -> str:
        """Return the polarity that a word names, such as Kathode; empty for any other word."""
        try:
            return self._sheet.job.vocabulary.entry("Polarity", text).iri
        except UnknownTermError:
            return ""

    def describe(self, row: int, cells: Cells, lot: str, identity: tuple[str, ...]) -> str:
        """Return the lines of the lot itself."""
        lines = self._lines
        label = string(f"{self.spec.kind} {' '.join(identity)}")
        text = self._classed(lot) + lines.line(lot, LABEL, label)
        if self._alias and (alias := self._alias(cells)):
            text += lines.line(lot, PL + "alias", string(alias))
        return text + self._polarity_line(row, cells, lot) + self._details(row, cells, lot)

    def _polarity_line(self, row: int, cells: Cells, lot: str) -> str:
        if self._polarity is None:
            return ""
        index, get = self._polarity
        text = get(cells)
        if not text:
            return ""
        if iri := self._polarities(text):
            return self._lines.link(lot, PL + "polarity", iri)
        message = f"{text!r} is no polarity; use Cathode or Anode, or say what it means with `values:`"
        if self._sheet.is_template:
            message = f"{text!r} is no polarity; use Cathode or Anode"
        self._sheet.problem("Lot-polarity", row, index or 0, message, value=text)
        return ""

    def state(self, lot: str, run: str | None) -> tuple[str, str]:
        """Return the state of a lot after a run, and its lines."""
        node = state(lot, run)
        return node, self._left(node) + self._lines.link(node, PL + "stateOf", lot)


Reader = Callable[[Cells], tuple[str, Bearer] | None]


Described = Callable[[Cells], tuple[str, str]]


def things(sheet: Sheet, folder: str, spec: Thing, classes: tuple[str, ...]) -> Described:
    """Return what reads an equipment, a room or a recipe: its IRI (empty where none) and its lines."""
    ids, lines, scope = sheet.identity(spec)[1], sheet.job.lines, sheet.job.scope

    @lru_cache(_KEPT)
    def described(*identity: str) -> tuple[str, str]:
        if not identity:
            return "", ""
        iri = scope.thing(folder, *identity)
        return iri, lines.types(iri, classes) + lines.line(iri, LABEL, string(" ".join(identity)))

    return lambda cells: described(*ids(cells))


def equipment_of(sheet: Sheet, spec: Equipment) -> Described:
    """Return what reads an equipment."""
    return things(sheet, "equipment", spec, class_of(sheet, spec.class_ or "Equipment"))


class Targets:
    """What the values of a row are about, when the row is not a run."""

    def __init__(self, sheet: Sheet, spec: Target) -> None:
        self._sheet, self._spec = sheet, spec
        self.step: Step | None = None
        self.index: int
        self.read: Reader = self._reader()

    def _reader(self) -> Reader:
        sheet, spec = self._sheet, self._spec
        if spec.run:
            return self._run(spec.run)
        if spec.lot:
            return self._lot(spec.lot)
        if spec.sample:
            own = any(isinstance(table.row, SampleRow) for table in sheet.job.mapping.tables)
            return self._thing("sample", spec.sample, ("Sample",), own=own)
        if spec.equipment:
            return self._thing("equipment", spec.equipment, (spec.equipment.class_ or "Equipment",))
        if spec.room:
            return self._thing("room", spec.room, ("Room",))
        if spec.recipe:
            return self._thing("recipe", spec.recipe, ("Recipe",))
        assert spec.specification
        return self._thing("specification", spec.specification, ("CellSpecification",))

    def _run(self, ref: RunRef) -> Reader:
        runs = Runs(self._sheet, ref)
        self.step, self.index = runs.step, runs.index
        return lambda cells: ("", bearer) if (bearer := runs.bearer(cells)) else None

    def _lot(self, spec: Lot) -> Reader:
        lots, lines = Lots(self._sheet, spec), self._sheet.job.lines
        self.index = lots.index
        if self._spec.after:
            return self._after(lots, Runs(self._sheet, self._spec.after))
        if not self._spec.received:
            return lambda cells: ("", Bearer(lot, own=False)) if (lot := lots.one(cells)) else None

        def received(cells: Cells) -> tuple[str, Bearer] | None:
            lot = lots.one(cells)
            node = state(lot, None)
            return (lines.link(node, PL + "stateOf", lot), Bearer(node, own=False)) if lot else None

        return received

    def _after(self, lots: Lots, runs: Runs) -> Reader:
        self.step = runs.step

        def read(cells: Cells) -> tuple[str, Bearer] | None:
            lot, run = lots.one(cells), runs.iri(cells)
            return ("", Bearer(state(lot, run), runs.own, run)) if lot and run else None

        return read

    def _thing(self, folder: str, spec: Thing, classes: tuple[str, ...], *, own: bool = False) -> Reader:
        self.index = self._sheet.identity(spec)[0]
        named = tuple(iri for name in classes for iri in class_of(self._sheet, name))
        described = things(self._sheet, folder, spec, named)

        def read(cells: Cells) -> tuple[str, Bearer] | None:
            iri, text = described(cells)
            return (text, Bearer(iri, own)) if iri else None

        return read
