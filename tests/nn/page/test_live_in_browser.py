"""The page that nn.live writes, in a browser: what is shown is what the engine computes.

Skipped where there is no Chromium, unless STEPGRAD_BROWSER=required.
"""

from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from chromium import show_at
from hostile import TEXTS
from networks_in_node import disc, task

import nn
from autograd import Value


def opened(browser: Any, page: nn.LivePage, tmp_path: Path, width: int = 1280, height: int = 720) -> Any:
    """A page in a window of that size."""
    show_at(browser, width, height)
    page.save(tmp_path / "live.html")
    browser.get((tmp_path / "live.html").as_uri())
    return browser


def network(**options: Any) -> tuple[nn.MLP, nn.LivePage]:
    """A network of 2-4-1 on a disc, and its page."""
    points, inside = disc(40)
    model = nn.MLP(2, [4, 1], rng=1)
    options = {"loss": nn.binary_cross_entropy_loss, "validation": disc(10, seed=1)} | options
    options.setdefault("optimizer", nn.SGD(model.parameters(), 0.5))
    return model, nn.live(model, points, inside, **options)


def number(browser: Any, id: str) -> float:
    """The number that an element says, all its digits."""
    text = browser.execute_script("return document.getElementById(arguments[0]).textContent", id)
    return float(text.replace("Infinity", "inf"))


def loss_of(model: nn.MLP, count: int = 40) -> float:
    """The mean loss of the disc."""
    points, inside = disc(count)
    return nn.binary_cross_entropy_loss([model(p) for p in points], inside).data


def click(browser: Any, id: str, times: int = 1) -> None:
    """Press a button."""
    browser.execute_script(
        "for (let i = 0; i < arguments[1]; i++) document.getElementById(arguments[0]).click()", id, times
    )


def say(browser: Any, selector: str, value: Any, event: str = "input") -> None:
    """Fill in a field."""
    browser.execute_script(
        "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
        "field.dispatchEvent(new Event(arguments[2], { bubbles: true }));",
        selector, value, event,
    )  # fmt: skip


def test_updates_are_those_of_train(browser: Any, tmp_path: Path) -> None:
    """After so many presses: iteration, loss and accuracy; every weight with its gradient; then a reset."""
    model, page = network()
    opened(browser, page, tmp_path)
    start = loss_of(model)
    assert number(browser, "loss") == pytest.approx(start, rel=1e-12)
    click(browser, "train-step", 50)
    points, inside = disc(40)
    nn.train(
        model, points, inside, loss=nn.binary_cross_entropy_loss, learning_rate=0.5, max_iterations=50,
        progress=False,
    )  # fmt: skip
    assert number(browser, "iteration") == 50
    assert number(browser, "loss") == pytest.approx(loss_of(model), rel=1e-9)
    right = [nn.accuracy(model(p), t) for p, t in zip(points, inside, strict=True)]
    assert number(browser, "accuracy") == sum(right) / 40
    model.zero_grad()
    nn.binary_cross_entropy_loss([model(p) for p in points], inside).backward()
    shown = browser.execute_script(
        "return [...document.querySelectorAll('[data-weight]')].map((g) =>"
        " [g.dataset.weight, Number(g.dataset.value), Number(g.dataset.grad)])"
    )
    named = model.named_parameters()
    assert {name for name, _, _ in shown} == {name for name in named if "weights" in name}
    for name, value, grad in shown:
        assert value == pytest.approx(named[name].data, rel=1e-9)
        assert grad == pytest.approx(named[name].grad, rel=1e-7, abs=1e-12)
    click(browser, "reset")
    assert number(browser, "iteration") == 0
    assert number(browser, "loss") == pytest.approx(start, rel=1e-12)


def test_the_picture_has_the_numbers_of_the_chosen_example(browser: Any, tmp_path: Path) -> None:
    """Each neuron's output and gradient, as one backward pass gives them."""
    model, page = network()
    opened(browser, page, tmp_path)
    points, inside = disc(40)
    for example in (0, 17):
        say(browser, "#example", example)
        inputs = [Value(x) for x in points[example]]
        hidden = model.layers[0](inputs)
        output = model.layers[1](hidden)
        nn.binary_cross_entropy_loss(output, inside[example]).backward()
        for i, neuron in enumerate(hidden):
            part = browser.find_element("css selector", f'[data-neuron="0.{i}"]')
            assert float(part.get_attribute("data-value")) == pytest.approx(neuron.data, rel=1e-12)
            assert float(part.get_attribute("data-grad")) == pytest.approx(neuron.grad, rel=1e-12)


