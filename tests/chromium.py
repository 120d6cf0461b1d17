"""Chromium without a window, as the tests of pages, their benchmark and their picture drive it."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--no-first-run", "--hide-scrollbars",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def installed() -> tuple[str, str] | None:
    """Where Chromium and its chromedriver are; None where either is not."""
    browser, driver = next(filter(None, map(shutil.which, NAMES)), None), shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


def chromium(width: int = 1280, height: int = 800) -> Any:
    """A Chromium to drive, which notes each line of its console and each request."""
    from selenium import webdriver

    found = installed()
    if found is None:
        raise LookupError("Chromium and chromedriver are to be on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for argument in [*ARGUMENTS, f"--window-size={width},{height}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(found[1]))


def browser_or_skip() -> Any:
    """A Chromium to drive; without one the test is skipped, unless STEPGRAD_BROWSER=required.

    STEPGRAD_BROWSER=elsewhere skips it where another run of the suite drives the browser for all.
    """
    wanted = os.environ.get("STEPGRAD_BROWSER")
    if wanted == "elsewhere":
        pytest.skip("the browser is driven by the suite on the compiled engine, or on another Python")
    if wanted != "required":
        if installed() is None:
            pytest.skip("no Chromium with its chromedriver is installed")
        pytest.importorskip("selenium", reason="selenium is not installed: pip install 'stepgrad[browser]'")
    return chromium()


def show_at(browser: Any, width: int, height: int, **preferences: str) -> None:
    """Give the page that size in pixels, and a reader who wants prefers_color_scheme="dark", say."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": name.replace("_", "-"), "value": value} for name, value in preferences.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@contextmanager
def shown_at(browser: Any, width: int, height: int, **preferences: str) -> Iterator[None]:
    """The same, and laid out; after that in the window that it had, whatever happens."""
    show_at(browser, width, height, **preferences)
    browser.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0], 100))")
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        wait(browser, "return innerWidth > 1000")


def requested(browser: Any) -> list[str]:
    """The addresses that were requested since this was asked last."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def wait(browser: Any, script: str, seconds: float = 20.0) -> Any:
    """Wait until a script returns something true, and return that."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, seconds, 0.02).until(lambda driver: driver.execute_script(script))
