"""A browser, and the places where the live page is found by it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import browser_or_skip, requested, wait
from web_server import live_server, served

import nn.page.live_tab  # noqa: F401, the page has the tab Network
from autograd.live.export import export_page

LOADED = 120.0  # seconds for the page to be ready: where Python runs in it, it is 12 MB


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window, for all these files: what runs Python in the page, it loads once."""
    driver = browser_or_skip()
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def local() -> Iterator[str]:
    """The address of a server in this process."""
    with live_server() as url:
        yield url


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page exported into a folder, with npm's packages from where the environment says that they are."""
    packages = [os.environ.get(name) for name in ("STEPGRAD_PYODIDE", "STEPGRAD_VIZ")]
    if not all(packages):
        pytest.skip("needs npm's pyodide and @viz-js/viz, where STEPGRAD_PYODIDE and STEPGRAD_VIZ say")
    folder = tmp_path_factory.mktemp("exported") / "page"
    export_page(folder, *packages)
    return folder


@pytest.fixture(scope="session")
def exported(folder: Path) -> Iterator[str]:
    """The address of Python's own web server, which serves that folder."""
    with served(folder) as url:
        yield url


@pytest.fixture(params=["local", "exported"])
def address(request: pytest.FixtureRequest) -> str:
    """Where the page is that a test opens: on the local server, or in an exported folder."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def live_page(browser: Any, address: str) -> Iterator[Callable[[str, str], Any]]:
    """Opens the page with a fragment, until a script says that all is there.

    At the end, nothing was said on the console and nobody else was asked.
    """

    def open_page(fragment: str, there: str) -> Any:
        browser.get("about:blank")
        browser.get(address + fragment)
        wait(browser, "return document.getElementById('status')?.textContent.startsWith('ready')", LOADED)
        wait(browser, f"return {there}")
        return browser

    requested(browser)
    browser.get_log("browser")
    yield open_page
    assert browser.get_log("browser") == []
    allowed = (address, "data:", "blob:", "about:")
    assert [url for url in requested(browser) if not url.startswith(allowed)] == []
