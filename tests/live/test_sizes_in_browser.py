"""Every control of every tab can be reached in each window: at a desk, on a projector, on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from chromium import shown_at, wait

Open = Callable[..., Any]
TABS = {
    "expression": ("#1/expression?*=tanh(w*x+%2B+b)", "!!document.querySelector('#graph svg')"),
    "network": ("#1/network?layers=8", "!!document.querySelector('#loss')?.textContent"),
    "practice": ("#1/practice?degree=3&seed=7", "!!document.querySelector('[data-blank]')"),
}
# Controls that cannot be scrolled to where a finger or a pointer hits them.
OUT_OF_REACH = """
const panel = document.querySelector('[role=tabpanel]:not([hidden])');
panel.querySelectorAll('details').forEach((details) => (details.open = true));
const aside = '[hidden], [popover], dialog, #all-parameters';
const isMeant = (control) => !control.disabled && !control.closest(aside);
const controls = [...panel.querySelectorAll('button, input, select, textarea, summary')].filter(isMeant);
const isHit = (control) => {
  control.scrollIntoView({ block: 'center', inline: 'center' });
  const box = control.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  return box.width > 0 && (control.contains(hit) || control.labels?.[0]?.contains(hit));
};
const missed = controls.filter((control) => !isHit(control));
return [controls.length, missed.map((control) => control.id || control.outerHTML.slice(0, 80))];
"""


@pytest.mark.parametrize("tab", TABS)
def test_every_control_can_be_reached(live_page: Open, tab: str) -> None:
    """At 1280 × 720, at 1920 × 1080, on a phone and on that phone turned: none is hidden, beside or under."""
    browser = live_page(*TABS[tab])
    for width, height in ((1280, 720), (1920, 1080), (390, 844), (844, 390)):
        with shown_at(browser, width, height):
            count, unreached = browser.execute_script(OUT_OF_REACH)
            assert count > 8
            assert unreached == [], f"at {width} × {height}"
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("state", ["layers=8", "layers=16", "layers=8&dataset=clusters"])
def test_on_a_phone_a_network_with_its_loss_fits(live_page: Open, state: str) -> None:
    """A hidden layer, the output and its cross-entropy: nothing is cut off at the side."""
    browser = live_page(f"#1/network?{state}", TABS["network"][1])
    with shown_at(browser, 390, 844):
        needed, room = browser.execute_script(
            "const { scrollWidth, clientWidth } = document.getElementById('picture');"
            "return [scrollWidth, clientWidth]"
        )
    assert needed <= room


def test_on_a_phone_no_empty_room_is_over_the_graph_of_a_sheet(live_page: Open) -> None:
    """What is drawn begins less than four lines under the blanks, as long as nothing was said of them."""
    browser = live_page(*TABS["practice"])
    with shown_at(browser, 390, 844):
        room, line = browser.execute_script(
            "const box = (selector) => document.querySelector(selector).getBoundingClientRect();"
            "const line = parseFloat(getComputedStyle(document.getElementById('practice-sheet')).lineHeight);"
            "return [box('#practice-graph svg .node').top - box('#practice-sheet table').bottom, line]"
        )
    assert 0 < room < 4 * line


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844)])
def test_a_choice_of_a_network_is_read_in_full(live_page: Open, width: int, height: int) -> None:
    """The words of its loss and its speed are no wider than their fields, which stay in their frames."""
    browser = live_page(*TABS["network"])
    with shown_at(browser, width, height):
        cut = browser.execute_script(
            "const isCut = (field) => {"
            "  const whole = field.cloneNode(true);"
            "  whole.style.cssText = 'position: absolute; width: max-content; min-width: 0';"
            "  const isOther = (option) => option.text !== field.selectedOptions[0].text;"
            "  [...whole.options].filter(isOther).forEach((option) => option.remove());"
            "  field.after(whole);"
            "  const needed = whole.offsetWidth;"
            "  whole.remove();"
            "  const frame = field.closest('fieldset, .bar').getBoundingClientRect();"
            "  return field.offsetWidth < needed || field.getBoundingClientRect().right > frame.right;"
            "};"
            "const fields = document.querySelectorAll('#choices [data-setting=loss], #pace-of-training');"
            "return [...fields].filter(isCut).map((field) => field.outerHTML.slice(0, 40))"
        )
    assert cut == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844)])
def test_the_loss_stands_clear_of_the_frame(live_page: Open, width: int, height: int) -> None:
    """There is room at its right, also after the window has changed."""
    browser = live_page(*TABS["network"])
    with shown_at(browser, width, height):
        room = browser.execute_script(
            "const right = (selector) => document.querySelector(selector).getBoundingClientRect().right;"
            "return right('#picture') - right('.box.operation')"
        )
    assert room >= 5


def test_every_column_of_the_parameters_is_in_sight(live_page: Open) -> None:
    """At 1280 × 720, with what Adam keeps, after an update; the numbers of a neuron have room beside them."""
    browser = live_page("#1/network?layers=8&optimizer=Adam", TABS["network"][1])
    browser.execute_script("document.getElementById('train-step').click()")
    browser.execute_script("document.querySelector('.box.neuron').click()")
    wait(browser, "return document.getElementById('iteration').textContent === '1'")
    with shown_at(browser, 1280, 720):
        hidden = browser.execute_script(
            "const tables = ['all-parameters', 'inspector'].map((id) => document.getElementById(id));"
            "return tables.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)"
        )
    assert hidden == [0, 0]
