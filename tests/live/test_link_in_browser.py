"""The link to a network: what was done to it comes back, to the bit; strangers' links are harmless."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromium import wait

Open = Callable[..., Any]
LOSS = "!!document.querySelector('#loss')?.textContent"
STANDS = """
const of = (id) => document.getElementById(id).textContent;
return [of('iteration'), of('loss'), of('example-says').split(',')[0],
  document.getElementById('learning-rate').value,
  ...[...document.querySelectorAll('[data-weight]')].map(({ dataset }) => dataset.value)];
"""
SAYS = "return document.getElementById('network-status').textContent"


@pytest.fixture
def opened(live_page: Open) -> Open:
    """Opens the tab Network, until one is there."""
    return lambda state="": live_page(f"#1/network?{state}", LOSS)


def steps(browser: Any, count: int) -> None:
    """Press the button for one update so often."""
    browser.execute_script(
        "for (let i = 0; i < arguments[0]; i++) document.getElementById('train-step').click()", count
    )


def fill(browser: Any, selector: str, text: str) -> None:
    """Fill in a field."""
    browser.execute_script(
        "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event('input', { bubbles: true }));",
        selector, text,
    )  # fmt: skip


def link(browser: Any) -> str:
    """The fragment of the address, when it is no longer changed."""
    browser.execute_async_script("setTimeout(arguments[0], 600)")
    return str(browser.execute_script("return location.hash"))


def test_all_that_was_done_comes_back(live_page: Open, opened: Open) -> None:
    """Updates on batches, a weight, the learning rate, examples added and deleted, going back: to the bit."""
    browser = opened("layers=3&count=30&batch-size=7")
    steps(browser, 20)
    browser.find_elements("css selector", "#all-parameters button")[3].click()
    fill(browser, "#inspector [type=number]", "0.75")
    fill(browser, "#learning-rate", "0.1")
    browser.execute_script("document.querySelectorAll('#tools input')[2].click()")
    browser.find_element("id", "boundary").click()
    steps(browser, 10)
    browser.execute_script("[...document.querySelectorAll('#tools input')].at(-1).click()")
    browser.find_element("id", "boundary").click()
    steps(browser, 5)
    fill(browser, "#moment", "31")
    steps(browser, 2)
    stands = browser.execute_script(STANDS)
    assert stands[0] == "33"
    kept = link(browser)
    assert len(kept) < 200
    live_page(kept, LOSS)
    wait(browser, "return document.getElementById('iteration').textContent === '33'")
    assert browser.execute_script(STANDS) == stands
    assert link(browser) == kept
    browser.refresh()
    wait(browser, "return document.getElementById('iteration')?.textContent === '33'", 120)
    assert browser.execute_script(STANDS) == stands


def test_a_reset_leaves_examples_and_rate(opened: Open) -> None:
    """As in the page itself, the link then has no updates."""
    browser = opened("layers=2")
    steps(browser, 3)
    fill(browser, "#learning-rate", "0.5")
    steps(browser, 3)
    assert "done=t3+r0.5+t3" in link(browser)
    browser.find_element("id", "reset").click()
    assert link(browser).endswith("done=r0.5")


def test_too_much_for_a_link(opened: Open) -> None:
    """Of very many updates it has the weights that they led to; that is said where it is copied."""
    browser = opened("layers=2&count=3&done=t9999")
    wait(browser, "return document.getElementById('iteration').textContent === '9999'")
    steps(browser, 2)
    assert "done=w0*" in link(browser)
    browser.execute_script("document.getElementById('network-link').click()")
    said = "document.getElementById('network-taken').textContent"
    wait(browser, f"return {said}.includes('the weights of now, without the 10001 updates')")


DAMAGED = {
    "t1e9": "asks for more than 10000 updates",
    "w99999*1": "damaged at “w99999*1”",
    "w0*NaN": "damaged at “w0*NaN”",
    "w0": "damaged at “w0”",
    "r-1": "damaged at “r-1”",
    "r1e300": "damaged at “r1e300”",
    "a1*2*7": "damaged at “a1*2*7”",
    "constructor1": "damaged at “constructor1”",
    "<img+src=x+onerror=alert(1)>": "damaged at “<img”",
    "t1" + "+t1" * 5000: "asks for more than",
}
CANNOT = [
    "d500",
    "w0*1e300+t5",
    "b7",
    "r1e6+w1*1e300+t3",
]  # an update without finite numbers, or nothing to delete


def follow(browser: Any, done: str) -> None:
    """Put another link into the address of the page that is shown, and wait for its network."""
    script = "document.getElementById('loss').dataset.old = 'yes'; location.hash = arguments[0]"
    browser.execute_script(script, f"#1/network?layers=2&done={done}")
    wait(browser, "return !document.getElementById('loss').dataset.old")


def test_what_strangers_put_into_a_link(opened: Open) -> None:
    """Where it is damaged that is said, and the network is as it starts; the page stays usable."""
    browser = opened()
    for done, said in DAMAGED.items():
        follow(browser, done)
        assert said in browser.execute_script(SAYS)
        assert browser.execute_script("return document.getElementById('iteration').textContent") == "0"
    for done in CANNOT:
        follow(browser, done)
        browser.find_element("id", "reset").click()
        fill(browser, "#learning-rate", "0.1")
        steps(browser, 3)
        assert browser.execute_script("return document.getElementById('iteration').textContent") == "3"


def test_a_link_that_is_not_followed(live_page: Open) -> None:
    """Says why not; the page opens with its first tab, or stays where it is."""
    browser = live_page("#2/network?layers=2", "!!document.querySelector('#graph svg')")
    status = browser.find_element("id", "status")
    assert "it is of another version of this page" in status.text
    assert browser.find_element("id", "expression").is_displayed()
    for fragment, said in {
        "#1/novel?x=1": "there is no such tab",
        "#hello": "it is not one of this page",
        "#1/network?" + "x" * 30_000: "it is too long",
    }.items():
        browser.execute_script("location.hash = arguments[0]", fragment)
        wait(browser, f"return document.getElementById('status').textContent.includes({said!r})")


def test_the_saved_page_has_the_whole_way(opened: Open, tmp_path: Path) -> None:
    """The file that is saved opens where the page is, and looks back from there."""
    browser = opened("layers=3&batch-size=9&done=t12+w0*0.5+t3")
    browser.execute_script("saveFile = (name, type, text) => { window.saved = text; }")
    browser.find_element("id", "network-save").click()
    html = wait(browser, "return window.saved")
    stands = browser.execute_script(STANDS)
    (tmp_path / "network.html").write_text(html, encoding="utf-8")
    browser.get((tmp_path / "network.html").as_uri())
    wait(browser, "return document.getElementById('iteration').textContent === '15'")
    assert browser.execute_script(STANDS) == stands
    assert browser.execute_script("return page.training.moments.length") == 15
    browser.get("about:blank")
    browser.get_log("performance")  # a file is opened: that is no request of the page


BUSY = """
keepLink();
setTimeout(() => (location.hash = arguments[0]), 390);
const end = performance.now() + 600;
while (performance.now() < end);  // then the link comes, with the page's own due before it is read
"""


def test_a_link_that_comes_while_the_page_writes_its_own(opened: Open) -> None:
    """Is followed, not overwritten."""
    browser = opened("layers=2")
    for updates in (1, 2, 3):
        link(browser)  # nothing is due any more
        browser.execute_script(BUSY, f"#1/network?layers=3&done=t{updates}")
        wait(browser, f"return document.getElementById('iteration').textContent === '{updates}'")


def test_back_returns_to_the_tab_before(opened: Open) -> None:
    """As it was, with what was done in it; forward too."""
    browser = opened("layers=2&count=20")
    steps(browser, 4)
    stands = browser.execute_script(STANDS)
    browser.find_element("id", "tab-expression").click()
    wait(browser, "return document.getElementById('tab-expression').getAttribute('aria-selected') === 'true'")
    browser.back()
    wait(browser, "return document.getElementById('iteration')?.textContent === '4'")
    assert browser.execute_script(STANDS) == stands
    browser.forward()
    wait(browser, "return document.getElementById('tab-expression').getAttribute('aria-selected') === 'true'")
    assert "/expression?" in link(browser)
