"""The tab Practice as a class has it: a sheet by its link, blanks filled in, a score, and printing."""

from collections.abc import Callable
from typing import Any

import pytest
from chromium import wait

from autograd import practice

Open = Callable[..., Any]
PRINTED = "document.getElementById('practice-printed')"


@pytest.fixture
def opened(live_page: Open) -> Open:
    """Opens the sheet of a link."""
    return lambda state: live_page(f"#1/practice?{state}", "!!document.querySelector('[data-blank]')")


def blank(browser: Any, name: str) -> Any:
    """A blank."""
    return browser.find_element("css selector", f"[data-blank='{name}']")


def test_a_sheet_from_beginning_to_end(opened: Open) -> None:
    """A slip is named, what is mended is right, the score counts; with Enter alone."""
    browser = opened("degree=3&seed=7")
    sheet = practice(3, 7)
    blank(browser, "u").send_keys("5\n")
    verdict = "return document.getElementById('practice-verdict').textContent"
    said = wait(browser, verdict)
    assert said == repr(sheet.data(u=5))
    assert blank(browser, "u").get_attribute("class") == "wrong"
    blank(browser, "u").clear()
    for name, number in sheet.answers.filled.items():
        blank(browser, name).send_keys(f"{number:g}\n")
    wait(browser, f"return document.querySelectorAll('[data-blank].right').length === {len(sheet.names)}")
    score = browser.find_element("id", "practice-score").text
    assert score == f"{len(sheet.names)} of {len(sheet.names)} right, {len(sheet.names) - 1} at the first try"


def test_a_late_verdict_does_not_hide_the_next(opened: Open) -> None:
    """Who types fast asks again before the answer is there, and answers may come in another order."""
    browser = opened("degree=1&seed=7")
    browser.execute_script(
        "const usual = asked; let isFirst = true; window.late = false;"
        "asked = async (message) => {"
        "  const isLate = isFirst && message.kind === 'practice-answer';"
        "  if (isLate) isFirst = false;"
        "  const answer = await usual(message);"
        "  if (isLate) await new Promise((go) => setTimeout(go, 1000));"
        "  window.late ||= isLate;"
        "  return answer;"
        "};"
    )
    sheet = practice(1, 7)
    for name, number in sheet.answers.filled.items():
        blank(browser, name).send_keys(f"{number:g}\n")
    wait(browser, "return window.late")
    assert len(browser.find_elements("css selector", "[data-blank].right")) == len(sheet.names)


def test_the_link_is_the_sheet(opened: Open) -> None:
    """Degree and seed stand in it; another degree or seed is another sheet, nonsense is said or left out."""
    browser = opened("degree=2&seed=-12")
    assert browser.find_element("id", "practice-seed").get_attribute("value") == "-12"
    known = [row["known"] for row in (row._asdict() for row in practice(2, -12).rows)]
    shown = browser.execute_script(
        "return [...document.querySelectorAll('#practice-rows th')].map((cell) => cell.textContent)"
    )
    assert shown == known
    browser.execute_script(
        "const box = document.getElementById('practice-degree'); box.value = '5';"
        "box.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    wait(browser, "return location.hash === '#1/practice?degree=5&seed=-12'")
    seed = browser.find_element("id", "practice-seed")
    seed.clear()
    seed.send_keys("seven\n")
    wait(browser, "return document.getElementById('practice-error').textContent.includes('whole number')")
    browser = opened("degree=77&seed=<b>")
    assert browser.find_element("id", "practice-degree").get_attribute("value") == "1"


def test_it_is_printed_and_the_answers_apart(opened: Open) -> None:
    """On paper stands the sheet as text, empty, or with its answers."""
    browser = opened("degree=4&seed=7")
    browser.execute_script("window.print = () => {}")
    browser.find_element("id", "practice-print").click()
    assert browser.execute_script(f"return {PRINTED}.textContent") == practice(4, 7).printed
    assert not browser.execute_script(f"return {PRINTED}.hidden")
    browser.find_element("id", "practice-print-answers").click()
    wait(browser, f"return !{PRINTED}.textContent.includes('......')")
    assert browser.execute_script(f"return {PRINTED}.textContent") == practice(4, 7).answers.printed
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.execute_script(f"return {PRINTED}.hidden")
