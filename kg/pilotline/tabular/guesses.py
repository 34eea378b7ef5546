"""Guesses what the columns of a sheet mean, from headers, cells and the vocabulary."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pilotline.quantities.lines import STATISTICS
from pilotline.quantities.units import Unit, Units
from pilotline.tabular.grid import Content, Digits, identity
from pilotline.tabular.headers import UNIT_IN_HEADER, closely_split
from pilotline.tabular.tails import Tails, likeness
from pilotline.tabular.times import are_clock_times
from pilotline.vocabulary.terms import Parameter, Step, Vocabulary, folded

SURE, POSSIBLE = 0.8, 0.6
_PART = 0.79  # of a header that leaves out words of the name: doubtful
DOUBT = "DOUBTFUL"
_KINDS = {
    "set": "set soll sollwert target nominal setpoint vorgabe ziel",
    "measured": "actual act ist istwert measured gemessen meas messwert",
    "calculated": "calc calculated berechnet computed",
    "simulated": "sim simulated simuliert",
}
_STATISTICS = {
    "Mean": "mean average avg mittelwert mittel",
    "StandardDeviation": "sd std stdev stdabw standardabweichung",
    "Minimum": "min minimum",
    "Maximum": "max maximum",
    "Median": "median",
    **{name: name.casefold() for name in STATISTICS if re.fullmatch(r"D\d+", name)},
}
_ROLES = {
    "start": "start begin beginn started datum date startzeit timestamp zeitstempel",
    "end": "end ende ended finished stop endzeit",
    "operator": "operator bediener name user bearbeiter worker",
    "note": "comment comments remark remarks bemerkung bemerkungen kommentar note notes notiz notizen",
    "equipment": "machine maschine anlage equipment mixer mischer coater calender kalander oven ofen cycler",
    "room": "room raum",
    "replicate": "replicate repeat wiederholung",
    "side": "side seite",
}
END = set(_ROLES["end"].split())
_IDENTITY = {
    "id",
    "run",
    "lauf",
    "no",
    "nr",
    "number",
    "nummer",
    "versuch",
    "experiment",
    "exp",
    "trial",
    "batch",
    "sample",
    "probe",
    "messreihe",
    "series",
}
_LOTS = {
    "slurry": "slurry suspension paste batch charge ansatz",
    "material": "material rohstoff rohstoffcharge pulver powder",
    "foil": "foil folie substrate substrat",
    "roll": "roll rolle electrode elektrode",
    "coil": "coil bahn",
    "cell": "cell zelle",
    "sheet": "sheet blatt",
    "stack": "stack stapel",
    "premix": "premix vormischung",
    "separator": "separator",
    "magazine": "magazine magazin",
    "electrolyte": "electrolyte elektrolyt",
}
# Headers that name no parameter, however near one is: the number of a point, an index.
_NAMELESS = {
    "point", "points", "pts", "index", "value", "wert", "from", "to", "von", "bis", "left", "right", "links",
    "rechts", "lane", "spur", "step", "schritt",
}  # fmt: skip
# Words by which a header says before or after which run a thing was measured.
_WHEN = {
    **dict.fromkeys(["in", "before", "vorher", "vor", "eingang", "incoming"], "before"),
    **dict.fromkeys(["out", "after", "nachher", "nach", "ausgang", "outgoing"], "after"),
}
_DRYER = {"dryer", "drier", "trockner"}
_SIDE = re.compile(r"\b([ab])[\s_-]*(?:side|seite)\b|\b(?:side|seite)[\s_-]*([ab])\b", re.IGNORECASE)
# A header that ends so names a lot, whatever else it says: `Binder lot`.
_LOT_ENDS = {"lot", "lots", "charge", "chargennummer", "lotnummer"}
_LOT_NUMBER = re.compile(r"(?P<kind>\w{4,}?)(?:n|en|s)?(?:nummer|nr)")  # Zellnummer, Rollennr
_LOT_TAIL = re.compile(r"(\w{4,})(?:charge|chargennummer|los|lotnummer)")
_SHORT = {"t": "temperature", "temp": "temperature", "p": "pressure"}
# What a header that is but a symbol with a unit stands for.
_SYMBOLS = {
    "f": "frequency", "freq": "frequency", "i": "current", "u": "voltage", "e": "voltage", "ewe": "voltage",
    "q": "capacity", "z": "impedance", "v": "speed", "η": "viscosity",
}  # fmt: skip
_KIND_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_STATISTIC_WORDS = {word: name for name, words in _STATISTICS.items() for word in words.split()}
_ROLE_WORDS = {word: role for role, words in _ROLES.items() for word in words.split()}
_LOT_WORDS = {word: kind for kind, words in _LOTS.items() for word in words.split()}


@dataclass(frozen=True)
class Guess:
    """What a column may mean.

    role: `parameter`, `identity`, `lot`, one of the keys of a row, `clock`, `note`; empty where nothing fits.
    score: from 0 to 1; others: further parameters that fit, the best first.
    apart: the unit stands in the header where a mapping does not look for it, as in `volume_uL`.
    when: `before` or `after`, where the header says so.
    """

    header: str
    role: str = ""
    parameter: Parameter | None = None
    kind: str = ""
    statistic: str = ""
    unit: Unit | None = None
    lot: str = ""
    side: str = ""
    score: float = 0.0
    others: tuple[str, ...] = ()
    apart: bool = False
    when: str = ""


def words_of(header: str) -> list[str]:
    """Return the words of a header: `CoatingSpeed_set` is coating, speed, set."""
    parted = re.sub(r"(?<=[a-zäöüß])(?=[A-Z])", " ", header)
    return [word.casefold() for word in re.split(r"[^\wµ°%]+|_+", parted) if word]


class Drafter:
    """Scores columns against the vocabulary.

    step: whose parameters are likelier. likely: it is no mere guess, so that its words settle bare headers.
    """

    def __init__(
        self, vocabulary: Vocabulary, units: Units, step: Step | None = None, *, likely: bool = True
    ) -> None:
        self._vocabulary, self._units = vocabulary, units
        specified = vocabulary.specified(step.name) if step else []
        self._specified = {specification.parameter for specification in specified}
        self._tails = Tails(vocabulary, units, step if likely else None)

    @cached_property
    def _names(self) -> list[tuple[Parameter, str, frozenset[str]]]:
        parameters = self._vocabulary.parameters.by_name.values()
        return [
            (parameter, folded(label), frozenset(words_of(label)))
            for parameter in parameters
            for label in (parameter.name, *parameter.labels)
        ]

    def guess(self, header: str, cells: Sequence[Content]) -> Guess:
        """Return what a column may mean; cells: some of it."""
        guess = self._whole(header, cells)
        if guess.unit is not None:
            return guess
        for name, unit, apart in self._closer(header):
            found = self._parameter(words_of(name), unit, numeric=True)
            if found and found.parameter and self._units.fits(unit, found.parameter.dimension):
                return replace(found, header=header, side=_side_in(name), apart=apart)
        return guess

    def _closer(self, header: str) -> Iterator[tuple[str, Unit, bool]]:
        """Yield names and units that stand close together; whether a mapping has to say the unit."""
        name, text = closely_split(header, self._units)
        if name:
            yield name, self._units.parse(text, "temperature"), False
        match = UNIT_IN_HEADER.fullmatch(header.strip())
        if match and match["unit"] == "in":  # an inch, or what comes in
            yield match["name"], self._units.parse("inch"), True
        name, _, end = header.rpartition(" ")
        if name and "/" in end and self._units.knows(end):
            yield name, self._units.parse(end), True
        name, _, end = header.rpartition("_")
        if name and (unit := self._suffix(words_of(name), end)):
            yield name, unit, True

    def _suffix(self, words: list[str], end: str) -> Unit | None:
        """Return the unit that a name ends with, such as `uL`; `C` is a degree behind a temperature."""
        if end.isdecimal() or not self._units.knows(end):
            return None
        warm = end in ("C", "degC") and {"t", "temp", "temperature", "temperatur"} & set(words)
        return self._units.parse("°C" if warm else end)

    def _whole(self, header: str, cells: Sequence[Content]) -> Guess:
        name, unit = self.split(header)
        unit_of_name = None if unit is not None and unit.dimension == "1" else unit
        words = words_of(name)
        if are_clock_times(cells):
            return Guess(header, "clock", score=0.9)
        numbers = sum(is_number(cell) for cell in cells if cell)
        filled = sum(bool(cell) for cell in cells)
        numeric = filled > 0 and numbers > filled / 2
        role = next((_ROLE_WORDS[word] for word in words if word in _ROLE_WORDS), "")
        if role == "note" or (role and not unit and len(words) <= 2 and not (numeric and role == "operator")):
            return Guess(header, role, score=0.9 if len(words) == 1 else 0.6)
        found = self._parameter(words, unit, numeric=numeric or unit is not None)
        lot = next((_LOT_WORDS[word] for word in words if word in _LOT_WORDS), "")
        if len(words) > 1 and words[-1] in _LOT_ENDS and unit_of_name is None:
            return Guess(header, "lot", lot=lot or "material", score=0.6)
        if len(words) == 1 and unit is None and (tail := _LOT_TAIL.fullmatch(words[0])):
            return Guess(header, "lot", lot=_LOT_WORDS.get(tail[1], "material"), score=0.6)
        if len(words) == 1 and (number := _LOT_NUMBER.fullmatch(words[0])):
            kinds = (number["kind"], f"{number['kind']}e")
            lot = next((_LOT_WORDS[kind] for kind in kinds if kind in _LOT_WORDS), lot)
        names_thing = lot or any(word in _IDENTITY for word in words)
        if names_thing and unit_of_name is None and len(words) <= 2 and (found is None or found.score < SURE):
            role = "lot" if lot else "identity"
            return Guess(header, role, lot=lot, score=0.9 if len(words) == 1 else 0.6)
        return replace(found, header=header, side=_side_in(name)) if found else Guess(header)

    def split(self, header: str) -> tuple[str, Unit | None]:
        """Return the name and the unit of a header."""
        match = UNIT_IN_HEADER.fullmatch(header.strip())
        if match:
            name, text = match["name"] or match["name2"], match["unit"] or match["unit2"]
            if self._units.knows(text):
                return name, self._units.parse(text, "temperature")
        return header, None

    def _parameter(self, words: list[str], unit: Unit | None, *, numeric: bool) -> Guess | None:
        kind = next((_KIND_WORDS[word] for word in words if word in _KIND_WORDS), "")
        statistic = next((_STATISTIC_WORDS[word] for word in words if word in _STATISTIC_WORDS), "")
        plain = [
            _SHORT.get(word, word)
            for word in words
            if not (word in _KIND_WORDS or word in _STATISTIC_WORDS or word in _WHEN or word.isdecimal())
        ]
        when = next((_WHEN[word] for word in words if word in _WHEN), "")
        if not set(plain) - _NAMELESS:
            return None
        if unit is not None and len(plain) == 1:
            plain = [_SYMBOLS.get(plain[0], plain[0])]
        if unit is not None and unit.dimension == "temperature" and _DRYER & set(plain):
            plain = ["drying", "temperature"]
        scores: dict[str, tuple[float, Parameter]] = {}
        for parameter, label, label_words in self._names:
            score = self._score(plain, parameter, label, label_words, unit, numeric=numeric)
            if score > scores.get(parameter.name, (0.0, parameter))[0]:
                scores[parameter.name] = score, parameter
        best = sorted(
            scores.values(),
            key=lambda pair: (
                -pair[0],
                pair[1].name not in self._specified,
                not pair[1].name.casefold().endswith("".join(plain)),
                len(pair[1].name),
            ),
        )[:4]
        if not best or best[0][0] < POSSIBLE:
            return None
        score, chosen = self._chosen(best[0], plain, unit)
        others = tuple(
            parameter.name for least, parameter in best if least >= POSSIBLE and parameter != chosen
        )
        return Guess(
            "",
            "parameter",
            chosen,
            kind,
            statistic,
            unit,
            score=round(min(1.0, score), 2),
            others=others,
            when=when,
        )

    def _chosen(
        self, best: tuple[float, Parameter], words: list[str], unit: Unit | None
    ) -> tuple[float, Parameter]:
        """Return the parameter of the best score; where the header is but the end of its name, a doubt."""
        score, parameter = best
        text = "".join(words)
        if not self._tails.is_part(text, words, parameter):
            return (score if self._tails.are_akin(text, words, parameter) else min(score, _PART)), parameter
        meant = self._tails.meant(text, unit)
        return (score, meant) if meant and score >= SURE else (min(score, _PART), parameter)

    def _score(
        self,
        words: list[str],
        parameter: Parameter,
        label: str,
        label_words: frozenset[str],
        unit: Unit | None,
        *,
        numeric: bool,
    ) -> float:
        """Return how well a header fits one label of a parameter, from 0 to 1."""
        text = "".join(words)
        if not text:
            return 0.0
        alike = likeness(text, label)
        shared = len(label_words.intersection(words)) / max(len(label_words), len(words))
        score = max(alike, 0.5 * alike + 0.5 * shared) * 0.9
        worded = parameter.dimension == "categorical" or parameter.forms[:1] in (("category",), ("text",))
        fits = unit is None or (not worded and self._units.fits(unit, parameter.dimension))
        if unit is not None:
            score += 0.08 if fits else -0.35
        if parameter.name in self._specified:
            # `Speed` at coating is the coating speed, though a line speed has the nearer name.
            score = max(score + 0.12, 0.98 if fits and label.endswith(text) and len(text) > 2 else 0.0)
        if numeric == worded:
            score -= 0.3
        return score


def _side_in(name: str) -> str:
    """Return the side of the web that a header names.

    >>> _side_in("Flächengewicht A-Seite"), _side_in("Loading side B"), _side_in("Data side")
    ('A', 'B', '')
    """
    match = _SIDE.search(name)
    return (match[1] or match[2]).upper() if match else ""


def is_number(cell: Content) -> bool:
    """Say whether a cell is a number as a draft sees it, with a short unit behind it or without."""
    return isinstance(cell, Digits) or bool(
        isinstance(cell, str)
        and re.fullmatch(r"[<>]?\s*-?\d[\d.,]*(?:[eE][+-]?\d+)?(\s?\S{1,6})?", cell.strip())
    )


def decimal_sign(columns: Sequence[Sequence[Content]]) -> tuple[str, bool]:
    """Return the decimal sign of texts, and whether another one is found too."""
    texts = [cell for column in columns for cell in column if type(cell) is str]
    commas = sum(bool(re.fullmatch(r"\s*-?\d+,\d+.*|.*\.\d{3},\d+.*", text)) for text in texts)
    points = sum(bool(re.fullmatch(r"\s*-?\d+\.\d+\D*", text)) for text in texts)
    return ("," if commas > points else "."), bool(commas and points)


def is_unique(cells: Sequence[Content]) -> bool:
    """Say whether a column names each row: no cell is empty, none comes twice."""
    found = [identity(cell) for cell in cells]
    return bool(found) and all(found) and len(set(found)) == len(found)
