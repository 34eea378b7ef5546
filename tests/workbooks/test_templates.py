"""A template is filled in and rearranged as people do, and read with no mapping."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pyoxigraph import RdfFormat, parse
from workbooks.template_filling import METADATA, Rows, fill

from pilotline.cli import main
from pilotline.datasets.dataset import SourceError, Staged
from pilotline.ingest.sources import jobs
from pilotline.iris import Place
from pilotline.namespaces import PL
from pilotline.quantities.units import Units
from pilotline.vocabulary.terms import Vocabulary
from pilotline.workbooks.knowledge import Knowledge
from pilotline.workbooks.line import Instrument, Limit, Line
from pilotline.workbooks.steps import Wishes, step_form
from pilotline.workbooks.template import write_template

RUN = {
    "id": "0042",
    "start": "04.03.2025 08:15",
    "end": "2025-03-04 09:02",
    "input:slurry": "S-17",
    "input:foil": "F1",
    "output:roll:CoatedElectrode": "R42",
    "polarity": "Cathode",
    "equipment:Equipment": "Coater 1",
    "q:CoatingSpeed:set:run": "1,50",
    "q:CoatingSpeed:measured:run": 1.48,
}
VALUE = {
    "of": "lot", "kind": "roll", "id": "R42", "step": "Coating", "run": "0042",
    "parameter": "WetFilmThickness", "value_kind": "measured", "unit": "µm",
}  # fmt: skip
SAMPLE = {"id": "P2", "kind": "roll", "lot": "R42", "side": "A", "position": "12,5"}
SHEETS: dict[str, Rows] = {
    "Coating": [RUN],
    "Measurements": [VALUE | {"value": "120,5", "replicate": 1}, VALUE | {"value": "121.5", "replicate": 2}],
    "Samples": [SAMPLE],
}


class Reader:
    """Reads workbooks as the commands do, with no mapping."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, units: Units) -> None:
        self.folder, self._known = folder, (vocabulary, units)

    def staged(self, workbook: Any, name: str = "filled.xlsx") -> Staged:
        """Save a workbook and map it."""
        workbook.save(self.folder / name)
        (job,) = jobs([self.folder / name], None, Place())
        return job.stage(self.folder / "staged.nq", *self._known)

    def triples(self, workbook: Any) -> set[tuple[str, str, str]]:
        """Return the triples that a workbook holds, cell pointers left out."""
        staged = self.staged(workbook)
        return {
            (str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in parse(path=str(staged.quads), format=RdfFormat.N_QUADS)
            if str(quad.predicate) != f"<{PL}cell>" and not quad.graph_name.value.endswith("/pointers")
        }


@pytest.fixture
def reader(tmp_path: Path, vocabulary: Vocabulary, units: Units) -> Reader:
    return Reader(tmp_path, vocabulary, units)


def test_a_filled_template_is_read_with_no_mapping(reader: Reader, template: Path) -> None:
    staged = reader.staged(fill(template, SHEETS))
    assert staged.findings == ()
    assert (staged.description.title, staged.description.simulated) == ("Coating runs", True)
    numbers = {
        str(quad.object)
        for quad in parse(path=str(staged.quads), format=RdfFormat.N_QUADS)
        if str(quad.predicate) == f"<{PL}asTyped>"
    }
    assert numbers == {'"1,50"', '"1.48"', '"120,5"', '"121.5"'}


def test_renaming_moving_and_deleting_columns_changes_nothing(reader: Reader, template: Path) -> None:
    plain = reader.triples(fill(template, SHEETS))
    workbook = fill(template, SHEETS)
    sheet = workbook["Coating"]
    for cell in sheet[4]:
        cell.value = "Spalte"
    sheet.move_range(f"B1:E{sheet.max_row}", cols=60)
    sheet.delete_cols(2, 4)
    sheet.title = "Beschichtung (alt)"
    workbook.move_sheet(sheet, 3)
    assert reader.triples(workbook) == plain


def test_lines_above_the_head_and_dates_of_excel_change_nothing(reader: Reader, template: Path) -> None:
    plain = reader.triples(fill(template, SHEETS))
    # Excel knows no time zones.
    start = datetime(2025, 3, 4, 8, 15)  # noqa: DTZ001
    workbook = fill(template, SHEETS | {"Coating": [RUN | {"start": start}]})
    workbook["Coating"].insert_rows(1, 2)
    workbook["Coating"]["A1"] = "Linie 1"
    assert reader.triples(workbook) == plain


def test_german_words_and_days_are_read_and_an_empty_lot_is_told_by_its_label(
    reader: Reader, template: Path
) -> None:
    plain = reader.triples(fill(template, SHEETS))
    german = RUN | {"polarity": "Kathode", "start": "04.03.25 08:15"}
    assert reader.triples(fill(template, SHEETS | {"Coating": [german]})) == plain
    key = "q:MassLoading:measured:output:roll"
    lacking = RUN | {"output:roll:CoatedElectrode": "", key: 12.5}
    (finding,) = (
        f for f in reader.staged(fill(template, {"Coating": [lacking]})).findings if f.code == "Row-bearer"
    )
    assert finding.message == "'roll out' is empty, so the row's values belong to nothing"


def test_a_unit_that_is_changed_in_its_row_counts(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Coating": [RUN]})
    head = {str(cell.value).partition("#")[2]: cell.column for cell in workbook["Coating"][1]}
    workbook["Coating"].cell(5, head["q:CoatingSpeed:set:run"]).value = "m/s"
    found = {o for s, p, o in reader.triples(workbook) if p == f"<{PL}siValue>" and "/CoatingSpeed/set" in s}
    assert {float(each.split('"')[1]) for each in found} == {1.5}


def test_a_convention_in_the_head_holds_for_the_column(reader: Reader, template: Path) -> None:
    key = "q:MassLoading:measured:output:roll"
    workbook = fill(template, {"Coating": [RUN | {key: 12.5}]})
    head = {str(cell.value).partition("#")[2]: cell.column for cell in workbook["Coating"][1]}
    workbook["Coating"].cell(3, head[key]).value = "PerSide; DryState"
    found = {o for _, p, o in reader.triples(workbook) if p == f"<{PL}convention>"}
    assert found == {f"<{PL}PerSide>", f"<{PL}DryState>"}


def test_own_columns_are_kept_as_notes_and_listed(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Coating": [RUN]})
    workbook["Coating"]["BA4"], workbook["Coating"]["BA6"] = "Kommentar", "Kante wellig"
    staged = reader.staged(workbook)
    assert [(f.code, f.message) for f in staged.findings] == [
        ("Notes-kept", "the remarks in 'Kommentar' are kept as text (1 cells)")
    ]


def test_a_column_of_another_version_is_kept_as_notes(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Coating": [RUN]})
    workbook["Coating"]["BA1"], workbook["Coating"]["BA4"] = "pl/run:Coating#mood", "mood"
    workbook["Coating"]["BA6"] = "fine"
    assert [finding.code for finding in reader.staged(workbook).findings] == ["Notes-kept"]


def test_own_sheets_are_named_and_ours_are_not(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Coating": [RUN]})
    workbook.create_sheet("Rohdaten")["A1"] = 1
    assert [(f.code, f.sheet) for f in reader.staged(workbook).findings] == [("Source-unread", "Rohdaten")]


def test_a_row_of_an_unknown_sort_is_told_by_its_cell(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Samples": [{"id": "P1", "kind": "rol", "lot": "R42"}, SAMPLE]})
    (finding,) = reader.staged(workbook).findings
    assert (finding.code, finding.cell) == ("Row-unread", "B6")


def test_a_sheet_of_which_no_row_can_be_read_is_named(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Samples": [{"id": "P1", "kind": "rol", "lot": "R42"}]})
    with pytest.raises(SourceError, match="sheet Samples: no row says what it is"):
        reader.staged(workbook)


def test_what_the_metadata_lack_is_named(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Coating": [RUN]}, METADATA | {"simulated": ""})
    with pytest.raises(SourceError, match="sheet Dataset: 'simulated' is empty"):
        reader.staged(workbook)


def test_a_copied_column_is_named(reader: Reader, template: Path) -> None:
    workbook = fill(template, {"Coating": [RUN]})
    workbook["Coating"]["BA1"] = "pl/run:Coating#start"
    with pytest.raises(SourceError, match="sheet Coating: two columns are copies of one"):
        reader.staged(workbook)


def test_an_empty_template_says_so(reader: Reader, template: Path) -> None:
    with pytest.raises(SourceError, match="a template in which nothing is filled in"):
        reader.staged(fill(template, {}))


def test_levels_hold_each_other(knowledge: Knowledge) -> None:
    step = knowledge.step("Coating")
    found = [
        {column.key for column in step_form(step, knowledge, Wishes(level)).fields}
        for level in ("required", "recommended", "all")
    ]
    assert found[0] < found[1] < found[2]
    specified = {spec.parameter for spec in knowledge.vocabulary.specified("Coating")}
    assert specified == {key.split(":")[1] for key in found[2] if key.startswith("q:")}


def test_set_and_actual_stand_side_by_side(knowledge: Knowledge) -> None:
    keys = [column.key for column in step_form(knowledge.step("Coating"), knowledge, Wishes("all")).fields]
    place = keys.index("q:CoatingSpeed:set:run")
    assert keys[place + 1] == "q:CoatingSpeed:measured:run"


def test_a_model_requires_what_it_takes_in(knowledge: Knowledge) -> None:
    inputs = frozenset(knowledge.model_inputs("HeckelCompactionModel"))
    form = step_form(knowledge.step("Calendering"), knowledge, Wishes("required", inputs))
    asked = {column.key.split(":")[1] for column in form.fields if column.key.startswith("q:")}
    assert asked == inputs & {spec.parameter for spec in knowledge.vocabulary.specified("Calendering")}


def test_a_line_gives_machines_and_limits(knowledge: Knowledge, tmp_path: Path) -> None:
    line = Line(
        instruments=(Instrument.model_validate({"id": "Coater 1", "class": "SlotDieCoater"}),),
        limits=(Limit.model_validate({"parameter": "CoatingGap", "unit": "mm", "low": "0.05", "high": 1}),),
    )
    write_template(tmp_path / "a.xlsx", [knowledge.step("Coating")], knowledge, Wishes(line=line))
    sheet = load_workbook(tmp_path / "a.xlsx")["Coating"]
    letters = {str(cell.value).partition("#")[2]: cell.coordinate[:-1] for cell in sheet[1]}
    rules = {
        str(rule.sqref).split(":", maxsplit=1)[0]: rule for rule in sheet.data_validations.dataValidation
    }
    gap = rules[letters["q:CoatingGap:set:run"] + "6"]
    assert (gap.type, gap.formula1, gap.formula2, gap.errorStyle) == ("decimal", "50", "1000", "warning")
    assert rules[letters["equipment:SlotDieCoater"] + "6"].type == "list"


def test_the_command_writes_a_template(tmp_path: Path) -> None:
    target = str(tmp_path / "a.xlsx")
    done = CliRunner().invoke(main, ["template", "mixing", "-o", target])
    assert (done.exit_code, done.output) == (
        0,
        f"{target}: Slurry preparation, Lots, Formulation, Stages, Samples, Measurements, Dispositions\n",
    )


def test_the_command_names_models_with_known_inputs(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["template", "mixing", "-o", str(tmp_path / "a"), "--for-model", "Bogus"])
    assert done.exit_code == 2
    assert "HeckelCompactionModel" in done.output
