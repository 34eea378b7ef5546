"""Drafts a mapping for a file that nobody has mapped yet: valid YAML, its doubtful parts marked."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from pilotline.datasets.dataset import SourceError
from pilotline.quantities.units import Units
from pilotline.tabular.csvfile import check_text, read_csv
from pilotline.tabular.drafting import (
    FORMATS,
    SURE,
    Drafter,
    Guess,
    decimal_sign,
    is_unique,
    words_of,
)
from pilotline.tabular.files import UNREADABLE, WORKBOOKS
from pilotline.tabular.grid import Content, Digits, Grid, Row
from pilotline.tabular.jsonfile import lists_of_records, read_json
from pilotline.tabular.parquetfile import read_parquet
from pilotline.tabular.workbook import Workbook
from pilotline.vocabulary.terms import Step, Vocabulary, folded

_ROWS = 200  # rows that a draft looks at
_TOP = 15  # rows among which the header is looked for
_STEM = 6  # letters that words of one stem share, as Kalandern and Kalandrieren
_FEW = 4  # texts by which a column tells curves apart
_ABSCISSAS = ("ShearRate",)  # parameters over which a sheet with one row per point is a curve
_MISSING = ("n/a", "na", "-", "--", "nan", "null", "none", "k.a.", "x")
DOUBT = "DOUBTFUL"


def suggest(path: Path, vocabulary: Vocabulary, units: Units) -> str:
    """Return the draft of a mapping for a file.

    Each column has a score from 0 to 1; what is below SURE, or had to be invented, is marked DOUBTFUL.

    Errors: SourceError, for a file that cannot be read.
    """
    encoding = _encoding(path)
    drafts = [
        _Draft(path.name, found, vocabulary, units) for found in _tables(path, encoding, units) if found.rows
    ]
    if not drafts:
        raise SourceError(f"{path.name}: holds no table")
    return (
        "\n".join([*_head(path, encoding, drafts), *(line for draft in drafts for line in draft.lines())])
        + "\n"
    )


@dataclass(frozen=True)
class _Found:
    """A table as it was found: where it stands, its headers and some of its rows."""

    place: tuple[str, ...]
    headers: list[str]
    rows: list[Row]

    def column(self, index: int) -> list[Content]:
        """Return the cells of a column."""
        return [cells[index] if index < len(cells) else "" for _, cells in self.rows]


def _encoding(path: Path) -> str:
    if path.suffix.lower() in (*WORKBOOKS, *UNREADABLE, ".parquet", ".pq"):
        return "utf-8"
    try:
        check_text(path, "utf-8")
    except SourceError:
        return "cp1252"
    return "utf-8"


def _tables(path: Path, encoding: str, units: Units) -> Iterator[_Found]:
    suffix = path.suffix.lower()
    if suffix in UNREADABLE:
        raise SourceError(f"{path.name}: cannot be read; save it as .xlsx or CSV")
    if suffix in (".parquet", ".pq"):
        yield _plain(read_parquet(path), ())
    elif suffix == ".json":
        pointers = lists_of_records(path, encoding)
        for pointer in pointers:
            yield _plain(read_json(path, encoding, pointer, pointers), (f"records: {_flow(pointer)}",))
    elif suffix in WORKBOOKS:
        workbook = Workbook(path)
        for sheet in workbook.sheets:
            hidden = "   # hidden in the workbook" if sheet.hidden else ""
            yield _headed(workbook.grid(sheet), (f"sheet: {_flow(sheet.name)}{hidden}",), units)
    else:
        yield _headed(read_csv(path, encoding, None), (), units)


def _plain(grid: Grid, place: tuple[str, ...]) -> _Found:
    return _Found(place, grid.headers, list(islice(grid.rows, _ROWS)))


def _headed(grid: Grid, place: tuple[str, ...], units: Units) -> _Found:
    rows = list(islice(grid.rows, _ROWS))
    if not any(any(cells) for _, cells in rows):
        return _Found(place, [], [])
    at = max(range(min(_TOP, len(rows))), key=lambda index: (_likeness(rows[index][1]), -index))
    number, header = rows[at]
    headers = [_text(cell) for cell in header]
    place += (f"header: {number}",) if number != 1 else ()
    if at + 1 < len(rows) and _are_units(rows[at + 1][1], units):
        place += (f"unit_row: {rows[at + 1][0]}",)
        texts = [_text(cell).strip("[]() ") for cell in rows[at + 1][1]] + [""] * len(headers)
        headers = [f"{h} ({u})" if h and u else h for h, u in zip(headers, texts, strict=False)]
        at += 1
    return _Found(place, headers, rows[at + 1 :])


def _text(cell: Content) -> str:
    return cell.isoformat() if not isinstance(cell, str) else " ".join(cell.split())


def _likeness(cells: Sequence[Content]) -> int:
    """Return how much a row is like a row of headers: different texts, few numbers and times."""
    texts = {cell for cell in cells if type(cell) is str and re.search(r"[^\W\d]", cell)}
    return len(texts) - 2 * sum(bool(cell) and cell not in texts for cell in cells)


def _are_units(cells: Sequence[Content], units: Units) -> bool:
    texts = [_text(cell).strip("[]() ") for cell in cells if cell]
    known = sum(units.knows(text) for text in texts if not re.fullmatch(r"[\d.,]+", text))
    return bool(texts) and known >= max(1, len(texts) / 2) and not any(isinstance(c, Digits) for c in cells)


def _head(path: Path, encoding: str, drafts: "list[_Draft]") -> Iterator[str]:
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-") or "dataset"
    yield f"# A draft for {path.name}. Read each line; lines marked {DOUBT} need you."
    yield "# The number behind a column is the score of the guess, from 0 to 1."
    yield f"mapping: {name}"
    yield "version: 1"
    yield f"scope: my-lab   # {DOUBT}: the lab or project, part of all IRIs"
    yield "dataset:"
    yield f"  id: {name}   # part of the IRI of the dataset: never change it"
    yield f"  title: {_flow(path.stem)}"
    yield f'  licence: ""   # {DOUBT}: such as CC-BY-4.0'
    yield f"  simulated: false   # {DOUBT}: true if no machine made these values"
    columns = [draft.found.column(index) for draft in drafts for index in range(len(draft.found.headers))]
    sign, mixed = decimal_sign(columns)
    yield "source:"
    yield f'  decimal: "{sign}"' + (f"   # {DOUBT}: both signs are found in texts" if mixed else "")
    if encoding != "utf-8":
        yield f"  encoding: {encoding}   # {DOUBT}: the file is not UTF-8"
    yield from _times(columns, any(draft.has_times for draft in drafts))
    codes = sorted(
        {text for column in columns for cell in column if (text := str(cell).strip().casefold()) in _MISSING}
    )
    if codes:
        yield f"  missing: {json.dumps(['', *codes], ensure_ascii=False)}"
    yield "tables:"


def _times(columns: list[list[Content]], wanted: bool) -> Iterator[str]:
    if not wanted:
        return
    fitting = [fmt for column in columns if (fmt := _format(column))]
    if fitting:
        found = [name for name, _ in Counter(fitting).most_common()]
        odd = any(name.startswith("%d/%m") for name in found)
        doubt = f"   # {DOUBT}: day and month may be the other way round" if odd else ""
        yield f"  dates: {json.dumps(found)}{doubt}"
    yield f"  timezone: Europe/Berlin   # {DOUBT}: the zone of times that name none"


def _format(cells: Sequence[Content]) -> str:
    """Return the first format that reads nearly all texts of a column, empty where none does."""
    texts = [cell.strip() for cell in cells if type(cell) is str and cell.strip()][:50]
    wanted = max(1.0, 0.7 * len(texts))
    return next((fmt for fmt in FORMATS if sum(_fits(text, fmt) for text in texts) >= wanted), "")


def _fits(text: str, fmt: str) -> bool:
    try:
        datetime.strptime(text, fmt)  # noqa: DTZ007 - only the form counts
    except ValueError:
        return False
    return True


class _Draft:
    """The draft of one table."""

    def __init__(self, file: str, found: _Found, vocabulary: Vocabulary, units: Units) -> None:
        self._file, self.found, self._vocabulary = file, found, vocabulary
        first = self._guesses(Drafter(vocabulary, units))
        self.step, self.step_score = self._guess_step(first)
        self._drafter = Drafter(vocabulary, units, self.step)
        self.guesses = self._guesses(self._drafter)
        self._bearers = self._known_bearers()
        self._identity = self._find_identity()

    @property
    def has_times(self) -> bool:
        """Say whether a column holds times."""
        return any(guess.role in ("start", "end") for guess in self.guesses)

    def _guesses(self, drafter: Drafter) -> list[Guess]:
        """Return a guess for each column; a header that comes again is numbered."""
        headers = self.found.headers
        guesses = []
        for index, header in enumerate(headers):
            cells = self.found.column(index)
            guess = drafter.guess(header, cells) if header else Guess("")
            if guess.role in ("start", "end") and not _holds_times(cells):
                guess = Guess(header)
            again = [folded(other) for other in headers].count(folded(header)) > 1
            nth = [folded(other) for other in headers[: index + 1]].count(folded(header))
            guesses.append(replace(guess, header=f"{header} {{{nth}}}" if header and again else header))
        return guesses

    def _guess_step(self, guesses: Sequence[Guess]) -> tuple[Step, float]:
        """Return the step that file, sheet and parameters speak of most, with a score."""
        titles = set(words_of(" ".join([Path(self._file).stem, *self.found.place])))
        words = set(words_of(" ".join(self.found.headers)))
        parameters = {guess.parameter.name for guess in guesses if guess.parameter and guess.score >= SURE}
        best, score = None, -1.0
        for step in self._vocabulary.steps.by_name.values():
            names = [folded(name) for name in (step.name, step.slug, *step.labels)]
            named = _named(titles, names) or 0.3 * _named(words, names)
            specified = {each.parameter for each in self._vocabulary.specified(step.name)}
            shared = len(specified & parameters) / max(1, len(parameters))
            found = 0.6 * named + 0.4 * shared
            if found > score:
                best, score = step, found
        assert best is not None
        return best, round(score, 2)

    def _known_bearers(self) -> dict[str, str]:
        """Return `input` or `output` for each kind of lot that the step's parameters name."""
        found: dict[str, str] = {}
        for specification in self._vocabulary.specified(self.step.name):
            side, _, kind = specification.bearer.partition(":")
            if kind:
                found[kind] = side if found.get(kind) != "input" else "input"
        return found

    def _find_identity(self) -> int | None:
        """Return the column that names each row: an identifier, else a lot."""
        for role in ("identity", "lot"):
            for index, guess in enumerate(self.guesses):
                if guess.role == role and is_unique(self.found.column(index)):
                    return index
        return None

    def lines(self) -> Iterator[str]:
        """Yield the lines of the table."""
        yield f"  - file: {_flow(self._file)}"
        for line in self.found.place:
            yield f"    {line}"
        yield "    row:"
        yield from (f"      {line}" for line in self._row())
        yield "    columns:"
        yield from (f"      {line}" for line in self._columns())

    def _row(self) -> Iterator[str]:
        doubt = "" if self.step_score >= SURE else f"   # {DOUBT}: step guessed with score {self.step_score}"
        lots = [(index, guess) for index, guess in enumerate(self.guesses) if guess.role == "lot"]
        if self._over is not None:
            yield from self._curve(self._over)
            return
        if self._identity is None and len(lots) == 1:
            lot = f"{{kind: {lots[0][1].lot}, id: [{_flow(lots[0][1].header)}]}}"
            yield f"measurement: {{lot: {lot}}}   # {DOUBT}: several rows name one thing"
            yield from self._keys({"start": "time", "replicate": "replicate", "side": "side"})
            return
        if self._identity is None:
            names = [guess.header for guess in self.guesses if guess.role in ("identity", "lot", "start")]
            names = names or [guess.header for guess in self.guesses if guess.header][:2]
            identity = f"hash: [{', '.join(map(_flow, names))}]}}   # {DOUBT}: no column names each row"
        else:
            identity = f"id: [{_flow(self.guesses[self._identity].header)}]}}{doubt}"
        yield f"run: {{step: {self.step.name}, {identity}"
        yield from self._keys({"start": "start", "end": "end"})
        yield from self._things()
        yield from self._lots(lots)

    @property
    def _over(self) -> Guess | None:
        """Return the column that the rows of one thing are a curve over."""
        over = (guess for guess in self.guesses if guess.parameter and guess.parameter.name in _ABSCISSAS)
        return next(over, None) if self._identity is None and self._curved else None

    @property
    def _curved(self) -> Guess | None:
        """Return the column that names what a curve is of: a lot, else a sample."""
        found = {guess.role: guess for guess in reversed(self.guesses) if guess.header}
        return found.get("lot") or found.get("identity")

    def _curve(self, over: Guess) -> Iterator[str]:
        assert over.parameter
        assert self._curved
        named = _flow(self._curved.header)
        lot = f"lot: {{kind: {self._curved.lot}, id: [{named}]}}"
        of = lot if self._curved.lot else f"sample: {{id: [{named}]}}"
        yield f"curve: {{{of}}}   # {DOUBT}: several rows name one thing"
        yield f"over: {{column: {_flow(over.header)}, parameter: {over.parameter.name}}}"
        if sweep := self._sweep:
            yield f"condition: {_flow(sweep.header)}   # {DOUBT}: tells the curves of one thing apart"
        yield from self._keys({"start": "time", "replicate": "replicate"})

    @property
    def _sweep(self) -> Guess | None:
        """Return a column with few texts, such as up and down."""
        for index, guess in enumerate(self.guesses):
            texts = {cell for cell in self.found.column(index) if type(cell) is str and cell.strip()}
            if guess.header and not guess.role and 1 < len(texts) <= _FEW:
                return guess
        return None

    def _keys(self, wanted: dict[str, str]) -> Iterator[str]:
        for role, key in wanted.items():
            found = [guess for guess in self.guesses if guess.role == role]
            if found:
                yield f"{key}: {self._when(found[0]) if role == 'start' else _flow(found[0].header)}"

    def _when(self, day: Guess) -> str:
        """Return a time: a column of days goes with one of times of the day."""
        clock = self._clock
        if clock is None:
            return _flow(day.header)
        cells = self.found.column(self.guesses.index(day))
        form = f", dates: {_flow(f'{_format(cells)} %H:%M')}" if _format(cells) else ""
        return f"{{column: [{_flow(day.header)}, {_flow(clock.header)}]{form}}}"

    @property
    def _clock(self) -> Guess | None:
        """Return the only column of times of the day; the points of a curve have one time together."""
        found = [guess for guess in self.guesses if guess.role == "clock"]
        return found[0] if len(found) == 1 and self._over is None else None

    def _things(self) -> Iterator[str]:
        for role, form in (
            ("equipment", "{{id: [{}]}}"),
            ("room", "{{id: [{}]}}"),
            ("operator", "{{column: {}}}   # names are dropped; `keep: code` keeps codes"),
        ):
            if found := [guess for guess in self.guesses if guess.role == role]:
                yield f"{role}: {form.format(_flow(found[0].header))}"

    def _lots(self, lots: list[tuple[int, Guess]]) -> Iterator[str]:
        for side in ("inputs", "outputs"):
            named = [
                f"{{kind: {guess.lot}, id: [{_flow(guess.header)}]}}"
                for _, guess in lots
                if self._bearers.get(guess.lot, "input") + "s" == side
            ]
            if named:
                yield f"{side}: [{', '.join(named)}]   # {DOUBT}: went in or came out?"

    def _columns(self) -> Iterator[str]:
        numbered: set[str] = set()
        for index, guess in enumerate(self.guesses):
            if not guess.header or index == self._identity or self._in_row(guess):
                continue
            pattern = re.sub(r"\d+(?=\D*$)", "{n}", guess.header, count=1)
            alike = [g for g in self.guesses if re.sub(r"\d+(?=\D*$)", "{n}", g.header, count=1) == pattern]
            if guess.role == "parameter" and len(alike) > 1 and "{n}" in pattern and "{" not in guess.header:
                if pattern not in numbered:
                    yield self._column(replace(guess, header=pattern), _numbering(pattern))
                numbered.add(pattern)
            else:
                yield self._column(guess, "")

    def _in_row(self, guess: Guess) -> bool:
        """Say whether `row:` names a column; of several for one role it names the first."""
        if guess.role == "clock":
            return guess is self._clock and any(each.role == "start" for each in self.guesses)
        if self._over is not None:
            return guess in (self._over, self._curved, self._sweep) or guess.role in ("start", "replicate")
        measured = self._identity is None and sum(g.role == "lot" for g in self.guesses) == 1
        keys = (
            ("start", "replicate", "side") if measured else ("start", "end", "equipment", "room", "operator")
        )
        if guess.role == "lot":
            return True
        if guess.role == "identity" and self._identity is None:
            return not measured
        firsts = [next((g.header for g in self.guesses if g.role == key), None) for key in keys]
        return guess.role in keys and guess.header in firsts

    def _column(self, guess: Guess, numbering: str) -> str:
        key = _key(guess.header)
        if guess.parameter is None:
            doubt = "" if guess.role == "note" else f"   # {DOUBT}: no parameter found; kept as a remark"
            return f"{key}: {{note: true}}{doubt}"
        parts = [f"parameter: {guess.parameter.name}", *([f"kind: {guess.kind}"] if guess.kind else [])]
        if guess.statistic:
            parts.append(f"statistic: {guess.statistic}")
        if guess.side:
            parts.append(f"side: {guess.side}")
        parts += [numbering] if numbering else []
        remarks = [f"{guess.score:.2f}"]
        if guess.unit is None and guess.parameter.unit and "text" not in guess.parameter.forms[:1]:
            parts.append(f"unit: {_flow(guess.parameter.unit)}")
            remarks.append(f"{DOUBT}: the header names no unit")
        if (bearer := self._bearer(guess.parameter.name)) is not None:
            parts.append("bearer: run")
            remarks.append(f"the specification says {bearer}; name it in `row:`")
        if guess.score < SURE:
            others = f", or {', '.join(guess.others)}" if guess.others else ""
            remarks.append(f"{DOUBT}{others}")
        questions = self._vocabulary.questions(guess.parameter)
        for question, answers in questions.items():
            remarks.append(f"convention: {question} {', '.join(answer.name for answer in answers)}")
        return f"{key}: {{{', '.join(parts)}}}   # {'; '.join(remarks)}"

    def _bearer(self, parameter: str) -> str | None:
        """Return who bears a parameter by the specification, where the draft's row names nobody such."""
        specification = self._vocabulary.specification(parameter, self.step.name)
        lots = [guess.lot for guess in self.guesses if guess.role == "lot"]
        of_one_thing = self._over is not None or (self._identity is None and len(lots) == 1)
        if specification is None or of_one_thing:
            return None
        side, _, kind = specification.bearer.partition(":")
        roles = {guess.role for guess in self.guesses}
        known = (
            side == "run"
            or side in roles
            or (kind in lots and self._bearers.get(kind) == side and lots.count(kind) == 1)
        )
        return None if known else specification.bearer


