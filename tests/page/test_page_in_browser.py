"""The page as its users have it: opened in Chromium from a file, and driven by clicks and keys.

Skipped where there is no Chromium, unless STEPGRAD_BROWSER=required.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hostile
import pytest
from chromium import requested

from autograd import Stepper, Value, play, topological_order
from autograd.naming.notation import format_number
from autograd.stepping.stepper import Steps
from autograd.stepping.text import told_contributions


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens a page in the browser; at the end, nothing was said on the console and nothing was fetched."""
    asked: list[str] = []

    def open_page(page: Any) -> Any:
        path = tmp_path / "lesson.html"
        page.save(path)
        asked.append(path.as_uri())
        browser.get(asked[-1])
        return browser

    requested(browser)
    browser.get_log("browser")
    yield open_page
    assert browser.get_log("browser") == []
    assert set(requested(browser)) - {"data:,"} == set(asked)


def lecture() -> Value:
    """(a*b + c) * f, with a used twice."""
    a, b, c, f = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c"), Value(-2.0, "f")
    d = a * b
    d.label = "d"
    e = d + c
    e.label = "e"
    L = e * f + (a * a) / 7.0
    L.label = "L"
    return L


def press(browser: Any, *keys: str) -> None:
    """Press keys, wherever the focus is."""
    from selenium.webdriver import ActionChains, Keys

    ActionChains(browser).send_keys(*(getattr(Keys, key, key) for key in keys)).perform()


def click(browser: Any, name: str) -> None:
    """Click what has this id."""
    browser.find_element("id", name).click()


SEEN = """
const text = (element) => element ? element.textContent : null;
const last = (id) => {
  const [data, , grad] = [...document.querySelectorAll(`#${id} text`)].slice(-3).map(text);
  return [data, grad ?? null];
};
const ids = (selector) => [...document.querySelectorAll(selector)].map((part) => part.id).sort();
return {
  place: text(document.getElementById("place")),
  phase: text(document.getElementById("phase")),
  said: text(document.getElementById("said")),
  full: [...document.querySelectorAll("#step td[title], #step td [title]")].map((cell) => Number(cell.title)),
  boxes: arguments[0].map((i) => last(`node-${i}`)),
  lit: ids("#stage .node.lit"), edges: ids("#stage .edge.lit"), touched: ids("#stage .touched"),
};
"""


def seen(browser: Any, nodes: list[Value]) -> Any:
    """What can be seen of the page now."""
    return browser.execute_script(SEEN, list(range(len(nodes))))


def is_constant(node: Value) -> bool:
    """Whether a node is a number in the expression, which is quiet: it shows no gradient."""
    return node.is_leaf and not node.label


def assert_shows(browser: Any, root: Value, steps: Steps, taken: int) -> None:
    """The page shows what the engine has after so many steps, and what the last one is about."""
    nodes = topological_order(root)
    page = seen(browser, nodes)
    assert page["place"] == f"{taken} / {len(steps)}"
    computed = {step.node for step in steps[:taken] if step.phase == "forward"}
    started = any(step.phase == "seed" for step in steps[:taken])
    for node, (data, grad) in zip(nodes, page["boxes"], strict=True):
        assert data == (format_number(node.data) if node.is_leaf or node in computed else "")
        if not is_constant(node):
            assert grad == (format_number(node.grad) if started or node.grad else "")
    if not taken:
        return
    step, place = steps[taken - 1], nodes.index(steps[taken - 1].node)
    assert page["said"].split() == str(step).split()[2:]
    if step.phase == "backward":
        rows = [
            (c.upstream, c.local_derivative, c.amount, c.before, c.after) for c in told_contributions(step)
        ]
        assert page["full"] == [number for row in rows for number in row]
    through = step.phase != "seed"
    edges = [f"edge-{place}-{i}" for i in range(len(step.node.inputs))] + [f"result-{place}"]
    assert page["lit"] == [f"node-{place}"] + [f"op-{place}"] * through
    assert page["edges"] == sorted(edges) * through
    assert page["touched"] == sorted({f"node-{nodes.index(x)}" for x in step.node.inputs}) * through


