"""The tab Network as its users have it: chosen, trained, changed, walked through operation by operation."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from chromium import shown_at, wait

import nn
from nn.page.datasets import make_dataset

Open = Callable[..., Any]


@pytest.fixture
def opened(live_page: Open) -> Open:
    """Opens the tab, until a network is there."""
    return lambda state="": live_page(f"#1/network?{state}", "!!document.querySelector('#loss')?.textContent")


def number(browser: Any, id: str) -> float:
    """The number that an element says, all its digits."""
    return float(browser.execute_script(f"return document.getElementById('{id}').textContent"))


def choose(browser: Any, setting: str, text: str) -> None:
    """Change a setting, and wait for the network that comes of it."""
    browser.execute_script(
        "document.getElementById('loss').dataset.old = 'yes';"
        f"const field = document.querySelector('[data-setting={setting}]');"
        "field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }));",
        text,
    )
    settled(browser)


def settled(browser: Any) -> None:
    """Wait until another network has taken the place of the one that was marked."""
    loss = "document.getElementById('loss')"
    wait(browser, f"return !{loss}.dataset.old && !!{loss}.textContent")


def press(browser: Any, selector: str) -> None:
    """Press a button that brings another network."""
    browser.execute_script(
        "document.getElementById('loss').dataset.old = 'yes'; document.querySelector(arguments[0]).click()",
        selector,
    )
    settled(browser)


def test_what_is_shown_is_what_nn_computes(opened: Open) -> None:
    """The loss at the start, and after fifty presses that of `train` with the same data and weights."""
    browser = opened("dataset=circles&layers=4&seed=5&optimizer=gradient+descent&learning-rate=0.5")
    data = make_dataset("circles", 150, 0.1, 5)
    points, sides = data.inputs[:100], [int(side) for side in data.targets[:100]]
    model = nn.MLP(2, [4, 1], rng=Random(5))
    loss = nn.binary_cross_entropy_loss
    start = sum(loss(model(x), t).data for x, t in zip(points, sides, strict=True)) / 100
    assert number(browser, "loss") == pytest.approx(start, rel=1e-12)
    browser.execute_script("for (let i = 0; i < 50; i++) document.getElementById('train-step').click()")
    history = nn.train(model, points, sides, loss=loss, learning_rate=0.5, max_iterations=51, progress=False)
    assert number(browser, "iteration") == 50
    assert number(browser, "loss") == pytest.approx(history.losses[50], rel=1e-9)
    browser.find_element("id", "reset").click()
    assert number(browser, "loss") == pytest.approx(start, rel=1e-12)


def test_the_network_follows_what_is_chosen(opened: Open) -> None:
    """Data, neurons, layers, loss; the link keeps it; what is wrong is said, and the network stays."""
    browser = opened()
    count = "return document.querySelectorAll('[data-neuron]').length"
    assert browser.execute_script(count) == 9
    press(browser, "#sizes button:last-child")
    assert browser.execute_script(count) == 10
    press(browser, "#more-layers")
    assert browser.execute_script(count) == 19
    choose(browser, "dataset", "clusters")
    assert browser.execute_script(count) == 21
    losses = "return [...document.querySelector('[data-setting=loss]').options].map((o) => o.text)"
    assert browser.execute_script(losses) == ["cross-entropy"]
    choose(browser, "dataset", "sine")
    assert browser.execute_script(losses) == ["squared error", "absolute error"]
    wait(browser, "return location.hash.includes('dataset=sine') && location.hash.includes('layers=9+9')")
    browser.execute_script(
        "const field = document.querySelector('[data-setting=noise]'); field.value = '-1';"
        "field.dispatchEvent(new Event('change', { bubbles: true }));"
    )
    wait(browser, "return document.getElementById('choices-error').textContent.includes('noise is a number')")
    assert browser.execute_script(count) == 19


def test_points_that_were_added_stay_when_the_network_is_changed(opened: Open) -> None:
    """Until other data are chosen."""
    browser = opened()
    browser.execute_script("document.querySelectorAll('#tools input')[2].click()")
    browser.find_element("id", "boundary").click()
    assert "of 101" in browser.find_element("id", "example-says").text
    choose(browser, "activation", "relu")
    assert "of 101" in browser.find_element("id", "example-says").text
    choose(browser, "seed", "2")
    assert "of 100" in browser.find_element("id", "example-says").text


def test_the_update_of_adam_is_told_in_full(opened: Open) -> None:
    """Beside the weight, and where the walk of an example ends; its last number is that after the update."""
    browser = opened("layers=3&learning-rate=0.1")
    browser.execute_script("for (let i = 0; i < 5; i++) document.getElementById('train-step').click()")
    browser.find_element("css selector", "#all-parameters td button").click()
    said = wait(browser, "return document.querySelector('.facts.of-weight dd')?.textContent")
    assert said.startswith("m = β₁ × m + (1 − β₁) × gradient = 0.9 × ")
    browser.find_element("id", "every-operation").click()
    wait(browser, "return !!document.querySelector('#operations #player #place')?.textContent")
    cell = "return document.querySelector('#then tr:last-child td:last-child').textContent"
    assert browser.execute_script(cell) == said
    browser.find_element("id", "to-network").click()
    browser.find_element("id", "train-step").click()
    data = "return document.querySelector('#all-parameters tbody td:nth-child(2)').textContent"
    wait(browser, f"return document.getElementById('iteration').textContent === '6' && {data[7:]} !== ''")
    assert browser.execute_script(data) == said.split(" = ")[-1]


def test_from_the_picture_to_the_last_number(opened: Open) -> None:
    """A neuron and an example: its walk starts there, and ends in the update that the picture then has."""
    browser = opened("layers=3&optimizer=gradient+descent&learning-rate=0.1")
    browser.execute_script("for (let i = 0; i < 5; i++) document.getElementById('train-step').click()")
    shown = browser.find_element("css selector", '[data-neuron="0.1"]')
    shown.click()
    value, grad = (shown.get_attribute(f"data-{kind}") for kind in ("value", "grad"))
    browser.find_element("id", "every-operation").click()
    wait(browser, "return !!document.querySelector('#operations #player #place')?.textContent")
    nodes = browser.execute_script(
        "return [...document.querySelectorAll('#operations [data-name]')].map(({ dataset }) => "
        "[Number(dataset.value), Number(dataset.grad)])"
    )
    assert any(
        abs(x - float(value)) < 1e-12 * abs(x) and abs(g - float(grad)) < 1e-9 * abs(g) for x, g in nodes
    )
    told = browser.find_element("id", "then").text
    assert "layers.0.neurons.1.weights.0" in told
    assert "new = old − learning rate × gradient" in told
    box = "document.querySelector('[data-weight=\"layers.0.neurons.1.weights.0\"]')"
    weight = f"return Number({box}.dataset.value)"
    before = browser.execute_script(weight)
    cell = "document.querySelector('#then tr:nth-child(2) td:nth-child(3)')"
    mean = float(browser.execute_script(f"return {cell}.textContent"))
    browser.find_element("id", "update-and-walk").click()
    wait(browser, "return document.getElementById('iteration').textContent === '6'")
    assert browser.execute_script(weight) == pytest.approx(before - 0.1 * mean, rel=1e-12)
    browser.find_element("id", "to-network").click()
    assert browser.find_element("id", "boundary").is_displayed()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_it_fits_every_window(opened: Open, width: int, height: int) -> None:
    """Nothing stands beside the window, and every control has a name."""
    browser = opened()
    with shown_at(browser, width, height):
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        panel = browser.find_element("id", "panel-network")
        for control in panel.find_elements("css selector", "button, input, select, #boundary, #loss-chart"):
            assert control.accessible_name or not control.is_displayed()


def test_training_stops_when_another_tab_is_shown(opened: Open) -> None:
    """And its keys do nothing there."""
    browser = opened()
    browser.find_element("id", "train").click()
    wait(browser, "return Number(document.getElementById('iteration').textContent) > 2")
    browser.find_element("id", "tab-expression").click()
    stopped = number(browser, "iteration")
    browser.find_element("css selector", "body").send_keys("u")
    browser.execute_async_script("setTimeout(arguments[0], 150)")
    assert number(browser, "iteration") == stopped


def test_it_can_be_taken_along_as_python(opened: Open, capsys: pytest.CaptureFixture[str]) -> None:
    """What is copied prints the loss that is shown, after some updates and a drag."""
    browser = opened("layers=3&count=20")
    browser.execute_script("for (let i = 0; i < 5; i++) document.getElementById('train-step').click()")
    browser.find_elements("css selector", "#all-parameters button")[3].click()
    browser.execute_script(
        "const field = document.querySelector('#inspector [type=number]'); field.value = '0.75';"
        "field.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    browser.execute_script("document.getElementById('network-copy').click()")
    wait(browser, "return document.getElementById('network-python').value !== ''")
    program = browser.execute_script("return document.getElementById('network-python').value")
    exec(program.split("optimizer =")[0], {})
    printed = float(capsys.readouterr().out.removeprefix("loss "))
    assert printed == pytest.approx(number(browser, "loss"), rel=1e-13)


def test_a_walk_that_comes_too_late(opened: Open) -> None:
    """Whoever went back to the network meanwhile stays there."""
    browser = opened("dataset=circles&layers=4&seed=5")
    shown = browser.execute_async_script(
        "const [plain, done] = [ask, arguments[0]];"
        "ask = async (message) => {"
        "  const answer = await plain(message);"
        "  setTimeout(() => done(document.getElementById('operations').hidden), 500);"
        "  return answer;"
        "};"
        "document.getElementById('every-operation').click();"
        "document.getElementById('to-network').click();"
    )
    assert shown is True
