"""Drafts the mapping of a sheet in long form: one column names the parameter, another holds the value."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from pilotline.quantities.units import Units
from pilotline.tabular.draft import Draft
from pilotline.tabular.grid import Content, identity
from pilotline.tabular.guesses import DOUBT, Drafter, words_of
from pilotline.tabular.tidying import names_above
from pilotline.tabular.times import hold_times
from pilotline.tabular.unmapped import Found
from pilotline.tabular.yamltext import flow, key
from pilotline.vocabulary.terms import Vocabulary

# Folded as headers are: ß is ss.
_PARAMETER = {
    "parameter", "property", "quantity", "variable", "kenngrösse", "messgrösse", "grösse", "eigenschaft",
    "merkmal",
}  # fmt: skip
_VALUE = {"value", "wert", "messwert", "result", "ergebnis"}
_UNIT = {"unit", "units", "einheit"}


class LongDraft:
    """The draft of one table in long form."""

    has_times = False

    def __init__(self, file: str, found: Found, vocabulary: Vocabulary, units: Units) -> None:
        self._file, self.found = file, found
        self._drafter = Drafter(vocabulary, units)
        self._parameter, self._value, self._unit = (
            _column(found, words) for words in (_PARAMETER, _VALUE, _UNIT)
        )
        self._names, wide = self._wide()
        self._draft = Draft(file, wide, vocabulary, units, of_one_thing=True)
        self._time = next((n for n in self._others() if hold_times(found.column(n))), None)
        self.has_times = self._time is not None

    def _wide(self) -> tuple[list[str], Found]:
        """Return the names of the parameters, and the table as if each had a column."""
        assert self._parameter is not None
        assert self._value is not None
        values: dict[str, list[Content]] = defaultdict(list)
        units: dict[str, set[str]] = defaultdict(set)
        for _, cells in self.found.rows:
            wide = [*cells, *[""] * len(self.found.headers)]
            if name := identity(wide[self._parameter]):
                values[name].append(wide[self._value])
                units[name].add(identity(wide[self._unit]) if self._unit is not None else "")
        headers = [f"{name} ({min(units[name])})" if all(units[name]) else name for name in values]
        columns = zip_longest(*values.values(), fillvalue="")
        rows = [(number, list(cells)) for number, cells in enumerate(columns, start=1)]
        return list(values), Found(self.found.place, headers, rows)

    def _others(self) -> list[int]:
        named = {self._parameter, self._value, self._unit}
        return [n for n, header in enumerate(self.found.headers) if header and n not in named]

    def lines(self) -> Iterator[str]:
        """Yield the lines of the table."""
        headers = self.found.headers
        subject, cells, index = self._subject()
        yield f"  - file: {flow(self._file)}"
        yield from (f"    {line}" for line in (*self.found.place, *cells))
        yield "    row:"
        yield f"      measurement: {{{subject}}}   # {DOUBT}: of which thing, or of which run?"
        if self._time is not None:
            yield f"      time: {flow(headers[self._time])}"
        yield "    long:"
        for name, column in (("parameter", self._parameter), ("value", self._value), ("unit", self._unit)):
            if column is not None:
                yield f"      {name}: {flow(headers[column])}"
        yield "      parameters:"
        for name, header, guess in zip(
            self._names, self._draft.found.headers, self._draft.guesses, strict=True
        ):
            # A unit in the name of a parameter, which stands in a cell and is no header.
            apart = guess.apart or header == name
            yield f"        {self._draft.column(replace(guess, apart=apart), name)}"
        rest = [n for n in self._others() if n not in (index, self._time)]
        if rest:
            yield "    columns:"
            yield from (f"      {key(headers[n])}: {{note: true}}" for n in rest)

    def _subject(self) -> tuple[str, list[str], int | None]:
        """Return what is measured, the lines of cells that it stands in, and its column."""
        for index in self._others():
            guess = self._drafter.guess(self.found.headers[index], self.found.column(index))
            if guess.role in ("lot", "identity") and index != self._time:
                return _of(guess.lot, self.found.headers[index]), [], index
        for name, lot, place, _ in names_above(self.found, self._drafter):
            return _of(lot, name), [f"cells: {{{key(name)}: {place}}}"], None
        name = "sheet" if any(line.startswith("sheet:") for line in self.found.place) else "file"
        return _of("", "Name"), [f"cells: {{Name: {name}}}   # {DOUBT}: no cell names what is measured"], None


def is_long(found: Found) -> bool:
    """Say whether a table has a column of parameters and one of values."""
    return _column(found, _PARAMETER) is not None and _column(found, _VALUE) is not None


def _column(found: Found, words: set[str]) -> int | None:
    return next((n for n, header in enumerate(found.headers) if _says(header, words)), None)


def _says(header: str, words: set[str]) -> bool:
    said: Sequence[str] = words_of(re.sub(r"\(.*", "", header))
    return len(said) == 1 and said[0] in words


def _of(lot: str, name: str) -> str:
    return f"lot: {{kind: {lot}, id: [{flow(name)}]}}" if lot else f"sample: {{id: [{flow(name)}]}}"
