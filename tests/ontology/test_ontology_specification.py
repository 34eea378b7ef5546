"""The specification says what the paper prints and what we make of it, side by side, and no more."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from pilotline.namespaces import DCTERMS, PL, RDFS, SKOS
from pilotline.vocabulary.closure import module_files
from pilotline.vocabulary.facts import Facts

DOI = "https://doi.org/10.1002/batt.202200224"
LEVELS = {"high": "High", "intermediate": "Intermediate", "low": "Low", "not_applicable": "NotApplicable"}
UNSAID = {"", "–", "-"}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.read(module_files())


@pytest.fixture(scope="module")
def rows(facts: Facts) -> list[str]:
    """Return the specifications that stand for a row of Tables 5 to 12; a composite row has several."""
    found = [iri for iri in facts.ours() if PL + "ParameterSpecification" in facts.types(iri)]
    return [iri for iri in found if facts.literals(iri, PL + "rowNumber")]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_of_the_113_rows_is_a_specification(facts: Facts, rows: list[str]) -> None:
    seeds = {seed for iri in rows for seed in facts.literals(iri, PL + "seed")}
    places = {
        (*facts.literals(iri, PL + "tableNumber"), *facts.literals(iri, PL + "rowNumber")) for iri in rows
    }
    assert (len(seeds), len(places)) == (113, 113)
    assert [iri for iri in rows if not facts.literals(iri, PL + "section")] == []
    assert [iri for iri in rows if facts.iris(iri, DCTERMS + "source") != [DOI]] == []


def test_what_is_not_one_number_is_no_bare_string(facts: Facts, rows: list[str]) -> None:
    parameters = {parameter for iri in rows for parameter in facts.iris(iri, PL + "ofParameter")}
    forms = {iri: set(facts.literals(iri, PL + "valueForm")) for iri in parameters}
    known = {"scalar", "category", "stages", "curve", "distribution", "profile"}
    assert {iri: form for iri, form in forms.items() if not form or form - known} == {}
    listed = {parameter for iri in facts.ours() for parameter in facts.iris(iri, PL + "categoryOf")}
    for iri, form in forms.items():
        if form == {"category"}:
            assert listed & {iri, *facts.iris(iri, RDFS + "subClassOf")}, f"no list of entries for {iri}"


def test_printed_role_stands_beside_ours_with_the_reason(facts: Facts, rows: list[str]) -> None:
    for iri in rows:
        assert len(facts.iris(iri, PL + "printedRole")) == len(facts.iris(iri, PL + "role")) == 1
        assert facts.literals(iri, PL + "roleReason")


def test_change_of_what_is_printed_has_a_reason(facts: Facts, rows: list[str]) -> None:
    assert [iri for iri in rows if _accuracy_differs(facts, iri) and not _reasons(facts, iri)] == []
    assert [iri for iri in rows if _techniques_differ(facts, iri) and not _reasons(facts, iri)] == []
    assert [iri for iri in rows if _acquisition_differs(facts, iri) and not _reasons(facts, iri)] == []
    assert sum(_accuracy_differs(facts, iri) for iri in rows) > 0
    assert sum(_techniques_differ(facts, iri) for iri in rows) > 0
    assert sum(_acquisition_differs(facts, iri) for iri in rows) > 0


def _accuracy_differs(facts: Facts, iri: str) -> bool:
    corrected = facts.literals(iri, PL + "accuracyCorrected")
    return bool(corrected) and corrected != facts.literals(iri, PL + "accuracyPrinted")


def _techniques_differ(facts: Facts, iri: str) -> bool:
    printed, assigned = (facts.iris(iri, PL + name) for name in ("printedTechnique", "assignedTechnique"))
    return sorted(printed) != sorted(assigned)


def _acquisition_differs(facts: Facts, iri: str) -> bool:
    """Compare the words printed with the mode that we state; blanks and case do not count."""
    printed = "".join(facts.literals(iri, PL + "acquisitionPrinted")).lower().replace("and", "/")
    words = {word.strip() for word in printed.split("/")} - UNSAID
    modes = {"OnlineAndOffline": {"online", "offline"}, "UnspecifiedAcquisition": set()}
    stated = facts.iris(iri, PL + "acquisition")[0].removeprefix(PL)
    return words != modes.get(stated, {stated.lower()})


def _reasons(facts: Facts, iri: str) -> list[str]:
    return facts.literals(iri, PL + "techniqueReason") + facts.literals(iri, SKOS + "note")


def test_rating_is_stated_with_basis_and_confidence_and_missing_is_missing(facts: Facts, seed: Path) -> None:
    ratings = read(seed / "ratings.csv")
    stated = {row["id"]: LEVELS[row["level"]] for row in ratings if row["level"] in LEVELS}
    assessments = [iri for iri in facts.ours() if PL + "Assessment" in facts.types(iri)]
    found = {
        facts.literals(iri, PL + "seed")[0]: facts.iris(iri, PL + "level")[0].removeprefix(PL)
        for iri in assessments
    }
    assert found == stated
    assert Counter(found.values())["NotApplicable"] > 0
    assert len(ratings) - len(found) == 562
    for iri in assessments:
        assert len(facts.iris(iri, PL + "basis")) == len(facts.iris(iri, PL + "confidence")) == 1


def test_each_of_the_413_statements_says_a_fact_with_section_and_doi(facts: Facts, seed: Path) -> None:
    statements = {
        facts.literals(iri, PL + "seed")[0]: iri
        for iri in facts.ours()
        if any(kind.endswith("Statement") for kind in facts.types(iri))
    }
    sections = {row["id"]: [row["section"]] for row in read(seed / "statements.csv")}
    assert len(statements) == 413
    assert {key: facts.literals(iri, PL + "section") for key, iri in statements.items()} == sections
    for iri in statements.values():
        assert facts.iris(iri, DCTERMS + "source") == [DOI]
        about = ("statementSubject", "subjectInWords")
        assert any(facts.by_subject[iri].get(PL + name) for name in about), iri
