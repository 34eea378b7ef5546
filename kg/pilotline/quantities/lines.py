"""Turns a value with its unit into the lines of a quantity."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pilotline.namespaces import (
    CONVENTIONAL_PROPERTY,
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_PROPERTY,
    MEASURED_PROPERTY,
    MODELLED_PROPERTY,
    PL,
    REAL_DATA,
)
from pilotline.quantities.units import Unit
from pilotline.quantities.values import Absent, Bounds, Category, Scalar, Text, Value
from pilotline.rdf.ntriples import NODE, TYPE, Lines, decimal, double, integer, string

KIND_CLASSES = {
    "set": (CONVENTIONAL_PROPERTY,),
    "measured": (MEASURED_PROPERTY,),
    "calculated": (PL + "CalculatedProperty", MODELLED_PROPERTY),
    "simulated": (PL + "SimulatedProperty", MODELLED_PROPERTY),
    "unstated": (PL + "UnstatedProperty",),
}
STATISTICS = {
    "Mean": "mean", "StandardDeviation": "sd", "SampleSize": "n", "Minimum": "min", "Maximum": "max",
    "Median": "median", "D10": "D10", "D50": "D50", "D90": "D90",
}  # fmt: skip
STATUSES = ("Valid", "Suspect", "Invalid", "NotMeasured", "BelowDetection", "Excluded")


@dataclass(frozen=True)
class Facts:
    """What is said of a quantity beside its value.

    keys: the further keys of its IRI. links, terms: predicate and object, the object as IRI or as term.
    """

    keys: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    terms: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Facts") -> "Facts":
        return Facts(self.keys + other.keys, self.links + other.links, self.terms + other.terms)


NOTHING = Facts()


def of_statistic(unit: Unit | None, facts: Facts) -> Unit | None:
    """Return the unit to convert by: a standard deviation is a difference, so 2 °C are 2 K."""
    return unit.difference if unit and ("stat", "sd") in facts.keys else unit


class QuantityLines:
    """Writes the quantities of one parameter and kind; what does not change is put together once.

    types: classes of the parameter, ours and the upstream one that equals it.
    """

    def __init__(self, lines: Lines, types: tuple[str, ...], kind: str) -> None:
        self._lines = lines
        self.end = lines.end
        classes = (*types, *KIND_CLASSES[kind])
        self._types = tuple(f"> {TYPE} <{each}>{lines.end}" for each in classes)
        self._writers: dict[type, Callable[[str, Any, Unit | None], str]] = {
            Scalar: self.scalar,
            Bounds: self._bounds,
            Category: self._category,
            Absent: self._text,
            Text: self._text,
        }

    def write(
        self,
        bearer: str,
        quantity: str,
        value: Value,
        unit: Unit | None,
        facts: Facts,
        status: str = "",
        cell: str = "",
    ) -> str:
        """Return the lines of one quantity; bearer, quantity and cell are IRIs."""
        status = value.status if isinstance(value, Absent) else status
        unit = of_statistic(unit, facts)
        text = self.head(bearer, quantity, unit, facts)
        text += self._writers[type(value)](quantity, value, unit)
        if status and status != "Valid":
            text += f"<{quantity}> <{PL}status> <{PL}{status}>{self.end}"
        return f"{text}<{quantity}> <{PL}cell> <{cell}>{self.end}" if cell else text

    def head(self, bearer: str, quantity: str, unit: Unit | None, facts: Facts) -> str:
        """Return what every form of value has: bearer, classes, unit, further facts."""
        node, end = f"<{quantity}", self.end
        text = f"<{bearer}> <{HAS_PROPERTY}> <{quantity}>{end}" + "".join([node + t for t in self._types])
        if unit:
            text += f"<{quantity}> <{HAS_MEASUREMENT_UNIT}> <{unit.iri}>{end}"
        for predicate, target in facts.links:
            text += f"<{quantity}> <{predicate}> <{target}>{end}"
        for predicate, term in facts.terms:
            text += f"<{quantity}> <{predicate}> {term}{end}"
        return text

    def scalar(self, quantity: str, value: Scalar, unit: Unit | None) -> str:
        """Return the lines of a number: as a part, as it was typed, in coherent SI units."""
        end, part = self.end, f"{quantity}/value"
        text = (
            f"<{quantity}> <{HAS_NUMERICAL_PART}> <{part}>{end}<{part}> {TYPE} <{REAL_DATA}>{end}"
            f"<{part}> <{HAS_NUMBER_VALUE}> {decimal(value.number)}{end}"
            f"<{part}> <{PL}asTyped> {string(value.as_typed)}{end}"
        )
        if unit and (si := unit.si(value.number)) is not None:
            text += f"<{quantity}> <{PL}siValue> {double(si)}{end}"
        if value.uncertainty is not None:
            text += f"<{quantity}> <{PL}uncertainty> {decimal(value.uncertainty)}{end}"
        return text

    def _bounds(self, quantity: str, value: Bounds, unit: Unit | None) -> str:
        text = self._text(quantity, value, unit)
        for name, bound in (("lowerBound", value.lower), ("upperBound", value.upper)):
            if bound is None:
                continue
            text += f"<{quantity}> <{PL}{name}> {decimal(bound)}{self.end}"
            if unit and (si := unit.si(bound)) is not None:
                text += f"<{quantity}> <{PL}si{name[0].upper()}{name[1:]}> {double(si)}{self.end}"
        return text

    def _category(self, quantity: str, value: Category, unit: Unit | None) -> str:
        return f"<{quantity}> <{PL}category> <{value.iri}>{self.end}" + self._text(quantity, value, unit)

    def _text(self, quantity: str, value: Bounds | Category | Absent | Text, _: Unit | None) -> str:
        return f"<{quantity}> <{PL}asTyped> {string(value.as_typed)}{self.end}"

    def curve(self, quantity: str, abscissa: tuple[str, Unit | None]) -> str:
        """Return what makes the quantity a curve over another parameter; `point` adds to it.

        abscissa: IRI of its parameter, and its unit.
        """
        parameter, unit = abscissa
        curve, end = f"{quantity}/curve", self.end
        text = (
            f"<{quantity}> <{PL}hasCurve> <{curve}>{end}<{curve}> {TYPE} <{PL}Curve>{end}"
            f"<{curve}> <{PL}abscissaParameter> <{parameter}>{end}"
        )
        return text + (f"<{curve}> <{PL}abscissaUnit> <{unit.iri}>{end}" if unit else "")

    def point(self, quantity: str, number: int, point: "Point", cell: str) -> str:
        """Return the lines of one point of a curve."""
        node, end = f"{quantity}/curve/point/{number}", self.end
        parts = (
            f"<{quantity}/curve> <{PL}hasPoint> <{node}>{end}",
            f"<{node}> <{PL}pointNumber> {integer(number)}{end}",
        )
        text = "".join(parts)
        for name, value, unit in (("abscissa", *point.abscissa), ("ordinate", *point.ordinate)):
            text += f"<{node}> <{PL}{name}> {decimal(value)}{end}"
            if unit and (si := unit.si(value)) is not None:
                text += f"<{node}> <{PL}si{name.capitalize()}> {double(si)}{end}"
        return text + f"<{node}> <{PL}cell> <{cell}>{end}"


class Pieces:
    """Lines about one bearer, in pieces between which its IRI stands: sheets hold millions of such lines.

    Each piece but the last ends where the IRI begins, so that what is put together once is only appended.
    """

    def __init__(self) -> None:
        self.parts = ["<"]

    def add(self, lines: str) -> None:
        """Append lines in which the IRI stands already."""
        self.parts[-1] = f"{self.parts[-1][:-1]}{lines}<"

    def text(self, bearer: str) -> str:
        """Return the lines of a bearer."""
        return bearer.join(self.parts)[:-1]


def parted(lines: str) -> list[str]:
    """Return what to append to `Pieces`: lines that begin with `NODE` and hold it in place of the bearer."""
    return f"{lines}<".split(NODE)[1:]


class ScalarForm:
    """Makes the lines of scalars as `QuantityLines.write` does, as parts of `Pieces`.

    suffix: what the IRI of a quantity has after that of its bearer.
    """

    def __init__(self, lines: QuantityLines, unit: Unit | None, facts: Facts, suffix: str) -> None:
        self._quantity = NODE + suffix
        self._head = parted(lines.head(NODE, self._quantity, unit, facts))
        self._lines, self._unit, self._cell = lines, of_statistic(unit, facts), f"{suffix}> <{PL}cell> <"

    def of(self, value: Scalar) -> list[str]:
        """Return the parts of one number; the last ends where the IRI of its cell begins."""
        return [*self._head, *parted(self._lines.scalar(self._quantity, value, self._unit)), self._cell]


@dataclass(frozen=True)
class Point:
    """A point of a curve, each number with its unit."""

    abscissa: tuple[Decimal, Unit | None]
    ordinate: tuple[Decimal, Unit | None]
