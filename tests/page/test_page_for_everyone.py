"""The page for everyone: any size of window, light and dark, old browsers, a reader, whoever predicts.

Skipped where there is no Chromium, unless STEPGRAD_BROWSER=required.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from chromium import show_at

import nn
from autograd import Value, play


def network() -> Any:
    """The page of a network of 2-4-1 and its loss."""
    model = nn.MLP(2, [4, 1], rng=1)
    loss = nn.mse_loss(model([Value(0.5, "x0"), Value(-1.0, "x1")]), 1.0)
    return play(loss, model=model, constants=True)


def opened(browser: Any, tmp_path: Path, width: int = 1280, height: int = 720, scheme: str = "light") -> Any:
    """The page of the network in a window of that size."""
    show_at(browser, width, height, prefers_color_scheme=scheme)
    network().save(tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    return browser


def test_a_page_that_was_loaded_without_room_shows_itself_when_there_is(browser: Any, tmp_path: Path) -> None:
    """In a collapsed cell or a hidden tab: the graph is there when it is opened."""
    from selenium.webdriver.support.ui import WebDriverWait

    page = network()._repr_html_().replace("<iframe ", '<iframe id="cell" ')
    (tmp_path / "cell.html").write_text(f"<!doctype html><title>cell</title><div hidden>{page}</div>")
    browser.get((tmp_path / "cell.html").as_uri())
    browser.execute_script("document.querySelector('div').hidden = false")
    browser.switch_to.frame("cell")
    placed = "return document.querySelector('#stage > svg:not([hidden]) .graph').getAttribute('transform')"
    WebDriverWait(browser, 10, 0.05).until(
        lambda browser: "scale(1 1)" not in browser.execute_script(placed)[:20]
    )
    transform = browser.execute_script(placed)
    assert "NaN" not in transform
    scale = float(re.findall(r"scale\(([-\d.e]+)\)", transform)[0])
    assert scale > 0.1
    browser.switch_to.default_content()


CONTRAST = """
const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((c) => {
  const x = c / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
}).reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
const behind = getComputedStyle(document.querySelector(arguments[2])).backgroundColor;
const [a, b] = [light(behind), ...[...document.querySelectorAll(arguments[0])].slice(0, 1).map(
  (part) => light(getComputedStyle(part)[arguments[1]]))];
return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Any, tmp_path: Path, scheme: str) -> None:
    """Text 4.5 : 1, borders of what one presses 3 : 1, frames are not painted over, nothing is faded away."""
    opened(browser, tmp_path, scheme=scheme)
    assert browser.execute_script(CONTRAST, ".todo text", "fill", "#stage") >= 4.5
    assert browser.execute_script(CONTRAST, "button", "borderTopColor", "#stage") >= 3
    assert browser.execute_script(CONTRAST, "button", "borderTopColor", "html") >= 3
    assert browser.execute_script(CONTRAST, ".edge path", "stroke", "#stage") >= 3
    frames = "return [...document.querySelectorAll('.cluster path')].map((p) => getComputedStyle(p).fill)"
    assert set(browser.execute_script(frames)) == {"none"}
    browser.execute_script("jump(14)")  # a step with a row for a number
    all_parts = "[...document.querySelectorAll('main *')]"
    faded = f"return {all_parts}.filter((part) => getComputedStyle(part).opacity < 1).length"
    assert browser.execute_script(faded) == 0
    assert browser.execute_script(CONTRAST, ".faint td", "color", "html") >= 4.5


def test_a_browser_without_light_dark_has_plain_colours() -> None:
    """Each colour stands first as itself, and as a pair only where the browser knows pairs."""
    style = network().html.split("<style>")[1].split("</style>")[0]
    plain, pairs = style.split("@supports (color: light-dark(#fff, #000))")[0:2]
    assert ": light-dark" not in plain
    pairs = pairs.split("@supports not")[0]
    names = re.findall(r"(--[\w-]+): light-dark", pairs)
    assert len(names) > 15
    for name in names:
        assert re.search(rf"{name}: #\w{{6}};", plain)


@pytest.mark.parametrize(("width", "height"), [(640, 360), (390, 844), (320, 568)])
def test_no_window_is_too_narrow(browser: Any, tmp_path: Path, width: int, height: int) -> None:
    """On a phone, and at 200 % on a projector, nothing stands beside the window; every control has a name."""
    opened(browser, tmp_path, width, height)
    for move in ("jump(0)", "jump(17)", "predict()"):
        browser.execute_script(move)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    for control in browser.find_elements("css selector", "main button, main input, main select"):
        assert control.accessible_name or not control.is_displayed()


def test_a_reader_gets_each_node(browser: Any, tmp_path: Path) -> None:
    """The graph is no single image: each node says its name and what is known of it; heads have text."""
    opened(browser, tmp_path)
    assert browser.find_element("css selector", "#stage > svg").get_attribute("role") == "group"
    last = browser.find_elements("css selector", "#stage > svg:not([hidden]) g.node[role=img]")[-1]
    assert last.get_attribute("aria-label").endswith("not yet computed")
    browser.execute_script("jump(last)")
    labels = [
        n.get_attribute("aria-label")
        for n in browser.find_elements("css selector", "#stage > svg:not([hidden]) [role=img]")
    ]
    assert any(re.fullmatch(r"x0: data 0.5, gradient -?[\d.]+", label) for label in labels)
    assert len(browser.find_elements("css selector", "main")) == 1
    assert all(head.text for head in browser.find_elements("css selector", "#step th"))


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844), (640, 500)])
def test_whoever_predicts_is_told_nothing(browser: Any, tmp_path: Path, width: int, height: int) -> None:
    """Play waits, the table hides what comes, and Check is in sight."""
    opened(browser, tmp_path, width, height)
    browser.execute_script("jump(14); predict()")
    assert not browser.find_element("id", "play").is_enabled()
    browser.execute_script("play()")
    assert browser.find_element("id", "place").text.startswith("14 /")
    rows = "return [...document.querySelectorAll('#all tbody tr')].map((row) => row.cells[2].textContent)"
    told = browser.execute_script(rows)
    assert "to be predicted" not in told[:14]
    assert set(told[14:]) == {"to be predicted"}
    check = browser.find_element("css selector", "#answer .main").rect
    assert check["y"] + check["height"] <= height
    seen = "const b = document.querySelector('#answer .main').getBoundingClientRect();"
    seen += "return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2).textContent"
    assert browser.execute_script(seen) == "Check"
    browser.execute_script("predict()")
    assert "to be predicted" not in browser.execute_script(rows)


def test_the_graph_can_have_the_window(browser: Any, tmp_path: Path) -> None:
    """`f` hides what stands under the graph, and brings it back."""
    from selenium.webdriver import ActionChains

    opened(browser, tmp_path)
    stage = browser.find_element("id", "stage")
    before = stage.rect["height"]
    ActionChains(browser).send_keys("f").perform()
    assert stage.rect["height"] > before + 150
    browser.find_element("id", "enlarge").click()
    assert stage.rect["height"] == before
