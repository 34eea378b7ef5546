"""Turns warnings of unknown lots, one for each, into one cause for a column that names many of them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pilotline.datasets.pointers import row_and_column
from pilotline.findings import Finding

_MANY = 8  # lots of a column, beside one, of which nothing is known: they are told as one cause


def folded(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the findings; where a column names many lots that are like none known, they have one cause.

    The table that describes them is missing then, not each of them.
    """
    lots: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in findings:
        lots[_column(each)].add(each.value)
    for each in findings:
        others = len(lots[_column(each)]) - 1
        if others < _MANY or row_and_column(each.cell)[0] < 0:
            yield each
        else:
            message = f"{each.message}; nothing is known of {others} others in this column either"
            yield replace(each, message=message, cause=" ".join(_column(each)))


def _column(finding: Finding) -> tuple[str, ...]:
    """Return file, sheet and column, and the hint, which names the kind and is another for each near name."""
    return finding.file, finding.sheet, row_and_column(finding.cell)[1], finding.hint
