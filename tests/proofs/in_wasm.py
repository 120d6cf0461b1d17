"""A plugin of pytest for Python in WebAssembly: what a browser cannot do skips a test, and is counted.

There are no threads there, no processes, no event loop that waits, and no packages but those of pure Python.
A test that fails for such a reason, and for no other, counts as skipped. Most files that import NumPy need it
for some of their tests only: a stand-in lets the others run.
"""

import re
import sys
import traceback
from collections import Counter
from collections.abc import Generator
from types import ModuleType
from typing import Any

import hypothesis
import pytest

CANNOT = {  # what the error of a test says, and what is missing
    "can't start new thread": "threads",
    "emscripten does not support processes": "processes",
    "WebAssembly stack switching not supported": "an event loop that waits",
    "No module named 'numpy'|could not import 'numpy'": "NumPy",
    "No module named '(PIL|matplotlib|sklearn|selenium|torch|IPython|nbformat)": "packages of compiled code",
    "could not import '(matplotlib|torch)'": "packages of compiled code",
    "cannot fit 'int' into an index-sized integer": "64 bits",
    "drawing needs Graphviz|only SVG is drawn here": "Graphviz, or more of it than SVG",
}
LEFT_OUT = {  # by the begin of a test's name
    "tests/drawing/test_render.py": "processes",  # it tests how the process that lays out is run
    "tests/exporting/test_export.py::test_a_thousand_random_graphs": "a faster Python",
    "tests/live/test_server.py": "sockets",
    "tests/test_state_machine.py": "threads",  # and one that fails leaves contexts open
    # JSON of a hundred thousand brackets ends Python there
    "tests/nn/test_saving.py::test_foreign_files_are_refused[b'[[": "a deep stack",
}
MOST_EXAMPLES = 10  # of a property: this Python is slow
was_skipped = pytest.StashKey[bool]()


class Absent:
    """Anything of NumPy while tests are collected; a test that does something with it is skipped."""

    def use(self, *values: object, **options: object) -> "Absent":
        """Something that is done with it: while tests are collected, it gives the like."""
        if "numpy" not in sys.modules:
            raise ModuleNotFoundError("No module named 'numpy'", name="numpy")
        return self

    __call__ = __getitem__ = __getattr__ = __add__ = __radd__ = __mul__ = __rmul__ = __matmul__ = use
    __iter__ = __len__ = use


class StandIn(ModuleType):
    """What files import as NumPy."""

    ndarray = Absent

    def __getattr__(self, name: str) -> Absent:
        return Absent().use()


sys.modules["numpy"] = StandIn("numpy")


def cause_of(text: str) -> str | None:
    """What is missing here, by the text of an error; None if it is an error of ours."""
    return next((what for pattern, what in CANNOT.items() if re.search(pattern, text)), None)


def skip(report: Any, what: str) -> None:
    """Have a report say that the test was skipped."""
    report.outcome = "skipped"
    report.longrepr = (str(report.nodeid), None, f"Skipped: needs {what}")


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: Any) -> Generator[None, Any, Any]:
    """A file that imports what is not there is skipped, whole."""
    report = yield
    if report.failed and (what := cause_of(str(report.longrepr))):
        skip(report, what)
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests that are known to need what is not there, before they run."""
    del sys.modules["numpy"]
    for item in items:
        given = item.callspec.params.values() if hasattr(item, "callspec") else ()
        absent = "NumPy" if any(isinstance(value, Absent) for value in given) else None
        left_out = (what for name, what in LEFT_OUT.items() if item.nodeid.startswith(name))
        if what := next(left_out, absent):
            item.add_marker(pytest.mark.skip(f"needs {what}"))
        try_few_examples(getattr(item, "obj", None))


def try_few_examples(test: Any) -> None:
    """Have a property tried on fewer examples."""
    own = getattr(test, "_hypothesis_internal_use_settings", None)
    if own is not None:
        few = min(own.max_examples, MOST_EXAMPLES)
        test._hypothesis_internal_use_settings = hypothesis.settings(own, max_examples=few)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Generator[None, Any, Any]:
    """A test that fails for want of something is skipped, and what it held is released."""
    report = yield
    if report.failed and (what := cause_of(str(report.longrepr))):
        traceback.clear_frames(call.excinfo.tb)
        skip(report, what)
        item.stash[was_skipped] = True
    elif report.failed and report.when == "teardown" and item.stash.get(was_skipped, False):
        report.outcome = "passed"  # what such a test left unfinished
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Count the skips by their reasons."""
    reasons = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", []))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count:5}  {reason.removeprefix('Skipped: ')}")
