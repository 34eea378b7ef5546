"""Turns what a cell says of a value's side, replicate, statistic … into keys and statements."""

from collections.abc import Callable
from functools import lru_cache

from pilotline.namespaces import HAS_PARTICIPANT, PL, PROV
from pilotline.quantities.lines import NOTHING, STATISTICS, STATUSES, Facts
from pilotline.quantities.values import ValueTextError, parse_number
from pilotline.rdf.ntriples import decimal, integer, string
from pilotline.tabular.headers import Found
from pilotline.tabular.lengths import position
from pilotline.tabular.model import Column
from pilotline.tabular.naming import Cell, Equipment, Fact, From
from pilotline.tabular.sheet import Cells, Getter, Identity, Moment, Sheet, translated
from pilotline.tabular.subjects import RowKeys
from pilotline.vocabulary.upstream import UnknownTermError

RowFacts = Callable[[int, Cells], Facts]
_SIDE_KEYS = {"SideA": "A", "SideB": "B", "BothSides": "both"}
_SIDES = {text.casefold(): name for name, key in _SIDE_KEYS.items() for text in (name, key)}
_STATISTICS = {text.casefold(): name for name, key in STATISTICS.items() for text in (name, key)}
FACTS = ("statistic", "sample_size", "side", "lane", "position", "condition", "replicate", "technique")
_YES = {"yes": True, "ja": True, "true": True, "1": True, "x": True}
_NO = {"no": False, "nein": False, "false": False, "0": False}


def statistic(text: str) -> Facts:
    """Return the facts of a statistic, such as `Mean` or `D50`."""
    if (name := _STATISTICS.get(text.replace(" ", "").casefold())) is None:
        raise ValueTextError(f"{text!r} is no statistic; use one of {', '.join(STATISTICS)}")
    return Facts((("stat", STATISTICS[name]),), ((PL + "statistic", PL + name),))


def side(text: str) -> Facts:
    """Return the facts of a side of the web: A, B or both."""
    name = side_name(text)
    return Facts((("side", _SIDE_KEYS[name]),), ((PL + "side", PL + name),))


def side_name(text: str) -> str:
    """Return the local name of a side."""
    if (name := _SIDES.get(text.strip().casefold())) is None:
        raise ValueTextError(f"{text!r} is no side; use A, B or both")
    return name


def whole(text: str) -> str:
    """Return a whole number as a term."""
    if not text.isdecimal():
        hint = "where texts tell things apart, say `values:` of the column, such as `values: {a: 1}`"
        raise ValueTextError(f"{text!r} is not a whole number from 0; {hint}")
    return integer(int(text))


def truth(text: str) -> bool:
    """Return what yes or no, ja or nein, 1 or 0 say."""
    found = (_YES | _NO).get(text.strip().casefold())
    if found is None:
        raise ValueTextError(f"{text!r} is neither yes nor no")
    return found


def status(text: str) -> str:
    """Return a status of a value by its name, whatever its case."""
    names = {name.casefold(): name for name in STATUSES}
    if (name := names.get(text.replace(" ", "").casefold())) is None:
        raise ValueTextError(f"{text!r} is no status; use one of {', '.join(STATUSES)}")
    return name


def facts_of(name: str, text: str) -> Facts:
    """Return what a text says under one of the names in FACTS; an empty text says nothing.

    Errors: ValueTextError.
    """
    if not text:
        return NOTHING
    if name == "statistic":
        return statistic(text)
    if name == "side":
        return side(text)
    if name == "sample_size":
        return Facts(terms=((PL + "sampleSize", whole(text)),))
    if name == "condition":
        return Facts((("at", text),), terms=((PL + "condition", string(text)),))
    if name == "position":
        number = parse_number(text)
        return Facts((("position", text),), terms=((PL + "position", decimal(number)),))
    return Facts(((name, text),), terms=((PL + name, whole(text)),))


