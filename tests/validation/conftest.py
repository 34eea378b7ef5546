"""A small sheet of coating runs, mapped, with faults in three cells of one column and one in another."""

import pyoxigraph as ox
import pytest

from pilotline.namespaces import (
    CONVENTIONAL_PROPERTY,
    HAS_MEASUREMENT_UNIT,
    HAS_NUMBER_VALUE,
    HAS_NUMERICAL_PART,
    HAS_PROPERTY,
    PREFIXES,
)

DATASET = "https://lab.example/l1/dataset/coating"


def quantity(row: int, column: str, unit: str, extra: str = "") -> str:
    return f"""
        <run/coating-{row}> <{HAS_PROPERTY}> <run/coating-{row}/q/{column}> .
        <run/coating-{row}/q/{column}> a pl:CoatingGap , <{CONVENTIONAL_PROPERTY}> ;
            <{HAS_NUMERICAL_PART}> <run/coating-{row}/q/{column}/value> ; {unit} {extra}
            pl:cell <source/coating.xlsx#sheet=Runs&cell={column}{row}> .
        <run/coating-{row}/q/{column}/value> <{HAS_NUMBER_VALUE}> 1.5 ; pl:asTyped "1,5" .
    """


@pytest.fixture
def sheet() -> ox.Store:
    """Rows 2 to 4 and row 7 of column F lack a unit; G7 is right but suspect; run 9 says nothing."""
    unit = f"<{HAS_MEASUREMENT_UNIT}> <https://w3id.org/emmo#MicroMetre> ;"
    rows = [quantity(row, "F", "") for row in (2, 3, 4, 7)]
    rows.append(quantity(7, "G", unit, "pl:siValue 1.5E-6 ; pl:status pl:Suspect ;"))
    rows.append("<run/coating-9> a pl:Coating ; pl:cell <source/coating.xlsx#sheet=Runs&cell=A9> .")
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    store = ox.Store()
    store.load(
        prefixes + "".join(rows),
        ox.RdfFormat.TURTLE,
        base_iri="https://lab.example/l1/",
        to_graph=ox.NamedNode(DATASET),
    )
    return store


@pytest.fixture
def dataset() -> str:
    return DATASET