def test_a_weight_follows_drags_by_number_slider_and_pointer(browser: Any, tmp_path: Path) -> None:
    """The loss is that of the engine with that weight, along random numbers."""
    from selenium.webdriver import ActionChains

    model, page = network()
    opened(browser, page, tmp_path)
    name = "layers.0.neurons.3.weights.1"
    browser.execute_script(
        "[...document.querySelectorAll('#all-parameters button')]"
        ".find((b) => b.textContent === arguments[0]).click()",
        name,
    )
    random = Random(1)
    for kind in ("number", "range"):
        for _ in range(10):
            model.named_parameters()[name].data = round(random.uniform(-1, 1), 3)
            say(browser, f"#inspector [type={kind}]", model.named_parameters()[name].data)
            assert number(browser, "loss") == pytest.approx(loss_of(model), rel=1e-12)
    label = browser.find_element("css selector", f'[data-weight="{name}"] .touch')
    before = number(browser, "loss")
    ActionChains(browser).move_to_element(label).click_and_hold().move_by_offset(0, -40).release().perform()
    moved = browser.execute_script(
        "return [...document.querySelectorAll('.weight.lit')].map((g) => g.dataset)"
    )
    assert len(moved) == 1
    changed = moved[0]["weight"]
    model.named_parameters()[changed].data = float(moved[0]["value"])
    assert number(browser, "loss") == pytest.approx(loss_of(model), rel=1e-12)
    assert number(browser, "loss") != before


def test_back_through_the_iterations_and_play(browser: Any, tmp_path: Path) -> None:
    """The slider shows an earlier loss; training goes on from there; play trains by itself until pressed."""
    from selenium.webdriver.support.ui import WebDriverWait

    _, page = network(optimizer=None, learning_rate=0.5)
    opened(browser, page, tmp_path)
    losses = []
    for _ in range(6):
        losses.append(number(browser, "loss"))
        click(browser, "train-step")
    for place in (5, 0, 3):
        say(browser, "#moment", place)
        assert number(browser, "iteration") == place
        assert number(browser, "loss") == losses[place]
    click(browser, "train-step")
    assert number(browser, "loss") == losses[4]
    click(browser, "train")
    WebDriverWait(browser, 20, 0.05).until(lambda browser: number(browser, "iteration") > 10)
    click(browser, "train")
    stopped = number(browser, "iteration")
    browser.execute_async_script("setTimeout(arguments[0], 100)")
    assert number(browser, "iteration") == stopped


def test_points_are_added_chosen_and_deleted(browser: Any, tmp_path: Path) -> None:
    """By a click on the plane or keys; each counts in the loss; of none, nothing is trained."""
    model, page = network()
    opened(browser, page, tmp_path)
    whole = number(browser, "loss")
    tools = {e.text: e for e in browser.find_elements("css selector", "#tools label")}
    assert list(tools) == ["choose", "add 0", "add 1", "delete"]
    tools["add 1"].click()
    plane = browser.find_element("id", "boundary")
    plane.click()
    assert "of 41, target 1" in browser.find_element("id", "example-says").text
    added = browser.execute_script("return [...page.training.rows[40]]")
    points, inside = disc(40)
    loss = nn.binary_cross_entropy_loss([model(p) for p in [*points, added[:2]]], [*inside, 1]).data
    assert number(browser, "loss") == pytest.approx(loss, rel=1e-12)
    plane.send_keys("\ue012\ue007")  # an arrow key, and Enter
    assert "of 42" in browser.find_element("id", "example-says").text
    tools["delete"].click()
    plane.send_keys("\ue012\ue007")
    plane.send_keys("\ue007")
    browser.execute_script("page.useTool('delete', 40)")
    assert "of 40" in browser.find_element("id", "example-says").text
    assert number(browser, "loss") == pytest.approx(whole, rel=1e-12)
    browser.execute_script("for (let i = 0; i < 40; i++) page.useTool('delete', 0)")
    assert browser.find_element("id", "example-says").text == "no examples"
    assert not browser.find_element("id", "train-step").is_enabled()
    click(browser, "train")
    browser.execute_async_script("setTimeout(arguments[0], 100)")
    assert "There are no examples" in browser.find_element("id", "network-status").text
    tools["add 0"].click()
    plane.click()
    assert "of 1, target 0" in browser.find_element("id", "example-says").text


