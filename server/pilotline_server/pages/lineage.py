"""Turns a trace into JSON and CSV: every stage, its values, and the cells that hold the thing."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from pilotline.datasets.pointers import parse_pointer
from pilotline.formulas import csv_safe
from pilotline.trace import Recall, Stage, Value

_COLUMNS = (
    "step", "lot", "kind", "run", "started", "link", "parameter", "key", "value", "unit", "read_from",
)  # fmt: skip


def place(value: Value) -> str:
    """Return where a value was read from, such as `coating.xlsx!Runs!C7`."""
    return ", ".join(str(parse_pointer(cell)) for cell in value.cells)


def as_data(
    stages: Sequence[Stage], values: Mapping[str, Sequence[Value]], recall: Recall
) -> dict[str, object]:
    """Return the stages with their values, and the cells that hold the thing, as plain data.

    values: by the state that bears them, or whose run does.
    """
    told = [
        {**asdict(stage), "values": [asdict(value) for value in values.get(stage.state, ())]}
        for stage in stages
    ]
    return {"stages": told, "recall": asdict(recall)}


def as_csv(stages: Sequence[Stage], values: Mapping[str, Sequence[Value]]) -> str:
    """Return one row for each value of each stage; a stage without values has one row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for stage in stages:
        link = "sure" if stage.sure else "possible"
        about = (stage.step, stage.label, stage.kind, stage.run_label, stage.started, link)
        told = [(v.parameter, v.key, v.typed, v.unit, place(v)) for v in values.get(stage.state, ())]
        writer.writerows([*map(csv_safe, (*about, *value))] for value in told or [("",) * 5])
    return text.getvalue()
