"""Makes the picture of a page for the README: python tests/picture_of_page.py [FILE]."""

import base64
import sys
import tempfile
from pathlib import Path

from chromium import chromium

from autograd import Value, play

PICTURE = Path(__file__).parent.parent / "demos" / "pictures" / "player.png"
SIZE = {"width": 1120, "height": 640, "deviceScaleFactor": 1.25, "mobile": False}
STILL = {"name": "prefers-reduced-motion", "value": "reduce"}


def main() -> None:
    """Open the page of the lecture's expression, go on to its last step, and take the picture."""
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    d = a * b
    e = d + c
    L = e * f
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    path.parent.mkdir(exist_ok=True)
    browser = chromium()
    try:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "lesson.html"
            play(L, page)
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [STILL]})
            browser.get(page.as_uri())
            browser.find_element("id", "last").click()
            shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
            path.write_bytes(base64.b64decode(shot["data"]))
    finally:
        browser.quit()
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