def test_one_step_forward_one_back_one_update(browser: Any, tmp_path: Path) -> None:
    """A layer a press; numbers that are still to come are not shown; the status says what happens."""
    _, page = network()
    opened(browser, page, tmp_path)
    status = lambda: browser.find_element("id", "network-status").text  # noqa: E731
    of = "return [...document.querySelectorAll('.neuron, .operation')]"
    of += ".map((box) => box.querySelector(arguments[0]).textContent !== '')"
    click(browser, "forward")
    assert status() == "Forward: layer 0 computes its 4 weighted sums, then tanh of each."
    assert browser.execute_script(of, ".data") == [True] * 4 + [False] * 2
    assert browser.execute_script(of, ".grad") == [False] * 6
    click(browser, "forward", 2)
    assert "the loss of example 0 is" in status()
    assert browser.execute_script(of, ".data") == [True] * 6
    click(browser, "backward", 2)
    assert status().startswith("Backward: the outputs of layer 1 have upstream × local derivative")
    assert browser.execute_script(of, ".grad") == [False] * 4 + [True] * 2
    click(browser, "update")
    assert number(browser, "iteration") == 1
    assert browser.execute_script(of, ".grad") == [True] * 6


def test_the_update_of_a_weight_is_foretold(browser: Any, tmp_path: Path) -> None:
    """new = old − learning rate × gradient, with the numbers that it then has."""
    _, page = network()
    opened(browser, page, tmp_path)
    browser.find_elements("css selector", "#all-parameters button")[4].click()
    facts = browser.find_element("css selector", "#inspector .facts").text
    assert "new = old − learning rate × gradient = " in facts
    foretold = browser.execute_script("return page.next[4]")
    click(browser, "update")
    assert browser.execute_script("return page.training.parameters[4].data") == foretold


@pytest.mark.parametrize(("rate", "words"), [(1e300, "has diverged"), (1e5, "is dead")])
def test_what_went_wrong_is_said_with_what_to_try(
    browser: Any, tmp_path: Path, rate: float, words: str
) -> None:
    """Diverged or dead: in words, in the status that a screen reader reads."""
    points, inside = disc(40)
    model = nn.MLP(2, [4, 1], "relu", rng=1)
    opened(browser, nn.live(model, points, inside, learning_rate=rate), tmp_path)
    click(browser, "train-step", 3)
    said = browser.find_element("css selector", "#network-status[role=status]").text
    assert words in said
    assert "reset" in said


@pytest.mark.parametrize("kind", ["curve", "several", "slice", "none", "line", "words"])
def test_other_tasks_have_their_page(browser: Any, tmp_path: Path, kind: str) -> None:
    """A curve of one input, several classes, a slice of many inputs, no plane for two numbers or words."""
    model, inputs, targets, loss = task(kind)
    opened(browser, nn.live(model, inputs, targets, loss=loss, learning_rate=0.1), tmp_path)
    before = number(browser, "loss")
    click(browser, "train-step", 20)
    assert number(browser, "loss") < before
    assert browser.find_element("id", "boundary").is_displayed() == (kind not in ("none", "words"))
    assert browser.find_element("id", "axes").is_displayed() == (kind == "slice")
    assert browser.find_element("id", "share-right").is_displayed() == (kind == "several")
    if kind == "words":
        assert f"target {targets[0]}," in browser.find_element("id", "example-says").text
    if kind in ("curve", "line"):
        browser.execute_script("document.querySelectorAll('#tools input')[1].click()")
        browser.find_element("id", "boundary").click()
        assert "of 31" in browser.find_element("id", "example-says").text


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (390, 844), (640, 360)])
def test_it_fits_every_window(browser: Any, tmp_path: Path, width: int, height: int) -> None:
    """Nothing stands beside the window; on a desk all is in it; every control has a name."""
    _, page = network()
    opened(browser, page, tmp_path, width, height)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    if width > 1000:
        assert browser.execute_script("return document.documentElement.scrollHeight") <= height
        apart = browser.execute_script(
            "const [a, b] = ['moment', 'all-parameters'].map((id) => document.getElementById(id));"
            "return b.getBoundingClientRect().top - a.getBoundingClientRect().bottom"
        )
        assert apart >= 0
    for control in browser.find_elements("css selector", "button, input, select, #boundary, #loss-chart"):
        assert control.accessible_name or not control.is_displayed()


