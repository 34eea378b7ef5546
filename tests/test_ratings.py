"""A line's ratings stand beside the paper's, with who and when; a wrong cell is named."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main
from pilotline.questions.question import ask, find_question
from pilotline.resources import data_folder
from pilotline.store import Store

HEAD = "step,parameter,dimension,model,level,on,note\n"


def rate(store: Store, folder: Path, *rows: str, head: str = HEAD) -> tuple[int, str]:
    file = folder / "ratings.csv"
    file.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    given = ["rate", str(file), "--by", "line 1", "--scope", "lab", "--db", str(store.path)]
    done = CliRunner().invoke(main, given)
    return done.exit_code, done.output


def rows(store: Store, question: str, **given: str) -> list[tuple[str, ...]]:
    answer = ask(store.read(), find_question(question, data_folder("queries")), given)
    return [tuple("" if value is None else value.value for value in row) for row in answer.rows]


def test_a_submitted_rating_stands_beside_the_paper_s(store: Store, tmp_path: Path) -> None:
    code, _ = rate(store, tmp_path, "coating,coating speed,criticality,machine learning,low,2026-11-01,")
    assert code == 0
    found = rows(store, "ratings_of_parameter", parameter="coating speed")
    assert [(row[3], row[4], row[6]) for row in found if row[2] == "MachineLearning"] == [
        ("Low", "Submitted", "line 1"),
        ("High", "Inferred", "https://doi.org/10.1002/batt.202200224"),
    ]


def test_levels_are_counted_with_paper_and_lines_apart(store: Store, tmp_path: Path) -> None:
    rate(
        store,
        tmp_path,
        "Beschichtung,Nassfilmdicke,measurability,,high,2026-11-01,",
        "coating,wet film thickness,measurability,,low,2026-11-02,",
    )
    found = rows(store, "distribution_of_ratings", parameter="wet film thickness")
    assert [row[4:] for row in found if row[2] == "Measurability"] == [
        ("lines", "High", "1"),
        ("lines", "Low", "1"),
        ("paper", "Intermediate", "1"),
    ]


def test_a_later_rating_replaces_the_earlier_in_the_latest_view_only(store: Store, tmp_path: Path) -> None:
    early = "coating,coating gap,measurability,,low,2026-11-01,"
    rate(store, tmp_path, early, early.replace("low,2026-11-01", "high,2026-11-02"))
    latest = [row for row in rows(store, "latest_ratings", step="coating") if row[6] == "line 1"]
    assert [(row[1], row[4], row[7]) for row in latest] == [("CoatingGap", "High", "2026-11-02")]
    assert (
        len(
            [
                row
                for row in rows(store, "ratings_of_parameter", parameter="coating gap")
                if row[6] == "line 1"
            ]
        )
        == 2
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "coating,coating spead,measurability,,high,2026-11-01,",
            "ratings.csv!row 2, column 2: no Parameter is called 'coating spead'",
        ),
        (
            "coating,coating speed,measurability,,high,1.11.2026,",
            "ratings.csv!row 2, column 6: '1.11.2026' is no day",
        ),
        (
            "coating,coating speed,criticality,,high,2026-11-01,",
            "ratings.csv!row 2, column 4: a criticality holds for",
        ),
        (
            "coating,coating speed,measurability,,,2026-11-01,",
            "ratings.csv!row 2, column 5: the level is missing",
        ),
        (
            "slitting,coating gap,measurability,,high,2026-11-01,",
            "ratings.csv!row 2, column 2: 'coating gap' has no place in the specification of 'slitting'",
        ),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_enters(row: str, said: str, store: Store, tmp_path: Path) -> None:
    before = rows(store, "ratings_of_parameter", parameter="coating speed")
    code, output = rate(store, tmp_path, row)
    assert (code, said in output) == (1, True), output
    assert rows(store, "ratings_of_parameter", parameter="coating speed") == before


def test_a_file_without_the_columns_is_one_clear_line(store: Store, tmp_path: Path) -> None:
    code, output = rate(store, tmp_path, "coating,coating speed", head="step,parameter\n")
    assert (code, output) == (
        2,
        "pilotline: ratings.csv, row 1: no column 'dimension'; "
        "ratings need step, parameter, dimension, level, on\n",
    )
