"""A server on the demo line, for all tests of its pages."""

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from serving import served

from pilotline.store import Store


@pytest.fixture(scope="session")
def client(demo_store: Store) -> Iterator[httpx.Client]:
    with served(demo_store.path) as client:
        client.headers["Accept"] = "text/html"
        yield client
