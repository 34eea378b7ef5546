"""Drafts the mapping of one table: what its row is, and a line for each column."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pilotline.quantities.units import NormVolumeError, UnitError, Units
from pilotline.tabular.grid import Content
from pilotline.tabular.guesses import DOUBT, END, SURE, Drafter, Guess, is_unique, words_of
from pilotline.tabular.headers import unit_text
from pilotline.tabular.stepguess import step_of
from pilotline.tabular.times import format_of, hold_times
from pilotline.tabular.unmapped import Found
from pilotline.tabular.yamltext import flow
from pilotline.tabular.yamltext import key as yaml_key
from pilotline.vocabulary.terms import Vocabulary, folded

_LIKELY = 0.5  # score of a step whose own words settle what a bare header means
_FEW = 4  # texts by which a column tells curves apart
# Parameters over which a sheet with one row per point is a curve.
_ABSCISSAS = ("ShearRate", "ShearStrain", "OscillationFrequency")
_SAMPLE = {"sample", "probe", "messreihe", "series"}
_TIME = re.compile("dat(e|um)|time|zeit", re.IGNORECASE)
_STATE = {"status", "zustand", "flag", "fehler", "error"}
_CYCLE = {"cycle", "zyklus"}
_INDEX = {"index", "no", "nr", "number", "nummer", "point", "punkt", "repeat", "strip", "messung", *_CYCLE}


class Draft:
    """The draft of one table."""

    def __init__(
        self, file: str, found: Found, vocabulary: Vocabulary, units: Units, *, of_one_thing: bool = False
    ) -> None:
        """Guess what each column means; of_one_thing: the row names the thing that all values are of."""
        self._file, self.found, self._vocabulary = file, found, vocabulary
        self._of_one_thing, self._units = of_one_thing, units
        first = self._guesses(Drafter(vocabulary, units))
        self.step, self.step_score = step_of(file, found, first, vocabulary)
        self._drafter = Drafter(vocabulary, units, self.step, likely=self.step_score >= _LIKELY)
        self.guesses = self._guesses(self._drafter)
        self._bearers = self._known_bearers()
        if found.turned:
            self._name_samples()
        self._identity = None if found.turned else self._find_identity()

    def _name_samples(self) -> None:
        """Make the row of names, where parameters stand in rows, that of the lots that most are borne by."""
        kinds = [
            specification.bearer.partition(":")[2]
            for guess in self.guesses
            if guess.parameter
            and (specification := self._vocabulary.specification(guess.parameter.name, self.step.name))
        ]
        lot = max(filter(None, kinds), key=kinds.count, default="material")
        named = [guess.role in ("parameter", "start", "end", "operator") for guess in self.guesses]
        for index, guess in enumerate(self.guesses):
            first = index == next((n for n, known in enumerate(named) if not known and self._names(n)), None)
            if first or guess.role in ("lot", "identity"):
                self.guesses[index] = Guess(
                    guess.header, "lot" if first else "", lot=lot if first else "", score=0.6
                )

    def _names(self, index: int) -> bool:
        return bool(self.found.headers[index]) and is_unique(self.found.column(index))

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
            guess = self._guess(drafter, index, cells) if header else Guess("")
            if hold_times(cells):
                guess = _timed(guess)
            elif guess.role in ("start", "end"):
                guess = Guess(header)
            again = [folded(other) for other in headers].count(folded(header)) > 1
            nth = [folded(other) for other in headers[: index + 1]].count(folded(header))
            guesses.append(replace(guess, header=f"{header} {{{nth}}}" if header and again else header))
        return guesses

    def _guess(self, drafter: Drafter, index: int, cells: Sequence[Content]) -> Guess:
        """Return a guess for a header, by its own words alone where the group above it only misleads."""
        header, own = self.found.headers[index], (self.found.own or self.found.headers)[index]
        guess = drafter.guess(header, cells)
        if own == header or not own:
            return guess
        alone = drafter.guess(own, cells)
        better = alone.parameter and (guess.parameter is None or alone.score > guess.score)
        return replace(alone, header=header, kind=guess.kind or alone.kind) if better else guess

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
        yield f"  - file: {flow(self._file)}"
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
        if self._subject is not None:
            of = _of(self.guesses[self._subject])
            yield f"measurement: {{{of}}}   # {DOUBT}: several rows name one thing"
            yield from self._keys({"start": "time", "replicate": "replicate", "side": "side"})
            if apart := self._apart:
                key = "condition" if _CYCLE & set(words_of(apart.header)) else "replicate"
                yield f"{key}: {flow(apart.header)}   # {DOUBT}: tells the rows of one thing apart"
            return
        if self._identity is None:
            names = [guess.header for guess in self.guesses if guess.role in ("identity", "lot", "start")]
            names = names or [guess.header for guess in self.guesses if guess.header][:2]
            identity = f"hash: [{', '.join(map(flow, names))}]}}   # {DOUBT}: no column names each row"
        else:
            identity = f"id: [{flow(self.guesses[self._identity].header)}]}}{doubt}"
        yield f"run: {{step: {self.step.name}, {identity}"
        yield from self._keys({"start": "start", "end": "end"})
        yield from self._things()
        yield from self._lots(lots)

    @property
    def _subject(self) -> int | None:
        """Return the column of the only lot, or of the only sample, that several rows name."""
        for role in ("lot", "identity") if self._identity is None else ():
            named = [index for index, guess in enumerate(self.guesses) if guess.role == role]
            if named:
                sample = role == "lot" or _SAMPLE & set(words_of(self.guesses[named[0]].header))
                return named[0] if len(named) == 1 and sample else None
        return None

    @property
    def _apart(self) -> Guess | None:
        """Return a column of numbers or indices that tells the rows of one thing apart."""
        if self._subject is None:
            return None
        names = self.found.column(self._subject)
        for index, guess in enumerate(self.guesses):
            pairs = list(zip(names, self.found.column(index), strict=True))
            counted = guess.header and _INDEX & set(words_of(guess.header)) and guess.unit is None
            if (
                counted
                and index != self._subject
                and all(cell for _, cell in pairs)
                and len(set(pairs)) == len(pairs)
            ):
                return guess
        return None

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
        yield f"curve: {{{_of(self._curved)}}}   # {DOUBT}: several rows name one thing"
        yield f"over: {{column: {flow(over.header)}, parameter: {over.parameter.name}}}"
        if sweep := self._sweep:
            yield f"condition: {flow(sweep.header)}   # {DOUBT}: tells the curves of one thing apart"
        yield from self._keys({"start": "time", "replicate": "replicate"})

    @property
    def _sweep(self) -> Guess | None:
        """Return a column with few texts, such as up and down."""
        for index, guess in enumerate(self.guesses):
            words = (cell.strip() for cell in self.found.column(index) if type(cell) is str)
            texts = {word for word in words if word and not word[0].isdecimal()}
            stated = _STATE & set(words_of(guess.header))
            if guess.header and not guess.role and not stated and 1 < len(texts) <= _FEW:
                return guess
        return None

    def _keys(self, wanted: dict[str, str]) -> Iterator[str]:
        for role, key in wanted.items():
            found = [guess for guess in self.guesses if guess.role == role]
            if found:
                clock = self._clocks.get("start")
                yield f"{key}: {self._when(found[0], clock) if role == 'start' else flow(found[0].header)}"
            elif role == "end" and (clock := self._clocks.get("end")) and (day := self._day):
                yield f"{key}: {self._when(day, clock)}"

    def _when(self, day: Guess, clock: Guess | None) -> str:
        """Return a time: a column of days goes with one of times of the day."""
        if clock is None:
            return flow(day.header)
        cells = self.found.column(self.guesses.index(day))
        form = f", dates: {flow(f'{format_of(cells)} %H:%M')}" if format_of(cells) else ""
        return f"{{column: [{flow(day.header)}, {flow(clock.header)}]{form}}}"

    @property
    def _day(self) -> Guess | None:
        return next((guess for guess in self.guesses if guess.role == "start"), None)

    @property
    def _clocks(self) -> dict[str, Guess]:
        """Return the columns of times of the day by `start` and `end`: the only one is the start.

        The points of a curve have one time together.
        """
        found = [guess for guess in self.guesses if guess.role == "clock"]
        if self._over is not None or len(found) < 2:
            return {"start": found[0]} if found and self._over is None else {}
        ends = [guess for guess in found if END & set(words_of(guess.header))]
        starts = [guess for guess in found if guess not in ends]
        return {"start": starts[0], "end": ends[0]} if len(starts) == len(ends) == 1 else {}

    def _things(self) -> Iterator[str]:
        for role, form in (
            ("equipment", "{{id: [{}]}}"),
            ("room", "{{id: [{}]}}"),
            ("operator", "{{column: {}}}   # names are dropped; `keep: code` keeps codes"),
        ):
            if found := [guess for guess in self.guesses if guess.role == role]:
                yield f"{role}: {form.format(flow(found[0].header))}"

    def _lots(self, lots: list[tuple[int, Guess]]) -> Iterator[str]:
        for side in ("inputs", "outputs"):
            named = [
                f"{{kind: {guess.lot}, id: [{flow(guess.header)}]}}"
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

    def column(self, guess: Guess, name: str) -> str:
        """Return the line of a column under another name."""
        return self._column(replace(guess, header=name), "")

    def _in_row(self, guess: Guess) -> bool:
        """Say whether `row:` names a column; of several for one role it names the first."""
        if guess.role == "clock":
            told = self._clocks.items()
            return self._day is not None and any(
                guess is clock and (key == "start" or self._subject is None) for key, clock in told
            )
        if self._over is not None:
            return guess in (self._over, self._curved, self._sweep) or guess.role in ("start", "replicate")
        measured = self._subject is not None
        keys = (
            ("start", "replicate", "side") if measured else ("start", "end", "equipment", "room", "operator")
        )
        if guess.role == "lot":
            return True
        if measured and guess is self._apart:
            return True
        if guess.role == "identity" and self._identity is None:
            return not measured or guess is self.guesses[self._subject or 0]
        firsts = [next((g.header for g in self.guesses if g.role == key), None) for key in keys]
        return guess.role in keys and guess.header in firsts

    def _column(self, guess: Guess, numbering: str) -> str:
        key = yaml_key(guess.header)
        if guess.parameter is None:
            doubt = "" if guess.role == "note" else f"   # {DOUBT}: no parameter found; kept as a remark"
            return f"{key}: {{note: true}}{doubt}"
        parts = [f"parameter: {guess.parameter.name}", *([f"kind: {guess.kind}"] if guess.kind else [])]
        if guess.statistic:
            parts.append(f"statistic: {guess.statistic}")
        if guess.side:
            parts.append(f"side: {guess.side}")
        if guess.when:
            parts.append(f"condition: {guess.when}")
        parts += [numbering] if numbering else []
        remarks = [f"{guess.score:.2f}"]
        if guess.apart and guess.unit:
            parts.append(f"unit: {flow(guess.unit.symbol)}")
        elif guess.unit is None and guess.parameter.unit and "text" not in guess.parameter.forms[:1]:
            unit, said = self._unit_for(guess.header, guess.parameter.unit)
            parts += [f"unit: {flow(unit)}"] if unit else []
            remarks.append(f"{DOUBT}: {said}")
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

    def _unit_for(self, header: str, usual: str) -> tuple[str, str]:
        """Return the usual unit, where the numbers can be in it, and what is wrong with the header."""
        unknown = unit_text(header)
        try:
            self._units.parse(unknown)
        except NormVolumeError as error:
            return "", str(error)
        except UnitError:
            return usual, f"no unit is called {unknown!r}" if unknown else "the header names no unit"
        return usual, "the header names no unit"

    def _bearer(self, parameter: str) -> str | None:
        """Return who bears a parameter by the specification, where the draft's row names nobody such."""
        specification = self._vocabulary.specification(parameter, self.step.name)
        lots = [guess.lot for guess in self.guesses if guess.role == "lot"]
        of_one_thing = self._over is not None or self._subject is not None
        if specification is None or of_one_thing or self._of_one_thing:
            return None
        side, _, kind = specification.bearer.partition(":")
        roles = {guess.role for guess in self.guesses}
        known = (
            side == "run"
            or side in roles
            or (kind in lots and self._bearers.get(kind) == side and lots.count(kind) == 1)
        )
        return None if known else specification.bearer


def _timed(guess: Guess) -> Guess:
    """Return what a column of times means: no parameter, and a start where the header speaks of a time."""
    if guess.role not in ("", "parameter"):
        return guess
    return Guess(guess.header, "start" if _TIME.search(guess.header) else "", score=0.6)


def _of(guess: Guess) -> str:
    """Return what a measurement is on: the lot that a column names, else a sample."""
    name = flow(guess.header)
    return f"lot: {{kind: {guess.lot}, id: [{name}]}}" if guess.lot else f"sample: {{id: [{name}]}}"


def _numbering(pattern: str) -> str:
    words = words_of(pattern)
    key = (
        "zone"
        if {"zone", "zonen", "dryer", "drier", "trockner"} & set(words)
        else "stage"
        if {"step", "stage", "stufe"} & set(words)
        else "condition"
        if _CYCLE & set(words)
        else "replicate"
    )
    return f"{key}: n"
