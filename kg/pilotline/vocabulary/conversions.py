"""Turns the expressions of the table of units into conversions to SI, as pint has them."""

from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from pint import UnitRegistry

from pilotline.vocabulary.tables import Row


class Conversion(NamedTuple):
    """What the table says of a unit: SI value = value * factor + offset.

    factor: nothing for a unit that has no SI value.
    base: the base dimensions, empty where a unit has none; two words for dimensions may share it.
    """

    factor: Decimal | None
    offset: Decimal = Decimal(0)
    base: str = ""

    @classmethod
    def of(cls, row: Row) -> "Conversion":
        """Return the conversion in a row of the table of units."""
        factor = Decimal(row["si_factor"]) if row["si_factor"] else None
        return cls(factor, Decimal(row["si_offset"] or 0), row["base"])

    def __str__(self) -> str:
        return f"si_factor {self.factor}, si_offset {self.offset}, base {self.base!r}"


def pint_conversion(expression: str) -> Conversion:
    """Return the conversion of a unit that is written in the words of pint, of none for an empty text."""
    if not expression:
        return Conversion(None)
    unit = _registry().parse_expression(expression)
    if not hasattr(unit, "units"):
        return Conversion(Decimal(str(unit)))
    zero, one = (_in_base(unit, Decimal(number)) for number in (0, 1))
    return Conversion(one - zero, zero, "" if unit.dimensionless else str(unit.dimensionality))


def _in_base(unit: Any, number: Decimal) -> Decimal:
    quantity: Any = _registry().Quantity(number * Decimal(str(unit.magnitude)), unit.units)
    return Decimal(quantity.to_base_units().magnitude)


@cache
def _registry() -> "UnitRegistry[Decimal]":
    return UnitRegistry(non_int_type=Decimal, autoconvert_offset_to_baseunit=True)
