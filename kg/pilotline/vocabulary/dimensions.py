"""Turns words for dimensions into the classes by which EMMO sorts units, and into its dimension strings."""

from collections.abc import Mapping
from functools import cached_property

from pint import UnitRegistry

from pilotline.namespaces import EMMO
from pilotline.vocabulary.generator import Generator
from pilotline.vocabulary.tables import Row

# The base dimensions in the order of EMMO's dimension strings.
_BASES = {
    "T": "[time]", "L": "[length]", "M": "[mass]", "I": "[current]",
    "Θ": "[temperature]", "N": "[substance]", "J": "[luminosity]",
}  # fmt: skip


class Dimensions:
    """The dimensions of the table of units."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._rows = generator.tables.rows("units")
        self._of_units = generator.upstream.iri("emmo:SIDimensionalUnit")
        self._dimensionless = generator.upstream.iri("emmo:DimensionlessUnit")

    def string(self, row: Row) -> str:
        """Return the dimension of a unit as EMMO writes it, such as `T-1 L+1 M0 I0 Θ0 N0 J0`.

        Empty where it cannot be written: a unit with no SI value, or with half powers.
        """
        if not row["pint"]:
            return ""
        powers = self._powers(row["pint"])
        if any(power != round(power) for power in powers.values()):
            return ""
        found = {letter: round(powers.get(base, 0)) for letter, base in _BASES.items()}
        return " ".join(f"{letter}{power:+d}" if power else f"{letter}0" for letter, power in found.items())

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The IRI of the class of EMMO's units by the word for their dimension, where EMMO has one."""
        found: dict[str, str] = {}
        for row in self._rows:
            above = self._class_of(row)
            if above and (self.string(row) or not row["pint"]):
                found.setdefault(row["dimension"], above)
        return found

    def above(self, row: Row) -> str:
        """Return the IRI of the class above a unit of ours."""
        return self.classes.get(row["dimension"], self._of_units)

    def _class_of(self, row: Row) -> str | None:
        """Return what EMMO puts a unit below: the class of its dimension, or of units without one."""
        start = self._generator.iri(row, "parent", row["parent"]) if row["parent"] else EMMO + row["emmo"]
        above = self._generator.upstream.with_ancestors([start])
        sorts = (
            term.iri for term in above if self._of_units in term.parents or term.iri == self._dimensionless
        )
        return next(sorts, None)

    def _powers(self, expression: str) -> Mapping[str, float]:
        unit = self._registry.parse_expression(expression)
        return {str(base): float(power) for base, power in getattr(unit, "dimensionality", {}).items()}

    @cached_property
    def _registry(self) -> UnitRegistry[float]:
        return UnitRegistry(autoconvert_offset_to_baseunit=True)
