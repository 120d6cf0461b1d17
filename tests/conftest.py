"""Refuses a stale build, says which engine is tested, and holds to the one STEPGRAD_ENGINE asks for."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from axe import axe_or_skip
from chromium import browser_or_skip

import autograd
import nn

CHECKOUT = Path(__file__).parent.parent
COMPILED = (".so", ".pyd")
SOURCES = (".py", ".pyx", ".pxd", ".h", ".html", ".css", ".js")

hypothesis.settings.register_profile("stepgrad", deadline=None, database=None)  # never times, never writes
hypothesis.settings.load_profile("stepgrad")


def pytest_configure(config: pytest.Config) -> None:
    """Stop at once where the tests would not test what stands in the checkout."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    wanted = os.environ.get("STEPGRAD_ENGINE", autograd.engine())
    if wanted != autograd.engine():
        raise pytest.UsageError(
            f"STEPGRAD_ENGINE asks for the {wanted} engine, but the {autograd.engine()} one was imported "
            f"from {Path(autograd.__file__).parent}: `pytest` tests the installed package, "
            "`python -m pytest` from the checkout the source tree"
        )
    for package in (autograd, nn):
        imported = Path(package.__file__).parent
        stale = stale_files(imported, CHECKOUT / imported.name)
        if stale:
            raise pytest.UsageError(
                f"the {imported.name} package in {imported} is older than the checkout "
                f"({', '.join(sorted(stale))}): install it again with `pip install .`"
            )


def pytest_report_header(config: pytest.Config) -> str:
    """Say which engine is tested, and from where."""
    return f"engine: {autograd.engine()}, from {Path(autograd.__file__).parent}"


def stale_files(imported: Path, source: Path) -> list[str]:
    """The sources of a package that are not what its installed or compiled form was made of."""
    if imported.samefile(source):
        return [built.name for built in imported.rglob("*") if built.suffix in COMPILED and outdated(built)]
    return [
        str(inside)
        for file in source.rglob("*")
        if file.suffix in SOURCES
        and not (
            (imported / (inside := file.relative_to(source))).exists()
            and (imported / inside).read_bytes() == file.read_bytes()
        )
    ]


def outdated(built: Path) -> bool:
    """Whether a compiled module is older than its source or the C types of the package."""
    sources = [*built.parent.glob(f"{built.name.split('.')[0]}.py*"), *built.parent.glob("*.pxd")]
    return any(source.stat().st_mtime > built.stat().st_mtime for source in sources)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window, for the tests of one file; at the end, nothing was said on its console."""
    driver = browser_or_skip()
    try:
        yield driver
        assert driver.get_log("browser") == []
    finally:
        driver.quit()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    return axe_or_skip(tmp_path_factory.mktemp("axe"))
