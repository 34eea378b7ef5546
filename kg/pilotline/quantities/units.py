"""Reads units as people write them: `mg cm-2`, `U/min`, `Gew.-%` become units with an SI factor."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from pilotline.errors import PilotlineError
from pilotline.namespaces import EMMO, PL
from pilotline.quantities.unit_words import from_words
from pilotline.vocabulary.tables import Row, Tables

if TYPE_CHECKING:
    from pint import UnitRegistry


class UnitError(PilotlineError, ValueError):
    """A text that is no unit, or that may be several."""


class NormVolumeError(UnitError):
    """A volume of gas at norm conditions, which is none at another temperature and pressure."""


@dataclass(frozen=True)
class Unit:
    """A unit with its codes.

    symbol: as it is shown. iri: the EMMO unit, or ours where EMMO has none.
    dimension: in words, such as `force per length`; a parameter has the same word.
    base: the base dimensions, by which two words may mean one thing (torque, energy); the word where none.
    factor, offset: SI value = value * factor + offset; without a factor there is no SI value (C-rate).
    """

    symbol: str
    iri: str
    dimension: str
    base: str
    factor: Decimal | None
    offset: Decimal = Decimal(0)
    ucum: str = ""
    qudt: str = ""

    def si(self, value: Decimal) -> float | None:
        """Return the value in coherent SI units: K, Pa, m, s, kg, 1 for per cent.

        A rotational speed is in full turns a second, whether given in rpm or in rad/s.
        A C-rate has no SI value: it needs the capacity.
        """
        return None if self.factor is None else float(value * self.factor + self.offset)

    @cached_property
    def difference(self) -> "Unit":
        """The unit of a difference of two values, such as a standard deviation: 2 °C are 2 K."""
        return replace(self, offset=Decimal(0)) if self.offset else self


class Units:
    """The units of the table `units`, found by any of their spellings."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {row["symbol"]: row for row in rows}
        self._exact = self._index(spelling)
        self._folded = self._index(lambda text: spelling(text).casefold())
        self._codes = {
            row[column]: symbol
            for symbol, row in reversed(self._rows.items())
            for column in ("qudt", "emmo", "pl")
            if row[column]
        }
        self._found: dict[tuple[str, str], Unit] = {}
        self._bases: dict[str, str | None] = {}

    @classmethod
    def load(cls, tables: Tables | None = None) -> "Units":
        """Return the units of a table; those of the one that ships are made once."""
        return cls(tables.rows("units")) if tables else _shipped()

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs; the registry is made there when it is asked for."""
        return {name: value for name, value in vars(self).items() if name != "_registry"}

    @property
    def symbols(self) -> list[str]:
        """Return the symbols of all units, in the order of the table."""
        return list(self._rows)

    def parse(self, text: str, dimension: str = "") -> Unit:
        """Return the unit that a text names.

        dimension: decides where the text may mean several, such as `C`.
        Case counts only where it tells units apart (mPa and MPa). QUDT and EMMO names are codes, too.

        Errors: UnitError, with near matches, or with the units that the text may mean.
        """
        if (unit := self._found.get((text, dimension))) is None:
            unit = self._found[text, dimension] = self._unit(self._symbol(text, dimension))
        return unit

    def named(self, iri: str) -> Unit | None:
        """Return the unit with an IRI of EMMO, of QUDT or of ours, nothing where the table has none."""
        symbol = self._codes.get(re.sub(r"^.*[/#]", "", iri))
        return self.parse(symbol) if symbol else None

    def knows(self, text: str) -> bool:
        """Say whether a text names a unit, or one of several."""
        return bool(self._symbols(text))

    def base(self, dimension: str) -> str | None:
        """Return the base dimensions of a dimension in words, nothing where the table has no such word."""
        if dimension not in self._bases:
            row = next((row for row in self._rows.values() if row["dimension"] == dimension), None)
            self._bases[dimension] = self._unit(row["symbol"]).base if row else None
        return self._bases[dimension]

    def fits(self, unit: Unit, dimension: str) -> bool:
        """Say whether a unit can state a quantity of a dimension; a word that the table lacks fits all."""
        return unit.dimension == dimension or self.base(dimension) in (None, unit.base)

    def alike(self, one: Unit, other: Unit) -> bool:
        """Say whether a number means the same in two units, such as rpm and 1/min."""
        same = (one.factor, one.offset) == (other.factor, other.offset) and self.fits(one, other.dimension)
        return one.symbol == other.symbol or (one.factor is not None and same)

    def coherent(self, unit: Unit) -> Any:
        """Return 1 in the coherent SI unit of what a unit states, as pint has it: dimensions come along.

        Errors: UnitError for a unit without a dimension of its own, such as the C-rate.
        """
        if unit.factor is None:
            raise UnitError(f"{unit.symbol!r} has no SI value to calculate with")
        parsed: Any = self._registry.parse_expression(self._rows[unit.symbol]["pint"])
        units = parsed.to_base_units().units if hasattr(parsed, "units") else "dimensionless"
        return self._registry.Quantity(1.0, units)

    def _index(self, key: Any) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for symbol, row in self._rows.items():
            for text in dict.fromkeys(key(text) for text in (symbol, *row.values("alternatives"))):
                found[text].append(symbol)
        return found

    def _symbols(self, text: str) -> list[str]:
        key = spelling(text)
        if found := self._exact.get(key):
            return found
        # A single letter in the other case is another unit (M, m; S, s).
        if len(key) > 1 and (found := self._folded.get(key.casefold())):
            return [symbol for symbol in found if not self._other_prefix(key, spelling(symbol))]
        if code := self._codes.get(text.strip().removeprefix("unit:")):
            return [code]
        words = from_words(text, self._exact)
        if words and spelling(words) != key:
            return self._symbols(words)
        bare = _AROUND.sub("", text.strip())
        return self._symbols(bare) if bare and bare != text.strip() else []

    def _other_prefix(self, key: str, symbol: str) -> bool:
        """Say whether two spellings differ by milli and mega; where all is in capitals that tells nothing."""
        prefixes = {key[0], symbol[0]} == {"m", "M"} and symbol[1:] in self._exact
        return prefixes and not (key.isupper() or key.islower())

    def _symbol(self, text: str, dimension: str) -> str:
        symbols = self._symbols(text)
        if len(symbols) > 1 and dimension:
            fitting = [symbol for symbol in symbols if self._rows[symbol]["dimension"] == dimension]
            symbols = fitting or symbols
        if len(symbols) == 1:
            return symbols[0]
        if symbols:
            raise UnitError(f"the unit {text!r} may mean {' or '.join(symbols)}; write the one that is meant")
        if (pressure := _REFERENCE.fullmatch(text.strip())) and self.knows(pressure["unit"]):
            what = "AbsolutePressure" if pressure["absolute"] else "GaugePressure"
            raise UnitError(
                f"{text!r} is a unit with what it counts from: the unit is {pressure['unit']}, "
                f"and the convention is {what}"
            )
        if norm := _NORM.fullmatch(text.strip()):
            plain = norm["unit"] or norm["unit2"] or _STANDARD[text.strip().casefold()]
            raise NormVolumeError(
                f"{text!r} is a volume at norm conditions, which differ (0, 20, 25 °C; 1013 mbar, 1 bar); "
                f"enter that at the temperature and pressure of the gas, in {plain}"
            )
        near = get_close_matches(spelling(text), self._exact, n=3, cutoff=0.5)
        names = dict.fromkeys(symbol for key in near for symbol in self._exact[key])
        raise UnitError(f"unknown unit {text!r}" + (f"; near it: {', '.join(names)}" if names else ""))

    @cached_property
    def _registry(self) -> "UnitRegistry[Decimal]":
        from pint import UnitRegistry  # takes longer to come than all else of a server

        return UnitRegistry(non_int_type=Decimal, autoconvert_offset_to_baseunit=True)

    def _unit(self, symbol: str) -> Unit:
        row = self._rows[symbol]
        iri = EMMO + row["emmo"] if row["emmo"] else PL + row["pl"]
        factor = Decimal(row["si_factor"]) if row["si_factor"] else None
        offset, dimension = Decimal(row["si_offset"] or 0), row["dimension"]
        return Unit(
            symbol, iri, dimension, row["base"] or dimension, factor, offset, row["ucum"], row["qudt"]
        )


@cache
def _shipped() -> Units:
    return Units(Tables.shipped().rows("units"))


_OHM = re.compile(r"(?:Ohm|ohm|OHM)s?(?![a-z])")
# What may stand around a unit: `in Mikrometer`, `m/min.`
_AROUND = re.compile(r"^in\s+|\.$", re.IGNORECASE)
# A pressure with what it counts from: `bar(a)`, `mbar abs.`, `barg`.
_REFERENCE = re.compile(
    r"(?P<unit>[mkhM]?(?:bar|Pa)|psi)\s*\(?(?:(?P<absolute>a|abs\.?|absolut|absolute)|g|ga?uge|rel\.?|ü)\)?"
)
# A volume of gas at norm conditions: `Nm³/h`, `NL/min`, `m³/h (i.N.)`, `L/min (STP)`, and in one word.
_STANDARD = {
    "sccm": "mL/min", "slm": "L/min", "slpm": "L/min", "nlpm": "L/min", "scfm": "L/min", "scfh": "L/min",
}  # fmt: skip
_VOLUME = r"(?:m³|m3|m\^3|[mcµ]?[lL])(?:\s*/\s*(?:s|min|h))?"
_NORM = re.compile(
    rf"(?:N\s?|std\.?\s)(?P<unit>{_VOLUME})|(?P<unit2>{_VOLUME})\s*\(?(?:i\.\s?N\.?|STP|NTP)\)?"
    rf"|(?i:{'|'.join(_STANDARD)})"
)
_SIGNS = str.maketrans({"μ": "µ", "·": ".", "⋅": ".", "*": ".", "×": ".", "−": "-", "–": "-", "Ω": "Ω"})


def spelling(text: str) -> str:
    """Return one spelling for all ways to write a product of units.

    >>> spelling("mg/cm²") == spelling("mg cm^-2") == spelling("mg*cm-2")
    True
    """
    plain = " ".join(_superscripts(text).translate(_SIGNS).split()).replace("µ", "u")
    plain = _OHM.sub("Ω", plain)
    if "%" in plain:
        return plain.replace(" ", "")
    return ".".join(sorted(_factors(plain), key=lambda factor: (factor.casefold(), factor))) or plain


def _superscripts(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("⁻", "-")).replace("⁄", "/")


def _factors(plain: str) -> list[str]:
    """Return the factors of a product, each with its exponent: `mg/cm2` is `mg`, `cm-2`."""
    numerator, *denominators = _split(plain)
    factors = [_power(factor, 1) for factor in _parts(numerator)]
    return factors + [_power(factor, -1) for part in denominators for factor in _parts(part)]


def _split(plain: str) -> list[str]:
    """Return the parts around the slashes; a slash inside an exponent (`m1/2`) parts nothing."""
    return [part.strip() for part in re.split(r"(?<![A-Za-z]\d)/|/(?!\d(?:\D|$))", plain)]


def _parts(product: str) -> list[str]:
    inner = product.removeprefix("(").removesuffix(")") if product.startswith("(") else product
    return [part for part in re.split(r"(?<!\s)[. ](?=[^\s.%-])", inner) if part and part != "1"]


def _power(factor: str, sign: int) -> str:
    """Return a factor with its exponent: `cm2` below the line is `cm-2`."""
    match = re.fullmatch(r"(.*?)\^?([+-]?\d+(?:/\d+)?)", factor)
    name, exponent = (match[1], match[2]) if match and match[1] else (factor, "1")
    power = exponent if sign == 1 else exponent[1:] if exponent.startswith("-") else "-" + exponent
    return name if power.lstrip("+") == "1" else f"{name}{power.lstrip('+')}"
