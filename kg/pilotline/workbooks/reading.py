"""Turns a filled template into the mapping that reads it: the hidden ids say what each column is."""

import glob
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from pilotline.datasets.dataset import SourceError
from pilotline.iris import QUANTITY_KINDS
from pilotline.tabular.facts import FACTS
from pilotline.tabular.grid import identity
from pilotline.tabular.model import TEMPLATE, Column, Dataset, Long, Source, Table
from pilotline.tabular.model import Mapping as TabularMapping
from pilotline.tabular.workbook import Workbook
from pilotline.vocabulary.terms import Parameter, Vocabulary
from pilotline.workbooks.forms import MARK, VERSION, column_id
from pilotline.workbooks.heads import Body, Head, head_of, split
from pilotline.workbooks.rows import rows_of
from pilotline.workbooks.writing import IDS, LABEL, UNIT

_DATES = (
    "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%d.%m.%y %H:%M", "%d.%m.%y",
)  # fmt: skip


def is_template(path: Path) -> bool:
    """Say whether a file is a workbook with our hidden ids."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return False
    workbook = Workbook(path)
    return any(head_of(workbook, sheet) for sheet in workbook.sheets)


def mapping_of(path: Path, vocabulary: Vocabulary) -> TabularMapping:
    """Return the mapping that reads a filled template.

    Errors: SourceError, where the metadata or the ids do not hold.
    """
    workbook = Workbook(path)
    said, ours = _metadata(workbook)
    tables: list[Table] = []
    for sheet in workbook.sheets:
        head = None if sheet.name in ours else head_of(workbook, sheet)
        if head is None:
            continue
        body = Body(workbook, head)
        if body.filled:
            tables += _tables(path, head, body, vocabulary)
        else:
            ours.add(sheet.name)
    if not tables:
        raise SourceError(f"{path.name}: a template in which nothing is filled in")
    try:
        return TabularMapping(
            mapping=TEMPLATE,
            version=int(said.get("template") or VERSION),
            scope=said.get("scope") or None,
            base=said.get("base") or None,
            dataset=_dataset(path, said),
            source=Source(decimal="either", dates=_DATES, timezone=said.get("timezone") or None),
            ignore_sheets=tuple(map(glob.escape, sorted(ours))),
            tables=tuple(tables),
        )
    except (ValidationError, ValueError) as error:
        raise SourceError(f"{path.name}: {error}") from error


def _dataset(path: Path, said: Mapping[str, str]) -> Dataset:
    for key in ("id", "title", "simulated"):
        if not said.get(key):
            raise SourceError(f"{path.name}, sheet Dataset: {key!r} is empty; every dataset says it")
    simulated = said["simulated"].casefold()
    if simulated not in ("yes", "no", "ja", "nein", "true", "false"):
        raise SourceError(f"{path.name}, sheet Dataset: simulated is {said['simulated']!r}; say yes or no")
    return Dataset(
        id=said["id"],
        title=said["title"],
        licence=said.get("licence", ""),
        creator=said.get("creator", ""),
        simulated=simulated in ("yes", "ja", "true"),
        description=said.get("description", ""),
        keywords=tuple(word for part in said.get("keywords", "").split(";") if (word := part.strip())),
        contact=said.get("contact", ""),
    )


def _metadata(workbook: Workbook) -> tuple[dict[str, str], set[str]]:
    """Return what the sheet `Dataset` says, and the names of the sheets that hold no data."""
    said: dict[str, str] = {}
    ours: set[str] = set()
    for sheet in workbook.sheets:
        for _, cells in workbook.grid(sheet).rows:
            texts = [identity(cell) for cell in cells]
            found = next(((at, key) for at, text in enumerate(texts) if (key := column_id(text))), None)
            if found is None or found[1][0] not in ("dataset", "lists", "findings"):
                if texts[:1] == ["Pilotline template"]:
                    ours.add(sheet.name)
                break
            ours.add(sheet.name)
            if found[1][0] != "dataset":
                break
            # The label stands beside the id, the value beside the label.
            said[found[1][1]] = "".join(texts[found[0] + 2 : found[0] + 3])
    return said, ours


def _tables(path: Path, head: Head, body: Body, vocabulary: Vocabulary) -> Iterator[Table]:
    """Yield the tables of a sheet: one for each sort of row that it holds."""
    sort = rows_of(head.kind, {key for _, key in map(split, head.ids)})
    if sort is None:
        raise SourceError(
            f"{path.name}, sheet {head.sheet.name}: made by a later version; no sheet {head.kind!r} is known"
        )
    chosen = [(where, row) for where in body.sorts(sort.where) if (row := sort.row(where))]
    if not chosen:
        said = "; ".join(f"{key}: {text or 'empty'}" for key, text in body.sorts(sort.where)[0].items())
        raise SourceError(
            f"{path.name}, sheet {head.sheet.name}: no row says what it is ({said}); use the drop-downs"
        )
    for where, row in chosen:
        yield Table(
            file=glob.escape(path.name),
            sheet=glob.escape(head.sheet.name),
            header=head.first + LABEL - IDS,
            unit_row=head.first + UNIT - IDS if body.units else None,
            names_row=head.first,
            where={sort.name(key): text for key, text in where.items()},
            row=row,
            columns=_columns(head, body, sort.used, vocabulary),
            long=_long(path, head, body, where, vocabulary) if head.kind == "values" else None,
        )


def _columns(head: Head, body: Body, used: frozenset[str], vocabulary: Vocabulary) -> dict[str, Column]:
    """Return what the columns beside the row's own become: quantities, notes, or nothing."""
    found = _others(head, body, used)
    for name, index in head.ids.items():
        if index not in body.filled:
            found[name] = Column(ignore=True)
            continue
        key = split(name)[1]
        if key.startswith("q:"):
            found[name] = _quantity(head, name, key.split(":")[1:], vocabulary)
    return found