@pytest.mark.parametrize("how", ["click", "key", "slider", "transcript"])
def test_every_step_forwards_and_back(opened: Any, how: str) -> None:
    """By button, by key, by slider, from the table: the page shows the engine's numbers at every step."""
    root = lecture()
    browser = opened(play(root))
    stepper = Stepper(root)
    steps = stepper.walk()
    assert_shows(browser, root, steps, 0)
    for taken in [*range(1, len(steps) + 1), *range(len(steps) - 1, 0, -1)]:
        on = taken > stepper.position
        if how == "click":
            click(browser, "next" if on else "back")
        elif how == "key":
            press(browser, "ARROW_RIGHT" if on else "ARROW_LEFT")
        elif how == "slider":
            slider = "const s = document.getElementById('slider'); s.value = arguments[0];"
            browser.execute_script(f"{slider} s.dispatchEvent(new Event('input'))", taken)
        else:
            click(browser, "transcript")
            browser.find_elements("css selector", "#all td button")[taken - 1].click()
        stepper.goto(taken)
        assert_shows(browser, root, steps, taken)


def test_the_ends_and_playing(opened: Any) -> None:
    """First, last and play, by click and by key; what cannot be pressed is off."""
    root = lecture()
    browser = opened(play(root))
    stepper = Stepper(root)
    steps = stepper.run()
    for to_last, to_first in [("last", "first"), ("END", "HOME")]:
        act = click if to_last == "last" else press
        act(browser, to_last)
        assert_shows(browser, root, steps, len(steps))
        assert not browser.find_element("id", "next").is_enabled()
        act(browser, to_first)
        assert browser.find_element("id", "place").text == f"0 / {len(steps)}"
        assert not browser.find_element("id", "back").is_enabled()
    browser.execute_script("document.getElementById('speed').value = 125")
    for act, play_it in [(click, "play"), (press, " ")]:
        browser.execute_script("document.activeElement.blur()")
        act(browser, play_it)
        wait_for(browser, f"document.getElementById('place').textContent === '{len(steps)} / {len(steps)}'")
        wait_for(browser, "document.getElementById('play').ariaPressed === 'false'")


