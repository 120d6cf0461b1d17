"""What axe-core finds on the live page: nothing, in each tab and in the middle of what is done there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe import assert_nothing_is_found
from chromium import shown_at, wait

Open = Callable[..., Any]
WINDOWS = [(1280, 720), (390, 844)]  # a projector, a phone
PRESS = "document.querySelector('{}').click()"
GO = (  # to this share of the walk
    "const slider = document.getElementById('slider'); slider.value = Math.round({} * slider.max);"
    "slider.dispatchEvent(new Event('input'))"
)
ASK = "const node = document.querySelector('#graph [data-place]'); node.tabIndex = -1; node.focus()"


@pytest.fixture
def address(local: str) -> str:
    """The local server's page; the exported one is the same."""
    return local


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """What the reader wants."""
    return str(request.param)


@pytest.fixture(params=WINDOWS, ids=lambda size: f"{size[0]}x{size[1]}")
def opened(live_page: Open, browser: Any, scheme: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens the page in a window of this size."""
    with shown_at(browser, *request.param, prefers_color_scheme=scheme, prefers_reduced_motion="reduce"):
        yield live_page


def test_the_tab_expression(opened: Open, axe: str) -> None:
    """A graph, a step of it, a prediction, a node asked, and what is wrong in the text."""
    browser = opened("#1/expression?*=tanh(w*x+%2B+b)", "!!document.querySelector('#graph svg')")
    assert_nothing_is_found(browser, axe, "", GO.format(0.7), ASK, PRESS.format("#predict"))
    browser.execute_script(
        "const field = document.getElementById('expression'); field.value = 'tanh(w*';"
        "field.dispatchEvent(new Event('input', { bubbles: true }))"
    )
    wait(browser, "return !!document.getElementById('expression-error').textContent")
    assert_nothing_is_found(browser, axe, "")


def test_the_tab_network(opened: Open, axe: str) -> None:
    """A network, trained for some updates, a neuron and a weight chosen, what a setting was refused for."""
    browser = opened("#1/network?layers=4", "!!document.querySelector('#loss')?.textContent")
    moves = (
        "for (let i = 0; i < 5; i++) document.getElementById('train-step').click()",
        PRESS.format('[data-neuron="0.1"]'),
        PRESS.format("#all-parameters td button"),
        PRESS.format("#forward"),
        "const field = document.querySelector('[data-setting=noise]'); field.value = '-1';"
        "field.dispatchEvent(new Event('change', { bubbles: true }))",
    )
    assert_nothing_is_found(browser, axe, "", *moves)
    wait(browser, "return !!document.getElementById('choices-error').textContent")
    assert_nothing_is_found(browser, axe, "")


def test_every_operation_of_an_example(opened: Open, axe: str) -> None:
    """The walk of one example, forward and backward, with the update that it ends in."""
    browser = opened("#1/network?layers=4", "!!document.querySelector('#loss')?.textContent")
    browser.execute_script(PRESS.format("#every-operation"))
    wait(browser, "return !!document.querySelector('#operations #player #place')?.textContent")
    assert_nothing_is_found(browser, axe, "", *map(GO.format, (0.2, 0.6, 1)))


def test_the_tab_practice(opened: Open, axe: str) -> None:
    """A sheet, and a slip that is diagnosed."""
    browser = opened("#1/practice?degree=3&seed=7", "!!document.querySelector('[data-blank]')")
    assert_nothing_is_found(browser, axe, "")
    browser.find_element("css selector", "[data-blank='u']").send_keys("5\n")
    wait(browser, "return !!document.getElementById('practice-verdict').textContent")
    assert_nothing_is_found(browser, axe, "")
