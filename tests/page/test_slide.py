"""On a slide the page of a network is read from the last row, in the middle of a walk too.

Skipped where there is no Chromium, unless STEPGRAD_BROWSER=required.
"""

from pathlib import Path
from typing import Any

import pytest
from networks_in_page import LAST_ROW, MEASURE, network, opened, run

from autograd import play


@pytest.mark.parametrize("sizes", [(2, 4, 1), (3, 4, 4, 2)])
def test_on_a_slide_all_can_be_read_while_a_part_is_open(
    browser: Any, tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    """In each step, forward and backward, with the part that it is about, which is seen whole."""
    model, loss = network(*sizes)
    opened(browser, tmp_path, play(loss, model=model))
    parts = set()
    for step in range(1, run(browser, "return last") + 1):
        run(browser, f"jump({step})")
        found = run(browser, MEASURE)
        assert len(found["letters"]) == 2
        assert min(*found["letters"], found["small"]) >= LAST_ROW
        assert (found["level"], found["over"], found["seen"]) == ("neurons", 0, 1)
        assert run(browser, "return partCamera.fitted")
        parts.add(run(browser, "return partShown"))
    assert len(parts) == run(browser, "return parts.length")


def test_on_a_slide_all_can_be_read_whichever_part_is_chosen(browser: Any, tmp_path: Path) -> None:
    """Each part at the start, forward and backward, whatever the step is about; a card; closed again."""
    model, loss = network(2, 4, 1)
    opened(browser, tmp_path, play(loss, model=model))
    for step in ("0", "turn - 1", "turn + 3", "last"):
        for part in range(6):
            run(browser, f"jump({step}); choosePart({part})")
            assert min(run(browser, MEASURE)["letters"]) >= LAST_ROW
    run(browser, "showCard(camera.view.items.find(Boolean))")
    sizes = "return [...$('card').querySelectorAll('*')].map((e) => parseFloat(getComputedStyle(e).fontSize))"
    assert min(run(browser, sizes)) >= LAST_ROW
    run(browser, "hideCard(); closePart()")
    assert min(run(browser, MEASURE)["letters"]) >= LAST_ROW


@pytest.mark.parametrize("sizes", [(64, 16, 10), (4, 12, 10, 1), (2, 6, 1), (2, 5, 5, 1)])
def test_what_is_too_large_is_followed(browser: Any, tmp_path: Path, sizes: tuple[int, ...]) -> None:
    """A neuron of 64 inputs, a layer of 12: in letters that can be read, what the step is about in sight."""
    model, loss = network(*sizes)
    opened(browser, tmp_path, play(loss, model=model))
    lit = "return {}.view.svg.querySelector('.box.lit').getBoundingClientRect().toJSON()"
    for step in ("1", "2", "turn", "last - 1", "last"):
        run(browser, f"jump({step})")
        assert min(run(browser, MEASURE)["letters"]) >= LAST_ROW
        for id, camera in (("stage", "camera"), ("part-stage", "partCamera")):
            stage, box = browser.find_element("id", id).rect, run(browser, lit.format(camera))
            assert stage["x"] <= box["left"] <= box["right"] <= stage["x"] + stage["width"]
            assert stage["y"] <= box["top"] <= box["bottom"] <= stage["y"] + stage["height"]
