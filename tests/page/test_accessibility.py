"""What axe-core finds on the page: nothing. It comes from npm, at the version that is named here.

Skipped where there is no Chromium or npm brings nothing, unless STEPGRAD_BROWSER=required.
"""

import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
from chromium import show_at

import nn
from autograd import Value, play

AXE = "axe-core@4.14.1"
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations", "incomplete"] }).then(({ violations, incomplete }) => done(
  [violations, incomplete].map((found) => found.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 200)]))),
  (error) => done([[["error", String(error)]], []]));
"""
WINDOWS = [(1280, 720), (390, 844), (640, 360)]  # a projector, a phone, the projector at 200 %


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core is not at hand: npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
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


def pages() -> dict[str, Any]:
    """A page of an expression and one of a network."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    root = (a * b + 10.0).tanh() * a
    model = nn.MLP(2, [4, 1], rng=1)
    loss = nn.mse_loss(model([Value(0.5, "x0"), Value(-1.0, "x1")]), 1.0)
    return {"expression": play(root), "network": play(loss, model=model)}


def assert_nothing_is_found(browser: Any, axe: str, *moves: str) -> None:
    """After each of the moves, axe finds no fault in the page; what it cannot decide is contrast alone."""
    browser.execute_script(axe)
    for move in moves:
        browser.execute_script(move)
        violations, unsure = browser.execute_async_script(RUN)
        assert violations == [], move
        assert [found for found in unsure if found[0] != "color-contrast"] == [], move


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), WINDOWS)
@pytest.mark.parametrize("name", ["expression", "network"])
def test_axe_finds_nothing(
    browser: Any, axe: str, tmp_path: Path, name: str, width: int, height: int, scheme: str
) -> None:
    """At the start, in the middle of a walk, while one predicts, with a card."""
    show_at(browser, width, height, prefers_color_scheme=scheme, prefers_reduced_motion="reduce")
    pages()[name].save(tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    moves = "jump(0)", "jump(turn + 2)", "showCard(camera.view.items.find(Boolean))", "predict()"
    assert_nothing_is_found(browser, axe, *moves)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), WINDOWS[:2])
def test_axe_finds_nothing_on_the_page_that_trains(
    browser: Any, axe: str, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    """At the start, with a neuron and with a weight chosen, in a step forward."""
    show_at(browser, width, height, prefers_color_scheme=scheme)
    model = nn.MLP(2, [4, 1], rng=1)
    inputs, targets = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]], [1, 1, 0, 0]
    nn.live(model, inputs, targets, learning_rate=0.1, path=tmp_path / "live.html")
    browser.get((tmp_path / "live.html").as_uri())
    assert_nothing_is_found(
        browser,
        axe,
        "page.step()",
        "page.choose({ neuron: 1 })",
        "page.choose({ weight: 2 })",
        "page.forward()",
    )
