"""A browser before a server on the demo line; it minds what no page may do."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, sync_playwright
from serving import served

from pilotline.store import Store
from pilotline_server.pages import script

CHROMIUM = shutil.which("chromium")
Open = Callable[..., Page]
needs_script = pytest.mark.skipif(
    not script.address("editor.js"), reason="the script of the pages is not built: npm is missing"
)


@pytest.fixture(scope="session")
def address(demo_store: Store) -> Iterator[str]:
    if CHROMIUM is None:
        pytest.skip("chromium is missing")
    with served(demo_store.path) as client:
        yield str(client.base_url).rstrip("/")


# Not for the session: while it lives, an event loop runs in the process, and other tests run their own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is missing")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Open pages by their path; at the end nothing was said on the console, nothing asked of another host."""
    with _visiting(browser, address) as (visit, wrong):
        yield visit
    assert wrong == []


@pytest.fixture
def visit_failing(browser: Browser, address: str) -> Iterator[Open]:
    """Open pages on which the server refuses something, which a browser tells on its console."""
    with _visiting(browser, address) as (visit, wrong):
        yield visit
    assert [said for said in wrong if not said.startswith("Failed to load resource")] == []


@contextmanager
def _visiting(browser: Browser, address: str) -> Iterator[tuple[Open, list[str]]]:
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            wrong.append(f"asked {request.url}")

    def visit(
        path: str, width: int = 1280, scheme: Literal["light", "dark"] = "light", *, script: bool = True
    ) -> Page:
        view: ViewportSize = {"width": width, "height": 800}
        contexts.append(browser.new_context(viewport=view, color_scheme=scheme, java_script_enabled=script))
        page = contexts[-1].new_page()
        page.on("request", asked)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(address + path)
        return page

    yield visit, wrong
    for context in contexts:
        context.close()
