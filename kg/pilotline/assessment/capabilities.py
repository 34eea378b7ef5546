"""Turns how a line measures, a CSV file, into a dataset that goes before the paper's columns in gaps."""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

from pilotline.assessment.table import Columns, Row, TermTable
from pilotline.datasets.dataset import Description, Staged
from pilotline.iris import Scope
from pilotline.namespaces import DCTERMS, EMMO, PL, RDF, RDFS, XSD
from pilotline.quantities.units import Unit, UnitError, Units
from pilotline.quantities.values import Scalar, ValueTextError, parse_value

COLUMNS = Columns(
    "capabilities",
    ("step", "parameter", "online", "on"),
    ("technique", "instrument", "accuracy", "delay"),
)
_STEP, _PARAMETER = NamedNode(PL + "ProcessStep"), NamedNode(PL + "Parameter")
_TECHNIQUE = NamedNode(EMMO + "EMMO_c7013b53_3071_410b_a5e4_a8d266dcdfb5")  # FunctionalIcon
_ACQUISITION = {
    **dict.fromkeys(("yes", "ja", "online", "inline", "true", "1"), "Online"),
    **dict.fromkeys(("no", "nein", "offline", "false", "0"), "Offline"),
    **dict.fromkeys(("both", "beides"), "OnlineAndOffline"),
}
Fact = tuple[str, NamedNode | Literal]


def stage_capabilities(file: Path, into: Path, scope: Scope, store: Store, by: str) -> Staged:
    """Write the capabilities of a file as N-Quads; what cannot be read is a violation at its cell.

    file: CSV (`,` or `;`) with COLUMNS; its name names the dataset. by: the line that measures so.
    Errors: SourceError for a file that is no such table.
    """
    table = TermTable(file, COLUMNS, store, "Capability")
    title = f"How {by} measures"
    description = Description(scope, f"capabilities-{file.stem}", title, licence="CC-BY-4.0", creator=by)
    units = Units.load()
    quads = (quad for row in table.rows for quad in _capability(table, row, description, units))
    return table.stage(quads, description, into, by)


def _capability(table: TermTable, row: Row, description: Description, units: Units) -> Iterator[Quad]:
    """Yield the capability of a row, nothing where the row is wrong."""
    before, scope = len(table.findings), description.scope
    step, parameter = table.term(row, "step", _STEP), table.term(row, "parameter", _PARAMETER)
    day, facts = table.day(row, "on"), list(_how(table, row, scope, units))
    if not (step and parameter and day) or len(table.findings) > before:
        return
    measured = table.specifications(row, parameter, step)
    told = [term.value.rpartition("#")[2] for term in (step, parameter)]
    ways = [row.cells.get(column, "") for column in ("technique", "instrument")]
    capability = NamedNode(scope.thing("capability", *told, *filter(None, ways), description.creator))
    facts += [
        (RDF + "type", NamedNode(PL + "LineCapability")),
        *((PL + "capabilityFor", each) for each in measured),
        (PL + "capabilityOf", Literal(description.creator)),
        (DCTERMS + "date", Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))),
        (PL + "cell", table.pointer(row, description)),
    ]
    graph = NamedNode(description.iri)
    for predicate, value in facts if measured else ():
        yield Quad(capability, NamedNode(predicate), value, graph)
    if measured and (instrument := row.cells.get("instrument")):
        machine = _instrument(scope, instrument)
        yield Quad(machine, NamedNode(RDF + "type"), NamedNode(PL + "Equipment"), graph)
        yield Quad(machine, NamedNode(RDFS + "label"), Literal(instrument), graph)


def _how(table: TermTable, row: Row, scope: Scope, units: Units) -> Iterator[Fact]:
    """Yield how the parameter is measured."""
    if acquisition := _ACQUISITION.get(row.cells.get("online", "").casefold()):
        yield PL + "acquisition", NamedNode(PL + acquisition)
    else:
        table.wrong(row, "online", f"{row.cells.get('online', '')!r} is not known", "enter yes, no or both")
    if row.cells.get("technique") and (technique := table.term(row, "technique", _TECHNIQUE)):
        yield PL + "technique", technique
    if instrument := row.cells.get("instrument"):
        yield PL + "capabilityInstrument", _instrument(scope, instrument)
    if accuracy := _amount(table, row, "accuracy", "enter a number with its unit, such as 2 µm", units):
        value, unit = accuracy
        yield PL + "accuracyValue", _decimal(value.number)
        yield PL + "accuracyUnit", Literal(unit.ucum or unit.symbol)
    if delay := _amount(table, row, "delay", "enter a time with its unit, such as 30 min", units):
        value, unit = delay
        seconds = unit.si(value.number)
        if unit.dimension == "time" and seconds is not None:
            yield PL + "resultDelay", _decimal(round(seconds, 3))
        else:
            table.wrong(row, "delay", f"{value.as_typed!r} is no time", "enter one such as 30 min")


def _amount(table: TermTable, row: Row, column: str, hint: str, units: Units) -> tuple[Scalar, Unit] | None:
    """Return the number and the unit that a cell holds; nothing where it is empty or wrong."""
    text = row.cells.get(column, "").removeprefix("±").strip()
    if not text:
        return None
    try:
        value = parse_value(text)
        if isinstance(value, Scalar):
            return value, units.parse(value.unit, "time" if column == "delay" else "")
        problem = f"{text!r} is not one number"
    except (ValueTextError, UnitError) as error:
        problem = str(error)
    table.wrong(row, column, problem, hint)
    return None


def _decimal(number: object) -> Literal:
    return Literal(format(number, "f"), datatype=NamedNode(XSD + "decimal"))


def _instrument(scope: Scope, name: str) -> NamedNode:
    return NamedNode(scope.thing("equipment", name))
