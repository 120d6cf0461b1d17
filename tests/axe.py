"""What axe-core finds on a page. It comes from npm, at the version that is named here."""

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

AXE = "axe-core@4.14.1"
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations", "incomplete"] }).then(({ violations, incomplete }) => done(
  [violations, incomplete].map((found) => found.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]))),
  (error) => done([[["error", String(error)]], []]));
"""


def axe_or_skip(folder: Path) -> str:
    """The source of axe-core, which npm brings into this folder; where it does not, the test is skipped."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is not at hand: npm is not installed")
    command = [npm, "pack", AXE, "--silent", "--pack-destination", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"axe-core is not at hand: npm does not bring it ({type(error).__name__})")
    [archive] = folder.glob("*.tgz")
    with tarfile.open(archive) as tar:
        source = tar.extractfile("package/axe.min.js")
        assert source is not None
        return source.read().decode()


def assert_nothing_is_found(browser: Any, axe: str, *moves: str) -> None:
    """After each of the moves, axe finds no fault in the page; what it cannot decide is contrast alone."""
    browser.execute_script(axe)
    for move in moves:
        browser.execute_script(move)
        violations, unsure = browser.execute_async_script(RUN)
        found = violations + [each for each in unsure if each[0] != "color-contrast"]
        assert not found, f"after {move!r}: {found}"
