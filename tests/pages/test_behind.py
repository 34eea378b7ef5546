"""The SPARQL shown on a page gives what the page shows."""

import html
import re
from typing import Any

import httpx2 as httpx
import pytest

DATASET = "https://w3id.org/pilotline/id/demo-line/dataset/"
PAGES = [
    "/?search=porosity", "/trace?thing=cell+117", "/trace?compare=disposition&least=2", "/line",
    "/line?parameter=porosity", "/line?cell=cell+117", "/series", "/tables?step=Coating", "/ontology",
    "/ontology/Porosity", "/id/demo-line/lot/cell-54", "/datasets", f"/datasets?name={DATASET}calendering",
    "/gaps?step=drying", "/readiness?step=Drying&type=machine-learning", "/ratings?step=Coating",
]  # fmt: skip
BELOW = {"compare": "value", "parameter": "coulombic efficiency", "below": "87 %"}
Rows = list[dict[str, str]]


def shown(client: httpx.Client, path: str, params: dict[str, str] | None = None) -> dict[str, str]:
    """Return the queries of a page by what it says that they give."""
    page = client.get(path, params=params) if params else client.get(path)
    assert page.status_code == 200
    found = re.findall(
        r'<summary>([^<]+)</summary>\n<p><a href="/sparql\?query=[^"]+">Open in the editor</a></p>\n'
        r'<pre tabindex="0">([^<]+)</pre>',
        page.text,
    )
    return {html.unescape(summary): html.unescape(text) for summary, text in found}


def rows(client: httpx.Client, query: str) -> Rows:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["results"]
    return [{name: term["value"] for name, term in row.items()} for row in found["bindings"]]


def answered(client: httpx.Client, asked: dict[str, str], beginning: str, path: str = "/trace") -> Rows:
    """Return the rows of the query of a page whose summary begins so."""
    (query,) = (text for about, text in shown(client, path, asked).items() if about.startswith(beginning))
    return rows(client, query)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_shows_queries_that_the_endpoint_answers(path: str, client: httpx.Client) -> None:
    found = shown(client, path)
    assert found
    assert [about for about, query in found.items() if rows(client, query) is None] == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"thing": "cell 117"}, "What is behind it"),
        ({"thing": "cell 54"}, "What is behind it"),
        ({"thing": "coating C02-A"}, "What is behind it"),
        ({"thing": "slurry S-17", "way": "down"}, "Where it went"),
    ],
)
def test_a_trace_is_what_its_query_gives(asked: dict[str, str], says: str, client: httpx.Client) -> None:
    told = client.get("/trace", params=asked | {"format": "json"}).json()["stages"]
    found = {(row["state"], row["lot"], row["link"] == "sure") for row in answered(client, asked, says)}
    assert found == {(stage["state"], stage["label"], stage["sure"]) for stage in told}


def test_values_behind_a_cell_are_what_the_query_gives(client: httpx.Client) -> None:
    asked = {"thing": "cell 117"}
    stages = client.get("/trace", params=asked | {"format": "json"}).json()["stages"]
    told = {(value["quantity"], value["typed"]) for stage in stages for value in stage["values"]}
    found = answered(client, asked, "Every value")
    assert {(row["quantity"], row.get("value", "")) for row in found} == told


@pytest.mark.parametrize(
    "asked",
    [
        {"thing": "slurry S-17", "way": "down"},
        {"thing": "roll C02", "way": "down", "from": "4.4", "to": "4.6"},
        {"thing": "roll C01", "way": "down", "from": "10", "to": "12"},
    ],
)
def test_the_recalled_cells_are_what_the_query_gives(asked: dict[str, str], client: httpx.Client) -> None:
    told = client.get("/trace", params=asked | {"format": "json"}).json()["recall"]["cells"]
    found = answered(client, asked, "The cells")
    assert {row.get("label") or row["cell"] for row in found} == {cell["label"] for cell in told} != set()


def test_balances_are_what_the_queries_give(client: httpx.Client) -> None:
    asked = {"thing": "slurry S-15"}
    page = client.get("/trace", params=asked).text
    mass = answered(client, asked, "How much of this lot")
    made = sum(float(row["kg"]) for row in mass if row["what"] == "went in")
    used = sum(float(row["kg"]) for row in mass if row["what"] == "taken by a run")
    assert f"<td>{made:.6g} kg</td><td>{used:.6g} kg</td>" in page
    pieces = answered(client, {"thing": "coil C02-1"}, "The balance of pieces")
    assert f"<td>{len({row['made'] for row in pieces})}</td>" in client.get("/trace?thing=coil C02-1").text


def test_what_cells_share_is_counted_by_the_queries(client: httpx.Client) -> None:
    told = client.get("/trace", params=BELOW | {"format": "json"}).json()
    shared = {(each["what"], each["bad"], each["good"]) for each in told["causes"]}
    things = answered(client, BELOW, "Lots, machines and recipes")
    settings = answered(client, BELOW, "Settings and values")
    groups: dict[str, list[int]] = {}
    for row in settings:
        where = ", ".join(filter(None, (row["electrode"], row["step"])))
        counts = groups.setdefault(f"{where}: {row['parameter']} ({row['kind']})", [0, 0])
        counts[row["chosen"] == "0"] += 1
    counted = {(row["what"], int(row["these"]), int(row["others"])) for row in things}
    counted |= {(what, bad, good) for what, (bad, good) in groups.items()}
    assert {row["label"] for row in answered(client, BELOW, "The chosen cells")} == set(told["cells"])
    assert shared - counted == set()
    assert len(shared) > 100


def test_readiness_is_what_the_query_counts(client: httpx.Client) -> None:
    asked = {"model": "ArtisticSlurryClassifier"}
    told = client.get("/readiness", params=asked | {"format": "json"}).json()["items"]
    found = answered(client, asked, "Of each parameter", "/readiness")
    counted = {row["parameter"]: [int(row[name]) for name in ("runs", "values", "distinct")] for row in found}
    assert counted == {
        each["parameter"]: [each["runs"], each["values"], each["distinct"]] for each in told if each["runs"]
    }


def test_the_values_of_the_line_and_the_completeness_are_what_the_queries_give(client: httpx.Client) -> None:
    values = answered(client, {"parameter": "porosity"}, "The values", "/line")
    page = client.get("/line?parameter=porosity").text
    assert f"<p>{len({row['quantity'] for row in values})} values" in page
    name = {"name": f"{DATASET}calendering"}
    steps = answered(client, name, "What is specified", "/datasets")
    required = [int(row["found"]) > 0 for row in steps if row["required"] == "true"]
    assert f"<td>{sum(required)} of {len(required)}</td>" in client.get("/datasets", params=name).text
