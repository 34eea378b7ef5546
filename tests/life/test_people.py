"""No name of an operator reaches the graph, neither as such nor in a remark."""

from pathlib import Path

import pytest

from pilotline.datasets.dataset import SourceError
from pilotline.ingest.people import People, pseudonym, read_key
from pilotline.ingest.rules import Rules
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.rdf.ntriples import Lines

CASES = Path(__file__).parent / "cases"
KEY = b"0123456789abcdef of the lab"
ROWS = """Run,Operator,Remark
1,Ada Lovelace,rolls like new
2,Grace Hopper,asked ada about the gap; LOVELACE says 120
3,Ada  Lovelace,"Hopper, Grace took over"
"""


def graph(rules: Rules, folder: Path, keep: str, key: bytes | None) -> str:
    (folder / "people.csv").write_text(ROWS, encoding="utf-8")
    mapping = folder / "people.yaml"
    text = (CASES / "people.yaml").read_text(encoding="utf-8")
    mapping.write_text(text.replace("keep: nothing", f"keep: {keep}"), encoding="utf-8")
    if key:
        (folder / "operator.key").write_bytes(key)
    place = Place(operator_key=folder / "operator.key" if key else None)
    (job,) = jobs([folder / "people.csv"], mapping, place)
    staged = job.stage(folder / "staged.nq", rules.vocabulary, Units.load())
    assert staged.names_people
    return (folder / "staged.nq").read_text(encoding="utf-8")


def names_in(text: str) -> set[str]:
    return {name for name in ("ada", "lovelace", "grace", "hopper") if name in text.casefold()}


@pytest.mark.parametrize("keep", ["pseudonym", "nothing"])
def test_no_name_reaches_the_graph(rules: Rules, tmp_path: Path, keep: str) -> None:
    assert names_in(graph(rules, tmp_path, keep, KEY)) == set()


def test_one_person_has_one_code_that_stands_in_remarks_too(rules: Rules, tmp_path: Path) -> None:
    text = graph(rules, tmp_path, "pseudonym", KEY)
    ada = pseudonym(KEY, "Ada Lovelace")
    assert text.count(f"/operator/{ada}>") == 2
    assert f"asked {ada} about the gap; {ada} says 120" in text


def test_another_key_gives_other_codes() -> None:
    assert pseudonym(KEY, "Ada") != pseudonym(KEY + b"2", "Ada")


def test_a_name_within_a_word_is_no_name() -> None:
    people = People(KEY)
    people.code("Ada Rolle")
    people.remark("urn:n", "Remark", "Adapter unter der Rollenbahn")
    (line,) = people.remarks(Lines("urn:g"))
    assert '"Remark: Adapter unter der Rollenbahn"' in line


def test_without_a_key_the_way_to_make_one_is_named(rules: Rules, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="made once by: head -c 32"):
        graph(rules, tmp_path, "pseudonym", None)


@pytest.mark.parametrize(("content", "says"), [(None, "No such file"), (b"short", "5 bytes are no key")])
def test_a_key_that_is_none_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    file = tmp_path / "operator.key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SourceError, match=says):
        read_key(file)
