"""What clumsy and hostile hands do to the page: wrong numbers, far too much, too fast, too soon."""

from collections.abc import Callable
from typing import Any

import pytest
from chromium import shown_at, wait

Open = Callable[..., Any]
LOSS = "!!document.querySelector('#loss')?.textContent"
TEXT = "document.getElementById({!r}).textContent"


@pytest.fixture
def opened(live_page: Open) -> Open:
    """Opens the tab Network, until one is there."""
    return lambda state="": live_page(f"#1/network?{state}", LOSS)


def text(browser: Any, id: str) -> str:
    """What an element says."""
    return str(browser.execute_script("return " + TEXT.format(id)))


def wait_for(browser: Any, id: str, words: str) -> None:
    """Wait until an element says that."""
    wait(browser, f"return {TEXT.format(id)}.includes({words!r})")


def set_to(browser: Any, setting: str, number: str) -> None:
    """Type into the field of a setting."""
    browser.execute_script(
        "const field = document.querySelector(`[data-setting=${arguments[0]}]`); field.value = arguments[1];"
        "field.dispatchEvent(new Event('change', { bubbles: true }));",
        setting, number,
    )  # fmt: skip


def test_settings_that_are_refused(opened: Open) -> None:
    """In a link: the page begins as it does. In a field: the network stays, and the next setting is taken."""
    browser = opened("layers=50&noise=0.5")
    assert text(browser, "choices-error") == "a hidden layer has from 1 to 16 neurons"
    assert browser.execute_script("return document.querySelectorAll('[data-neuron]').length") == 9
    for setting, number, said in (
        ("count", "2.5", "count is a whole number, not '2.5'"),
        ("count", "601", "count is a number from 2 to 600"),
        ("batch-size", "-5", "batch-size is a number from 1"),
        ("noise", "-1", "noise is a number from 0 to 2"),
    ):
        set_to(browser, setting, number)
        wait_for(browser, "choices-error", said)
    set_to(browser, "seed", "4")
    wait(browser, f"return {TEXT.format('choices-error')} === ''")
    wait(browser, "return location.hash.endsWith('network?seed=4')")
    assert browser.execute_script("return document.querySelector('[data-setting=noise]').value") == "0.1"


def test_layers_faster_than_they_come(opened: Open) -> None:
    """Each press counts, and at six layers there are no more."""
    browser = opened("layers=1")
    browser.execute_script(
        "const more = document.getElementById('more-layers');"
        "for (let i = 0; i < 20; i++) if (!more.disabled) more.click();"
    )
    wait(browser, "return document.querySelectorAll('[data-neuron]').length === 7")
    assert browser.execute_script("return document.querySelectorAll('#sizes > div').length") == 6
    assert text(browser, "choices-error") == ""
    browser.execute_script("document.querySelector('#sizes button:last-child').click()")
    wait(browser, "return document.querySelectorAll('[data-neuron]').length === 8")


