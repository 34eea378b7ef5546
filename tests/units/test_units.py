import csv
import re
from decimal import Decimal

import pytest
from beside import shared

from pilotline.namespaces import EMMO
from pilotline.quantities.units import NormVolumeError, UnitError, Units
from pilotline.resources import data_folder


@pytest.fixture(scope="module")
def units() -> Units:
    return Units.load()


def rows() -> list[dict[str, str]]:
    with (data_folder("ontology") / "tables" / "units.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("symbol", "texts"),
    [
        ("m/min", "m/min|m min-1|m·min⁻¹|M/MIN"),
        ("µm", "µm|μm|um|micron|Mikrometer"),
        ("°C", "°C|℃|degC|deg C|Cel"),
        ("mg/cm²", "mg/cm²|mg/cm2|mg cm-2|mg cm^-2|mg*cm-2"),
        ("1/s", "1/s|s^-1|s⁻¹|/s"),
        ("rpm", "rpm|U/min|RPM|{rev}/min|rev/min"),
        ("1/min", "min-1|1/min"),
        ("wt%", "wt%|Gew.-%|Gew%|wt.-%|%{mass}"),
        ("%RH", "% RH|%rH|% r.F."),
        ("N/mm", "N/mm|kN/m"),
        ("mPa·s", "mPas|mPa s|mPa*s|mPa·s"),
        ("mAh/g", "mAh/g|mA h g-1|mA.h/g"),
        ("C-rate", "C-rate|C rate|{C_rate}"),
        ("m/min", "meters per minute|Meter pro Minute|metres per minute|M-PER-MIN|unit:M-PER-MIN"),
        ("°C", "Grad Celsius|degrees Celsius|DEG_C"),
        ("mPa·s", "Millipascalsekunden|millipascal seconds|MilliPA-SEC"),
        ("mg/cm²", "milligrams per square centimetre|Milligramm pro Quadratzentimeter|MilliGM-PER-CentiM2"),
        ("N/mm", "kilonewton per metre|Newton pro Millimeter|kN m-1|N.mm-1"),
        ("µm", "micrometers|Mikrometer|MicroM"),
        ("rpm", "revolutions per minute|Umdrehungen pro Minute"),
        ("cP", "cP|cps|centipoise"),
        ("vol%", "vol%|Vol.-%|Volumenprozent"),
        ("h", "Stunden|hours|hr|hrs|Std."),
        ("N/25mm", "N/25mm|N/25 mm|N / 25 mm|N/(25 mm)|N pro 25 mm"),
        ("J/g", "J/g|J g-1"),
        ("N/mm²", "N/mm²|N/mm^2"),
        ("kN/mm", "kN/mm|kN mm-1"),
        ("g/L", "g/l|g l-1|g/L"),
        ("mS", "mS"),
        ("µs", "µs|us"),
        ("MW", "MW"),
        ("°C", "C°|° C"),
        ("%RH", "% r. F.|% rel. Feuchte|rH %"),
        ("µm", "in Mikrometer|in micrometers|µm."),
        ("m/min", "m/min.|in Meter pro Minute"),
        ("mAh", "MAH|mAH|mah"),
        ("lb", "lb|lbs|LB|pounds|[lb_av]"),
        ("oz", "oz|OZ|ounces"),
        ("%SOC", "% SOC|%SOC|% SoC|SOC %"),
    ],
)
def test_a_unit_has_many_spellings(units: Units, symbol: str, texts: str) -> None:
    assert {text: units.parse(text).symbol for text in texts.split("|")} == dict.fromkeys(
        texts.split("|"), symbol
    )


@pytest.mark.parametrize(
    ("value", "unit", "si"),
    [
        ("25", "°C", 298.15),
        ("-40", "°F", 233.15),
        ("1.5", "m/min", 0.025),
        ("1000", "rpm", 1000 / 60),
        ("35", "%", 0.35),
        ("20", "ppm", 2e-5),
        ("20", "mg/cm²", 0.2),
        ("1", "kN/m", 1000.0),
        ("150", "mAh/g", 540000.0),
        ("1200", "mPa·s", 1.2),
        ("14.5", "psi", 14.5 * 6894.757293168),
        ("2", "mNm", 0.002),
        ("3.6", "L/h", 1e-6),
        ("5", "mg/g", 0.005),
        ("1", "A/g", 1000.0),
        ("1", "MPa·m½", 1e6),
        ("20", "mbar", 2000.0),
        ("62.1", "μm", 6.21e-5),
        ("1200", "cP", 1.2),
        ("60", "1/min", 1.0),
        ("2.5", "N/mm", 2500.0),
        ("2", "wt%", 0.02),
        ("2", "vol%", 0.02),
        ("25", "Grad Celsius", 298.15),
        ("0.15", "N/15mm", 10.0),
        ("1", "N/20mm", 50.0),
        ("2.5", "N/25 mm", 100.0),
        ("2.54", "N/inch", 100.0),
        ("1", "kN/mm", 1e6),
        ("3", "N/mm²", 3e6),
        ("2", "J/g", 2000.0),
        ("40", "mΩ·cm²", 4e-6),
        ("1.5", "meters per minute", 0.025),
        ("2", "lb", 0.90718474),
        ("16", "oz", 0.45359237),
        ("50", "% SOC", 0.5),
    ],
)
def test_a_value_is_converted_to_coherent_si(units: Units, value: str, unit: str, si: float) -> None:
    assert units.parse(unit).si(Decimal(value)) == pytest.approx(si, rel=1e-12)


