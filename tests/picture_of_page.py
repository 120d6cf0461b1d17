"""Makes the pictures of the pages for the README: python tests/picture_of_page.py [FOLDER]."""

import base64
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from chromium import chromium, wait
from PIL import Image
from web_server import live_server

import nn.page.live_tab  # noqa: F401, the live page shows a network
from autograd import Value, play

PICTURES = Path(__file__).parent.parent / "demos" / "pictures"
LESSON = {"width": 1120, "height": 640, "deviceScaleFactor": 1.25, "mobile": False}
LIVE = {"width": 1280, "height": 720, "deviceScaleFactor": 1.25, "mobile": False}
STILL = {"name": "prefers-reduced-motion", "value": "reduce"}
ITERATIONS = 300


def lesson(browser: Any) -> None:
    """The page of the lecture's expression, at its last step."""
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    d = a * b
    e = d + c
    L = e * f
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "lesson.html"
        play(L, page)
        browser.get(page.as_uri())
        browser.find_element("id", "last").click()


def live(browser: Any) -> None:
    """The live page with a network that has learned, one of its neurons chosen."""
    with live_server() as url:
        browser.get(f"{url}#1/network?learning-rate=0.05")
        wait(browser, "return !!document.querySelector('[data-neuron]')")
        for _ in range(ITERATIONS):
            browser.find_element("id", "train-step").click()
        browser.find_element("css selector", '[data-neuron="0.2"]').click()


def main() -> None:
    """Open each page, and take its picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    folder.mkdir(exist_ok=True)
    browser = chromium()
    try:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [STILL]})
        for name, show, size in (("player.png", lesson, LESSON), ("live.png", live, LIVE)):
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            show(browser)
            shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
            with Image.open(io.BytesIO(base64.b64decode(shot["data"]))) as image:
                image.convert("RGB").quantize(256).save(folder / name, optimize=True)
            print(f"{folder / name}: {(folder / name).stat().st_size / 1000:.0f} kB")
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
