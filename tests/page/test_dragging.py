"""Leaves that are dragged in the page: every number follows, as the engine has it.

Skipped where there is no Chromium, unless STEPGRAD_BROWSER=required.
"""

import json
import math
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphs import build, random_recipe

import autograd
import nn
from autograd import Stepper, Value, play, primitive, topological_order
from autograd.naming.notation import format_number
from autograd.stepping.text import step_heading, told_contributions

NODES = """
return [...document.querySelectorAll("[data-name]")].map((g) =>
  [g.id, g.dataset.name, Number(g.dataset.value.replace("inf", "Infinity")),
   Number(g.dataset.grad.replace("inf", "Infinity"))].map((x) => Number.isNaN(x) ? "nan" : x));
"""
SET = """
const field = document.querySelector(arguments[0]);
field.value = arguments[1];
field.dispatchEvent(new Event("input", { bubbles: true }));
"""


def opened(browser: Any, page: Any, tmp_path: Path) -> Any:
    """A page in the browser."""
    page.save(tmp_path / "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    return browser


def expression(a: float, b: float, c: float) -> Value:
    """An expression of three leaves, with a constant."""
    x, y, z = Value(a, "a"), Value(b, "b"), Value(c, "c")
    d = x * y + z**2
    d.label = "d"
    root = d.tanh() / 2.0 - x * (-y)
    root.label = "L"
    return root


def assert_same(shown: float | str, ours: float) -> None:
    """The page's number is the engine's, but for what an exp of another library rounds off."""
    number = math.nan if shown == "nan" else float(shown)
    assert number == pytest.approx(ours, rel=1e-12, abs=1e-12, nan_ok=True)


def assert_shows(browser: Any, root: Value) -> None:
    """Each node has the value and the gradient after a whole pass of the engine."""
    root.backward()
    shown = {id: (value, grad) for id, _, value, grad in browser.execute_script(NODES)}
    for place, node in enumerate(topological_order(root)):
        value, grad = shown[f"node-{place}"]
        assert_same(value, node.data)
        assert_same(grad, node.grad)


@pytest.mark.parametrize("kind", ["variable", "slider"])
def test_every_number_follows_a_drag(browser: Any, tmp_path: Path, kind: str) -> None:
    """By the number and by the slider: data and gradients in full, whichever step is shown."""
    opened(browser, play(expression(0.5, -1.25, 2.0)), tmp_path)
    assert_shows(browser, expression(0.5, -1.25, 2.0))
    random = Random(kind)
    for _ in range(10):
        browser.execute_script("jump(arguments[0])", random.randint(0, 10))
        numbers = {name: round(random.uniform(-1.0, 1.0), 3) for name in "abc"}
        for name, number in numbers.items():
            browser.execute_script(SET, f'input[data-{kind}="{name}"]', number)
        assert_shows(browser, expression(**numbers))


def test_each_step_tells_the_new_numbers(browser: Any, tmp_path: Path) -> None:
    """Headings, rows, and what is asked are those of a walk through the expression of these numbers."""
    opened(browser, play(expression(0.5, -1.25, 2.0)), tmp_path)
    for name, number in (("a", -0.75), ("b", 1.5), ("c", -3.0)):
        browser.execute_script(SET, f'input[data-variable="{name}"]', number)
    stepper = Stepper(expression(-0.75, 1.5, -3.0))
    for place, step in enumerate(stepper):
        browser.execute_script("jump(arguments[0])", place + 1)
        told = browser.execute_script(
            "return [...document.querySelectorAll('#step .line')].map((p) => p.textContent)"
        )
        assert told == step_heading(step)
        rows = browser.execute_script(
            "return [...document.querySelectorAll('#step .change')].map((p) => p.textContent)"
        )
        changes = [f"{format_number(c.before)} → {format_number(c.after)}" for c in told_contributions(step)]
        assert rows == changes * (step.phase == "backward")
        asked = browser.execute_script(
            "return steps[arguments[0]].asked.map(({ answer }) => answer.value)", place
        )
        answers = {c.input: c.after for c in told_contributions(step)} or {step.node: step.data}
        assert asked == pytest.approx(list(answers.values())[:4], rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_random_expressions_follow(browser: Any, tmp_path: Path, seed: int) -> None:
    """Twenty drags each, on expressions of every primitive."""
    random = Random(seed)
    recipe = random_recipe(random, 10)

    def root_of(data: list[float]) -> Value:
        *nodes, root = build(recipe._replace(leaves=tuple(data)), autograd)
        for i, leaf in enumerate(nodes[: len(data)]):
            leaf.label = f"x{i}"
        return root  # type: ignore[no-any-return]

    data = list(recipe.leaves)
    opened(browser, play(root_of(data)), tmp_path)
    names = browser.execute_script(
        "return [...document.querySelectorAll('[data-variable]')].map((f) => f.dataset.variable)"
    )
    for _ in range(20):
        name = random.choice(names)
        data[int(name[1:])] = round(random.uniform(0.1, 2.0), 3)
        browser.execute_script(SET, f'input[data-variable="{name}"]', data[int(name[1:])])
        root = root_of(data)
        if all(math.isfinite(node.data) for node in topological_order(root)):
            assert_shows(browser, root)


def test_a_nudge_new_numbers_and_the_recorded_ones(browser: Any, tmp_path: Path) -> None:
    """ΔL stands beside gradient × 0.001; an exercise has other numbers; the recorded ones come back."""
    opened(browser, play(expression(0.5, -1.25, 2.0)), tmp_path)
    recorded = browser.execute_script(NODES)
    browser.execute_script(SET, 'input[data-variable="b"]', -1.0)
    browser.find_element("id", "nudge").click()
    before, after = expression(0.5, -1.0, 2.0), expression(0.5, -1.0 + 0.001, 2.0)
    before.backward()
    [b] = [node for node in topological_order(before) if node.label == "b"]
    change = format_number(after.data - before.data)
    said = browser.find_element("id", "effect").text
    assert said == f"ΔL = {change}, gradient × 0.001 = {format_number(b.grad * 0.001)}"
    browser.find_element("id", "deal").click()
    assert browser.execute_script(NODES) != recorded
    browser.find_element("id", "restore").click()
    assert browser.execute_script(NODES) == recorded


@primitive
def opaque(x: float) -> tuple[float, float]:
    """A rule that has no translation."""
    return float(json.loads(str(x))), 1.0


def test_a_leaf_under_an_untranslatable_rule_is_fixed_and_says_why(browser: Any, tmp_path: Path) -> None:
    """The others can be dragged."""
    root = opaque(Value(2.0, "a")) * Value(3.0, "b")
    opened(browser, play(root), tmp_path)
    fields = browser.find_elements("css selector", "input[data-variable]")
    assert [field.get_attribute("data-variable") for field in fields] == ["b"]
    assert "opaque has `" in browser.find_element("id", "leaves").text
    browser.execute_script(SET, 'input[data-variable="b"]', 5)
    shown = {name: value for _, name, value, _ in browser.execute_script(NODES)}
    assert shown["b"] == 5


def test_numbers_are_written_as_python_writes_them(browser: Any, tmp_path: Path) -> None:
    """Short ones on the board, over all magnitudes."""
    opened(browser, play(expression(0.5, -1.25, 2.0)), tmp_path)
    random = Random(1)
    numbers = [random.uniform(-1, 1) * 10.0 ** random.randint(-12, 14) for _ in range(500)]
    numbers += [0.0, -0.0, 1.0, 999.95, 1e9, 999999.5, 123456.5, 0.0001, 0.00001, 99995.0, 1e16, 5e-324]
    written = browser.execute_script("return arguments[0].map(short)", numbers)
    assert written == list(map(format_number, numbers))


def test_three_hundred_values_are_dragged_in_a_frame(browser: Any, tmp_path: Path) -> None:
    """Every leaf of a network has a slider, and a drag costs no more than the screen shows."""
    model = nn.MLP(4, [12, 10, 1], rng=1)
    loss = nn.mse_loss(model([Value(0.1 * i, f"x{i}") for i in range(4)]), 1.0)
    opened(browser, play(loss, model=model), tmp_path)
    assert len(browser.find_elements("css selector", "[data-slider]")) == len(model.parameters()) + 4
    browser.execute_script(SET, 'input[data-slider="x1"]', 0.5)
    again = nn.mse_loss(model([Value(0.5 if i == 1 else 0.1 * i) for i in range(4)]), 1.0)
    model.zero_grad()
    assert_shows(browser, again)
