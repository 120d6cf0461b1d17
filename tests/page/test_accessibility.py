"""What axe-core finds on the page: nothing.

Skipped where there is no Chromium or npm brings nothing, unless STEPGRAD_BROWSER=required.
"""

from pathlib import Path
from typing import Any

import pytest
from axe import assert_nothing_is_found
from chromium import show_at

import nn
from autograd import Value, play

WINDOWS = [(1280, 720), (390, 844), (640, 360)]  # a projector, a phone, the projector at 200 %


def pages() -> dict[str, Any]:
    """A page of an expression and one of a network."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    root = (a * b + 10.0).tanh() * a
    model = nn.MLP(2, [4, 1], rng=1)
    loss = nn.mse_loss(model([Value(0.5, "x0"), Value(-1.0, "x1")]), 1.0)
    return {"expression": play(root), "network": play(loss, model=model)}


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
