"""Reads the values that a state or a run bears: what was set and measured, and the cell it was read from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from pilotline.namespaces import HAS_MEASUREMENT_UNIT, HAS_NUMERICAL_PART, HAS_PROPERTY, PL, RDF
from pilotline.trace.graph import Graph

_HAS_PROPERTY = NamedNode(HAS_PROPERTY)
_NUMBER, _UNIT = NamedNode(HAS_NUMERICAL_PART), NamedNode(HAS_MEASUREMENT_UNIT)
_TYPE = NamedNode(RDF + "type")
_AS_TYPED, _SI = NamedNode(PL + "asTyped"), NamedNode(PL + "siValue")
_CELL = NamedNode(PL + "cell")
_BORNE = f"""
SELECT ?bearer ?quantity ?class ?si ?unit ?typed ?cell WHERE {{
  VALUES ?bearer {{ ?bearers }}
  ?bearer {_HAS_PROPERTY} ?quantity .
  ?quantity {_TYPE} ?class .
  FILTER(STRSTARTS(STR(?class), "{PL}"))
  OPTIONAL {{ ?quantity {_SI} ?si }}
  OPTIONAL {{ ?quantity {_UNIT} ?unit }}
  OPTIONAL {{ ?quantity {_CELL} ?cell }}
  OPTIONAL {{ ?quantity {_AS_TYPED} ?own }}
  OPTIONAL {{ ?quantity {_NUMBER}/{_AS_TYPED} ?number }}
  BIND(COALESCE(?own, ?number) AS ?typed)
}}
"""


@dataclass(frozen=True)
class Value:
    """One quantity of a state or run.

    key: kind and further keys, such as `measured/stat=mean`. typed: as the source has it.
    si: in coherent SI units, None where it has no single number.
    cells: IRIs of the cells it was read from; a derived value names several.
    """

    quantity: str
    bearer: str
    parameter: str
    key: str
    typed: str
    unit: str
    si: float | None
    cells: tuple[str, ...]


def values_of(graph: Graph, bearer: NamedNode) -> Iterator[Value]:
    """Yield the quantities of a state, a run or a sample, in the order of their IRIs."""
    for quantity in sorted(graph.objects(bearer, _HAS_PROPERTY), key=str):
        if value := value_of(graph, bearer, quantity):
            yield value


def values_borne(graph: Graph, bearers: Iterable[str]) -> dict[str, list[Value]]:
    """Return the quantities of many states and runs, each in the order of its IRIs; in one query."""
    named = " ".join(f"<{bearer}>" for bearer in dict.fromkeys(bearers))
    rows: Any = graph.store.query(_BORNE.replace("?bearers", named))
    told: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        if graph.is_parameter(row["class"]):
            told.setdefault((row["bearer"].value, row["quantity"].value), []).append(row)
    found: dict[str, list[Value]] = {}
    for (bearer, quantity), same in sorted(told.items()):
        found.setdefault(bearer, []).append(_value(graph, bearer, quantity, same))
    return found


def _value(graph: Graph, bearer: str, quantity: str, rows: Sequence[Any]) -> Value:
    """Return a quantity from its rows, one for each cell that it was read from."""
    first = rows[0]
    return Value(
        quantity=quantity,
        bearer=bearer,
        parameter=graph.name(first["class"]),
        key=_key(quantity),
        typed=first["typed"].value if first["typed"] else "",
        unit=graph.name(first["unit"]) if first["unit"] else "",
        si=float(first["si"].value) if first["si"] else None,
        cells=tuple(sorted({row["cell"].value for row in rows if row["cell"]})),
    )


def _key(quantity: str) -> str:
    return quantity.partition("/q/")[2].partition("/")[2]


def value_of(graph: Graph, bearer: NamedNode, quantity: NamedNode, told: Graph | None = None) -> Value | None:
    """Return a quantity that a state, a run or a sample bears; None for a node that is no quantity.

    graph: knows the terms. told: holds the quantity, where that is another.
    """
    told = told or graph
    about = told.about(quantity)
    parameter = next((each for each in about.get(_TYPE, ()) if graph.is_parameter(each)), None)
    if parameter is None:
        return None
    numbers = [told.about(part) for part in about.get(_NUMBER, ()) if isinstance(part, NamedNode)]
    typed = [text for each in (about, *numbers) for text in each.get(_AS_TYPED, ())]
    si = about.get(_SI, ())
    return Value(
        quantity=quantity.value,
        bearer=bearer.value,
        parameter=graph.name(parameter),
        key=_key(quantity.value),
        typed=typed[0].value if typed else "",
        unit=next((graph.name(unit) for unit in about.get(_UNIT, ()) if isinstance(unit, NamedNode)), ""),
        si=float(si[0].value) if si else None,
        cells=tuple(sorted(cell.value for cell in about.get(_CELL, ()))),
    )
