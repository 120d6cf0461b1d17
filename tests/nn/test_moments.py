"""What a training keeps to look back at, and the page that shows it."""

from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from chromium import wait

import nn
from nn.history import History
from nn.moments import MOST


def points(count: int = 30) -> tuple[list[list[float]], list[int]]:
    """Points in a square, and whether they are in a disc."""
    rng = Random(3)
    inputs = [[rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)] for _ in range(count)]
    return inputs, [1 if x * x + y * y < 0.5 else 0 for x, y in inputs]


def trained(
    iterations: int, optimizer: Any = nn.Adam, **options: Any
) -> tuple[nn.MLP, History, list[list[float]]]:
    """A model, its history, and its parameters before each iteration and at the end."""
    model = nn.MLP(2, [3, 1], rng=1)
    data = [[p.data for p in model.parameters()]]
    history = nn.train(
        model, *points(), loss=nn.binary_cross_entropy_loss, optimizer=optimizer(model.parameters(), 0.05),
        max_iterations=iterations, progress=False, record=True,
        callback=lambda history: data.append([p.data for p in model.parameters()]),
    )  # fmt: skip
    return model, history, data


@pytest.mark.parametrize("iterations", [1, 7, MOST - 1, MOST, 2 * MOST + 3, 4 * MOST + 1])
def test_moments_lie_evenly_and_are_exact(iterations: int) -> None:
    """The first and the last are among them; between any two lie as many iterations."""
    _, history, data = trained(iterations)
    assert history.moments is not None
    kept = history.moments.kept
    assert kept[0].iteration == 0
    assert kept[-1].iteration == iterations
    assert len(kept) <= MOST + 1
    apart = {after.iteration - before.iteration for before, after in pairwise(kept[:-1])}
    assert apart <= {history.moments.every}
    for moment in kept:
        assert list(moment.data) == data[moment.iteration]


def test_a_training_is_the_same_whether_recorded_or_not() -> None:
    """To the bit."""
    _, history, data = trained(20)
    model = nn.MLP(2, [3, 1], rng=1)
    plain = nn.train(
        model, *points(), loss=nn.binary_cross_entropy_loss, optimizer=nn.Adam(model.parameters(), 0.05),
        max_iterations=20, progress=False,
    )  # fmt: skip
    assert plain.losses == history.losses
    assert [p.data for p in model.parameters()] == data[-1]
    assert plain.moments is None


def test_without_a_record_there_is_nothing_to_look_back_at() -> None:
    """As an error that says what to write."""
    model = nn.MLP(2, [1], rng=1)
    history = nn.train(model, *points(), learning_rate=0.1, max_iterations=2, progress=False)
    with pytest.raises(ValueError, match=r"train\(…, record=True\)"):
        history.play(model=model)


def test_a_training_that_was_interrupted_can_be_looked_back_at(tmp_path: Path) -> None:
    """Up to where it came."""

    def interrupt(history: History) -> None:
        if history.iterations == 5:
            raise KeyboardInterrupt

    model = nn.MLP(2, [3, 1], rng=1)
    history = nn.train(model, *points(), learning_rate=0.1, progress=False, record=True, callback=interrupt)
    assert history.moments is not None
    assert history.moments.kept[-1].iteration == 5
    path = tmp_path / "training.html"
    assert "training.html" in repr(history.play(path, model=model))
    assert path.stat().st_size > 10_000


@pytest.mark.parametrize("optimizer", [nn.SGD, nn.Adam])
def test_the_page_shows_each_moment(optimizer: Any, browser: Any, tmp_path: Path) -> None:
    """It opens at the end; each moment has the parameters of then; from one in the middle it goes on."""
    model, history, data = trained(40, optimizer)
    path = tmp_path / "training.html"
    history.play(path, model=model)
    browser.get_log("browser")
    browser.get(path.as_uri())
    iteration = "return document.getElementById('iteration').textContent"
    assert wait(browser, iteration) == "40"
    parameters = "page.training.parameters"
    names = list(model.named_parameters())
    put = (
        "const slider = document.getElementById('moment'); slider.value = arguments[0];"
        "slider.dispatchEvent(new Event('input', {bubbles: true}))"
    )
    for place in (0, 17, 40):
        browser.execute_script(put, place)
        assert browser.execute_script(iteration) == str(place)
        shown = browser.execute_script(f"return {parameters}.map(({{name, data}}) => [name, data])")
        assert dict(shown) == dict(zip(names, data[place], strict=True))
    browser.execute_script(put, 17)
    browser.find_element("id", "train-step").click()
    moved = browser.execute_script(f"return {parameters}.map(({{data}}) => data)")
    assert moved == pytest.approx(data[18], rel=1e-9)
    browser.find_element("id", "reset").click()
    assert browser.execute_script(iteration) == "0"
    assert browser.execute_script(f"return {parameters}.map(({{data}}) => data)") == data[0]
    assert browser.get_log("browser") == []
