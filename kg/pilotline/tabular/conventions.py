"""Asks once per column what its numbers mean: per side or both, dry or wet, absolute or gauge."""

from pilotline.findings import Severity
from pilotline.tabular.headers import Found
from pilotline.tabular.model import Column
from pilotline.tabular.naming import From
from pilotline.tabular.sheet import Sheet
from pilotline.vocabulary.terms import Entry, Parameter

_BOTH = ("both", "bothsides")


def ask(sheet: Sheet, spec: Column, found: Found, parameter: Parameter, unit: str) -> None:
    """Report the questions of a parameter that neither the mapping nor the unit answers.

    unit: symbol of the column's unit, empty where cells have their own.
    """
    said = {*spec.convention, unit, *_sides(sheet, spec), str(spec.statistic or "")}
    asked = {
        question: answers
        for question, answers in sheet.job.vocabulary.questions(parameter).items()
        if not any(_answered(answer, said) for answer in answers)
    }
    if not asked:
        return
    names = "; ".join(", ".join(answer.name for answer in answers) for answers in asked.values())
    sheet.report.add(
        "Column-convention",
        Severity.WARNING,
        sheet.grid.place(sheet.grid.header_row, found.index),
        f"{found.header!r} ({parameter.name}): {' '.join(asked)}",
        column=found.header,
        value=parameter.name,
        hint=_hint(sheet, names),
    )


def _hint(sheet: Sheet, names: str) -> str:
    hint = f"without it the numbers compare with no other dataset's; say `convention:` one of {names}"
    if sheet.is_template:
        hint = f"without it the numbers compare with no other dataset's; above the header choose {names}"
    return hint


def _answered(answer: Entry, said: set[str]) -> bool:
    names = {answer.name, f"pl:{answer.name}", *answer.labels, *answer.implied_by}
    return bool(names & said)


def _sides(sheet: Sheet, spec: Column) -> set[str]:
    """Return what the side says of the numbers: those of one side are per side."""
    own: object = spec.side.value if isinstance(spec.side, From) else spec.side
    of_row = getattr(sheet.table.row, "side", None)
    if own is None and (spec.side or of_row) is None:
        return set()
    text = str(own or getattr(of_row, "value", "")).replace(" ", "").casefold()
    return {"BothSides" if text in _BOTH else "side"}
