"""Reads the records of a JSON file into a grid; nested fields become columns named by their path."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from pilotline.datasets.dataset import SourceError
from pilotline.findings import Finding, Severity
from pilotline.iris import json_node
from pilotline.tabular.grid import Content, Digits, Grid, Row

# What stands in a field, and the JSON Pointer to it; a record is its fields by name.
_Field = tuple[Content, str]
_Record = dict[str, _Field]
_NOTHING: _Field = ("", "")


def read_json(path: Path, encoding: str, records: str | None, others: Collection[str] = ()) -> Grid:
    """Return the grid of the records that a pointer such as `/runs` or `/cells/*/steps` leads to.

    A record's fields are columns named by their path (`dryer/zones/0`); those of what it lies in are
    called `../name`, one `../` for each level of records; the key of a record in an object is `*`.
    A list of texts is one cell, its items parted by `;`.

    others: pointers to the records that other tables read; they are no columns here.

    Errors: SourceError.
    """
    found = list(_Reader(path.name, others).records(_load(path, encoding), records))
    headers = list(dict.fromkeys(name for record in found for name in record))
    first = {name: pointer for record in reversed(found) for name, (_, pointer) in record.items()}

    def place(row: int, column: int) -> str:
        name = headers[column]
        return found[row - 1].get(name, _NOTHING)[1] if row and name in found[row - 1] else first[name]

    def pointer(source: str, column: int) -> Callable[[int], str]:
        return lambda row: json_node(source, place(row, column))

    rows: Iterator[Row] = (
        (number, [record.get(name, _NOTHING)[0] for name in headers])
        for number, record in enumerate(found, start=1)
    )
    return Grid(path.name, "", headers, 0, rows, place, pointer, records=_plain(records or "") + "/*")


def unread(path: Path, encoding: str, read: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each list of records in a JSON file that no table reads.

    read: the pointers of the tables; the empty one is the list at the top.
    """
    for pattern, count in _lists(_load(path, encoding)).items():
        if not any(_covers(pointer, pattern) for pointer in read):
            yield Finding(
                "Source-unread",
                Severity.WARNING,
                f"the {count} records at {pattern or 'the top'} are read by no table of the mapping",
                hint=f"give them a table with `records: {pattern}`",
                file=path.name,
                cell=pattern,
            )


def lists_of_records(path: Path, encoding: str) -> list[str]:
    """Return the pointers to the lists of records in a JSON file; the empty one is the list at the top."""
    return list(_lists(_load(path, encoding)))


def _covers(pointer: str, pattern: str) -> bool:
    """Say whether a table with a pointer sees a list: its own, one inside its records, one around them."""
    known = re.escape(_plain(pointer)).replace(r"\*", "[^/]*")
    return bool(re.fullmatch(f"{known}(/.*)?", pattern)) or _plain(pointer).startswith(pattern + "/*")


def _plain(pointer: str) -> str:
    return pointer.rstrip("/").removesuffix("/*")


def _lists(value: Any, at: str = "") -> dict[str, int]:
    """Return how many items each list of records holds; lists inside records are not looked for."""
    if isinstance(value, list):
        return {at: len(value)} if any(isinstance(item, dict) for item in value) else {}
    below = value.items() if isinstance(value, dict) else ()
    return {k: n for key, item in below for k, n in _lists(item, f"{at}/{_escaped(key)}").items()}


