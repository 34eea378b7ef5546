"""Sends the requests of `probes/*.yaml` to a plain server and compares what comes back, each from nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import yaml
from serving import TOKEN, served

READER = "a-token-for-reading"
PROBES = Path(__file__).parent / "probes"
CASES = [
    (file.stem, case) for file in sorted(PROBES.glob("*.yaml")) for case in yaml.safe_load(file.read_text())
]
ANYTHING = "ASK { { ?s ?p ?o } UNION { GRAPH ?g {} } }"
TOKENS = {"test": TOKEN, "wrong": "no-token-of-this-server", "reader": READER}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    tokens = {"test": {"token": TOKEN, "scopes": ["write"]}, "reader": {"token": READER, "scopes": ["read"]}}
    with served(tmp_path_factory.mktemp("probes") / "db", default_graph="plain", tokens=tokens) as client:
        yield client


@pytest.mark.parametrize(("topic", "case"), CASES, ids=[f"{topic}: {case['says']}" for topic, case in CASES])
def test_probe(plain: httpx.Client, topic: str, case: dict[str, Any]) -> None:
    _empty(plain)
    kept = ""
    for step in case["steps"]:
        response = _sent(plain, step, kept)
        assert _complaints(step, response) == [], (
            f"{step['send']}: {response.status_code} {response.text[:300]}"
        )
        kept = response.headers.get(step.get("keep", ""), kept)


def _empty(client: httpx.Client) -> None:
    """Leave nothing of the case before."""
    if client.get("/sparql", params={"query": ANYTHING, "format": "csv"}).text == "true":
        head = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
        assert client.post("/update", content="DROP ALL", headers=head).status_code == 204


def _sent(client: httpx.Client, step: dict[str, Any], kept: str) -> httpx.Response:
    method, _, address = step["send"].partition(" ")
    headers = {name: kept if value == "kept" else value for name, value in step.get("with", {}).items()}
    headers |= {"Accept": step.get("accept", "*/*")}
    if "as" in step:
        headers["Content-Type"] = step["as"]
    if (token := step.get("token", "test")) != "none":
        headers["Authorization"] = f"Bearer {TOKENS[token]}"
    return client.request(method, address, headers=headers, content=_body(step))


def _body(step: dict[str, Any]) -> bytes | None:
    if "nested" in step:
        start, opening, closing, times = step["nested"]
        return str(start + opening * times + closing * times).encode()
    return step["body"].encode() if "body" in step else None


def _complaints(step: dict[str, Any], response: httpx.Response) -> list[str]:
    """Return what is not as the step says."""
    found = [] if response.status_code in _listed(step["is"]) else [f"the status is not {step['is']}"]
    found += [f"{text!r} is missing" for text in _listed(step.get("has", [])) if text not in response.text]
    found += [f"{text!r} is there" for text in _listed(step.get("hasnot", [])) if text in response.text]
    if not response.headers.get("content-type", "").startswith(step.get("type", "")):
        found.append(f"the type is {response.headers.get('content-type')}")
    for name, value in step.get("header", {}).items():
        if value not in response.headers.get(name, ""):
            found.append(f"{name} is {response.headers.get(name)!r}")
    if step.get("lacks", "no such header") in response.headers:
        found.append(f"{step['lacks']} is there")
    if step.get("empty") and response.content:
        found.append("there is a body")
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