def wait_for(browser: Any, condition: str) -> None:
    """Wait until something is true in the page."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 20, 0.05).until(lambda browser: browser.execute_script(f"return {condition}"))


def test_predicting(opened: Any) -> None:
    """The numbers are hidden until they are given; the verdicts are those of Stepper.guess."""
    root = lecture()
    nodes = topological_order(root)
    browser = opened(play(root))
    click(browser, "predict")
    stepper = Stepper(root)
    while stepper.position < len(stepper):
        if browser.find_element("id", "question").get_attribute("hidden"):
            press(browser, "ARROW_RIGHT")
        step = stepper.walk()[stepper.position]
        answers = {c.name: c.after for c in told_contributions(step)} or {step.name: step.data}
        place = nodes.index(step.node)
        if step.phase == "forward":
            assert seen(browser, nodes)["boxes"][place][0] == ""
        assert not browser.find_element("id", "step").is_displayed()
        for slip in (dict.fromkeys(answers, -9.75), {name: -answers[name] for name in answers}):
            verdict = stepper.guess(slip)
            answer(browser, slip)
            if not verdict:
                said = browser.find_element("id", "verdict").text
                for guess in verdict:
                    assert guess.right or all(why in said for why in guess.slips or ["do not say which slip"])
                assert browser.find_element("id", "place").text.startswith(f"{stepper.position} /")
        if not browser.find_element("id", "question").get_attribute("hidden"):
            answer(browser, answers)
        assert browser.find_element("id", "verdict").text == "✓ right"
        stepper.next()
        assert browser.find_element("id", "place").text.startswith(f"{stepper.position} /")


def answer(browser: Any, numbers: dict[str, float]) -> None:
    """Type these numbers and press Enter, if the page still asks."""
    if browser.find_element("id", "question").get_attribute("hidden"):
        return
    fields = browser.find_elements("css selector", "#fields input")
    for field, number in zip(fields, numbers.values(), strict=True):
        field.clear()
        field.send_keys(f"{number:.4g}".replace("-", "−"))
    press(browser, "ENTER")


def test_what_is_typed(opened: Any) -> None:
    """Nonsense is told from a number; p, digits and spaces in a field are text, not keys of the page."""
    browser = opened(play(Value(float("inf"), "x") * 2.0))
    press(browser, "p")
    for typed, said in [("", "still to be predicted"), ("p 0", "is not a number"), ("1", "is wrong")]:
        field = browser.find_element("css selector", "#fields input")
        field.clear()
        field.send_keys(typed)
        press(browser, "ENTER")
        assert said in browser.find_element("id", "verdict").text
    field.clear()
    field.send_keys("inf")
    press(browser, "ENTER")
    assert browser.find_element("id", "verdict").text == "✓ right"


def test_hostile_labels_do_nothing(opened: Any) -> None:
    """The page works and shows the labels as text; no dialog, no element, no request comes of them."""
    root = Value(1.0, "b")
    for label in hostile.TEXTS:
        root = root - Value(2.0, label)
        root.label = label
    browser = opened(play(root))
    steps = Stepper(root).run()
    click(browser, "predict")
    press(browser, *["ARROW_RIGHT"] * (2 * len(steps)))
    assert_shows(browser, root, steps, len(steps))
    count = "return document.querySelectorAll('script, img, style, a, iframe, [onload], [onerror]').length"
    assert browser.execute_script(count) == 3
    wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert browser.execute_script(wide)


def test_zoom_and_pan(opened: Any) -> None:
    """Buttons, keys and the mouse move the view; 0 shows the whole graph again."""
    from selenium.webdriver import ActionChains

    browser = opened(play(lecture()))

    def view() -> list[float]:
        """How far the graph is to the right and down, and its scale."""
        place = browser.execute_script("return document.getElementById('graph').getAttribute('transform')")
        return [round(float(number), 3) for number in re.findall(r"-?\d[-.\de]*", place)[:3]]

    whole = view()
    for zoom_in, zoom_out in [(["+"], ["-"]), (None, None)]:
        press(browser, *zoom_in) if zoom_in else click(browser, "closer")
        assert view()[2] > whole[2]
        press(browser, *zoom_out) if zoom_out else click(browser, "farther")
        assert view()[2] == pytest.approx(whole[2], rel=1e-3)
    stage = browser.find_element("id", "stage")
    ActionChains(browser).drag_and_drop_by_offset(stage, 60, 20).perform()
    assert view()[0] > whole[0]
    press(browser, "0")
    assert view() == whole


def test_in_a_notebook(browser: Any, tmp_path: Path) -> None:
    """In its frame in a notebook, which may do next to nothing, the page works the same."""
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!doctype html><title>notebook</title>{play(lecture())._repr_html_()}")
    browser.get(notebook.as_uri())
    browser.switch_to.frame(browser.find_element("tag name", "iframe"))
    click(browser, "last")
    assert browser.find_element("id", "place").text == "13 / 13"
    click(browser, "transcript")
    browser.find_elements("css selector", "#all td button")[2].click()
    assert browser.find_element("id", "place").text == "3 / 13"
    browser.switch_to.default_content()
    assert browser.title == "notebook"
    assert browser.get_log("browser") == []


def test_light_and_dark(opened: Any) -> None:
    """The page follows the system, and its button turns it over."""
    browser = opened(play(lecture()))
    paper = "return getComputedStyle(document.documentElement).backgroundColor"
    colours = []
    for scheme in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        colours.append(browser.execute_script(paper))
    click(browser, "theme")
    assert colours == [colours[0], "rgb(18, 22, 28)"]
    assert browser.execute_script(paper) == colours[0]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_every_colour_has_its_dark_form() -> None:
    """Each colour that the drawing uses is one that the style of the page knows."""
    page = play(lecture()).html
    style, svg = page[page.index("<style>") :].split("</style>", 1)
    used = set(re.findall(r'(fill|stroke)="(#\w{6})"', svg))
    assert used == set(re.findall(r'\[(fill|stroke)="(#\w{6})"\]', style)) & used


def test_reader_and_keyboard(opened: Any) -> None:
    """Every control has a name, can be reached with Tab, and the step is said where a reader hears it."""
    browser = opened(play(lecture()))
    for control in browser.find_elements("css selector", "#player button, #player input, #player select"):
        if control.is_displayed():
            assert control.accessible_name
    reached = set()
    for _ in range(40):
        press(browser, "TAB")
        reached.add(browser.execute_script("return document.activeElement.id"))
    assert {
        "predict",
        "transcript",
        "theme",
        "stage",
        "enlarge",
        "play",
        "next",
        "last",
        "slider",
        "speed",
    } <= reached
    assert browser.find_element("id", "said").get_attribute("aria-live") == "polite"


def test_printing(opened: Any) -> None:
    """On paper: the graph with all its numbers, and every step."""
    root = lecture()
    browser = opened(play(root))
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    Stepper(root).run()
    nodes = topological_order(root)
    boxes = seen(browser, nodes)["boxes"]
    shown = [grad for node, (_, grad) in zip(nodes, boxes, strict=True) if not is_constant(node)]
    assert shown == [format_number(node.grad) for node in nodes if not is_constant(node)]
    assert not browser.find_element("tag name", "footer").is_displayed()
    assert len(browser.find_elements("css selector", "#all tbody tr")) == len(Stepper(root))
    assert browser.find_element("css selector", "#all tbody").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
