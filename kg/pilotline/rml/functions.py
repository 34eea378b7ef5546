"""The functions that an exported RML mapping calls; an RML engine in Python can load this file as it is."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

FUNCTIONS = "https://w3id.org/pilotline/functions#"


def number(text: str, sign: str = ".", filled: str = "-", where: str = "", equals: str = "") -> str | None:
    """Return a plain number with a point, nothing for any other text.

    sign: the decimal sign. filled, where, equals: conditions as for `iri`.
    """
    if not _holds(filled, where, equals):
        return None
    other = "," if sign == "." else "."
    plain = str(text).strip().replace("−", "-")
    if other in plain or not re.fullmatch(rf"[+-]?\d+(?:{re.escape(sign)}\d+)?(?:[eE][+-]?\d+)?", plain):
        return None
    return format(Decimal(plain.replace(sign, ".")), "f")


def si(
    text: str,
    factor: str,
    offset: str = "0",
    sign: str = ".",
    filled: str = "-",
    where: str = "",
    equals: str = "",
) -> str | None:
    """Return the SI value of a plain number: number * factor + offset."""
    plain = number(text, sign, filled, where, equals)
    return None if plain is None else repr(float(Decimal(plain) * Decimal(factor) + Decimal(offset)))


def moment(
    text: str, formats: str = "", zone: str = "", filled: str = "-", where: str = "", equals: str = ""
) -> str | None:
    """Return a time in ISO 8601; formats: of `strptime`, parted by `|`; zone: of a time that names none."""
    found = _parsed(str(text).strip(), formats.split("|") if formats else [])
    if isinstance(found, datetime) and found.tzinfo is None and zone:
        found = found.replace(tzinfo=ZoneInfo(zone))
    return found.isoformat() if found and _holds(filled, where, equals) else None


def _parsed(text: str, formats: list[str]) -> date | None:
    try:
        if not formats:
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
    for each in formats:
        try:
            found = datetime.strptime(text, each)  # noqa: DTZ007 - the zone comes after
        except ValueError:
            continue
        return found if re.search(r"%[HIcXsT]", each) else found.date()
    return None


def iri(
    template: str,
    a: str = "",
    b: str = "",
    c: str = "",
    d: str = "",
    filled: str = "-",
    numeric: str = "0",
    sign: str = ".",
    where: str = "",
    equals: str = "",
) -> str | None:
    """Return a template with `{a}` to `{d}` filled in, percent-encoded; nothing where a condition fails.

    filled: a cell that must hold something. numeric: one that must hold a plain number. where: one that
    must say what `equals` says, without regard to case and blanks.
    """
    if number(numeric, sign) is None or not _holds(filled, where, equals):
        return None
    found = template
    for name, value in (("{a}", a), ("{b}", b), ("{c}", c), ("{d}", d)):
        found = found.replace(name, _encoded(str(value)))
    return found


def _holds(filled: str, where: str, equals: str) -> bool:
    return bool(str(filled).strip()) and _folded(where) == _folded(equals)


def _folded(text: str) -> str:
    return " ".join(str(text).split()).casefold()


def _encoded(text: str) -> str:
    return quote(" ".join(text.split()), safe="")


def module_for_engines() -> str:
    """Return this file with the lines that make its functions known to morph-kgc."""
    lines = []
    for function in (number, si, moment, iri):
        name, code = function.__name__, function.__code__
        names = code.co_varnames[: code.co_argcount]
        parameters = ", ".join(f'{each}="{FUNCTIONS}{each}"' for each in names)
        lines.append(f'{name} = udf(fun_id="{FUNCTIONS}{name}", {parameters})({name})')
    return Path(__file__).read_text(encoding="utf-8") + "\n".join(lines) + "\n"
