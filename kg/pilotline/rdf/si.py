"""Gives the quantities of RDF handed in the SI value by which they compare with all others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode, Quad

from pilotline.namespaces import HAS_MEASUREMENT_UNIT, HAS_NUMBER_VALUE, HAS_NUMERICAL_PART, PL, XSD
from pilotline.quantities.units import Units

_SI = NamedNode(PL + "siValue")
_DOUBLE = NamedNode(XSD + "double")


def si_values(quads: Sequence[Quad], units: Units) -> Iterator[Quad]:
    """Yield the SI value of each quantity that has one number in one known unit, and no SI value."""
    said: dict[str, dict[object, list[Quad]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        said[quad.predicate.value][quad.subject].append(quad)
    for subject, parts in said[HAS_NUMERICAL_PART].items():
        in_units = said[HAS_MEASUREMENT_UNIT].get(subject, [])
        numbers = [each for part in parts for each in said[HAS_NUMBER_VALUE].get(part.object, [])]
        if subject in said[_SI.value] or len(in_units) != 1 or len(numbers) != 1:
            continue
        value, unit = _number(numbers[0].object), units.named(_iri(in_units[0].object))
        si = None if value is None or unit is None else unit.si(value)
        if si is not None:
            yield Quad(parts[0].subject, _SI, Literal(repr(si), datatype=_DOUBLE), parts[0].graph_name)


def _number(term: object) -> Decimal | None:
    try:
        value = Decimal(term.value) if isinstance(term, Literal) else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
