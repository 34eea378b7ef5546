"""Says what a row of each sheet of a template is, in terms of the tabular mapping."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pilotline.iris import LOT_KINDS, QUANTITY_KINDS
from pilotline.tabular import subjects
from pilotline.tabular.subjects import Row
from pilotline.workbooks.forms import FIXED, MARK

Where = Mapping[str, str]
Name = Callable[[str], str | None]
PARTS, SPLIT = ":", ";"
_OF_RUNS = {
    "id", "start", "end", "equipment", "room", "recipe", "operator", "input", "pool", "output", "polarity",
    "alias",
}  # fmt: skip


@dataclass(frozen=True)
class Sort:
    """The rows of one sheet.

    where: keys of the columns whose texts tell what a row is. used: keys that the row itself reads.
    row: what a row with these texts is, nothing where they make no sense.
    """

    kind: str
    where: tuple[str, ...]
    used: frozenset[str]
    row: Callable[[Where], Row | None]

    def name(self, key: str) -> str:
        """Return the id of a column."""
        return f"{MARK}{self.kind}#{key}"


def rows_of(kind: str, present: set[str]) -> Sort | None:
    """Return what the rows of a sheet are; present: keys of the columns that it has."""

    def name(key: str) -> str | None:
        return f"{MARK}{kind}#{key}" if key in present else None

    if kind.startswith("run:"):
        used = frozenset(key for key in present if key.split(":")[0] in _OF_RUNS)
        return Sort(kind, (), used, lambda _: _run(kind.removeprefix("run:"), present, name))
    if kind not in FIXED:
        return None
    where, make = MAKERS[kind]
    used = frozenset(column.key for column in FIXED[kind].fields)
    return Sort(kind, where, used, lambda texts: make(texts, name))


def _plain(**said: Any) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value not in (None, "", ())}


def _id(name: Name, key: str = "id", **said: Any) -> dict[str, Any] | None:
    column = name(key)
    return {"id": (column,), "parts": PARTS} | _plain(**said) if column else None


def _lot(kind: str, name: Name, key: str, **said: Any) -> dict[str, Any] | None:
    return _id(name, key, kind=kind, **said) if kind in LOT_KINDS else None


def _operator(name: Name) -> dict[str, str] | None:
    column = name("operator")
    return {"column": column, "keep": "code"} if column else None


def _run(step: str, present: set[str], name: Name) -> Row:
    inputs, outputs, machines = [], [], []
    for key in sorted(present):
        role, _, rest = key.partition(":")
        if role in ("input", "pool"):
            inputs.append(_lot(rest, name, key, split=SPLIT, pool=role == "pool"))
        elif role == "output":
            kind, _, product = rest.partition(":")
            about = {"split": SPLIT, "product": product, "polarity": name("polarity"), "alias": name("alias")}
            outputs.append(_lot(kind, name, key, **about))
        elif role == "equipment":
            machines.append(_id(name, key, **{"class": rest}))
    return subjects.RunRow.model_validate(
        _plain(run=_id(name, step=step), start=name("start"), end=name("end"), equipment=tuple(machines),
               room=_id(name, "room"), recipe=_id(name, "recipe"), operator=_operator(name),
               inputs=tuple(inputs), outputs=tuple(outputs))
    )  # fmt: skip


def _lots(where: Where, name: Name) -> Row | None:
    product = where.get("product", "")
    lot = _lot(where.get("kind", ""), name, "id", polarity=name("polarity"), alias=name("alias"),
               product=product)  # fmt: skip
    if lot is None:
        return None
    received = where.get("received", "").casefold() in ("yes", "ja", "x", "true", "1")
    return subjects.LotRow.model_validate(
        _plain(lot=lot, received=received, supplier=name("supplier"), lot_number=name("lot_number"),
               opened=name("opened"), expires=name("expires"))
    )  # fmt: skip


def _target(where: Where, name: Name) -> dict[str, Any] | None:
    """Return what the values of a row are about."""
    of, step = where.get("of", ""), where.get("step", "")
    run = _id(name, "run", step=step) if step else None
    if of == "run":
        return {"run": run} if run else None
    if of in ("lot", "lot as received"):
        lot = _lot(where.get("kind", ""), name, "id")
        return _plain(lot=lot, after=run if of == "lot" else None) if lot else None
    thing = _id(name)
    return {of: thing} if of in ("sample", "equipment", "room", "recipe", "specification") and thing else None


def _values(where: Where, name: Name) -> Row | None:
    target = _target(where, name)
    if target is None or where.get("value_kind", "unstated") not in QUANTITY_KINDS:
        return None
    if where["of"] == "lot as received":
        lot = target["lot"] | _plain(product=where.get("product", ""))
        return subjects.LotRow.model_validate({"lot": lot, "received": True})
    keys = (
        "statistic",
        "sample_size",
        "side",
        "lane",
        "position",
        "condition",
        "replicate",
        "time",
        "technique",
    )
    return subjects.MeasurementRow.model_validate(
        _plain(measurement=target, sample=_id(name, "sample"), equipment=_id(name, "instrument"),
               **{key: name(key) for key in keys})
    )  # fmt: skip


def _components(where: Where, name: Name) -> Row | None:
    of, step = where.get("of", ""), where.get("step", "")
    whole = {"recipe": _id(name)} if of == "recipe" else {"run": _id(name, step=step)} if step else None
    if whole is None or of not in ("recipe", "run"):
        return None
    return subjects.ComponentRow.model_validate(
        _plain(component=whole, number=name("number"), lot=_lot(where.get("kind", ""), name, "lot"),
               role=name("role"))
    )  # fmt: skip


def _stages(where: Where, name: Name) -> Row | None:
    step, kind = where.get("step", ""), where.get("as", "stage")
    if not step or kind not in ("stage", "zone"):
        return None
    return subjects.StageRow.model_validate(
        _plain(stage=_id(name, "run", step=step), number=name("number"), start=name("start"), end=name("end"))
        | {"as": kind}
    )


def _samples(where: Where, name: Name) -> Row | None:
    lot = _lot(where.get("kind", ""), name, "lot")
    keys = ("represents", "position", "side", "lane", "taken")
    if lot is None:
        return None
    return subjects.SampleRow.model_validate(
        _plain(sample=_id(name), taken_from=lot, operator=_operator(name), **{key: name(key) for key in keys})
    )


def _maps(where: Where, name: Name) -> Row | None:
    ends = {
        "from": _lot(where.get("from_kind", ""), name, "from"),
        "to": _lot(where.get("to_kind", ""), name, "to"),
    }
    if not where.get("step") or not all(ends.values()):
        return None
    keys = ("number", "from_start", "from_end", "to_start", "to_end", "lane", "lane_start", "lane_end",
            "side_flipped")  # fmt: skip
    run = _id(name, "run", step=where["step"])
    return subjects.MapRow.model_validate(_plain(map=run, **{key: name(key) for key in keys}) | ends)


def _cuts(where: Where, name: Name) -> Row | None:
    piece, web = _lot(where.get("kind", ""), name, "id"), _lot(where.get("from_kind", ""), name, "from")
    if piece is None or web is None:
        return None
    keys = ("start", "end", "lane")
    return subjects.CutRow.model_validate(
        _plain(cut=piece, **{key: name(key) for key in keys}) | {"from": web}
    )


def _dispositions(where: Where, name: Name) -> Row | None:
    lot = _lot(where.get("kind", ""), name, "lot")
    if lot is None:
        return None
    number = name("id")
    keys = ("reason", "amount", "time")
    return subjects.DispositionRow.model_validate(
        _plain(disposition=lot, kind=name("disposition"), id=(number,) if number else None,
               **{key: name(key) for key in keys})
    )  # fmt: skip


def _statements(_: Where, name: Name) -> Row:
    keys = {"statement": "subject", "predicate": "predicate", "object": "object", "datatype": "datatype"}
    return subjects.StatementRow.model_validate(_plain(**{key: name(column) for key, column in keys.items()}))


MAKERS: dict[str, tuple[tuple[str, ...], Callable[[Where, Name], Row | None]]] = {
    "lots": (("kind", "received", "product"), _lots),
    "components": (("of", "step", "kind"), _components),
    "stages": (("step", "as"), _stages),
    "samples": (("kind",), _samples),
    "values": (("of", "kind", "step", "product", "value_kind", "convention", "part"), _values),
    "maps": (("step", "from_kind", "to_kind"), _maps),
    "cuts": (("kind", "from_kind"), _cuts),
    "dispositions": (("kind",), _dispositions),
    "statements": ((), _statements),
}
