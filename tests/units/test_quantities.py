from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from pilotline.namespaces import PL
from pilotline.quantities.lines import NOTHING, Facts, Pieces, QuantityLines, ScalarForm
from pilotline.quantities.units import Units
from pilotline.quantities.values import Scalar
from pilotline.rdf.ntriples import Lines, integer

UNITS = ["m/min", "°C", "C-rate", "1"]
SIDE = Facts((("side", "A"),), ((PL + "side", PL + "SideA"),), ((PL + "replicate", integer(2)),))
DEVIATION = Facts((("stat", "sd"),), ((PL + "statistic", PL + "StandardDeviation"),))
LINES = QuantityLines(Lines("https://lab.example/d"), (PL + "CoatingSpeed",), "set")
TABLE = Units.load()


@given(
    number=st.decimals(min_value=-1000, max_value=1000, places=3),
    typed=st.text(st.characters(codec="utf-8"), min_size=1),
    unit=st.sampled_from(UNITS),
    facts=st.sampled_from([NOTHING, SIDE, DEVIATION]),
)
def test_a_form_writes_what_the_general_way_writes(
    number: Decimal, typed: str, unit: str, facts: Facts
) -> None:
    value, parsed = Scalar(number, typed), TABLE.parse(unit)
    run, suffix, cell = (
        "https://lab.example/run/1",
        "/q/CoatingSpeed/set",
        "https://lab.example/source/a#cell=1,1",
    )
    pieces = Pieces()
    pieces.parts += ScalarForm(LINES, parsed, facts, suffix).of(value)
    pieces.parts[-1] += f"{cell}>{LINES.end}<"
    quick = pieces.text(run)
    general = LINES.write(run, run + suffix, value, parsed, facts, cell=cell)
    assert quick == general
    assert list(parse(general, format=RdfFormat.N_QUADS))


def test_a_scalar_takes_ten_triples_and_a_pointer() -> None:
    text = LINES.write(
        "https://a",
        "https://b",
        Scalar(Decimal("1.5"), "1,5"),
        TABLE.parse("m/min"),
        NOTHING,
        cell="https://c",
    )
    assert len(text.splitlines()) <= 11


def test_a_standard_deviation_in_degrees_has_no_offset() -> None:
    text = LINES.write("https://a", "https://b", Scalar(Decimal(2), "2"), TABLE.parse("°C"), DEVIATION)
    assert '"2.0"^^<http://www.w3.org/2001/XMLSchema#double>' in text