def _load(path: Path, encoding: str) -> Any:
    try:
        with path.open(encoding="utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding) as file:
            return json.load(
                file, parse_float=Digits, parse_int=Digits, parse_constant=str, object_pairs_hook=_object
            )
    except json.JSONDecodeError as error:
        raise SourceError(f"{path.name}, line {error.lineno}: is no JSON: {error.msg}") from error
    except _TwiceError as error:
        raise SourceError(f"{path.name}: the key {error.args[0]!r} stands twice in one object") from error
    except RecursionError:
        raise SourceError(f"{path.name}: is nested too deeply to be read") from None


class _TwiceError(Exception):
    """A key that stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


class _Reader:
    """Walks down to the records of one file and gathers their fields."""

    def __init__(self, file: str, others: Collection[str]) -> None:
        self._file = file
        self._others = {_plain(other) for other in others}

    def records(self, top: Any, pointer: str | None) -> Iterator[_Record]:
        """Yield the records that a pointer leads to."""
        if pointer is None and not isinstance(top, list):
            lists = ", ".join(_lists(top)) or "none"
            message = f"say which list holds the records by `records:`; lists found: {lists}"
            raise SourceError(f"{self._file}: {message}")
        self._others.discard(_plain(pointer or ""))
        groups = [part.split("/")[1:] for part in _plain(pointer or "").split("/*")]
        yield from self._walk(top, groups, "", "", {})

    def _walk(
        self, value: Any, groups: list[list[str]], at: str, pattern: str, outer: _Record
    ) -> Iterator[_Record]:
        """Follow the keys of one level of records; its other fields become `../` fields of those below."""
        group, *rest = groups
        fields = self._around(value, group, at, pattern) if isinstance(value, dict) else {}
        around = {f"../{name}": leaf for name, leaf in {**outer, **fields}.items()}
        for key, item, here in self._items(value, group, at, optional=bool(pattern)):
            named = {**around, "*": (key, here)} if key else around
            below = "".join([pattern, *(f"/{part}" for part in group), "/*"])
            if rest:
                yield from self._walk(item, rest, here, below, named)
            elif isinstance(item, dict):
                yield {**dict(self._leaves(item, here, below)), **named}
            else:
                raise SourceError(f"{self._file}, {here}: is {item!r}, no record with fields")

    def _items(
        self, value: Any, group: list[str], at: str, *, optional: bool
    ) -> Iterator[tuple[str, Any, str]]:
        """Yield key (none in a list), item and pointer of what lies under the keys."""
        for part in group:
            key, at = part.replace("~1", "/").replace("~0", "~"), f"{at}/{part}"
            if not isinstance(value, dict) or key not in value:
                if optional:
                    return
                raise SourceError(f"{self._file}: has nothing at {at}")
            value = value[key]
        if isinstance(value, list):
            yield from (("", item, f"{at}/{number}") for number, item in enumerate(value))
        elif isinstance(value, dict):
            yield from ((key, item, f"{at}/{_escaped(key)}") for key, item in value.items())
        else:
            raise SourceError(f"{self._file}, {at or '/'}: is {value!r}, no list of records")

    def _around(self, value: Any, group: list[str], at: str, pattern: str) -> _Record:
        """Return the fields of the object in which records lie, without lists of records."""
        inner = "/".join(group)
        leaves = self._leaves(value, at, pattern, lists=False)
        return {name: leaf for name, leaf in leaves if not f"{name}/".startswith(f"{inner}/")}

    def _leaves(
        self, value: Any, at: str, pattern: str, name: str = "", *, lists: bool = True
    ) -> Iterator[tuple[str, _Field]]:
        """Yield the fields of a record; lists: those of records inside it too, numbered as in a pointer."""
        if pattern in self._others and name:
            return
        if isinstance(value, dict):
            parts = [(key, item) for key, item in value.items()]
        elif isinstance(value, list) and not (value and all(type(item) is str for item in value)):
            if not lists and any(isinstance(item, dict) for item in value):
                return
            parts = [(str(number), item) for number, item in enumerate(value)]
        else:
            yield name, (_content(value), at)
            return
        for key, item in parts:
            part = _escaped(key)
            below = f"{name}/{key}" if name else key
            yield from self._leaves(item, f"{at}/{part}", f"{pattern}/{part}", below, lists=lists)


def _content(value: Any) -> Content:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    found: Content = ";".join(value) if isinstance(value, list) else value
    return found


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
