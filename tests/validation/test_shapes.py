import re
from pathlib import Path

import pytest
from rdflib import SH

from pilotline.validation import ShapesError, load_shapes, validate

CASES = Path(__file__).parents[1] / "shapes"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<urn:s> <http://www.w3.org/2002/07/owl#imports> <http://example.org/more> .", "is not followed"),
        ('<urn:s> <http://www.w3.org/ns/shacl#select> "SELECT $this { service <urn:x> { } }" .', "refused"),
        ("<urn:s> <urn:p>", r"lab\.ttl: .*line 1"),
    ],
)
def test_shapes_that_cannot_be_used_are_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "lab.ttl"
    file.write_text(text)
    with pytest.raises(ShapesError, match=message):
        load_shapes(file)


def test_unknown_name_lists_the_shapes_that_ship() -> None:
    with pytest.raises(ShapesError, match=r"quantites: neither a file nor a folder nor one of .*quantities"):
        load_shapes("quantites")


def test_digest_changes_with_a_shape(tmp_path: Path) -> None:
    file = tmp_path / "lab.ttl"
    file.write_text("<urn:s> <urn:p> 1 .")
    before = load_shapes(file).digest
    file.write_text("<urn:s> <urn:p> 2 .")
    assert load_shapes(file).digest != before


def test_no_rule_speaks_of_mappings_to_somebody_who_fills_in_a_template() -> None:
    texts = [str(text) for text in load_shapes().graph.objects(None, SH.message)]
    assert len(texts) > 100
    assert [text for text in texts if re.search(r"`\w+:`|\bmapping\b|\bZuordnung\b", text)] == []


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "The filled cell weighs 16.6 g, but dry cell and electrolyte together 19.3 g; "),
        ("de", "Die befüllte Zelle wiegt 16.6 g, trockene Zelle und Elektrolyt zusammen aber 19.3 g; "),
    ],
)
def test_masses_of_a_cell_are_told_in_grams(language: str, message: str) -> None:
    (result,) = validate(CASES / "violates-filled-cell-lighter-than-its-parts.ttl", load_shapes())
    assert result.message(language).startswith(message)
