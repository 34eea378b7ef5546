"""Says findings in the words of the reader: terms by their plain names, and all sentences in German as well.

Rules speak both languages in their shapes. What reading, linking and profiles say is English; `german.csv`
holds each such sentence with its German, `{}` in place of what is filled in.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from pilotline.findings import Finding
from pilotline.iris import LOT_KINDS
from pilotline.vocabulary.tables import Tables

_HOLE = "{}"
_COUNTED = "{} ({} cells"
# A name of two words or more, which no sentence holds but as a term; in quotes it is somebody's header.
_NAME = re.compile(r"(?<![\w'`„‚/:#])[A-Z][a-z]+(?:[A-Z][a-z0-9]*)+(?![\w'`])")
_TABLES = ("parameters", "techniques", "steps", "lots", "equipment")
_CELL = re.compile(r"rows? (?P<first>\d+)(?: to (?P<last>\d+))?, column (?P<column>\d+)")
_LOT = re.compile(rf"(?<![\w/'`!-])({'|'.join(LOT_KINDS)})-([\w%][^\s,;:)'?]*)(?<![.])")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?(?:Z|[+-]\d\d:\d\d)?")
# What the reading writes in place of a text where the cell has none.
_NOT_TYPED = ("empty", "idle", "no zone", "no unit")
_FILLED = re.compile(r"\{(\d)\}")


def in_words(finding: Finding, language: str) -> Finding:
    """Return a finding in the words of a language, `en` or `de`."""
    if language == "de":
        finding = replace(
            finding,
            message=place_in(german(finding.message), language),
            hint=place_in(german(finding.hint), language),
            expected=german(finding.expected),
            source=german(finding.source),
            value=german(finding.value) if finding.value in _NOT_TYPED else finding.value,
        )
    return replace(finding, message=plain(finding.message, language), hint=plain(finding.hint, language))


def label(name: str, language: str) -> str:
    """Return what to call a term of ours."""
    return _names(language).get(name, name)


def place_in(place: str, language: str) -> str:
    """Return a place as a reader of a language calls it: `a.csv!Zeile 3, Spalte 2`."""
    return _CELL.sub(_cell, place) if language == "de" else place


def _cell(found: re.Match[str]) -> str:
    rows = f"Zeilen {found['first']} bis {found['last']}" if found["last"] else f"Zeile {found['first']}"
    return f"{rows}, Spalte {found['column']}"


def plain(text: str, language: str) -> str:
    """Return a text with plain names of terms and lots, and plain times, in place of those in the graph.

    >>> plain("PeelTest does not give ElectrodeThickness", "en")
    'peel test does not give electrode thickness'
    >>> plain("Nothing is known of roll-R%201.", "en")
    'Nothing is known of roll R 1.'
    """
    names = _names(language)
    named = _NAME.sub(lambda found: names.get(found[0], found[0]), text)
    called = _LOT.sub(lambda found: f"{_kind(found[1], language)} {unquote(found[2])}", named)
    return _TIME.sub(r"\1 \2", called)


def _kind(kind: str, language: str) -> str:
    return german(kind) if language == "de" else kind


@lru_cache(maxsize=2)
def _names(language: str) -> Mapping[str, str]:
    tables = Tables.shipped()
    rows = [row for name in _TABLES for row in tables.rows(name)]
    labelled = ((row["term"].removeprefix("pl:"), row.values(f"alt_{language}")) for row in rows)
    return {name: labels[0] for name, labels in labelled if labels}


@lru_cache(maxsize=10_000)
def german(text: str) -> str:
    """Return a text in German; one that no sentence fits stays.

    >>> german("'zwei' is not a number; leave the cell empty if there is no value")
    "'zwei' ist keine Zahl; die Zelle leer lassen, wenn es keinen Wert gibt"
    """
    for pattern, sentence in _sentences() if text.strip() else ():
        if found := pattern.fullmatch(text):
            parts = [german(part) for part in found.groups()]
            return _FILLED.sub(lambda number: parts[int(number[1])], sentence)  # noqa: B023
    return _each_part(text)


def _each_part(text: str) -> str:
    """Return several questions, or several sources, each in German."""
    for between in ("; ", "? "):
        first, found, rest = text.partition(between)
        if found:
            return "".join((german(first + found.rstrip(" ;")), found.replace("?", ""), german(rest)))
    return text


@lru_cache(maxsize=1)
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Return what each English sentence looks like, and its German; the most definite first."""
    with (Path(__file__).parent / "german.csv").open(encoding="utf-8", newline="") as lines:
        rows = sorted(csv.DictReader(lines), key=_order)
    return [(_pattern(row["english"]), row["german"]) for row in rows]


def _order(row: Mapping[str, str]) -> tuple[bool, int]:
    """How often a cause was met stands behind any sentence, so it is looked for first."""
    return not row["english"].startswith(_COUNTED), -len(row["english"].replace(_HOLE, ""))


def _pattern(sentence: str) -> re.Pattern[str]:
    hole = "(.*)" if sentence.startswith(_COUNTED) else "(.*?)"
    return re.compile(hole.join(map(re.escape, sentence.split(_HOLE))), re.DOTALL)