def test_learning_rates_that_are_none(opened: Open) -> None:
    """They are said, and the one of before stays; with one that is too large the network is not lost."""
    browser = opened("layers=2&learning-rate=0.05&optimizer=gradient+descent")
    type_rate = (
        "const field = document.getElementById('learning-rate'); field.value = arguments[0];"
        "field.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    for rate in ("0", "-1", "1e300", "1e-300"):
        browser.execute_script(type_rate, rate)
        assert text(browser, "network-status") == "The learning rate is a number from 1e-12 to 1000000."
    assert "done" not in browser.execute_script("return location.hash")
    browser.execute_script("document.getElementById('train-step').click()")
    assert text(browser, "iteration") == "1"
    browser.execute_script("document.getElementById('reset').click()")
    browser.execute_script("document.querySelectorAll('#all-parameters button')[6].click()")
    browser.execute_script(
        "const field = document.querySelector('#inspector [type=number]'); field.value = '1.7e308';"
        "field.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    browser.execute_script(type_rate, "1e6")
    browser.execute_script("document.getElementById('train').click()")
    wait(browser, "return document.getElementById('train').getAttribute('aria-pressed') === 'false'")
    assert "training has diverged" in text(browser, "network-status")
    browser.execute_script("document.getElementById('reset').click()")
    assert float(text(browser, "loss")) < 2


def test_all_at_once_while_it_trains(opened: Open) -> None:
    """A weight is dragged, the data are changed, the page is reloaded: nothing is lost that was not said."""
    browser = opened("layers=3&count=20")
    browser.execute_script("document.getElementById('train').click()")
    browser.execute_script("document.querySelector('#all-parameters button').click()")
    for number in ("0.5", "-0.25", "3"):
        browser.execute_script(
            "const field = document.querySelector('#inspector [type=number]'); field.value = arguments[0];"
            "field.dispatchEvent(new Event('input', { bubbles: true }));",
            number,
        )
        browser.execute_async_script("setTimeout(arguments[0], 50)")
    assert browser.execute_script("return document.getElementById('train').ariaPressed") == "true"
    wait(browser, "return location.hash.includes('w0*3+t')")
    reached = int(browser.execute_script("return location.hash").rpartition("t")[2])
    browser.refresh()
    wait(browser, f"return Number(document.getElementById('iteration')?.textContent) >= {reached}", 120)
    browser.execute_script("document.getElementById('train').click()")
    browser.execute_script("document.getElementById('loss').dataset.old = 'yes'")
    set_to(browser, "dataset", "spirals")
    wait(browser, "return !document.getElementById('loss').dataset.old")
    assert text(browser, "iteration") == "0"
    assert browser.execute_script("return document.getElementById('train').ariaPressed") == "false"


def test_no_examples_are_left(live_page: Open) -> None:
    """Nothing can be trained, walked or copied then, which is said; one is added, and it goes on."""
    there = TEXT.format("example-says") + " === 'no examples'"
    browser = live_page(
        "#1/network?layers=2&count=2&done=d0+d0", f"document.getElementById('loss') && {there}"
    )
    browser.execute_script("document.getElementById('train').click()")
    assert "no examples to learn from" in text(browser, "network-status")
    browser.execute_script("document.getElementById('every-operation').click()")
    assert "no example to walk through" in text(browser, "network-status")
    browser.execute_script("document.getElementById('network-copy').click()")
    wait_for(browser, "network-taken", "there are from 1 to 2,000 points")
    browser.execute_script("document.querySelectorAll('#tools input')[1].click()")
    browser.find_element("id", "boundary").click()
    browser.execute_script("document.getElementById('train-step').click()")
    assert text(browser, "iteration") == "1"


def test_a_million_characters(live_page: Open) -> None:
    """Are too many, in words; the graph stays, the link too, and the next expression is shown."""
    browser = live_page(
        "#1/expression?*=a*b", "document.querySelectorAll('#graph svg [data-name]').length === 3"
    )
    typed = (
        "const field = document.getElementById('expression'); field.value = arguments[0];"
        "field.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    browser.execute_script(typed.replace("arguments[0]", "'a+'.repeat(500_000)"))
    wait_for(browser, "expression-error", "text has 1,000,000 characters, and may have 10,000")
    assert len(browser.execute_script("return location.hash")) < 100
    browser.execute_script(typed, "a*b + c")
    wait(browser, "return document.querySelectorAll('#graph svg [data-name]').length === 5")


def test_what_is_said_to_those_who_do_not_see_it(opened: Open) -> None:
    """An update and a pause say iteration and loss; training itself is silent."""
    browser = opened("layers=2")
    browser.execute_script("document.getElementById('train-step').click()")
    assert text(browser, "network-status").startswith("Iteration 1: the loss is 0.")
    browser.execute_script(
        "window.said = []; const status = document.getElementById('network-status');"
        "new MutationObserver(() => said.push(status.textContent)).observe(status, { childList: true });"
        "document.getElementById('train').click();"
    )
    wait(browser, "return Number(document.getElementById('iteration').textContent) > 20")
    assert browser.execute_script("return said") == []
    browser.execute_script("document.getElementById('train').click()")
    assert text(browser, "network-status").startswith(f"Iteration {text(browser, 'iteration')}: the loss is ")


def test_at_three_hundred_percent(live_page: Open) -> None:
    """The head scrolls away with the page, which is no wider than the window."""
    browser = live_page("#1/practice?degree=3&seed=7", "!!document.querySelector('[data-blank]')")
    with shown_at(browser, 427, 240):
        last = browser.find_elements("css selector", "[data-blank]")[-1]
        browser.execute_script("arguments[0].scrollIntoView()", last)
        head = "return document.getElementById('head').getBoundingClientRect().bottom"
        assert browser.execute_script(head) <= 0
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 427


def test_without_javascript(browser: Any, address: str) -> None:
    """It says what it needs, first of all, and not that it is loading."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(address)
        notice = browser.find_element("css selector", ".notice")
        assert "JavaScript, which is turned off here" in notice.text
        assert notice.rect["y"] < 150
        assert not browser.find_element("id", "status").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
