"""The log of the simulated dryer: its features, its faults, where its readings lie on the web."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, stdev

import pyarrow
import pyarrow.parquet
import pytest
from openpyxl import Workbook
from pyoxigraph import QuerySolutions
from series.conftest import Stage, codes, graph_of

from pilotline.datasets.dataset import SourceError, Staged
from pilotline.demo import write_files
from pilotline.ingest.publishing import Policy, Rules, ingest
from pilotline.resources import data_folder
from pilotline.store import Store, back_up, restore

MAPPING = data_folder("mappings") / "demo" / "dryer-log.yaml"
NAMES = ("dryer-log.csv", "channels.csv", "coating.xlsx")
FEATURES = """
PREFIX pl: <https://w3id.org/pilotline/ontology#>
PREFIX hasNumberValue: <https://w3id.org/emmo#EMMO_faf79f53_749d_40b2_807c_d34244c192f4>
PREFIX hasNumericalPart: <https://w3id.org/emmo#EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0>
SELECT ?label ?statistic ?n ?value WHERE {
    ?q pl:fromExtract ?e ; pl:statistic ?s ; pl:sampleSize ?n ; hasNumericalPart:/hasNumberValue: ?value .
    ?e <http://www.w3.org/2000/01/rdf-schema#label> ?label . BIND(STRAFTER(STR(?s), "#") AS ?statistic)
}"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("line")
    write_files(folder)
    return folder


@pytest.fixture(scope="module")
def staged(stage: Stage, line: Path) -> Staged:
    return stage(MAPPING, [line / name for name in NAMES])


def solutions(staged: Staged, query: str) -> list[tuple[str, ...]]:
    found = graph_of(staged).query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(getattr(value, "value", "") for value in solution) for solution in found]


def readings(line: Path) -> Iterator[tuple[str, str, float]]:
    """Time, channel and value of each row; a stamp that comes twice is taken once."""
    with (line / NAMES[0]).open(encoding="utf-8", newline="") as file:
        rows = [(row["Time"], row["Channel"], float(row["Value"])) for row in csv.DictReader(file)]
    yield from dict.fromkeys(rows)


def test_features_are_those_of_the_readings_in_the_window(staged: Staged, line: Path) -> None:
    window = "SELECT ?a ?b { ?e <http://www.w3.org/2000/01/rdf-schema#label> 'DR1.T2 in run C02-A' ; "
    window += "<https://w3id.org/pilotline/ontology#windowStart> ?a ; "
    window += "<https://w3id.org/pilotline/ontology#windowEnd> ?b }"
    ((start, end),) = solutions(staged, window)
    lasted = [datetime.fromisoformat(each).strftime("%Y-%m-%d %H:%M:%S") for each in (start, end)]
    of = [v for time, channel, v in readings(line) if channel == "DR1.T2" and lasted[0] <= time <= lasted[1]]
    found = {
        s: (int(n), float(v))
        for label, s, n, v in solutions(staged, FEATURES)
        if label == "DR1.T2 in run C02-A"
    }
    assert found == {
        "Mean": (len(of), pytest.approx(fmean(of))),
        "StandardDeviation": (len(of), pytest.approx(stdev(of))),
        "Minimum": (len(of), min(of)),
        "Maximum": (len(of), max(of)),
    }


def test_every_channel_has_its_features_in_every_run(staged: Staged) -> None:
    labels = {label for label, *_ in solutions(staged, FEATURES)}
    assert len(labels) == 7 * len({label.rpartition(" ")[2] for label in labels})


def test_gap_stuck_sensor_and_double_stamps_are_told(staged: Staged) -> None:
    told = {
        f.code: f.message
        for f in staged.findings
        if f.code in ("Logger-gap", "Logger-stuck", "Logger-stamp-twice")
    }
    assert told == {
        "Logger-gap": "run C02-A: no reading of 7 channels for 100 s from 2025-03-05T14:29:50+01:00",
        "Logger-stamp-twice": "run C03-B: 7 stamps of 7 channels come twice; the first reading counts",
        "Logger-stuck": "run A02-B, channel DR1.T4: 31 readings in a row are the same from "
        "2025-03-12T14:21:30+01:00; its features are suspect",
    }


