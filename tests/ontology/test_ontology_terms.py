"""Terms are found by the words of the line, English or German, however they are spelt."""

from pathlib import Path

import pytest

from pilotline.iris import LOT_KINDS
from pilotline.namespaces import PL
from pilotline.vocabulary.tables import TableError, Tables
from pilotline.vocabulary.terms import Vocabulary, load_vocabulary
from pilotline.vocabulary.upstream import UnknownTermError

ECHEM = "https://w3id.org/emmo/domain/electrochemistry#electrochemistry_"
TABLES = {
    "upstream": "term,kind,label,language,parents,equivalents,release\nemmo:EMMO_1,Class,Speed,en,,,EMMO\n",
    "parameters": (
        "term,alt_en,alt_de,parent,equivalent,form,dimension,unit,unit_alternatives\n"
        "pl:CoatingSpeed,coating speed,Bandgeschwindigkeit,emmo:Speed,,scalar,speed,m/min,m/s\n"
        "pl:CalenderingSpeed,line speed|roll speed,Bandgeschwindigkeit,emmo:Speed,,scalar,speed,m/min,\n"
    ),
    "steps": "term,slug,alt_en,alt_de,parent,equivalent\npl:Coating,coating,coating,Beschichten,,\n",
    "lots": "term,family,kind,alt_en,alt_de,parent,equivalent,also_type\n",
    "equipment": "term,alt_en,alt_de,parent,equivalent\n",
    "techniques": "term,alt_en,alt_de,parent,equivalent\n",
    "individuals": "term,class,category_of,alt_en,alt_de\n",
    "specifications": "term,parameter,step,role,bearer,bearer_class\n",
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture
def small(tmp_path: Path) -> Tables:
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return Tables(tmp_path)


@pytest.mark.parametrize(
    "text", ["CoatingSpeed", "pl:CoatingSpeed", "coating_speed", "COATING-SPEED", " coating speed"]
)
def test_spelling_does_not_matter(small: Tables, text: str) -> None:
    assert load_vocabulary(small).parameter(text).name == "CoatingSpeed"


def test_label_of_several_parameters_is_not_guessed(small: Tables) -> None:
    with pytest.raises(UnknownTermError, match="may be CalenderingSpeed or CoatingSpeed"):
        load_vocabulary(small).parameter("Bandgeschwindigkeit")


def test_unknown_name_comes_back_with_near_ones(small: Tables) -> None:
    with pytest.raises(UnknownTermError) as error:
        load_vocabulary(small).parameter("coatin speed")
    assert (
        str(error.value)
        == "no parameter is called 'coatin speed'; did you mean CoatingSpeed, CalenderingSpeed?"
    )


def test_cell_with_an_unknown_upstream_name_is_named(small: Tables) -> None:
    path = small.folder / "parameters.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("emmo:Speed", "emmo:Sped"), encoding="utf-8")
    with pytest.raises(
        TableError, match=r"parameters.csv, row 2, column parent: .*did you mean 'emmo:Speed'"
    ):
        load_vocabulary(small)


def test_row_with_a_cell_too_many_is_named(small: Tables) -> None:
    path = small.folder / "steps.csv"
    path.write_text(path.read_text(encoding="utf-8") + "pl:Drying,drying,a,b,c,d,e,f\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"steps.csv, row 3: the number of cells"):
        load_vocabulary(small)


def test_missing_table_is_named(small: Tables) -> None:
    (small.folder / "steps.csv").unlink()
    with pytest.raises(TableError, match=r"steps.csv is missing"):
        load_vocabulary(small)


def test_parameter_knows_dimension_unit_and_parents(small: Tables) -> None:
    speed = load_vocabulary(small).parameter("CoatingSpeed")
    assert (speed.dimension, speed.unit, speed.other_units, speed.parents) == (
        "speed", "m/min", ("m/s",), ("https://w3id.org/emmo#EMMO_1",),
    )  # fmt: skip


def test_instance_gets_our_type_and_the_upstream_one(vocabulary: Vocabulary) -> None:
    assert vocabulary.step("calendering").types == (
        PL + "Calendering",
        ECHEM + "38a2b407_3be9_4b66_86cf_b961cdffb4c9",
    )
    assert vocabulary.product("dried electrode").types == (
        PL + "DriedElectrode",
        ECHEM + "92147e31_d015_4889_a092_04fbab033f15",
    )


def test_step_is_found_by_slug_and_by_german_word(vocabulary: Vocabulary) -> None:
    assert vocabulary.step("mixing").name == "SlurryPreparation"
    assert vocabulary.step("Kalandrieren").name == "Calendering"


def test_every_kind_of_lot_has_a_class(vocabulary: Vocabulary) -> None:
    assert {vocabulary.lot(kind).kind for kind in LOT_KINDS} == set(LOT_KINDS)


def test_viscosity_of_coating_is_borne_by_the_slurry_that_comes_in(vocabulary: Vocabulary) -> None:
    specification = vocabulary.specification("Viscosity", "Coating")
    assert specification is not None
    assert (specification.role, specification.bearer) == ("ProcessParameter", "input:slurry")


def test_rows_of_one_parameter_and_step_agree_on_the_bearer(vocabulary: Vocabulary) -> None:
    bearers: dict[tuple[str, str], set[str]] = {}
    for spec in vocabulary.specifications:
        bearers.setdefault((spec.parameter, spec.step), set()).add(spec.bearer)
    assert {pair for pair, found in bearers.items() if len(found) > 1} == set()


def test_category_is_found_among_those_of_its_parameter(vocabulary: Vocabulary) -> None:
    entry = vocabulary.category("CoatingSetUp", "Schlitzdüse")
    assert entry is not None
    assert entry.iri == PL + "SlotDie"
    assert vocabulary.category("MixerType", "Schlitzdüse") is None