def test_keys_go_from_neuron_to_neuron(browser: Any, tmp_path: Path) -> None:
    """Arrow keys move and choose; what is chosen is told in full; space trains elsewhere."""
    _, page = network()
    opened(browser, page, tmp_path)
    first = browser.find_element("css selector", '[data-neuron="0.0"]')
    first.send_keys("\ue015\ue015")  # down, down
    active = "return document.activeElement.dataset.neuron"
    assert browser.execute_script(active) == "0.2"
    assert browser.find_element("css selector", "#inspector h2").text == "layer 0, neuron 2"
    browser.switch_to.active_element.send_keys("\ue014")  # right
    assert browser.execute_script(active) == "1.0"
    assert number(browser, "iteration") == 0
    browser.execute_script("document.activeElement.blur()")
    browser.find_element("css selector", "body").send_keys("\ue014")
    assert number(browser, "iteration") == 1


def test_another_pace_ends_the_run_before(browser: Any, tmp_path: Path) -> None:
    """However often it is chosen while training runs, a frame has one update."""
    _, page = network()
    opened(browser, page, tmp_path)
    browser.execute_script("page.run(); page.run(); page.run();")
    updates = browser.execute_async_script(
        "const done = arguments[0], advance = page.advance.bind(page);"
        "let updates = 0;"
        "page.advance = () => { updates++; return advance(); };"
        "requestAnimationFrame(() => requestAnimationFrame(() => { page.stop(); done(updates); }));"
    )
    assert 1 <= updates <= 2


def test_the_maps_are_painted_as_they_were_sampled(browser: Any, tmp_path: Path) -> None:
    """A browser that is slow gets coarser ones, from the next on."""
    _, page = network()
    opened(browser, page, tmp_path)
    sizes = browser.execute_script(
        "let time = 0;"
        "performance.now = () => (time += 100);"
        "const { plane } = page;"
        "return [1, 2, 3].map(() => { page.show({}); return [plane.size, plane.predictions[0].length]; });"
    )
    assert [size**2 for size, _ in sizes] == [count for _, count in sizes]
    assert sizes[0][0] > sizes[1][0] > sizes[2][0]


def test_on_a_phone_maps_can_be_made_out(browser: Any, tmp_path: Path) -> None:
    """Each neuron has one of 40 pixels, and the picture is as high as that needs."""
    model = nn.MLP(2, [12, 1], rng=1)
    points, inside = disc(40)
    page = nn.live(model, points, inside, loss=nn.binary_cross_entropy_loss, learning_rate=0.1)
    opened(browser, page, tmp_path, 390, 844)
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('[data-neuron]')].map("
        " (box) => box.getBoundingClientRect().toJSON())"
    )
    assert min(box["width"] for box in boxes) >= 40
    picture = browser.find_element("id", "picture")
    assert picture.get_property("scrollHeight") == picture.get_property("clientHeight")
    first = sorted(box["top"] for box in boxes[:12])
    assert min(b - a for a, b in pairwise(first)) >= 44


HOSTILE = (
    "</title></script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>\u202e\ud800\0"
)


def test_hostile_names_do_nothing(browser: Any, tmp_path: Path) -> None:
    """Of a model and its parts, a loss, an optimizer, targets that are text: nothing runs, nothing breaks."""

    class Net(nn.Module):
        def __init__(self) -> None:
            self.parts = {text: nn.Neuron(2, rng=1) for text in [HOSTILE, *TEXTS]}

        def __call__(self, x: Any) -> Value:
            return sum((part(x) for part in self.parts.values()), Value(0.0, HOSTILE))

        def __str__(self) -> str:
            return HOSTILE

    def loss(prediction: Any, target: str) -> Any:
        return (prediction - float(target.count("1"))) ** 2

    loss.__name__ = HOSTILE
    model = Net()
    optimizer = type(HOSTILE[:-2], (nn.Adam,), {})(model.parameters(), 0.1)
    points, _ = disc(3)
    targets = [HOSTILE + "1" * i for i in range(3)]
    opened(browser, nn.live(model, points, targets, loss=loss, optimizer=optimizer), tmp_path)
    for id in ("train-step", "forward", "backward", "update"):
        click(browser, id)
    browser.execute_script("document.querySelectorAll('#all-parameters button').forEach((b) => b.click())")
    assert number(browser, "iteration") == 2
    assert browser.execute_script("return window.pwned") is None
    count = "return document.querySelectorAll('script, img, style, a, iframe, [onload], [onerror]').length"
    assert browser.execute_script(count) == 3
    assert browser.title == f"{HOSTILE[:-3]}\\u202e\\ud800\\x00, live"
    wide = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert browser.execute_script(wide)