def test_features_of_a_stuck_sensor_are_suspect(staged: Staged) -> None:
    suspect = "SELECT DISTINCT ?label { ?q <https://w3id.org/pilotline/ontology#status> "
    suspect += (
        "<https://w3id.org/pilotline/ontology#Suspect> ; <https://w3id.org/pilotline/ontology#fromExtract>/"
    )
    suspect += "<http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    assert solutions(staged, suspect) == [("DR1.T4 in run A02-B",)]


def test_rows_know_their_run_and_their_metre(staged: Staged) -> None:
    table = pyarrow.parquet.read_table(staged.series[0].path).to_pylist()
    run = [row for row in table if row["run"] == "C02-A" and row["channel"] == "DR1.V"]
    metres = [row["web_metre"] for row in run]
    assert metres[0] == 0
    assert metres == sorted(metres)
    # 1.5 m/min for 10 s are 0.25 m.
    assert metres[1] - metres[0] == pytest.approx(run[0]["value"] / 6, abs=1e-3)


def test_time_outside_the_limits_counts_seconds(staged: Staged) -> None:
    told = {f.message for f in staged.findings if f.code == "Logger-outside-limits"}
    assert "run C01-A, channel DR1.AIR: 30 s outside 1180–1220 m³/h" in told


def shifted(line: Path, folder: Path, by: timedelta) -> Sequence[Path]:
    """The files of the line with the log of a clock that is ahead."""
    text = (line / NAMES[0]).read_text(encoding="utf-8")

    def later(match: re.Match[str]) -> str:
        return str(datetime.fromisoformat(match[0]) + by)

    log = folder / NAMES[0]
    log.write_text(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", later, text), encoding="utf-8")
    return [log, line / NAMES[1], line / NAMES[2]]


def test_a_clock_that_is_ahead_is_found(stage: Stage, line: Path, tmp_path: Path) -> None:
    late = stage(MAPPING, shifted(line, tmp_path, timedelta(minutes=7)))
    (found,) = [finding for finding in late.findings if finding.code == "Logger-clock-offset"]
    assert found.message == "the logger's clock is 420 s ahead of the line's by the starts of 10 of 10 runs"
    assert found.hint == "set the clock; for these files say `clock: 420` in the mapping"


def test_a_declared_offset_is_taken_off(staged: Staged, stage: Stage, line: Path, tmp_path: Path) -> None:
    files = shifted(line, tmp_path, timedelta(minutes=7))
    mapping = tmp_path / "log.yaml"
    mapping.write_text(
        MAPPING.read_text(encoding="utf-8").replace("every: 10", "every: 10\n  clock: 420"), encoding="utf-8"
    )
    corrected = stage(mapping, files)
    assert codes(corrected) == codes(staged)
    assert corrected.quads.read_text().count("fromExtract") == staged.quads.read_text().count("fromExtract")


WIDE = """\
mapping: oven
version: 1
dataset: {id: oven, title: Oven and dry room, licence: CC0-1.0, simulated: true}
source: {timezone: Europe/Berlin, decimal: ",", delimiter: ";"}
logger:
  file: "oven*.csv"
  time: Zeit
  every: 60
  channels:
    Ofen: {parameter: PostDryingTemperature, unit: °C, equipment: oven-1, limits: {low: 100, high: 120}}
    Taupunkt: {parameter: DewPoint, unit: °C, room: dry room, stuck_after: 0}
    Encoder: {parameter: SheetLength, unit: m, equipment: oven-1, role: encoder, stuck_after: 0}
  runs:
    file: "runs*.csv"
    run: {step: PostDrying, id: [Run]}
    start: Start
    end: End
"""


def test_a_file_with_a_column_for_each_channel(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "wide.yaml").write_text(WIDE, encoding="utf-8")
    (tmp_path / "oven.csv").write_text(
        "Zeit;Ofen;Taupunkt;Encoder\n"
        "2025-03-05 08:00:00;99,5;-40,0;10\n2025-03-05 08:01:00;110,0;-40,0;12,5\n"
        "2025-03-05 08:02:00;111,0;-41,0;15\n",
        encoding="utf-8",
    )
    (tmp_path / "runs.csv").write_text(
        "Run;Start;End\n7;2025-03-05 08:00:00;2025-03-05 08:02:00\n", encoding="utf-8"
    )
    staged = stage(tmp_path / "wide.yaml", [tmp_path / "oven.csv", tmp_path / "runs.csv"])
    table = pyarrow.parquet.read_table(staged.series[0].path).to_pylist()
    assert [(row["Ofen"], row["run"], row["web_metre"]) for row in table] == [
        (99.5, "7", 0.0),
        (110.0, "7", 2.5),
        (111.0, "7", 5.0),
    ]
    assert [f.message for f in staged.findings] == ["run 7, channel Ofen: 60 s outside 100–120 °C"]


TIMES = [datetime(2025, 3, 5, 8, minute) for minute in range(3)]  # noqa: DTZ001 - the mapping says the zone
READ = {
    "Zeit": TIMES,
    "Ofen": [99.5, 110.0, 111.0],
    "Taupunkt": [-40.0, -40.0, -41.0],
    "Encoder": [10, 12.5, 15],
}


def write_workbook(path: Path) -> None:
    book = Workbook()
    for row in (list(READ), *zip(*READ.values(), strict=True)):
        book.worksheets[0].append(row)
    book.save(path)


def write_parquet(path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table(dict(READ)), path)


@pytest.mark.parametrize(("name", "write"), [("oven.xlsx", write_workbook), ("oven.parquet", write_parquet)])
def test_a_log_may_be_a_workbook_or_parquet(
    stage: Stage, tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    (tmp_path / "wide.yaml").write_text(WIDE.replace("oven*.csv", name), encoding="utf-8")
    write(tmp_path / name)
    (tmp_path / "runs.csv").write_text(
        "Run;Start;End\n7;2025-03-05 08:00:00;2025-03-05 08:02:00\n", encoding="utf-8"
    )
    staged = stage(tmp_path / "wide.yaml", [tmp_path / name, tmp_path / "runs.csv"])
    table = pyarrow.parquet.read_table(staged.series[0].path).to_pylist()
    assert [(row["Ofen"], row["Taupunkt"], row["run"], row["web_metre"]) for row in table] == [
        (99.5, -40.0, "7", 0.0),
        (110.0, -40.0, "7", 2.5),
        (111.0, -41.0, "7", 5.0),
    ]
    assert [f.message for f in staged.findings] == ["run 7, channel Ofen: 60 s outside 100–120 °C"]


def test_a_restored_store_has_the_readings(
    staged: Staged, store: Store, rules: Rules, tmp_path: Path
) -> None:
    assert ingest(store, staged, rules, Policy.RECORD).published
    back_up(store.path, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "again")
    again = Store.open(tmp_path / "again").series.file(staged.series[0].sha256)
    assert pyarrow.parquet.read_table(again).equals(pyarrow.parquet.read_table(staged.series[0].path))


def test_a_unit_of_another_dimension_stops_the_reading(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "wide.yaml").write_text(
        WIDE.replace("PostDryingTemperature, unit: °C", "PostDryingTemperature, unit: bar"), encoding="utf-8"
    )
    with pytest.raises(SourceError, match="PostDryingTemperature is a temperature; 'bar' is a pressure"):
        stage(tmp_path / "wide.yaml", [])
