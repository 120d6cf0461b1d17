"""The messages of the tab Network: a network recorded, the walk of one example; hostile ones are errors."""

import json
from random import Random
from typing import Any

import pytest
from networks_in_node import in_node, needs_node

import nn
import nn.page.live_tab
from autograd.live import Session
from autograd.page.javascript import rules_in_javascript
from nn.activations import ACTIVATIONS
from nn.page.datasets import DATASETS, make_dataset
from nn.page.recording import Recording
from nn.page.settings import LOSSES, OPTIMIZERS
from nn.page.tab import moves_script


def asked(kind: str, **message: Any) -> Any:
    """The answer of a new session, which is fine, and JSON."""
    answer = Session().handle({"kind": kind, **message})
    assert answer["ok"], answer
    return json.loads(json.dumps(answer, allow_nan=False))


def refused(kind: str, **message: Any) -> str:
    """Why a session does not answer."""
    answer = Session().handle({"kind": kind, **message})
    assert not answer["ok"]
    return str(answer["error"])


@pytest.mark.parametrize("dataset", DATASETS)
def test_each_data_set_has_a_network(dataset: str) -> None:
    """Its examples to learn from, those held out, and a loss that fits."""
    answer = asked("network", settings={"dataset": dataset, "count": "30", "layers": "3 2"})
    network = answer["network"]
    assert (len(network["rows"]), len(network["heldOut"]["rows"])) == (30, 15)
    data = make_dataset(dataset, 45, 0.1, 1)
    inputs = len(data.inputs[0])
    assert [row[:inputs] for row in network["rows"]] == data.inputs[:30]
    assert answer["settings"]["loss"] in answer["losses"]
    assert [n["key"] for n in network["shape"]["neurons"]][:5] == ["0.0", "0.1", "0.2", "1.0", "1.1"]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_activation_and_optimizer_is_recorded(activation: str) -> None:
    """By the name in its list; the optimizer's own script is in the page."""
    for optimizer in OPTIMIZERS:
        settings = {"activation": activation, "optimizer": optimizer, "count": "5", "layers": "2"}
        network = asked("network", settings=settings)["network"]
        assert f"{network['optimizer']['name']}: (" in moves_script()


@needs_node
@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "absolute error"])
def test_fifty_steps_are_those_of_train(loss: str) -> None:
    """Of the page's program with the page's optimizer, against `nn.train` on the same data and weights."""
    network = asked("network", settings={"loss": loss, "count": "40", "optimizer": "momentum 0.9"})["network"]
    script = moves_script().removeprefix("const MOVES_OF = ").strip().removesuffix(";")
    recording = Recording(network, rules_in_javascript(lanes=True), f"({script}).SGD")
    found = in_node(recording, "for (let i = 0; i < 50; i++) training.step(); out([training.measure()]);")
    data = make_dataset("moons", 60, 0.1, 1)
    goal = LOSSES[loss]
    targets = [goal.sides[int(side)] for side in data.targets[:40]]
    model = nn.MLP(2, [8, 1], rng=Random(1))
    nn.train(
        model, data.inputs[:40], targets, loss=goal.loss,
        optimizer=nn.SGD(model.parameters(), 0.03, momentum=0.9), max_iterations=50, progress=False,
    )  # fmt: skip
    losses = [goal.loss(model(x), t).data for x, t in zip(data.inputs[:40], targets, strict=True)]
    assert found == [pytest.approx(sum(losses) / 40, rel=1e-9)]


def test_points_of_the_page_take_the_place_of_the_data() -> None:
    """Those that were added by hand stay when the network is changed."""
    points = [[0.0, 0.5, 0], [1.0, -0.5, 1], [2.0, 0.25, 1]]
    settings = {"loss": "hinge"}
    network = asked("network", settings=settings, points=points)["network"]
    assert network["rows"] == [[0.0, 0.5, -1.0], [1.0, -0.5, 1.0], [2.0, 0.25, 1.0]]


