"""Prints how large the page of a graph of 300 Values is, and how long a step takes in Chromium.

python tests/benchmarks/bench_page.py [VALUES]
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from autograd import Value, play, topological_order

sys.path.append(str(Path(__file__).parent.parent))
from chromium import chromium  # it lies beside the tests

# Each step: the key, the styles and the layout of what it changed; then the picture on the screen.
MEASURE = """
const done = arguments[0];
const key = (name) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
const computed = [], painted = [];
const one = () => {
  const start = performance.now();
  key("ArrowRight");
  document.body.getBoundingClientRect();
  computed.push(performance.now() - start);
  requestAnimationFrame(() => setTimeout(() => {
    painted.push(performance.now() - start);
    document.getElementById("next").disabled ? done([computed, painted]) : one();
  }));
};
key("Home");
one();
"""


def graph(size: int) -> Value:
    """An expression of that many Values, tangled as the ones people write: most inputs are near."""
    rng = random.Random(1)
    nodes = [Value(rng.uniform(-1.0, 1.0), f"x{i}") for i in range(size // 4)]
    waiting = nodes[:]
    while len(nodes) < size:
        a = waiting.pop(0)
        b = waiting.pop(0) if waiting and len(waiting) > size - len(nodes) - 2 else rng.choice(nodes[-40:])
        node = rng.choice([a + b, a * b, a - b, (a + b)]) if b is not a else a.tanh()
        nodes.append(node)
        waiting.append(node)
    return nodes[-1]


def busy(browser: Any) -> float:
    """The seconds of processor time that the page's thread has taken."""
    browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    metrics = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "ThreadTime"))


def main() -> None:
    """Measure and print."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    root = graph(size)
    count = len(topological_order(root))
    start = time.perf_counter()
    page = play(root, limit=size)
    made = time.perf_counter() - start
    browser = chromium()
    browser.set_script_timeout(60)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.html"
            page.save(path)
            browser.get(path.as_uri())
            before = busy(browser)
            computed, painted = browser.execute_async_script(MEASURE)
            work = (busy(browser) - before) / len(computed)
    finally:
        browser.quit()
    print(f"{count} Values, {page.steps} steps: {len(page.html.encode()) / 1e6:.2f} MB, made in {made:.1f} s")
    print(f"a step keeps the page's thread busy for {work * 1000:.1f} ms of processor time")
    for what, times in [("computed and laid out", computed), ("on the screen", painted)]:
        print(f"a step {what}: median {median(times):.1f} ms, slowest {max(times):.1f} ms")


if __name__ == "__main__":
    main()