def test_a_c_rate_has_no_si_value(units: Units) -> None:
    assert units.parse("C-rate").si(Decimal("0.1")) is None


@pytest.mark.parametrize(("dimension", "symbol"), [("temperature", "°C"), ("C-rate", "C-rate")])
def test_the_dimension_decides_what_an_ambiguous_unit_means(
    units: Units, dimension: str, symbol: str
) -> None:
    assert units.parse("C", dimension).symbol == symbol


def test_a_difference_of_temperatures_has_no_offset(units: Units) -> None:
    assert units.parse("°C").difference.si(Decimal(2)) == 2.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("m/mim", "unknown unit 'm/mim'; near it: "),
        ("km/s", "unknown unit 'km/s'; near it: "),
        ("C", "the unit 'C' may mean °C or C-rate; write the one that is meant"),
        ("MPA", "the unit 'MPA' may mean mPa or MPa; write the one that is meant"),
        ("banana", "unknown unit 'banana'"),
        ("nL/min", "unknown unit 'nL/min'; near it: "),
        ("MAh", "unknown unit 'MAh'; near it: "),
        ("bar(a)", "'bar(a)' is a unit with what it counts from: the unit is bar, and the convention is Abs"),
        (
            "mbar rel.",
            "'mbar rel.' is a unit with what it counts from: the unit is mbar, and the convention",
        ),
    ],
)
def test_a_text_that_is_no_unit_is_refused(units: Units, text: str, message: str) -> None:
    with pytest.raises(UnitError) as raised:
        units.parse(text)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("texts", "plain"),
    [
        ("Nm³/h|Nm3/h|m³/h i.N.|m³/h (STP)", "m³/h|m3/h|m³/h|m³/h"),
        ("sccm|SCCM|NmL/min", "mL/min|mL/min|mL/min"),
        ("slm|slpm|NL/min|std. L/min|Nl / min", "L/min|L/min|L/min|L/min|l / min"),
    ],
)
def test_a_norm_volume_is_refused_with_what_would_be_right(units: Units, texts: str, plain: str) -> None:
    for text, unit in zip(texts.split("|"), plain.split("|"), strict=True):
        with pytest.raises(NormVolumeError) as raised:
            units.parse(text)
        assert str(raised.value).endswith(f"at the temperature and pressure of the gas, in {unit}")
        assert units.parse(unit).dimension == "volume flow rate"


def test_every_spelling_in_the_table_names_its_row_or_is_ambiguous(units: Units) -> None:
    spellings = [
        (text, row["symbol"])
        for row in rows()
        for text in (row["symbol"], row["ucum"], *row["alternatives"].split("|"))
        if text not in ("", "C")
    ]
    assert [text for text, symbol in spellings if units.parse(text).symbol != symbol] == []


def test_every_unit_has_one_iri_and_a_dimension() -> None:
    assert [
        row["symbol"] for row in rows() if bool(row["emmo"]) == bool(row["pl"]) or not row["dimension"]
    ] == []


def test_units_of_parameters_fit_their_dimension(units: Units) -> None:
    with (data_folder("ontology") / "tables" / "parameters.csv").open(encoding="utf-8", newline="") as file:
        parameters = [row for row in csv.DictReader(file) if row["unit"]]
    wrong = [row["term"] for row in parameters if not units.fits(units.parse(row["unit"]), row["dimension"])]
    assert wrong == []


def test_units_of_one_emmo_term_have_one_factor(units: Units) -> None:
    factors: dict[str, set[Decimal | None]] = {}
    for symbol in units.symbols:
        unit = units.parse(symbol)
        factors.setdefault(unit.iri, set()).add(unit.factor)
    assert [iri for iri, found in factors.items() if len(found) > 1] == []


def test_every_emmo_unit_exists_upstream() -> None:
    folder = shared("upstream") / "EMMO" / "disciplines"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.ttl"))
    known = set(re.findall(rf"###  {re.escape(EMMO)}(\w+)", text))
    assert [row["emmo"] for row in rows() if row["emmo"] and row["emmo"] not in known] == []


def test_no_unit_of_ours_has_the_name_of_another_term() -> None:
    names: set[str] = set()
    for path in (data_folder("ontology") / "tables").glob("*.csv"):
        if path.stem == "units":
            continue
        with path.open(encoding="utf-8", newline="") as file:
            names |= {row["term"].removeprefix("pl:") for row in csv.DictReader(file) if row.get("term")}
    assert names & {row["pl"] for row in rows() if row["pl"]} == set()
