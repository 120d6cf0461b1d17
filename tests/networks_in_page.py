"""Networks in the step page, for tests that drive and measure it in Chromium."""

from pathlib import Path
from typing import Any

from chromium import show_at

import nn
from autograd import Value

LAST_ROW = 14  # pixels of letters on a slide of 1280 × 720


def network(*sizes: int) -> tuple[Any, Value]:
    """A network and its loss."""
    model = nn.MLP(sizes[0], sizes[1:], rng=1)
    x = [Value(round(0.5 * (-1) ** i + 0.01 * i, 2), f"x{i}") for i in range(sizes[0])]
    output = model(x)
    loss = nn.mse_loss(output, 1.0) if sizes[-1] == 1 else nn.cross_entropy_loss(output, 1)
    loss.label = "loss"
    return model, loss


def opened(browser: Any, tmp_path: Path, page: Any, width: int = 1280, height: int = 720) -> Any:
    """A page in a window of that size, which moves nothing softly."""
    show_at(browser, width, height, prefers_reduced_motion="reduce")
    page.save(tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    return browser


def run(browser: Any, script: str, *arguments: Any) -> Any:
    """Run something in the page, and let what it changes be laid out."""
    found = browser.execute_script(script, *arguments)
    browser.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => setTimeout(done))")
    return found


# In sight: letters in pixels; the share of the stage that the picture's boxes span, the longer way; boxes
# that lie over each other; what of a board, a table or the page is cut off at its side.
MEASURE = """
const seen = (part) => part.getClientRects().length > 0;
const cameras = [camera, partCamera].filter(({ view }) => view);
const letters = cameras.map(({ view, scale }) => view.letters * scale);
const texts = [...document.querySelectorAll("#player :is(p, td, th, label, button, select, output, h1)")];
const small = Math.min(...texts.filter((part) => seen(part) && part.textContent.trim())
  .map((part) => parseFloat(getComputedStyle(part).fontSize)));
const boxes = [...new Set(camera.view.boxes.filter(Boolean))].map((box) => box.getBoundingClientRect());
const within = document.getElementById("stage").getBoundingClientRect();
const span = (low, high, size) => (Math.max(...boxes.map((b) => b[high])) -
  Math.min(...boxes.map((b) => b[low]))) / within[size];
let over = 0;
boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
  if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) over++;
}));
const board = document.getElementById("board");
const rows = [...document.querySelectorAll("#step tbody tr")].map((row) => row.getBoundingClientRect());
const edge = board.getBoundingClientRect();
return { letters, small, over, level: camera.view.title, fitted: camera.fitted,
  span: Math.max(span("left", "right", "width"), span("top", "bottom", "height")),
  height: within.height, wide: document.documentElement.scrollWidth - innerWidth,
  cut: rows.filter((row) => row.bottom > edge.bottom + 1 || row.right > edge.right + 1).length,
  seen: camera.cropped ? 0 : 1, rows: rows.length, sideways: board.scrollWidth - board.clientWidth };
"""
