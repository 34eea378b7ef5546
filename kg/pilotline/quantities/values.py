"""Turns the text that stands in a cell into a value: a number, bounds, none for a reason, a category."""

import re
from dataclasses import dataclass
from decimal import Decimal

# A source whose texts have both decimal signs: the last comma or point in a number is its decimal sign.
EITHER = "either"


class ValueTextError(ValueError):
    """A text that is no value; the message says why and what would be right."""


@dataclass(frozen=True)
class Scalar:
    """One number; unit: the text of the unit that stands beside it, if any."""

    number: Decimal
    as_typed: str
    uncertainty: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Bounds:
    """A censored value (one bound) or a range (two)."""

    lower: Decimal | None
    upper: Decimal | None
    as_typed: str
    unit: str = ""


@dataclass(frozen=True)
class Absent:
    """No number, for a reason: `BelowDetection` or `NotMeasured`."""

    status: str
    as_typed: str


@dataclass(frozen=True)
class Category:
    """One of a list; iri: what the text stands for."""

    iri: str
    as_typed: str


@dataclass(frozen=True)
class Text:
    """A text that is kept as it is."""

    as_typed: str


Value = Scalar | Bounds | Absent | Category | Text

_BELOW_DETECTION = {"n.d.", "nd", "n.d", "not detected", "< lod", "<lod", "<loq", "bdl", "b.d.l.", "n.n."}
_NOT_MEASURED = {"n.m.", "nm.", "not measured", "nicht gemessen", "n.b.", "n.g."}
# Digits with their signs, and a power of ten.
_NUMBER = r"[+\-−]?(?:\d[\d.,'’\u00a0\u202f]*|[.,]\d+)(?:\s?[eE][+\-−]?\d+|\s?[x×·*]\s?10\^?[+\-−]?\d+)?"
_UNIT = r"\s*(?P<unit>[^\d\s.,+\-−<>±].*|1/\S+)?"
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?")
_SCALAR = re.compile(rf"(?P<number>{_NUMBER})(?:\s*(?:±|\+/-|\+-)\s*(?P<width>{_NUMBER}))?{_UNIT}")
_CENSORED = re.compile(rf"(?P<sign><=|>=|[<>≤≥])\s*(?P<number>{_NUMBER}){_UNIT}")
_RANGE = re.compile(
    rf"(?P<lower>{_NUMBER})\s*(?:–|—|-|−|\.\.+|…|bis|to)\s*(?P<upper>{_NUMBER}){_UNIT}", re.IGNORECASE
)
_ABOUT = re.compile(rf"(?:ca\.?|circa|approx\.?|about|etwa|rund|~|≈)\s*({_NUMBER}).*", re.IGNORECASE)
_SEVERAL = re.compile(rf"{_NUMBER}(?:\s*[;|/]\s*{_NUMBER})+\D*")
_BLANK_IN_NUMBER = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
# Beyond these powers of ten a number is a slip, and as a decimal it would be as long as the power is high.
_MAGNITUDES = range(-30, 31)
_POWER = re.compile(r"\s?(?:[eE]|[x×·*]\s?10\^?)(?=[+\-−]?\d+$)")


def parse_value(text: str, decimal: str = ".", thousands: str = "") -> Scalar | Bounds | Absent:
    """Return the value that a text holds.

    decimal, thousands: the signs that the source declares. The other sign is never guessed at, unless
        the source declares EITHER.

    Errors: ValueTextError.

    >>> parse_value("1,50 m/min", decimal=",")
    Scalar(number=Decimal('1.50'), as_typed='1,50 m/min', uncertainty=None, unit='m/min')
    """
    plain = _BLANK_IN_NUMBER.sub("", text.strip()) if thousands == " " else text.strip()
    folded = plain.casefold()
    if folded in _BELOW_DETECTION or folded in _NOT_MEASURED:
        return Absent("BelowDetection" if folded in _BELOW_DETECTION else "NotMeasured", text)

    def number(digits: str) -> Decimal:
        return parse_number(digits, decimal, thousands)

    if _PLAIN.fullmatch(plain):
        return Scalar(number(plain), text)
    if match := _CENSORED.fullmatch(plain):
        lower, upper = (None, number(match["number"]))[:: 1 if match["sign"] in ("<", "<=", "≤") else -1]
        return Bounds(lower, upper, text, match["unit"] or "")
    if match := _RANGE.fullmatch(plain):
        return _range(number(match["lower"]), number(match["upper"]), text, match["unit"] or "")
    if _SEVERAL.fullmatch(plain):
        raise ValueTextError(f"{text!r} holds several values; give each a column or a row of its own")
    if match := _SCALAR.fullmatch(plain):
        width = number(match["width"]) if match["width"] else None
        return Scalar(number(match["number"]), text, width, match["unit"] or "")
    hint = "leave the cell empty if there is no value"
    if _BLANK_IN_NUMBER.search(plain) and _SCALAR.fullmatch(_BLANK_IN_NUMBER.sub("", plain)):
        hint = "say `thousands: ' '` in the mapping if the blanks part its digits"
    if match := _ABOUT.fullmatch(plain):
        hint = f"write {match[1]}, or a range, and that it is an estimate in a remark"
    raise ValueTextError(f"{text!r} is not a number; {hint}")


def _range(lower: Decimal, upper: Decimal, text: str, unit: str) -> Bounds:
    if lower > upper:
        raise ValueTextError(f"{text!r} is a range that ends before it begins")
    return Bounds(lower, upper, text, unit)


def parse_number(text: str, decimal: str = ".", thousands: str = "") -> Decimal:
    """Return the number that digits with signs stand for; see `parse_value`."""
    if decimal == EITHER:
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
    digits, *power = _POWER.split(text.replace("−", "-"))
    plain = re.sub("['’\u00a0\u202f]", "", digits)
    other = "," if decimal == "." else "."
    if other in plain:
        plain = _without_thousands(plain, text, decimal, thousands)
    try:
        found = Decimal(f"{plain.replace(decimal, '.', 1)}e{power[0] if power else 0}")
    except ArithmeticError:
        raise ValueTextError(f"{text!r} is not a number with the decimal sign {decimal!r}") from None
    if found and found.adjusted() not in _MAGNITUDES:
        raise ValueTextError(f"{text!r} is beyond 1e-30 to 1e30; correct the exponent")
    return found


def _without_thousands(plain: str, text: str, decimal: str, thousands: str) -> str:
    """Drop the thousands sign, where it is declared or the decimal sign after it leaves no other reading."""
    other = "," if decimal == "." else "."
    whole, _, fraction = plain.partition(decimal)
    grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(other)}\d{{3}})+", whole)
    if grouped and other not in fraction and (thousands == other or decimal in plain):
        return plain.replace(other, "")
    raise ValueTextError(
        f"{text!r} has the sign {other!r}, but the decimal sign is {decimal!r}; "
        f"say `decimal: {other!r}` or `thousands: {other!r}` in the mapping, or correct the cell"
    )