def _quantity(head: Head, name: str, parts: list[str], vocabulary: Vocabulary) -> Column:
    """Return what a column of quantities becomes; one of a later version is kept as notes."""
    parameter, kind, *bearer = parts
    known = vocabulary.parameters.by_name.get(parameter)
    if kind not in QUANTITY_KINDS or known is None:
        return Column(note=True)
    lots = [each for each in head.ids if split(each)[1].split(":")[:2] == bearer] if bearer[1:] else []
    return Column.model_validate(
        {
            "parameter": parameter,
            "kind": kind,
            "bearer": bearer[0] if bearer and head.kind.startswith("run:") else None,
            "of": lots[0] if lots else None,
            "form": _form(known),
            "convention": conventions_in(head.conventions.get(name, "")),
        }
    )


def _form(parameter: Parameter) -> Literal["text"] | None:
    """Return how a cell is read: a sequence of stages that stands in one cell is a text."""
    return "text" if parameter.forms[:1] == ("stages",) else None


def _others(head: Head, body: Body, used: frozenset[str]) -> dict[str, Column]:
    """Return notes for the lab's own columns and for ids that this version does not know."""
    found: dict[str, Column] = {}
    seen: dict[str, int] = {}
    for index, header in head.own:
        seen[header] = seen.get(header, 0) + 1
        twice = sum(other == header for _, other in head.own) > 1
        found[f"{header} {{{seen[header]}}}" if twice else header] = (
            Column(note=True) if index in body.filled else Column(ignore=True)
        )
    for name in head.ids:
        key = split(name)[1]
        if key not in used and not key.startswith("q:"):
            found[name] = Column(note=True)
    return found


def conventions_in(text: str) -> tuple[str, ...]:
    """Return the conventions that a cell names.

    >>> conventions_in("PerSide; DryState")
    ('PerSide', 'DryState')
    """
    return tuple(
        part.strip().removeprefix("pl:") for part in text.replace(",", ";").split(";") if part.strip()
    )


def _long(path: Path, head: Head, body: Body, where: Mapping[str, str], vocabulary: Vocabulary) -> Long:
    """Return how values in long form are read: each parameter that the sheet names."""

    def column(key: str) -> str | None:
        name = f"{MARK}{head.kind}#{key}"
        return name if name in head.ids else None

    facts = {key: {"column": name} for key in ("uncertainty", "status", "typed") if (name := column(key))}
    if where.get("of") == "lot as received":
        facts |= {key: {"column": name} for key in FACTS if (name := column(key))}
    if where.get("part") in ("stage", "zone") and (number := column("part_number")):
        facts[where["part"]] = {"column": number}
    parameter, value = column("parameter"), column("value")
    if not parameter or not value:
        raise SourceError(f"{path.name}, sheet {head.sheet.name}: has no column for parameter or value")
    found = {}
    for text in [each["parameter"] for each in body.sorts(["parameter"])]:
        if term := vocabulary.parameters.find(text):
            found[text] = Column.model_validate(
                {"parameter": term.name, "kind": where.get("value_kind") or "unstated", "form": _form(term),
                 "convention": conventions_in(where.get("convention", "")), **facts}
            )  # fmt: skip
    return Long(parameter=parameter, value=value, unit=column("unit"), parameters=found)