class FactReader:
    """Reads the facts of a row or a column; a text that says nothing valid is reported at its cell."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._cached = lru_cache(maxsize=4096)(self._facts)

    def of_row(self, spec: RowKeys) -> RowFacts:
        """Return what reads the facts that `row:` names."""
        named = [(name, cell) for name in FACTS if (cell := getattr(spec, name))]
        parts = [
            self._place(cell) if name == "position" else self._cell(name, *self._sheet.cell(cell))
            for name, cell in named
        ]
        if spec.time:
            parts.append(_time(self._sheet.when(spec.time)))
        if spec.sample:
            parts.append(_link(self._sheet, "sample", self._sheet.identity(spec.sample)[1]))
        if spec.equipment:
            parts.append(_instrument(self._sheet, spec.equipment))
        return _sum(parts)

    def of_column(self, spec: Column, found: Found) -> tuple[Facts, RowFacts | None]:
        """Return the facts that are the same in each row, and what reads the others, if there are others."""
        links = [(PL + "convention", self._convention(name)) for name in spec.convention]
        fixed, parts = Facts(links=tuple(links)), []
        for name in FACTS:
            fact: Fact | None = getattr(spec, name)
            if fact is None:
                continue
            text = constant(fact, found)
            if text is None:
                assert isinstance(fact, From)
                place = name == "position"
                parts.append(self._place(fact) if place else self._cell(name, *self.getter(fact)))
            else:
                fixed += self.constant(name, text)
        return fixed, _sum(parts) if parts else None

    def _convention(self, name: str) -> str:
        try:
            return self._sheet.job.vocabulary.entry("Convention", name).iri
        except UnknownTermError as error:
            raise self._sheet.error(str(error)) from error

    def constant(self, name: str, text: str) -> Facts:
        """Return the facts of a text in the mapping; a wrong one stops the reading."""
        try:
            return self._facts(name, text)
        except ValueTextError as error:
            raise self._sheet.error(f"the mapping says {name}: {error}") from error

    def _facts(self, name: str, text: str) -> Facts:
        return self._technique(text) if name == "technique" and text else facts_of(name, text)

    def _technique(self, text: str) -> Facts:
        try:
            iri = self._sheet.term(text)
        except UnknownTermError as error:
            raise ValueTextError(f"{error}; say what it means with `values:`") from error
        return Facts((("tech", iri.removeprefix(PL)),), ((PL + "technique", iri),))

    def getter(self, fact: Fact) -> tuple[int | None, Getter]:
        """Return the column of a fact and what reads it."""
        assert isinstance(fact, From)
        assert fact.column is not None
        index, get = self._sheet.text(fact.column)
        return index, translated(fact, get)

    def _place(self, cell: Cell) -> RowFacts:
        """Return what reads a place along the web; its header or its cell may name a unit."""
        sheet, get = self._sheet, self._sheet.cell(cell)[1]
        index, metres = position(sheet, cell)

        def read(row: int, cells: Cells) -> Facts:
            text = get(cells)
            try:
                number = metres(cells) if text else None
            except ValueTextError as error:
                sheet.problem("Row-position", row, index, str(error), value=text)
                return NOTHING
            term = () if number is None else ((PL + "position", decimal(number)),)
            return Facts((("position", text),), terms=term) if term else NOTHING

        return read

    def _cell(self, name: str, index: int | None, get: Getter) -> RowFacts:
        sheet, cached = self._sheet, self._cached

        def read(row: int, cells: Cells) -> Facts:
            text = get(cells)
            try:
                return cached(name, text)
            except ValueTextError as error:
                sheet.problem(f"Row-{name}", row, index or 0, str(error), value=text)
                return NOTHING

        return read


def constant(fact: Fact, found: Found) -> str | None:
    """Return a fact that does not depend on the row; the name in the template is the header's number."""
    if isinstance(fact, From):
        return None if fact.column is not None else str(fact.value)
    return found.number if found.number and fact == found.placeholder else str(fact)


def _sum(parts: list[RowFacts]) -> RowFacts:
    if not parts:
        return lambda _row, _cells: NOTHING
    if len(parts) == 1:
        return parts[0]

    def read(row: int, cells: Cells) -> Facts:
        found = parts[0](row, cells)
        for part in parts[1:]:
            found += part(row, cells)
        return found

    return read


def _time(when: Moment) -> RowFacts:
    def read(row: int, cells: Cells) -> Facts:
        found = when(row, cells)
        key = found.split('"')[1] if found else ""
        return Facts((("time", key),), terms=((PROV + "generatedAtTime", found),)) if found else NOTHING

    return read


def _link(sheet: Sheet, folder: str, ids: Identity) -> RowFacts:
    def read(_: int, cells: Cells) -> Facts:
        if not (found := ids(cells)):
            return NOTHING
        iri = sheet.job.scope.thing(folder, *found)
        return Facts(((folder, ":".join(found)),), ((PL + "onSample", iri),))

    return read


def _instrument(sheet: Sheet, spec: Equipment) -> RowFacts:
    ids = sheet.identity(spec)[1]

    def read(_: int, cells: Cells) -> Facts:
        found = ids(cells)
        iri = sheet.job.scope.thing("equipment", *found) if found else ""
        return Facts(links=((HAS_PARTICIPANT, iri),)) if found else NOTHING

    return read
