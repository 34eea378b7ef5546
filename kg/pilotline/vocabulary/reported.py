"""Turns the ranges that the paper reports into shapes that speak only where no nearer limit is known."""

from collections.abc import Iterator
from decimal import Decimal

from pilotline.namespaces import EMMO, HAS_NUMBER_VALUE, HAS_NUMERICAL_PART, HAS_PARTICIPANT, HAS_PROPERTY
from pilotline.quantities.units import Unit, Units
from pilotline.vocabulary.tables import Row, Tables

FILE = "../shapes/reported-ranges.ttl"
# A value typed exactly at the bound is inside after its conversion.
_SLACK = Decimal("0.001")

_HEAD = """\
# Ranges that the paper reports. Made by `pilotline ontology build` from the tables reported_ranges.csv and
# statements.csv: change those. Information only, since pilot lines run slower than the plants behind the
# numbers; silent where a recipe or the equipment sets a limit. Bounds are widened by 0.1 %, so that a value
# typed exactly at the bound is inside after its conversion.

@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pl: <https://w3id.org/pilotline/ontology#> .
@prefix plsh: <https://w3id.org/pilotline/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/pilotline/shapes/reported-ranges> a owl:Ontology ;
    rdfs:label "Reported ranges"@en ;
    sh:declare
        [ sh:prefix "emmo" ; sh:namespace "https://w3id.org/emmo#"^^xsd:anyURI ] ,
        [ sh:prefix "pl" ; sh:namespace "https://w3id.org/pilotline/ontology#"^^xsd:anyURI ] .
"""

_SHAPE = """
# {statement}, {source}: {stated_scope}.
plsh:{name} a sh:NodeShape ;
    sh:description "{span}"@en ;
    sh:targetClass {parameter} ;
    sh:order 5 ;
    sh:group plsh:Limits ;
    sh:severity sh:Info ;
    dcterms:source <https://doi.org/10.1002/batt.202200224> , "{source}" ;
    sh:sparql [
        sh:prefixes <https://w3id.org/pilotline/shapes/reported-ranges> ;
        sh:message
            "{english}"@en ,
            "{german}"@de ;
        sh:select \"\"\"
            SELECT DISTINCT $this ?value WHERE {{
{pattern}
            }}\"\"\"
    ] .
"""

_ENGLISH = (
    "Outside the range that the paper reports ({words}: {span}); nothing is wrong if your line runs so."
)
_DEUTSCH = (
    "Außerhalb des Bereichs, den die Veröffentlichung nennt ({words}: {span}); "
    "kein Fehler, wenn die Linie so läuft."
)
_PROPERTY, _PARTICIPANT = (f"emmo:{name.removeprefix(EMMO)}" for name in (HAS_PROPERTY, HAS_PARTICIPANT))
_BOUNDS = "pl:siLowerBound|pl:siUpperBound|pl:toleranceAbove|pl:toleranceBelow"
_NEARER = """\
                FILTER NOT EXISTS {{ $this pl:toleranceAbove|pl:toleranceBelow ?own }}
                FILTER NOT EXISTS {{
                    ?run {has} $this .
                    FILTER EXISTS {{
                        ?run {participant}|pl:followsRecipe ?by .
                        FILTER EXISTS {{
                            ?by {has} ?limit .
                            ?limit a {parameter} .
                            FILTER EXISTS {{ ?limit {bounds} ?bound }}
                        }}
                    }}
                }}"""


def reported_shapes(tables: Tables) -> str:
    """Return the Turtle of the shapes; the same tables give the same text."""
    statements = {row["seed"]: row for row in tables.rows("statements")}
    units = Units.load(tables)
    shapes = []
    for row in tables.rows("reported_ranges"):
        if (statement := statements.get(row["statement"])) is None:
            raise row.error("statement", f"no statement is called {row['statement']!r}")
        shapes.append(_shape(row, statement, units.parse(statement["unit_symbol"])))
    return _HEAD + "".join(shapes)


def _shape(row: Row, statement: Row, unit: Unit) -> str:
    span = _span(statement, unit)
    return _SHAPE.format(
        name=row["name"],
        parameter=statement["subject"],
        statement=statement["term"].removeprefix("pl:"),
        source=f"section {statement['source']}",
        stated_scope=statement["scope"],
        span=span,
        english=_ENGLISH.format(words=row["words_en"], span=span),
        german=_DEUTSCH.format(words=row["words_de"], span=_german(span)),
        pattern="\n".join(_pattern(row, statement, unit)),
    )


def _span(statement: Row, unit: Unit) -> str:
    low, high, symbol = statement["value_min"], statement["value_max"], unit.symbol.replace("C-rate", "C")
    if low and high:
        return f"{low} to {high} {symbol}"
    return f"at least {low} {symbol}" if low else f"at most {high} {symbol}"


def _german(span: str) -> str:
    words = {" to ": " bis ", "at least": "mindestens", "at most": "höchstens", "rpm": "U/min", ".": ","}
    for english, german in words.items():
        span = span.replace(english, german)
    return span


def _pattern(row: Row, statement: Row, unit: Unit) -> Iterator[str]:
    indent = " " * 16
    yield f"{indent}{_value(unit)}"
    yield f"{indent}FILTER ({_outside(statement, unit)})"
    for condition in row.values("condition"):
        yield f"{indent}{_condition(row, condition)}"
    yield _NEARER.format(
        has=_PROPERTY, participant=_PARTICIPANT, parameter=statement["subject"], bounds=_BOUNDS
    )


def _value(unit: Unit) -> str:
    """Return the pattern of a value: in SI units, a C-rate as given since it has no SI value."""
    if unit.factor is not None:
        return "$this pl:siValue ?value ."
    number, value = (name.removeprefix(EMMO) for name in (HAS_NUMERICAL_PART, HAS_NUMBER_VALUE))
    return f"$this emmo:{number}/emmo:{value} ?value .    # hasNumericalPart/hasNumberValue"


def _outside(statement: Row, unit: Unit) -> str:
    bounds = (("value_min", "<", 1 - _SLACK), ("value_max", ">", 1 + _SLACK))
    return " || ".join(
        f"?value {sign} {_bound(Decimal(statement[column]), unit, slack)}"
        for column, sign, slack in bounds
        if statement[column]
    )


def _bound(value: Decimal, unit: Unit, slack: Decimal) -> str:
    si = value if unit.factor is None else Decimal(repr(unit.si(value)))
    return f"{si * slack:.6E}"


def _condition(row: Row, condition: str) -> str:
    kind, _, what = condition.partition(":")
    match kind:
        case "step":
            return f"FILTER EXISTS {{ ?maker {_PROPERTY} $this ; a pl:{what} . }}    # hasProperty"
        case "stage":
            return f"FILTER EXISTS {{ $this pl:atStage/pl:stageNumber {int(what)} . }}"
        case "not":
            # Step by step: joined as one, the store would start from every lot of that polarity.
            lot = (
                f"FILTER EXISTS {{ ?maker pl:outputLot ?lot FILTER EXISTS {{ ?lot pl:polarity pl:{what} }} }}"
            )
            return f"FILTER NOT EXISTS {{ ?maker {_PROPERTY} $this {lot} }}    # hasProperty"
        case _:
            raise row.error("condition", f"{condition!r} is none of step:…, stage:… and not:…")
