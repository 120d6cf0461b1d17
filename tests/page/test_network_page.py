"""The page of a network at every scale: the whole, a part's operations beside it, a node asked.

Skipped where there is no Chromium, unless STEPGRAD_BROWSER=required.
"""

import re
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphs import build, random_recipe
from networks_in_page import LAST_ROW, MEASURE, network, opened, run

import autograd
import nn
from autograd import Value, debug, explain, play, softmax, topological_order
from autograd.naming.notation import format_number

SIZES = [(1920, 1080), (1280, 720), (390, 844)]
NETWORKS = [(2, 1), (2, 4, 1), (3, 4, 4, 2), (4, 12, 10, 1), (64, 16, 10)]


def press(browser: Any, *keys: str) -> None:
    """Press keys, wherever the focus is."""
    from selenium.webdriver import ActionChains, Keys

    ActionChains(browser).send_keys(*(getattr(Keys, key, key) for key in keys)).perform()


@pytest.mark.parametrize("sizes", NETWORKS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_network_is_seen_whole_and_can_be_read(
    browser: Any, tmp_path: Path, sizes: tuple[int, ...], width: int, height: int
) -> None:
    """First view and middle: letters, room, boxes over each other, what is cut."""
    model, loss = network(*sizes)
    opened(browser, tmp_path, play(loss, model=model), width, height)
    for part in ("first", "middle"):
        if part == "middle":
            run(browser, "jump(turn + 2)")
        found = run(browser, MEASURE)
        assert found["fitted"]
        assert found["over"] == 0
        assert found["wide"] <= 0
        assert found["span"] > 0.7
        assert found["small"] >= 11
        assert min(found["letters"]) >= (LAST_ROW if width > 640 else 11)
        assert found["seen"] == 1 or width < 640 or sizes == (4, 12, 10, 1)
        if width > 640:
            assert found["height"] >= 0.4 * height
            coarse = sizes[0] == 64 or (sizes[0] == 4 and part == "middle")
            assert (found["level"] == "layers") == coarse
    if width > 640 and found["rows"] <= 9:
        assert (found["cut"], found["sideways"]) == (0, 0)


def test_on_a_phone_a_network_goes_from_the_top_down(browser: Any, tmp_path: Path) -> None:
    """All its width is seen, it follows the steps up and down, and turned on its side it goes sideways."""
    model, loss = network(3, 4, 4, 2)
    opened(browser, tmp_path, play(loss, model=model), 390, 844)
    place = "return camera.view.boxes.filter(Boolean).map((box) => box.getBoundingClientRect()[arguments[0]])"
    for step in (0, 1, 12, 20, 30, 39):
        run(browser, f"jump({step})")
        assert run(browser, "return camera.view.upright")
        assert min(run(browser, place, "left")) >= 0
        assert max(run(browser, place, "right")) <= 390
        if step:
            lit = run(browser, "return camera.view.svg.querySelector('.box.lit').getBoundingClientRect().top")
            stage = browser.find_element("id", "stage").rect
            assert stage["y"] <= lit <= stage["y"] + stage["height"] - 20
    size = {"width": 844, "height": 390, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    run(browser, "closePart(); jump(0)")
    assert not run(browser, "return camera.view.upright")


def test_the_whole_of_an_upright_picture_can_be_seen(browser: Any, tmp_path: Path) -> None:
    """By the button, however small it becomes; dragged, it moves."""
    model, loss = network(3, 4, 4, 2)
    opened(browser, tmp_path, play(loss, model=model), 390, 844)
    run(browser, "jump(20)")
    assert run(browser, "return camera.cropped")
    press(browser, "0")
    assert run(browser, "return camera.fitted && !camera.cropped")
    run(browser, "camera.fit(false); camera.pan(0, -50)")
    assert not run(browser, "return camera.fitted")
    assert browser.find_element("css selector", "#stage .overview").is_displayed()


def test_all_rows_of_a_neuron_of_nine_inputs_are_seen(browser: Any, tmp_path: Path) -> None:
    """Four weights, four leaves and a bias each have their row on a projector."""
    neuron = nn.Neuron(4, "linear", rng=1)
    y = neuron([Value(0.1 * i, f"x{i}") for i in range(4)])
    for page in (play(y, model=neuron), play(y, constants=True)):
        opened(browser, tmp_path, page)
        run(browser, "jump(last)")
        found = run(browser, MEASURE)
        assert (found["rows"], found["cut"], found["sideways"]) == (9, 0, 0)


def test_long_local_derivatives_break_their_line(browser: Any, tmp_path: Path) -> None:
    """Those of a softmax, in names: the gradients beside them are not cut off."""
    model = nn.MLP(2, [3, 3], rng=1)
    out = model([Value(0.5, "x0"), Value(-0.25, "x1")])
    share = softmax(out)[1]
    opened(browser, tmp_path, play(-share.log(), model=model))
    run(browser, "jump(steps.findIndex(({ phase, rows }) => phase === 'backward' && rows.length === 3) + 1)")
    found = run(browser, MEASURE)
    assert (found["rows"], found["cut"], found["sideways"]) == (3, 0, 0)
    assert run(browser, "return texts[steps[position - 1].formula]").startswith("share =")


def test_a_click_on_a_neuron_opens_its_operations(browser: Any, tmp_path: Path) -> None:
    """With the numbers of this example, beside the network; Escape and the button close it again."""
    model, loss = network(2, 4, 1)
    opened(browser, tmp_path, play(loss, model=model))
    loss.backward()
    neuron = model.layers[0].neurons[2]
    run(browser, "jump(last); closePart()")
    find = "return camera.view.boxes[nodes.findIndex((n) => texts[n.name] === arguments[0])]"
    run(browser, find, "layers.0.neurons.2.bias").click()
    shown = (
        "return [...document.querySelectorAll('figure:not([hidden]) text')].map((t) => t.textContent.trim())"
    )
    words = run(browser, shown)
    assert browser.find_element("id", "part-choice").get_attribute("value") == "2"
    assert {"w0", "w1", "b", "Σ", "tanh", "x0"} <= set(words)
    for parameter in neuron.parameters():
        assert {format_number(parameter.data), format_number(parameter.grad)} <= set(words)
    press(browser, "ESCAPE", "ESCAPE")
    assert not browser.find_element("id", "part").is_displayed()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_room_of_a_part_that_is_closed_is_used(
    browser: Any, tmp_path: Path, width: int, height: int
) -> None:
    """In the middle of a walk: on a phone by the network, elsewhere by the step; nothing is left empty."""
    model, loss = network(3, 4, 4, 2)
    opened(browser, tmp_path, play(loss, model=model), width, height)
    run(browser, "jump(last); closePart()")
    places = "return ['stage', 'variables', 'board'].map((id) => $(id).getBoundingClientRect().toJSON())"
    stage, variables, board = run(browser, places)
    assert abs(variables["top"] - (stage["bottom"] if width < 640 else stage["top"])) < 2
    assert abs(board["top"] - variables["bottom"]) < 2
    assert run(browser, MEASURE)["cut"] == 0 or width < 640


def test_steps_go_by_operation_neuron_and_layer(browser: Any, tmp_path: Path) -> None:
    """As Stepper.next(by=…) takes them, forwards and back; the pane follows."""
    model, loss = network(2, 4, 1)
    opened(browser, tmp_path, play(loss, model=model))
    for by in ("neuron", "layer"):
        stepper = loss.steps(model=model)
        run(browser, f"$('by').value = '{by}'; jump(0)")
        for _ in range(3):
            stepper.next(by=by)
            press(browser, "ARROW_RIGHT")
            assert browser.find_element("id", "place").text == f"{stepper.position} / {len(stepper)}"
        headings = browser.find_elements("css selector", "#step .line")
        assert len(headings) == (2 if by == "neuron" else 1)
        stepper.back(by=by)
        press(browser, "ARROW_LEFT")
        assert browser.find_element("id", "place").text == f"{stepper.position} / {len(stepper)}"
    run(browser, "$('by').value = ''; jump(3)")
    lit = "return [camera.view, partCamera.view].map(({ svg }) => svg.querySelectorAll('.box.lit').length)"
    assert run(browser, lit) == [1, 1]
    assert run(browser, "return parts[partShown].title") == "layer 0, neuron 1"


def test_zooming_shows_more_and_an_overview_says_where(browser: Any, tmp_path: Path) -> None:
    """From layers or neurons to operations, around the same place; 0 goes back to the whole."""
    model, loss = network(3, 4, 4, 2)
    opened(browser, tmp_path, play(loss, model=model))
    overview = browser.find_element("css selector", "#stage .overview")
    assert not overview.is_displayed()
    levels = [run(browser, "return camera.levels.indexOf(camera.view)")]
    for _ in range(9):
        run(browser, "camera.zoom(1.25)")
        levels.append(run(browser, "return camera.levels.indexOf(camera.view)"))
    assert levels == sorted(levels)
    assert run(browser, "return camera.view.title") == "operations"
    assert overview.is_displayed()
    assert run(browser, "return camera.view.letters * camera.scale") >= 11
    press(browser, "0")
    assert run(browser, "return camera.levels.indexOf(camera.view)") == levels[0]


def test_what_cannot_be_read_as_a_whole_opens_where_it_begins(browser: Any, tmp_path: Path) -> None:
    """Two hundred and more operations without a model: legible, at the first step, with an overview."""
    root = build(random_recipe(Random(4), 200), autograd)[-1]
    opened(browser, tmp_path, play(root, limit=400))
    assert run(browser, "return camera.view.letters * camera.scale") >= 10.9
    assert browser.find_element("css selector", "#stage .overview").is_displayed()


def card(browser: Any) -> str:
    """What the card says."""
    return str(browser.find_element("id", "card").text)


def test_a_node_says_what_it_is_and_its_paths(browser: Any, tmp_path: Path) -> None:
    """Its formula, its gradient as the sum over its uses, and the paths that `explain` has."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    d = a * b
    d.label = "d"
    root = d * a + d
    root.label = "L"
    opened(browser, tmp_path, play(root))
    root.backward()
    show = "showCard(camera.view.items[nodes.findIndex((n) => texts[n.name] === arguments[0])])"
    run(browser, show, "a")
    assert "gradient -15 is the sum over 2 uses:" in card(browser)
    found = explain(a, root)
    assert f"{found.count} paths to L:" in card(browser)
    lines = {re.sub(r"\s+", " ", line) for line in card(browser).splitlines()}
    for path in found.paths:
        assert any(line.endswith(f"{path.factors} = {format_number(path.product)}") for line in lines)
    run(browser, show, "d")
    assert "d = a × b = 2 × -3 = -6" in card(browser)
    assert card(browser).endswith("computed inside “with debug():” it has its source line here")
    run(browser, "showCard(document.getElementById('edge-2-0'))")
    assert "it is -3" in card(browser)
    press(browser, "ESCAPE")
    assert not browser.find_element("id", "card").is_displayed()


def test_a_node_is_asked_by_mouse_and_by_keyboard(browser: Any, tmp_path: Path) -> None:
    """Hovering shows its card; arrows go from node to node; under debug its line is named."""
    from selenium.webdriver import ActionChains

    with debug():
        root = Value(2.0, "a") * Value(3.0, "b")
    opened(browser, tmp_path, play(root))
    box = browser.find_element("id", "node-2")
    ActionChains(browser).move_to_element(box).perform()
    assert "made in" in card(browser)
    assert "test_network_page.py" in card(browser)
    ActionChains(browser).move_to_element(browser.find_element("id", "board")).perform()
    assert not browser.find_element("id", "card").is_displayed()
    browser.find_element("id", "stage").click()
    names = []
    for _ in range(5):
        press(browser, "ARROW_DOWN")
        names.append(card(browser).splitlines()[0])
    assert names == ["a", "b", "v1" if "v1" in names else "root", "a → root", "b → root"]


def test_whoever_predicts_is_told_no_gradient_by_a_card(browser: Any, tmp_path: Path) -> None:
    """A card knows no more than the steps so far."""
    root = Value(2.0, "a") * Value(3.5, "b")
    root.label = "L"
    opened(browser, tmp_path, play(root))
    run(browser, "predict(); showCard(camera.view.items[2])")
    assert "7" not in card(browser)
    run(browser, "showCard(camera.view.items[0])")
    assert "3.5" not in card(browser).replace("data 3.5", "")


@pytest.mark.parametrize("sizes", NETWORKS)
def test_every_number_of_every_picture_is_the_engines(
    browser: Any, tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    """After the last step each figure, at each level and in each part, is that of its Value."""
    model, loss = network(*sizes)
    opened(browser, tmp_path, play(loss, model=model))
    loss.backward()
    order = topological_order(loss)
    shown = run(
        browser,
        "jump(last); const views = [...camera.levels, ...parts]; views.forEach((v) => v.draw(last, null));"
        "const figures = views.flatMap((view) => view.figures);"
        "return figures.map(({ text, what, of, mean }) => [text.textContent, what, of, mean])",
    )
    assert len(shown) > 2 * len([node for node in order if not node.is_leaf])
    for words, what, places, mean in shown:
        numbers = [abs(getattr(order[place], what)) for place in places]
        expected = sum(numbers) / len(numbers) if mean else getattr(order[places[0]], what)
        assert words == format_number(expected) or float(words) == pytest.approx(expected, rel=2e-3)


def test_on_paper_are_the_whole_and_every_part(browser: Any, tmp_path: Path) -> None:
    """After the last step, whichever is shown, without what is pressed; then the page is as it was."""
    model, loss = network(2, 4, 1)
    opened(browser, tmp_path, play(loss, model=model))
    loss.backward()
    state = (
        "return [camera, partCamera].map(({ view }) => [view.title, view.scene.getAttribute('transform'),"
        "view.svg.getAttribute('viewBox'), "
        "[...document.querySelectorAll('svg')].filter((e) => e.clientWidth).length,"
        "view.svg.textContent, $('place').value])"
    )
    run(browser, "jump(3)")
    before = run(browser, state)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    run(browser, "dispatchEvent(new Event('beforeprint'))")
    seen = "return [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length)"
    captions = run(browser, f"{seen}.map((e) => e.textContent)", "figcaption")
    assert captions == [*(f"layer 0, neuron {i}" for i in range(4)), "layer 1, neuron 0", "loss"]
    words = run(browser, f"{seen}.map((e) => e.textContent.trim())", "svg text")
    for parameter in model.parameters():
        assert {format_number(parameter.data), format_number(parameter.grad)} <= set(words)
    boxes = run(browser, f"{seen}.map((e) => e.getBoundingClientRect()).map((b) => b.toJSON())", "svg")
    for a, b in combinations(boxes, 2):
        apart = max(a["left"], b["left"]) - min(a["right"], b["right"])
        assert max(apart, max(a["top"], b["top"]) - min(a["bottom"], b["bottom"])) >= -1
    assert run(browser, seen, "button:not(#all button), select, #board, #card, .overview") == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    run(browser, "dispatchEvent(new Event('afterprint'))")
    assert run(browser, state) == before
