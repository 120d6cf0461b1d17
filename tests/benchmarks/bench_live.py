"""Prints how quick the live page is in Chromium: ready, a drag on the screen, updates a second, memory.

python tests/benchmarks/bench_live.py [--opened 5] [--drags 100] [--minutes 10] [--pyodide DIR --viz DIR]

It is measured on the local server and, with the two packages of npm named, in an exported folder, in turns.
The memory is that of JavaScript, its garbage collected, while a network is trained for so many minutes.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import nn.page.live_tab  # noqa: F401, the page has the tab Network
from autograd import engine
from autograd.live.export import export_page

sys.path.append(str(Path(__file__).parent.parent))
from chromium import chromium, wait  # these lie beside the tests
from web_server import live_server, served

READY = "return document.getElementById('status')?.textContent.startsWith('ready')"
EXPRESSION = "#1/expression?*=tanh(w1*x1+%2B+w2*x2+%2B+b)&w1=0.5&x1=1&w2=-1&x2=2&b=0.1"
SETTINGS = {"2-8-1": "", "2-16-16-1": "layers=16+16"}
LOSS = "return !!document.getElementById('loss')?.textContent"

# Each drag: the handler with the layout of what it changed; then the picture on the screen.
DRAG = """
const [field, drags, done] = arguments;
const computed = [], painted = [];
const [low, high] = [Number(field.min), Number(field.max)];
const one = () => {
  const start = performance.now();
  field.value = low + (high - low) * (0.5 + 0.45 * Math.sin(computed.length / 5));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.getBoundingClientRect();
  computed.push(performance.now() - start);
  requestAnimationFrame(() => setTimeout(() => {
    painted.push(performance.now() - start);
    computed.length < drags ? one() : done([computed, painted]);
  }));
};
requestAnimationFrame(one);
"""
STEPS = """
const [seconds, done] = arguments;
const number = () => Number(document.getElementById("iteration").textContent);
const pace = document.getElementById("pace-of-training");
pace.value = "-1"; // as fast as it goes
pace.dispatchEvent(new Event("input", { bubbles: true }));
document.getElementById("train").click();
setTimeout(() => {
  const [before, start] = [number(), performance.now()];
  setTimeout(() => {
    const made = (number() - before) / (performance.now() - start) * 1000;
    document.getElementById("train").click();
    done(made);
  }, seconds * 1000);
}, 500);
"""


@contextmanager
def exported(packages: list[str]) -> Iterator[str]:
    """The address of Python's own web server with the exported page."""
    with tempfile.TemporaryDirectory() as place:
        sizes = export_page(Path(place) / "page", *packages)
        print(f"exported: {len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB")
        with served(Path(place) / "page") as url:
            yield url


def open_page(browser: Any, address: str, fragment: str, there: str) -> None:
    """Open the page, until a script says that all is there."""
    browser.get("about:blank")
    browser.get(address + fragment)
    wait(browser, READY, 120.0)
    wait(browser, there, 30.0)


def seconds_to_ready(address: str) -> float:
    """From opening the page to "ready", in a browser that has never seen it."""
    browser = chromium()
    try:
        browser.get("about:blank")
        start = time.perf_counter()
        browser.get(address)
        wait(browser, READY, 120.0)
        return time.perf_counter() - start
    finally:
        browser.quit()


def spread(times: list[float], unit: str = "ms") -> str:
    """Median and worst."""
    return f"median {median(times):.1f} {unit}, worst {max(times):.1f} {unit}"


def print_drag(browser: Any, what: str, field: str, drags: int) -> None:
    """How long a drag of a slider takes."""
    browser.execute_script(f"document.querySelector('{field}').scrollIntoView()")
    found = browser.find_element("css selector", field)
    computed, painted = browser.execute_async_script(DRAG, found, drags)
    print(f"{what}: computed {spread(computed)}; on the screen {spread(painted)}")


def print_figures(browser: Any, name: str, address: str, drags: int) -> None:
    """Drags and training, of one place where the page is."""
    open_page(browser, address, EXPRESSION, "return !!document.querySelector('[data-slider=w1]')")
    print_drag(browser, f"{name}: a drag in an expression", "[data-slider=w1]", drags)
    for network, settings in SETTINGS.items():
        open_page(browser, address, f"#1/network?{settings}", LOSS)
        browser.execute_script("document.querySelector('#all-parameters button').click()")
        print_drag(browser, f"{name}: a drag of a weight of {network}", "#inspector [type=range]", drags)
        steps = browser.execute_async_script(STEPS, 5)
        print(f"{name}: {network} on 100 points, {steps:.0f} updates a second, with everything drawn")


def print_memory(browser: Any, address: str, minutes: float) -> None:
    """The memory of JavaScript by minute, while it trains."""
    open_page(browser, address, "#1/network?layers=16+16", LOSS)
    browser.execute_script("document.getElementById('train').click()")
    end, figures = time.monotonic() + 60 * minutes, []
    while True:
        browser.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        figures.append(browser.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"] / 1e6)
        if time.monotonic() >= end:
            break
        time.sleep(min(60.0, max(0.0, end - time.monotonic())))
    updates = browser.execute_script("return document.getElementById('iteration').textContent")
    shown = " ".join(f"{x:.1f}" for x in figures)
    print(f"memory by minute of training, {updates} updates of 2-16-16-1: {shown} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--opened", type=int, default=5)
    parser.add_argument("--drags", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--pyodide")
    parser.add_argument("--viz")
    options = parser.parse_args()
    print(f"{engine()} engine; each page in a Chromium without a window")
    with ExitStack() as stack:
        places = {"local": stack.enter_context(live_server())}
        if options.pyodide and options.viz:
            places["exported"] = stack.enter_context(exported([options.pyodide, options.viz]))
        opened: dict[str, list[float]] = {name: [] for name in places}
        for _ in range(options.opened):
            for name, address in places.items():
                opened[name].append(seconds_to_ready(address))
        for name, seconds in opened.items():
            print(f"{name}: ready {spread(seconds, 's')}, least {min(seconds):.1f} s")
        browser = chromium()
        browser.set_script_timeout(120)
        try:
            for name, address in places.items():
                print_figures(browser, name, address, options.drags)
            if options.minutes:
                print_memory(browser, places["local"], options.minutes)
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
