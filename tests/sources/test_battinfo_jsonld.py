"""BattINFO JSON-LD is read without the network, and answers the questions that our data answer."""

from pathlib import Path

import pytest
from beside import shared

from pilotline.datasets.dataset import Staged
from pilotline.ingest.publishing import Rules, ingest
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.quantities.units import Units
from pilotline.questions.question import ask, find_question
from pilotline.resources import data_folder
from pilotline.store import Store

CASES = Path(__file__).parent.parent / "cases"
SPEED = "https://w3id.org/emmo#EMMO_81369540_1b0e_471b_9bae_6801af22800e"
AURORA = {"samples/test_battinfo.jsonld": 58, "unicycler/test_battinfo.jsonld": 47}


def stage(file: Path, rules: Rules, into: Path, mapping: Path | None = None) -> Staged:
    (job,) = jobs([file], mapping, Place("lab"))
    return job.stage(into, rules.vocabulary, Units.load())


def test_one_question_in_the_words_of_emmo_finds_a_value_of_battinfo_and_one_of_ours(
    store: Store, rules: Rules, tmp_path: Path
) -> None:
    theirs = stage(CASES / "battinfo.jsonld", rules, tmp_path / "theirs.nq")
    ours = stage(CASES / "coating.csv", rules, tmp_path / "ours.nq", CASES / "coating.yaml")
    assert [ingest(store, staged, rules).published for staged in (theirs, ours)] == [True, True]
    question = find_question("values_of_quantity", data_folder("queries"))
    answer = ask(store.read(), question, {"quantity": SPEED})
    found = {(str(row[0]).strip("<>"), float(row[3].value)) for row in answer.rows if row[3]}
    run = "https://w3id.org/pilotline/id/lab/run/coating-"
    assert found == {
        ("https://example.org/coating-of-others", 0.1),
        (f"{run}0042", 0.025),
        (f"{run}0043", 0.025),
    }


def test_the_same_record_twice_changes_nothing(store: Store, rules: Rules, tmp_path: Path) -> None:
    file = tmp_path / "battinfo.jsonld"
    file.write_bytes((CASES / "battinfo.jsonld").read_bytes())
    first = ingest(store, stage(file, rules, tmp_path / "a.nq"), rules)
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    again = ingest(store, stage(file, rules, tmp_path / "b.nq"), rules)
    assert (first.version, again.version, again.unchanged) == (1, 1, False)
    assert again.difference.same


@pytest.mark.parametrize("name", AURORA)
def test_a_record_of_aurora_is_read_whole_with_a_name_for_each_node(
    name: str, rules: Rules, tmp_path: Path
) -> None:
    staged = stage(shared("data/empa_aurora") / name, rules, tmp_path / "staged.nq")
    text = staged.quads.read_text(encoding="utf-8")
    assert staged.findings == ()
    assert "_:" not in text
    assert text.count("#siValue>") >= AURORA[name] // 2