def _named(words: set[str], names: Sequence[str]) -> float:
    """Return 1 where a word is one of the names, a little less where it begins one."""
    return 1.0 if words.intersection(names) else 0.6 * any(_inside(word, names) for word in words)


def _inside(word: str, names: Sequence[str]) -> bool:
    """Say whether a word is the beginning of a name, or a name that of the word, or both have a long stem."""
    return any(
        min(len(word), len(name)) > 4
        and (word.startswith(name) or name.startswith(word) or word[:_STEM] == name[:_STEM])
        for name in names
    )


def _holds_times(cells: Sequence[Content]) -> bool:
    texts = [cell for cell in cells if cell]
    times = [cell for cell in texts if isinstance(cell, date)]
    iso = [cell for cell in texts if isinstance(cell, str) and re.match(r"\d{4}-\d\d-\d\d", cell)]
    return bool(texts) and (len(times) + len(iso) > len(texts) / 2 or bool(_format(cells)))


def _numbering(pattern: str) -> str:
    words = words_of(pattern)
    key = (
        "zone"
        if {"zone", "zonen", "dryer", "drier", "trockner"} & set(words)
        else "stage"
        if {"step", "stage", "stufe"} & set(words)
        else "replicate"
    )
    return f"{key}: n"


def _flow(text: str) -> str:
    """Return a text as a YAML scalar inside brackets."""
    plain = re.fullmatch(r"[^\W\d][\w ./()°µ²³-]*", text) and text.casefold() not in ("null", "true", "false")
    return text if plain else json.dumps(text, ensure_ascii=False)


def _key(text: str) -> str:
    """Return a text as a YAML key."""
    plain = re.fullmatch(r"[^\W\d][\w ./()°µ²³{}%·-]*", text) and text.casefold() != "null"
    return text if plain else json.dumps(text, ensure_ascii=False)