def test_the_walk_has_the_numbers_of_the_network() -> None:
    """With the parameters that the page has: its loss, and the player's markup and steps."""
    settings = {"layers": "3", "count": "10"}
    network = asked("network", settings=settings)["network"]
    numbers = [0.1 * (i + 1) for i in range(len(network["parameters"]))]
    answer = asked("network-walk", settings=settings, parameters=numbers, example=[0.5, -0.25, 1])
    model = nn.MLP(2, [3, 1], rng=1)
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    loss = nn.binary_cross_entropy_loss(model([0.5, -0.25]), 1)
    assert float(answer["loss"]) == loss.data
    walk = json.loads(answer["walk"])
    assert walk["steps"][-1]["phase"] == "backward"
    places = {neuron["output"] for neuron in network["shape"]["neurons"]}
    computed = {step["node"] for step in walk["steps"] if step["phase"] == "forward"}
    assert places <= computed


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"settings": 3}, "the settings are texts by name"),
        ({"settings": {"dataset": "mice"}}, "dataset is one of moons, circles"),
        ({"settings": {"count": "1e9"}}, "count is a number from 2 to 600"),
        ({"settings": {"noise": "nan"}}, "noise is a number from 0 to 2"),
        ({"settings": {"layers": "8 x"}}, "a hidden layer has from 1 to 16 neurons"),
        ({"settings": {"layers": "99"}}, "a hidden layer has from 1 to 16 neurons"),
        ({"settings": {"layers": "1 1 1 1 1 1 1"}}, "at most 6 hidden layers"),
        ({"settings": {"learning-rate": "-1"}}, "learning-rate is a number from"),
        ({"points": []}, "there are from 1 to 2,000 points"),
        ({"points": [[1.0, 2.0]]}, "a point is 3 numbers"),
        ({"points": [[1.0, 1e400, 0]]}, "a point is 3 numbers"),
        ({"points": [[1.0, 2.0, 5]]}, "the class of a point is from 0 to 1"),
        ({"points": "abc"}, "there are from 1 to 2,000 points"),
    ],
)
def test_hostile_settings_are_errors_in_words(message: dict[str, Any], words: str) -> None:
    """Each names the field and what it may be."""
    assert words in refused("network", **message)


def test_hostile_walks_are_errors_in_words() -> None:
    """Other parameters than the network has, numbers that are none, an example that is none."""
    assert "this network has 33 parameters" in refused("network-walk", parameters=[1.0], example=[0, 0, 0])
    message = {"parameters": [0.1] * 32 + [True], "example": [0.0, 0.0, 0]}
    assert "each a finite number" in refused("network-walk", **message)
    message = {"parameters": [0.1] * 33, "example": None}
    assert "a point is 3 numbers" in refused("network-walk", **message)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_program_prints_the_loss_that_the_page_shows(
    optimizer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its own points and weights, to the last digit; then it trains on, with the same optimizer."""
    settings = {"layers": "3", "loss": "hinge", "optimizer": optimizer, "weight-decay": "0.01"}
    points = [[0.5, -0.25, 1], [-1.0, 2.0, 0], [0.125, 0.75, 1]]
    numbers = [0.1 * (i + 1) for i in range(13)]
    message = {"settings": settings, "points": points, "parameters": numbers}
    program = asked("network-python", **message)["python"]
    model = nn.MLP(2, [3, 1])
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = number
    losses = [nn.hinge_loss(model(row[:2]), 2 * row[2] - 1).data for row in points]
    scope: dict[str, Any] = {}
    exec(program.replace("optimizer=optimizer", "optimizer=optimizer, max_iterations=2"), scope)
    assert f"loss {sum(losses) / 3}\n" in capsys.readouterr().out
    assert scope["optimizer"].iterations == 2


def test_the_file_begins_where_the_page_began() -> None:
    """It has the weights and the data of the start, and what was done since; and needs nobody."""
    html = asked("network-page", settings={"layers": "3"}, done="t5 w0*1.5 a0.5*1.5*1")["html"]
    data = json.loads(html.split('id="data">')[1].split("</script>")[0])
    weights = [parameter.data for parameter in nn.MLP(2, [3, 1], rng=1).parameters()]
    assert [parameter["data"] for parameter in data["parameters"]] == weights
    assert (len(data["rows"]), data["done"]) == (100, "t5 w0*1.5 a0.5*1.5*1")
    assert "done is a text of at most 10,000" in refused("network-page", done="t1 " * 5_000)


@pytest.mark.parametrize("batch", ["", "10"])
def test_the_program_makes_the_updates_of_the_page(batch: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there was nothing else: the same start, the same batches, as many; then it prints the loss."""
    settings = {"layers": "3", "count": "25", "batch-size": batch, "seed": "4"}
    model = nn.MLP(2, [3, 1], rng=4)
    data = make_dataset("moons", 37, 0.1, 4)
    inputs, targets = data.inputs[:25], [int(side) for side in data.targets[:25]]
    loss, optimizer = nn.binary_cross_entropy_loss, nn.Adam(model.parameters(), 0.03, weight_decay=0.0)
    size = int(batch) if batch else None
    nn.train(
        model, inputs, targets, loss=loss, optimizer=optimizer, batch_size=size, seed=4, max_iterations=30,
        progress=False,
    )  # fmt: skip
    numbers = [parameter.data for parameter in model.parameters()]
    points = [[*x, t] for x, t in zip(inputs, targets, strict=True)]
    message = {"settings": settings, "points": points, "parameters": numbers, "updates": 30}
    program = asked("network-python", **message)["python"]
    assert "max_iterations=30" in program
    assert str(numbers[0]) not in program
    exec(program, {})
    losses = [loss(model(x), t).data for x, t in zip(inputs, targets, strict=True)]
    assert f"loss {sum(losses) / 25}\n" in capsys.readouterr().out
    many = asked("network-python", **(message | {"updates": 10**6}))["python"]
    assert str(numbers[0]) in many
    assert "updates are a whole number or null" in refused("network-python", **(message | {"updates": -1}))
