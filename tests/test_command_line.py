"""The commands as a person at a terminal meets them: one line for each error, and telling exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stores import copy_of

from pilotline.cli import main
from pilotline.datasets import catalogue
from pilotline.store import Store

CASES = Path(__file__).parent / "cases"


def pilotline(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def db(founded: Path, tmp_path: Path) -> Path:
    return copy_of(founded, tmp_path / "db")


@pytest.mark.parametrize("command", ["ingest", "validate", "query", "serve", "info", "demo"])
def test_help_shows_an_example(command: str) -> None:
    done = pilotline(command, "--help")
    assert done.exit_code == 0
    after = done.stdout.split("\n  Example:\n")[1]
    assert after.startswith(f"    pilotline {command}")


def test_ingest_says_what_it_published(db: Path) -> None:
    done = pilotline("ingest", CASES / "coating.csv", "--mapping", CASES / "coating.yaml", "--db", db)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Coating runs: published as version 1")


def test_ingest_ends_with_1_where_the_data_do_not_conform(db: Path) -> None:
    faulty = CASES / "coating-faulty.csv"
    done = pilotline("ingest", faulty, "--mapping", CASES / "coating.yaml", "--db", db, "--format", "json")
    assert done.exit_code == 1
    (outcome,) = json.loads(done.stdout)
    assert (outcome["published"], outcome["conforms"]) == (False, False)


def test_validate_stores_nothing(db: Path) -> None:
    before = sorted((db / "generations").iterdir())
    faulty = CASES / "coating-faulty.csv"
    done = pilotline("validate", faulty, "--mapping", CASES / "coating.yaml", "--db", db)
    assert done.exit_code == 1
    assert "row 2, column 4" in done.stdout
    assert sorted((db / "generations").iterdir()) == before


def test_info_lists_the_datasets(db: Path) -> None:
    done = pilotline("info", "--db", db, "--format", "json")
    assert [entry["title"] for entry in json.loads(done.stdout)["datasets"]] == [
        "Data specification of Zanotto et al. 2022, Tables 5 to 12"
    ]


def test_query_answers_a_file(db: Path, tmp_path: Path) -> None:
    question = tmp_path / "count.rq"
    question.write_text(
        "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/pilotline/ontology#ParameterSpecification> }"
    )
    done = pilotline("query", question, "--db", db, "--format", "csv")
    header, count = done.stdout.split()
    assert (header, int(count) >= 113) == ("n", True)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["info", "--db", "nowhere"], "nowhere does not exist"),
        (["info", "--db", "{cases}"], "is not a store"),
        (["query", "no_such_question"], "no such question"),
        (["ingest", "{cases}/coating.csv"], "tables need a mapping"),
        (["validate", "{cases}/truncated.jsonld"], "truncated.jsonld"),
        (["validate", "{cases}/cp1252.csv", "--mapping", "{cases}/coating.yaml"], "encoding: cp1252"),
        (["validate", "{cases}/coating-no-gap.csv", "--mapping", "{cases}/coating.yaml"], "Gap (µm)"),
        (["validate", "{cases}/coating.csv", "--mapping", "{cases}/unknown-unit.yaml"], "furlong"),
    ],
)
def test_what_cannot_run_is_one_line_and_exit_code_2(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = pilotline(*(argument.format(cases=CASES) for argument in arguments))
    assert done.exit_code == 2
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_command_is_installed() -> None:
    command = [sys.executable, "-m", "pilotline", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("pilotline, version ")


@pytest.mark.parametrize("seconds", [0.9, 1.4, 1.8, 2.2])
def test_a_killed_ingest_leaves_a_store_that_opens(db: Path, seconds: float) -> None:
    command = [sys.executable, "-m", "pilotline", "ingest", str(CASES / "coating.csv"), "--db", str(db)]
    ingest = subprocess.Popen([*command, "--mapping", str(CASES / "coating.yaml")], stdout=subprocess.DEVNULL)
    try:
        ingest.wait(seconds)
    except subprocess.TimeoutExpired:
        ingest.kill()
        ingest.wait()
    titles = {entry.title for entry in catalogue.entries(Store.open(db).read())}
    assert titles - {"Coating runs"} == {"Data specification of Zanotto et al. 2022, Tables 5 to 12"}
    assert (
        pilotline("ingest", CASES / "coating.csv", "--mapping", CASES / "coating.yaml", "--db", db).exit_code
        == 0
    )
