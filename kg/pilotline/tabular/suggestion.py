"""Drafts a mapping for a file that nobody has mapped yet: valid YAML, its doubtful parts marked."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pilotline.datasets.dataset import SourceError
from pilotline.quantities.units import Units
from pilotline.tabular.draft import Draft
from pilotline.tabular.grid import Content
from pilotline.tabular.guesses import DOUBT, Drafter, decimal_sign, is_number
from pilotline.tabular.longdraft import LongDraft, is_long
from pilotline.tabular.tidying import blocks, tidied
from pilotline.tabular.times import formats_of, hold_times
from pilotline.tabular.unmapped import Found, encoding_of, sideways, tables_in
from pilotline.tabular.yamltext import flow
from pilotline.vocabulary.terms import Vocabulary

_LIKELY = 0.75  # score of a header that looks like a parameter, be it but the end of its name
_MISSING = (
    "n/a",
    "n.a.",
    "na",
    "#n/a",
    "-",
    "--",
    "---",
    "–",
    "n.b.",
    "n. b.",
    "/",
    "?",
    "nan",
    "null",
    "none",
    "k.a.",
    "x",
)


def suggest(path: Path, vocabulary: Vocabulary, units: Units) -> str:
    """Return the draft of a mapping for a file.

    Each column has a score from 0 to 1; what is below SURE, or had to be invented, is marked DOUBTFUL.

    Errors: SourceError, for a file that cannot be read.
    """
    encoding = encoding_of(path)
    drafter = Drafter(vocabulary, units)
    drafts = [
        _draft(path.name, found, drafter, vocabulary, units)
        for sheet in tables_in(path, encoding, units)
        for found in blocks(sheet)
        if found.rows
    ]
    if not drafts:
        hint = ""
        if path.suffix.lower() == ".json":
            hint = "; where the records are fields of an object, `records:` names it (docs/mapping.md)"
        raise SourceError(f"{path.name}: holds no table{hint}")
    return (
        "\n".join([*_head(path, encoding, drafts), *(line for draft in drafts for line in draft.lines())])
        + "\n"
    )


def _draft(
    file: str, found: Found, drafter: Drafter, vocabulary: Vocabulary, units: Units
) -> "Draft | LongDraft":
    """Return the draft of a table: in long form, with its parameters in rows, or in columns."""
    if is_long(found):
        return LongDraft(file, found, vocabulary, units)
    other = sideways(found, units)
    if other and other.rows and _parameters(other, drafter) > max(1, _parameters(found, drafter)):
        return Draft(file, other, vocabulary, units)
    return Draft(file, tidied(found, drafter), vocabulary, units)


def _parameters(found: Found, drafter: Drafter) -> int:
    """Return how many columns look like those of a parameter."""
    guesses = (drafter.guess(header, found.column(n)) for n, header in enumerate(found.headers) if header)
    return sum(guess.role == "parameter" and guess.score >= _LIKELY for guess in guesses)


def _head(path: Path, encoding: str, drafts: "Sequence[Draft | LongDraft]") -> Iterator[str]:
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.casefold()).strip("-") or "dataset"
    yield f"# A draft for {path.name}. Read each line; lines marked {DOUBT} need you."
    yield "# The number behind a column is the score of the guess, from 0 to 1."
    yield f"mapping: {name}"
    yield "version: 1"
    yield f"scope: my-lab   # {DOUBT}: the lab or project, part of all IRIs"
    yield "dataset:"
    yield f"  id: {name}   # part of the IRI of the dataset: never change it"
    yield f"  title: {flow(path.stem)}"
    yield f'  licence: ""   # {DOUBT}: such as CC-BY-4.0'
    yield f"  simulated: false   # {DOUBT}: true if no machine made these values"
    columns = [draft.found.column(index) for draft in drafts for index in range(len(draft.found.headers))]
    sign, mixed = decimal_sign(columns)
    yield "source:"
    yield f'  decimal: "{sign}"' + (f"   # {DOUBT}: both signs are found in texts" if mixed else "")
    if encoding != "utf-8":
        yield f"  encoding: {encoding}   # {DOUBT}: the file is not UTF-8"
    yield from _times(columns, any(draft.has_times for draft in drafts))
    codes = sorted({code for column in columns for code in _codes(column)})
    if codes:
        yield f"  missing: {json.dumps(['', *codes], ensure_ascii=False)}"
    yield "tables:"


def _codes(column: list[Content]) -> set[str]:
    """Return the texts of a column that mean "no value"; an x does among numbers alone, else it is a mark."""
    found = {text for cell in column if (text := str(cell).strip().casefold()) in _MISSING}
    return found if any(map(is_number, column)) else found - {"x"}


def _times(columns: list[list[Content]], wanted: bool) -> Iterator[str]:
    if not wanted:
        return
    fitting = [fmt for column in columns if hold_times(column) for fmt in formats_of(column)]
    if fitting:
        found = [name for name, _ in Counter(fitting).most_common()]
        odd = any("%d/%m" in name or "%m/%d" in name for name in found)
        doubt = f"   # {DOUBT}: day and month may be the other way round" if odd else ""
        yield f"  dates: {json.dumps(found)}{doubt}"
    yield f"  timezone: Europe/Berlin   # {DOUBT}: the zone of times that name none"
