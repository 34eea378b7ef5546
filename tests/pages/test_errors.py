"""What goes wrong is said to a browser on a page and to a program as a problem document."""

import asyncio
import logging
import os
import re
import shutil
from pathlib import Path

import httpx2 as httpx
import pytest

from pilotline.store import Store
from pilotline_server.app import create_app
from pilotline_server.settings import Settings


def test_a_browser_gets_a_page_and_a_program_a_problem(client: httpx.Client) -> None:
    page = client.get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Not Found</h1>" in page.text
    told = client.get("/nowhere", headers={"Accept": "*/*"})
    assert (told.status_code, told.json()["title"]) == (404, "Not Found")
    assert told.headers["content-type"] == "application/problem+json"


def test_a_broken_query_comes_back_in_its_form_with_line_and_column(client: httpx.Client) -> None:
    page = client.get("/sparql", params={"query": "SELECT * {\n <b> }"})
    assert page.status_code == 400
    assert "line 2, column" in page.text
    assert "SELECT * {\n &lt;b&gt; }</textarea>" in page.text


def test_what_nobody_foresaw_is_told_by_an_id_that_the_log_has(
    demo_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    db = shutil.copytree(demo_store.path, tmp_path / "db", copy_function=os.link)
    for file in (db / "series").iterdir():
        file.unlink()
        file.write_bytes(b"no Parquet")
    app = httpx.ASGITransport(create_app(Settings(db=db)).asgi)

    async def asked(accept: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=app, base_url="http://test") as client:
            return await client.get("/line?cell=cell+117", headers={"Accept": accept})

    with caplog.at_level(logging.ERROR):
        page = asyncio.run(asked("text/html"))
        told = asyncio.run(asked("application/json"))
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert (told.status_code, told.headers["content-type"]) == (500, "application/problem+json")
    said = [record.getMessage() for record in caplog.records]
    (shown,) = re.findall(r"under the id ([0-9a-f]{8})", page.text)
    ids = [shown, told.json()["id"]]
    assert said == [f"the request GET /line failed, id {number}" for number in ids]
    assert [record.exc_info is not None for record in caplog.records] == [True, True]
    for text in (page.text, told.text):
        assert not re.search(r"Traceback|pyarrow|\.py\b|/tmp|Parquet", text)
