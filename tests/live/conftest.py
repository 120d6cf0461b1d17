"""A browser, and the places where the live page is found by it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from chromium import browser_or_skip

from autograd.live.server import Server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window, which notes each line of its console and each request."""
    driver = browser_or_skip()
    yield driver
    driver.quit()


@pytest.fixture(scope="session")
def local() -> Iterator[str]:
    """The address of a server in this process."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


@pytest.fixture
def address(request: pytest.FixtureRequest, local: str) -> str:
    """Where the page is that a test opens: on the local server."""
    return local
