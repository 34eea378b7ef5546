"""`pilotline validate` on a table, by a profile, by a model's own list and by a lab's own limits."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotline.cli import main

MAPPING = """
mapping: coating
version: 1
scope: lab
dataset: {id: coating, title: Coating, licence: CC0-1.0, simulated: true}
tables:
  - file: coating.csv
    row:
      run: {step: Coating, id: [Run]}
      start: Start
      equipment: {id: [Coater], class: Coater}
      inputs: [{kind: slurry, id: [Slurry]}]
      outputs: [{kind: roll, id: [Roll], product: CoatedElectrode}]
    columns:
      Speed: {parameter: CoatingSpeed, kind: set}
      Tension: {parameter: WebTension, kind: measured, convention: [WholeWebWidth]}
"""
SHEET = """Run,Start,Coater,Slurry,Roll,Speed (m/min),Tension (N)
1,2025-03-04,C1,S1,R1,1.5,60
2,2025-03-05,C1,S1,R2,1.6,
"""
MODEL = """parameter,bearer,polarity,kind,condition,required,n
coating speed,,,set,,required,1
web tension,,,measured,,required,1
coating gap,,,set,,optional,1
"""
RANGES = "parameter,min,max,unit,severity,reason\ncoating speed,0.1,1.55,m/min,violation,our coater\n"
# What is said of the sheet whatever is asked: it stands alone, and the machine is slower than the paper's.
ALWAYS = {"Link-unknown-lot", "CoatingSpeed-reportedRange"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"coating.csv": SHEET, "coating.yaml": MAPPING, "my_model.csv": MODEL, "ours/ranges.csv": RANGES}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def told(folder: Path, *options: str) -> tuple[int, dict[str, str]]:
    """Return the exit code, and of each rule that is broken the severity and what is said."""
    names = [str(folder / name) if (folder / name).exists() else name for name in options]
    command = ["validate", str(folder / "coating.csv"), "--mapping", str(folder / "coating.yaml"), *names]
    done = CliRunner().invoke(main, [*command, "--format", "json"])
    findings = json.loads(done.stdout)["findings"]
    said = {each["code"]: f"{each['severity']} {each['cell']} {each['message']}" for each in findings}
    return done.exit_code, {code: text for code, text in said.items() if code not in ALWAYS}


def test_a_sound_sheet_passes_by_default(folder: Path) -> None:
    assert told(folder) == (0, {})


def test_strict_fails_on_warnings(folder: Path) -> None:
    assert told(folder, "--profile", "strict") == (1, {})


def test_a_list_of_ones_own_says_which_runs_have_what_the_model_needs(folder: Path) -> None:
    code, said = told(folder, "--model", "my_model.csv")
    assert (code, said) == (
        1,
        {
            "Readiness-WebTension": "violation  my_model needs measured web tension: 1 of 2 runs have it",
            "Readiness-CoatingGap": "info  my_model needs set coating gap: 0 of 2 runs have it",
            "Readiness-complete": "info  my_model: 1 of 2 runs have all that is required",
        },
    )


def test_nothing_passes_where_ratings_are_not_known(folder: Path) -> None:
    code, said = told(folder, "--profile", "Coating:Discrete")
    assert code == 1
    assert said["Readiness-unknown"].startswith("violation  Coating, Discrete: known 0 of 35 ratings")


def test_a_range_of_ones_own_goes_before_that_of_the_paper(folder: Path) -> None:
    code, said = told(folder, "--shapes", "ours")
    assert (code, list(said)) == (1, ["Lab-CoatingSpeed"])
    assert said["Lab-CoatingSpeed"].startswith("violation row 3, column 6 Outside the range of your lab")


def test_publish_asks_for_what_a_dataset_says_of_itself(folder: Path) -> None:
    code, said = told(folder, "--profile", "publish")
    assert code == 1
    assert {each for each in said if said[each].startswith("violation")} == {
        "Publish-contact",
        "Publish-creator",
        "Publish-description",
        "Publish-keywords",
        "Publish-title",
    }


def test_an_unknown_profile_is_answered_with_those_there_are(folder: Path) -> None:
    command = ["validate", str(folder / "coating.csv"), "--mapping", str(folder / "coating.yaml")]
    done = CliRunner().invoke(main, [*command, "--profile", "bogus"])
    assert done.exit_code == 2
    assert "no profile 'bogus': use default, strict, publish, STEP:MODELTYPE" in done.output


TWO_STEPS = """
mapping: line
version: 1
scope: lab
dataset: {id: coating, title: Coating and drying, licence: CC0-1.0, simulated: true}
tables:
  - file: coating.csv
    row:
      run: {step: Coating, id: [Run]}
      start: Start
      equipment: {id: [Coater], class: Coater}
      inputs: [{kind: slurry, id: [Slurry]}]
      outputs: [{kind: roll, id: [Roll], product: CoatedElectrode}]
    columns:
      Coated at: {parameter: CoatingSpeed, kind: set}
      Gap: {parameter: CoatingGap, kind: set, convention: [WithoutFoil]}
      Room: {parameter: AmbientTemperature, kind: measured, bearer: run}
      Speed: {ignore: true}
      Temperature: {ignore: true}
  - file: coating.csv
    row:
      run: {step: Drying, id: [Run]}
      start: Dried
      equipment: {id: [Dryer], class: ConvectionDryer}
      inputs: [{kind: roll, id: [Roll]}]
      outputs: [{kind: roll, id: [Roll], product: DriedElectrode}]
    columns:
      Coated at: {ignore: true}
      Gap: {ignore: true}
      Room: {ignore: true}
      Speed: {parameter: LineSpeed, kind: set}
      Temperature: {parameter: DryingTemperature, kind: set}
"""
DRIED = """Run,Start,Coater,Slurry,Roll,Coated at (m/min),Gap (µm),Room (°C),Dried,Dryer,Speed (m/min),\
Temperature (°C)
1,2025-03-04,C1,S1,R1,1.5,180,22.1,2025-03-05,D1,1.5,110
2,2025-03-05,C1,S1,R2,1.6,185,22.4,2025-03-06,D1,1.6,112
"""


def test_a_model_of_two_steps_takes_the_runs_of_the_last_one_as_its_rows(folder: Path) -> None:
    """What is dried later is not missing from the coating."""
    (folder / "coating.yaml").write_text(TWO_STEPS, encoding="utf-8")
    (folder / "coating.csv").write_text(DRIED, encoding="utf-8")
    _, said = told(folder, "--profile", "CoatingDryingMlModels")
    assert not {each for each in said if said[each].startswith("violation")}
    assert said["Readiness-complete"].endswith("2 of 2 runs have all that is required")
