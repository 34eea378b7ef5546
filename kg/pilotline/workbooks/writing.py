"""Writes forms and their rows as a workbook that a person fills in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import IntProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from pilotline.datasets.dataset import Description
from pilotline.workbooks.cells import as_text, content
from pilotline.workbooks.forms import MARK, VERSION, Field, Filled
from pilotline.workbooks.readme import read_me

IDS, GROUP, CONVENTION, LABEL, UNIT = 1, 2, 3, 4, 5
FIRST = UNIT + 1
LISTS, DATASET, README = "Lists", "Dataset", "Read me"
# A sheet of a template offers its drop-downs this far down.
_LAST = 5000
_TINTS = {"required": "FFE699", "recommended": "DDEBF7", "optional": "F2F2F2"}
_FONT, _INPUT, _GREY = "Calibri", "FFF9E5", "7F7F7F"
_HEAD, _PALE = Font(name=_FONT, size=11, bold=True), Font(name=_FONT, size=11, color=_GREY)
_LINE = Border(bottom=Side(style="thin", color=_GREY))


@dataclass(frozen=True)
class Metadata:
    """What the sheet `Dataset` says. timezone: of times without a zone, such as Europe/Berlin."""

    description: Description | None = None
    scope: str = ""
    base: str = ""
    timezone: str = ""
    licence: str = ""
    creator: str = ""


@dataclass
class _Lists:
    """Drop-downs: each list once, in a hidden sheet."""

    found: dict[tuple[str, ...], str] = field(default_factory=dict)

    def name(self, choices: tuple[str, ...]) -> str:
        return self.found.setdefault(choices, f"pl_list_{len(self.found) + 1}")

    def write(self, workbook: Any) -> None:
        sheet = workbook.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        columns = list(self.found)
        sheet.append([f"{MARK}lists#{number}" for number in range(1, len(columns) + 1)] or [f"{MARK}lists#"])
        for row in range(max(map(len, columns), default=0)):
            sheet.append([content(sheet, texts[row], number=False) if row < len(texts) else None
                          for texts in columns])  # fmt: skip
        for number, (texts, name) in enumerate(self.found.items(), start=1):
            letter = get_column_letter(number)
            place = f"{quote_sheetname(LISTS)}!${letter}$2:${letter}${len(texts) + 1}"
            workbook.defined_names[name] = DefinedName(name, attr_text=place)


def write_workbook(path: Path, sheets: Sequence[Filled], metadata: Metadata) -> None:
    """Write a workbook; a file of the name is replaced when the new one is whole."""
    # The stubs of openpyxl lack part of what a write-only workbook has.
    workbook: Any = Workbook(write_only=True)
    lists = _Lists()
    workbook.custom_doc_props.append(IntProperty(name="PilotlineTemplate", value=VERSION))
    _write_read_me(workbook, sheets)
    _write_dataset(workbook, metadata, lists)
    for filled in sheets:
        _write_sheet(workbook.create_sheet(_title(filled.form.title)), filled, lists)
    lists.write(workbook)
    part = path.with_name(f".{path.name}.part")
    workbook.save(part)
    part.replace(path)


def _title(text: str) -> str:
    return "".join(sign for sign in text if sign not in "[]:*?/\\")[:31]


def _write_sheet(sheet: Any, filled: Filled, lists: _Lists) -> None:
    form = filled.form
    sheet.freeze_panes = f"B{FIRST}"
    _fit(sheet)
    sheet.row_dimensions[IDS].hidden = True
    sheet.row_dimensions[LABEL].height = 32
    for number, column in enumerate(form.fields, start=1):
        letter = get_column_letter(number)
        width = max(12.0, min(28.0, len(column.label) * 0.7 + 4))
        sheet.column_dimensions[letter].width = width
        _validate(sheet, column, letter, lists)
    for row in _head(sheet, filled):
        sheet.append(row)
    keys = [(column.key, column.number or column.key == "value") for column in form.fields]
    for texts in filled.rows:
        cells = [content(sheet, texts.get(key, ""), number=number) for key, number in keys]
        sheet.append([*cells, *(content(sheet, texts.get(f"note:{name}", ""), number=False)
                                for name in filled.notes)])  # fmt: skip


def _fit(sheet: Any) -> None:
    """Print a sheet one page wide."""
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _head(sheet: Any, filled: Filled) -> list[list[object]]:
    """Return the rows above the data; columns of notes have a header and nothing else."""
    form, notes = filled.form, filled.notes
    blank = [None] * len(notes)

    def cell(text: str, fill: str = "", **style: Any) -> Any:
        made = as_text(WriteOnlyCell(sheet), text)
        made.fill = PatternFill("solid", fgColor=fill) if fill else PatternFill()
        for name, value in style.items():
            setattr(made, name, value)
        return made

    def label(column: Field) -> Any:
        made = cell(column.label, _TINTS[column.level], font=_HEAD, alignment=_WRAP)
        if column.note:
            made.comment = Comment(f"{column.note}\n({column.level})", "Pilotline", height=120, width=260)
        return made

    small: dict[str, Any] = {"font": Font(name=_FONT, italic=True, color=_GREY, size=9), "alignment": _WRAP}
    return [
        [*(cell(form.id_of(column)) for column in form.fields), *blank],
        [*(cell(column.group, **small) for column in form.fields), *blank],
        [*(cell(column.convention, _INPUT if column.conventions else "", **small)
           for column in form.fields), *blank],
        [*map(label, form.fields), *(cell(name, font=_HEAD, alignment=_WRAP) for name in notes)],
        [*(cell(column.unit, border=_LINE, font=_PALE) for column in form.fields), *blank],
    ]  # fmt: skip


_WRAP = Alignment(wrap_text=True, vertical="top")


def _validate(sheet: Any, column: Field, letter: str, lists: _Lists) -> None:
    """Add the drop-downs and the check for numbers; another entry is asked about, never refused."""
    if column.conventions:
        _add(sheet, DataValidation("list", formula1=lists.name(column.conventions)), f"{letter}{CONVENTION}")
    place = f"{letter}{FIRST}:{letter}{_LAST}"
    if column.choices:
        _add(sheet, DataValidation("list", formula1=lists.name(column.choices)), place)
    elif column.number:
        low, high = column.limits
        rule = DataValidation("decimal", operator="between", formula1=_bound(low, -1e30),
                              formula2=_bound(high, 1e30))  # fmt: skip
        rule.error = f"Not a number{_between(low, high)}. <20, n.d. and n.m. may stand here, too."
        _add(sheet, rule, place)


def _bound(value: float | None, otherwise: float) -> str:
    return format(otherwise if value is None else value, "g")


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f" within the limits of the line ({'' if low is None else low} to {'' if high is None else high})"


def _add(sheet: Any, rule: DataValidation, place: str) -> None:
    rule.errorStyle, rule.errorTitle = "warning", "Pilotline"
    rule.showErrorMessage = rule.allow_blank = True
    rule.add(place)
    sheet.data_validations.append(rule)


def _write_read_me(workbook: Any, sheets: Sequence[Filled]) -> None:
    sheet = workbook.create_sheet(README)
    _fit(sheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100
    for first, second in read_me([filled.form for filled in sheets]):
        one = as_text(WriteOnlyCell(sheet), first)
        one.font = _HEAD
        if first.lower() in _TINTS:
            one.fill = PatternFill("solid", fgColor=_TINTS[first.lower()])
        two = as_text(WriteOnlyCell(sheet), second)
        two.alignment = _WRAP
        sheet.append([one, two])


def _write_dataset(workbook: Any, metadata: Metadata, lists: _Lists) -> None:
    """Write what the dataset says of itself: a hidden id, a label, the value, what it means."""
    sheet = workbook.create_sheet(DATASET)
    _fit(sheet)
    sheet.column_dimensions["A"].hidden = True
    for letter, width in zip("BCD", (18, 50, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    for number, (key, (label, value, note, need)) in enumerate(_said(metadata).items(), start=1):
        cells = [as_text(WriteOnlyCell(sheet), text) for text in (f"{MARK}dataset#{key}", label, value, note)]
        cells[1].font = _HEAD
        cells[1].fill = PatternFill("solid", fgColor=_TINTS[need])
        cells[2].protection = Protection(locked=False)
        sheet.append(cells)
        if key == "simulated":
            _add(sheet, DataValidation("list", formula1=lists.name(("yes", "no"))), f"C{number}")


def _said(metadata: Metadata) -> Mapping[str, tuple[str, str, str, str]]:
    """Return label, value, meaning and level of each line, by key."""
    about = metadata.description
    values = {
        "template": str(VERSION),
        "licence": metadata.licence,
        "creator": metadata.creator,
        "scope": metadata.scope,
        "base": metadata.base,
        "timezone": metadata.timezone,
    }
    if about:
        values |= {
            "id": about.identifier,
            "title": about.title,
            "licence": about.licence,
            "creator": about.creator,
            "simulated": "yes" if about.simulated else "no",
            "description": about.text,
            "keywords": "; ".join(about.keywords),
            "contact": about.contact,
        }
    return {key: (label, values.get(key, ""), note, level) for key, label, level, note in _METADATA}


_METADATA = (
    ("template", "template version", "optional", "Leave it as it is."),
    ("id", "dataset", "required", "A short name that stays while the workbook grows, such as coating-2025."),
    ("title", "title", "required", "What the dataset is, in one line."),
    ("licence", "licence", "required", "SPDX identifier or IRI, such as CC-BY-4.0."),
    ("creator", "creator", "required", "Lab or group."),
    ("simulated", "simulated", "required", "yes: from a simulation; no: made and measured."),
    ("description", "description", "recommended", "What was made, how and why, in a few sentences."),
    ("keywords", "keywords", "recommended", "To be found by, with ; between them."),
    ("contact", "contact", "recommended", "Who answers questions: an e-mail address or a page."),
    ("scope", "scope", "recommended", "Lab or project, such as my-lab/line-1; --scope says it, too."),
    ("base", "base IRI", "optional", "The lab's own base IRI, if it has one."),
    ("timezone", "time zone", "recommended", "Zone of the times, such as Europe/Berlin."),
)
