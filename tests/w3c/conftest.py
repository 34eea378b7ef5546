"""A plain server that the tests of this folder write to."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from serving import TOKEN, served


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    tokens = {"test": {"token": TOKEN, "scopes": ["admin"]}}
    with served(tmp_path_factory.mktemp("w3c") / "db", default_graph="plain", tokens=tokens) as client:
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client
