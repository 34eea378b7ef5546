from decimal import Decimal

import pytest

from pilotline.quantities.values import Absent, Bounds, Scalar, Value, ValueTextError, parse_value

D = Decimal


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1,50", ",", Scalar(D("1.50"), "1,50")),
        ("1,234", ",", Scalar(D("1.234"), "1,234")),
        ("1.234,5", ",", Scalar(D("1234.5"), "1.234,5")),
        ("1.2E-3", ".", Scalar(D("0.0012"), "1.2E-3")),
        ("1,2 x 10^-3 Pa", ",", Scalar(D("0.0012"), "1,2 x 10^-3 Pa", unit="Pa")),
        ("−5", ".", Scalar(D(-5), "−5")),
        ("12 m/min", ".", Scalar(D(12), "12 m/min", unit="m/min")),
        ("5 1/s", ".", Scalar(D(5), "5 1/s", unit="1/s")),
        ("35%", ".", Scalar(D(35), "35%", unit="%")),
        ("62.1 ± 0.5", ".", Scalar(D("62.1"), "62.1 ± 0.5", D("0.5"))),
        ("62.1 +/- 0.5 µm", ".", Scalar(D("62.1"), "62.1 +/- 0.5 µm", D("0.5"), "µm")),
        ("<20", ".", Bounds(None, D(20), "<20")),
        ("<20 ppm", ".", Bounds(None, D(20), "<20 ppm", "ppm")),
        ("≥ 10", ".", Bounds(D(10), None, "≥ 10")),
        ("20–25", ".", Bounds(D(20), D(25), "20–25")),
        ("20-25 °C", ".", Bounds(D(20), D(25), "20-25 °C", "°C")),
        ("-5 bis -3", ".", Bounds(D(-5), D(-3), "-5 bis -3")),
        ("n.d.", ".", Absent("BelowDetection", "n.d.")),
        ("not measured", ".", Absent("NotMeasured", "not measured")),
    ],
)
def test_a_text_is_read_as_a_value(text: str, sign: str, value: Value) -> None:
    assert parse_value(text, sign) == value


@pytest.mark.parametrize(
    ("text", "sign", "why"),
    [
        ("1,234", ".", "has the sign ',', but the decimal sign is '.'"),
        ("1.234,5", ".", "has the sign ',', but the decimal sign is '.'"),
        ("1.234", ",", "has the sign '.', but the decimal sign is ','"),
        ("fast", ".", "is not a number"),
        ("1.5.2", ".", "is not a number"),
        ("", ".", "is not a number"),
        ("25-20", ".", "ends before it begins"),
        ("1e999999999", ".", "is beyond"),
    ],
)
def test_a_text_that_is_no_value_is_refused(text: str, sign: str, why: str) -> None:
    with pytest.raises(ValueTextError, match=why):
        parse_value(text, sign)


def test_declared_thousands_are_read() -> None:
    assert [parse_value(text, sign, thousands) for text, sign, thousands in THOUSANDS] == [
        Scalar(D(1234), "1,234"),
        Scalar(D("12345.6"), "12 345,6"),
    ]


THOUSANDS = [("1,234", ".", ","), ("12 345,6", ",", " ")]
