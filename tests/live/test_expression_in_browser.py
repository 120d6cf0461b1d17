"""The tab Expression as its users have it: typed into, dragged, stepped through, taken along."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from chromium import wait

import autograd
from autograd import topological_order
from autograd.expressions import parse
from autograd.live import Session

Open = Callable[..., Any]
COME_TO = """
const shown = [...document.querySelectorAll('#graph svg [data-name]')].map(({ dataset }) => dataset);
return Object.entries(OURS).every(([name, [data, grad]]) => shown.some((node) =>
  node.name === name && Number(node.value) === data && Number(node.grad) === grad));
"""  # the numbers of these names
LOADED = 120.0  # seconds for the page to be ready: where Python runs in it, it is 12 MB


@pytest.fixture
def opened(live_page: Open) -> Open:
    """Opens the page, until its graph is there."""
    return lambda fragment="": live_page(fragment, "!!document.querySelector('#graph svg [data-name]')")


def type_expression(browser: Any, text: str, nodes: int) -> None:
    """Type an expression, and wait until its graph is there."""
    field = browser.find_element("id", "expression")
    field.clear()
    field.send_keys(text)
    wait(browser, f"return document.querySelectorAll('#graph svg [data-name]').length === {nodes}")


def numbers(browser: Any) -> dict[str, list[float]]:
    """Data and gradient of each node, by name."""
    found = browser.execute_script(
        "return [...document.querySelectorAll('#graph svg [data-name]')]"
        ".map(({dataset}) => [dataset.name, dataset.value, dataset.grad])"
    )
    return {name: [float(data), float(grad)] for name, data, grad in found}


def put(browser: Any, name: str, value: float, kind: str = "variable") -> None:
    """Set a number field or a slider, as a hand does."""
    browser.execute_script(
        f"const field = document.querySelector(`input[data-{kind}=${{JSON.stringify(arguments[0])}}]`);"
        "field.value = arguments[1]; field.dispatchEvent(new Event('input', {bubbles: true}))",
        name,
        repr(value),
    )


def test_a_graph_as_one_types(opened: Open, address: str) -> None:
    """Each name has its fields, each node its numbers; an error leaves the last good graph."""
    browser = opened()
    assert browser.find_element("id", "status").get_attribute("role") == "status"
    where = address.rstrip("/").count(
        "/"
    )  # the local server has a secret in it, the exported page its own Python
    engine = autograd.engine() if where > 2 else "interpreted"
    assert engine in browser.find_element("id", "status").text
    assert numbers(browser)["a"] == [2.0, 6.0]
    type_expression(browser, "tanh(w*x + b)", 6)
    assert set(numbers(browser)) >= {"w", "x", "b", "result"}
    browser.find_element("id", "expression").send_keys(" + tnh(x)")
    error = "there is no function 'tnh': did you mean 'tanh'?"
    wait(browser, f'return document.getElementById("expression-error").textContent === {json.dumps(error)}')
    assert browser.find_element("id", "expression-error").get_attribute("data-column") == "17"
    assert len(numbers(browser)) == 6


def test_two_hundred_drags_equal_the_engine(opened: Open) -> None:
    """Every number of every node, to the last digit, whichever step is shown."""
    text = "(a*b + c) * f - tanh(a - b*c) / 4 + max(c, f)*relu(b)"
    browser = opened()
    type_expression(browser, text, len(topological_order(parse(text, dict.fromkeys("abcf", 1.0))[0])))
    browser.find_element("id", "back").click()
    rng, values = Random(7), {name: pair[0] for name, pair in numbers(browser).items() if name in "abcf"}
    for drag in range(200):
        name = rng.choice("abcf")
        values[name] = round(rng.uniform(-3.0, 3.0), 3)
        put(browser, name, values[name], "slider" if drag % 2 else "variable")
        if drag % 2:  # a slider has steps of its own
            values[name] = numbers(browser)[name][0]
        root, leaves = parse(text, values)
        root.label = "result"
        root.backward()
        shown = numbers(browser)
        for name, leaf in leaves.items():
            assert shown[name] == pytest.approx([leaf.data, leaf.grad], rel=1e-14, abs=1e-14)
        assert shown["result"] == pytest.approx([root.data, 1.0], rel=1e-14, abs=1e-14)


def test_at_rest_the_numbers_are_the_engine_s_to_the_last_digit(opened: Open) -> None:
    """Also where JavaScript computes erf or exp otherwise; the step that is shown and the focus stay."""
    text = "tanh(a*b + exp(c/4)) + logsumexp(a, b, c) * sigmoid(b - f) - erf(f + a)"
    browser = opened()
    type_expression(browser, text, len(topological_order(parse(text, dict.fromkeys("abcf", 1.0))[0])))
    browser.find_element("id", "back").click()
    place = browser.find_element("id", "place").text
    rng, values = Random(11), {name: pair[0] for name, pair in numbers(browser).items() if name in "abcf"}
    for _ in range(20):
        name = rng.choice("abcf")
        values[name] = rng.uniform(-3.0, 3.0)
        browser.find_element("css selector", f'input[data-variable="{name}"]').click()
        put(browser, name, values[name])
        root, leaves = parse(text, values)
        root.backward()
        ours = {name: [leaf.data, leaf.grad] for name, leaf in leaves.items()} | {"result": [root.data, 1.0]}
        wait(browser, COME_TO.replace("OURS", json.dumps(ours)))
        assert browser.find_element("id", "place").text == place
        assert browser.execute_script("return document.activeElement.dataset.variable") == name


def test_after_a_drag_a_slip_is_still_diagnosed(opened: Open) -> None:
    """While one predicts, too."""
    browser = opened()
    browser.find_element("id", "first").click()
    browser.find_element("id", "predict").click()
    wait(browser, "return document.querySelector('#fields input')").send_keys("-6")
    browser.find_element("id", "question").submit()
    put(browser, "c", 4.0)
    wait(browser, "return player.isKnown()")
    browser.find_element("id", "next").click()
    field = wait(browser, "return document.querySelector('#fields input')")
    message = {"text": "(a*b + c) * f", "values": {"a": 2, "b": -3, "c": 4, "f": -2}}
    slips = Session().handle(message | {"kind": "expression-numbers"})["slips"]
    field.send_keys(str(slips[1][0][0][0]))
    browser.find_element("id", "question").submit()
    verdict = wait(browser, "return document.getElementById('verdict').textContent")
    assert "is wrong" in verdict
    assert "the numbers do not say" not in verdict


def test_the_program_that_is_copied_prints_what_is_shown(opened: Open, tmp_path: Path) -> None:
    """After a drag too."""
    browser = opened()
    put(browser, "a", 1.375)
    browser.find_element("id", "copy-python").click()
    program = wait(browser, "return document.getElementById('python').value")
    path = tmp_path / "copied.py"
    path.write_text(program, encoding="utf-8")
    root = str(Path(autograd.__file__).parent.parent)
    code = f"import sys; sys.path.insert(0, {root!r}); exec(open(sys.argv[1]).read())"
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, encoding="utf-8", check=True
    )
    printed = {
        name: float(number) for name, number in (line.split(" = ") for line in done.stdout.splitlines())
    }
    shown = numbers(browser)
    assert printed["result"] == shown["result"][0] == (1.375 * -3.0 + 10.0) * -2.0
    assert {name: printed[f"{name}.grad"] for name in "abcf"} == {name: shown[name][1] for name in "abcf"}


def test_steps_predictions_and_their_slips(opened: Open) -> None:
    """Back and forth as on the step page; after a drag a wrong guess is still told why it is wrong."""
    browser = opened()
    assert browser.find_element("id", "place").text == "7 / 7"
    browser.find_element("id", "back").click()
    assert browser.find_element("id", "place").text == "6 / 7"
    put(browser, "a", 4.0)
    browser.find_element("id", "predict").click()
    field = wait(browser, "return document.querySelector('#fields input')")
    assert browser.find_element("id", "place").text == "6 / 7"
    field.send_keys("-6")
    browser.find_element("id", "question").submit()
    verdict = wait(browser, "return document.getElementById('verdict').textContent")
    assert "is wrong" in verdict
    assert "the numbers do not say" not in verdict


def test_the_link_holds_it_all(opened: Open) -> None:
    """Opened again, it shows the same; the back button of the browser is left alone."""
    browser = opened("#1/expression?*=a*a-b&a=1.5&b=-0.25")
    assert numbers(browser)["result"] == [2.5, 1.0]
    put(browser, "b", 3.0)
    wait(browser, "return location.hash.endsWith('b=3')")
    again = browser.current_url.partition("#")[2]
    browser = opened(f"#{again}")
    assert numbers(browser)["result"] == [-0.75, 1.0]


@pytest.mark.parametrize(
    "fragment",
    [
        "#1/expression?*=a&a=<img src=x onerror=alert(1)>",
        "#1/expression?*=<script>alert(1)</script>",
        "#1/expression?*=__import__('os')",
        "#1/network2?x=1",
        "#2/expression?*=a",
        "#1/expression?" + "x" * 30_000,
        "#1/expression?*=" + "(" * 2000,
        "#%00%ff",
    ],
)
def test_a_link_from_a_stranger_does_no_harm(browser: Any, address: str, fragment: str) -> None:
    """What it says is text; what cannot be shown is said, or leaves the page as it begins."""
    browser.get_log("browser")
    browser.get("about:blank")
    browser.get(address + fragment)
    wait(browser, "return document.getElementById('status')?.textContent.startsWith('ready')", LOADED)
    drawn = "!!document.querySelector('#graph svg')"
    wait(browser, f"return {drawn} || !!document.getElementById('expression-error').textContent")
    assert not browser.execute_script(
        "return document.querySelectorAll('main img, main script:not(#walk)').length"
    )
    assert browser.get_log("browser") == []


def test_every_starting_point_is_a_graph(opened: Open) -> None:
    """With the numbers that it names."""
    browser = opened()
    options = browser.execute_script(
        "return [...document.getElementById('gallery').options].map((o) => [o.value, o.dataset.values])"
    )
    assert len(options) > 5
    for text, values in options[1:]:
        given = {name: float(value) for name, value in (pair.split("=") for pair in values.split("&"))}
        root, _ = parse(text, given)
        browser.execute_script(
            "const box = document.getElementById('gallery'); box.value = arguments[0];"
            "box.dispatchEvent(new Event('change'))",
            text,
        )
        count = len(topological_order(root))
        wait(browser, f"return document.querySelectorAll('#graph svg [data-name]').length === {count}")
        assert numbers(browser)["result"][0] == pytest.approx(root.data, rel=1e-14)


def test_the_keys_of_tabs_and_steps(opened: Open) -> None:
    """An arrow takes a step; in the expression it moves the cursor."""
    from selenium.webdriver import ActionChains, Keys

    browser = opened()
    browser.execute_script("document.activeElement.blur()")
    ActionChains(browser).send_keys(Keys.ARROW_LEFT).perform()
    assert browser.find_element("id", "place").text == "6 / 7"
    browser.find_element("id", "expression").send_keys(Keys.ARROW_LEFT)
    assert browser.find_element("id", "place").text == "6 / 7"
