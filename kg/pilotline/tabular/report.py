"""Collects what is found in the cells, so that one cause in many cells becomes one finding."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pilotline.findings import Finding, Severity

# A column with more different wrong texts than this has one thing wrong with it as a whole.
_DIFFERENT = 10
# What is told of how many cells of one file have a cause; it differs between files.
_COUNT = re.compile(r" \(\d+ cells.*\)$")


@dataclass
class _Cause:
    """One cause: the finding at its first cell, how many cells have it, the last of them."""

    finding: Finding
    count: int = 1
    last: str = ""


@dataclass
class Report:
    """The findings of one sheet; place: file and sheet; each: the violations, one by one.

    cells: the places that findings were noted for, while somebody keeps count of them.
    """

    file: str
    sheet: str
    each: list[Finding] = field(default_factory=list)
    cells: set[str] | None = None
    _causes: dict[tuple[str, str, str], _Cause] = field(default_factory=dict)
    _different: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(
        self,
        code: str,
        severity: Severity,
        cell: str,
        message: str,
        *,
        column: str = "",
        value: str = "",
        hint: str = "",
        cause: str = "",
    ) -> None:
        """Note a finding; the same code and value in the same column are one cause.

        column: the header of the column, empty for what concerns the row or the sheet.
        cause: the same for cells that are wrong together.
        """
        place = (self.file, self.sheet, cell)
        finding = Finding(code, severity, message, hint, *place, value=value, cause=cause)
        if severity is Severity.VIOLATION and finding not in self.each[-1:]:
            self.each.append(finding)
        if self.cells is not None:
            self.cells.add(cell)
        key = (code, column, value if column else cell)
        known = self._causes.get(key)
        if known is None and column and self._too_many(code, column):
            key = (code, column, "")
            known = self._causes.get(key)
        if known is not None:
            known.count += known.last != cell
            known.last = cell
            return
        self._causes[key] = _Cause(finding, last=cell)

    def _too_many(self, code: str, column: str) -> bool:
        count = self._different[code, column] = self._different.get((code, column), 0) + 1
        return count > _DIFFERENT

    def findings(self) -> Iterator[Finding]:
        """Yield one finding for each cause, in the order in which they were met."""
        for (_, _, value), cause in self._causes.items():
            yield _counted(cause, whole=not value and cause.finding.value != "")


def over_files(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, what several files have in common once; a violation stays at its own file.

    So do cells that are wrong together.
    """
    alike: dict[object, list[Finding]] = defaultdict(list)
    for each in findings:
        said = replace(each, message=_COUNT.sub("", each.message), file="", cell="")
        alone = each.severity is Severity.VIOLATION or each.cause
        alike[each if alone else said].append(each)
    return [_of_files(members) for members in alike.values()]


def _of_files(members: list[Finding]) -> Finding:
    first, files = members[0], {each.file for each in members}
    if len(files) == 1:
        return first
    message = f"{_COUNT.sub('', first.message)} (in {len(files)} files, this one first)"
    return replace(first, message=message)


def _counted(cause: _Cause, *, whole: bool) -> Finding:
    found = cause.finding
    if cause.count == 1:
        return found
    what = "cells, this and others like it" if whole else "cells"
    message = f"{found.message} ({cause.count} {what}, the last is {cause.last})"
    return replace(found, message=message)
