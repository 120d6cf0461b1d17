"""What a page is told of a network: leaves, targets, neurons; and what it cannot train, in words."""

import json
from random import Random
from typing import Any

import pytest
from networks_in_node import disc

import nn
from autograd import Value, primitive
from nn.page.recording import Recording, record_network


def recorded(model: Any, inputs: Any, targets: Any, loss: Any = nn.mse_loss) -> Recording:
    """A model on examples, with plain gradient descent."""
    optimizer = nn.SGD(model.parameters(), 0.1)
    return record_network(model, (list(inputs), list(targets)), ([], []), loss, optimizer, model.parameters())


def test_a_network_as_data() -> None:
    """Inputs and target are columns, numbers in full, neurons have their weights, the task is known."""
    points, inside = disc(20)
    model = nn.MLP(2, [3, 1], rng=1)
    network = recorded(model, points, inside, nn.binary_cross_entropy_loss).network
    assert network["rows"] == [[*point, float(t)] for point, t in zip(points, inside, strict=True)]
    assert [x["name"] for x in network["inputs"]] == ["x[0]", "x[1]"]
    assert [p["name"] for p in network["parameters"]] == list(model.named_parameters())
    task = network["task"]
    assert (task["kind"], task["classes"], task["threshold"], task["target"]) == ("two", [0, 1], 0.0, 2)
    neurons = network["shape"]["neurons"]
    assert [neuron["key"] for neuron in neurons] == ["0.0", "0.1", "0.2", "1.0"]
    assert [neuron["activation"] for neuron in neurons] == ["tanh"] * 3 + [""]
    names = list(model.named_parameters())
    assert [names[i] for i, _ in neurons[1]["terms"]] == [
        "layers.0.neurons.1.weights.0",
        "layers.0.neurons.1.weights.1",
    ]
    assert [operation["said"] for operation in network["shape"]["operations"]] == [
        "binary_cross_entropy(output, target)"
    ]
    assert json.loads(json.dumps(network, allow_nan=False)) == network


@pytest.mark.parametrize(
    ("targets", "loss", "kind", "threshold"),
    [
        ([0, 1, 0, 1], nn.mse_loss, "two", 0.5),
        ([-1, 1, -1, 1], nn.hinge_loss, "two", 0.0),
        ([0.5, 1.5, 2.5, 3.5], nn.mse_loss, "number", None),
        ([1, 1, 1, 1], nn.mse_loss, "number", None),
    ],
)
def test_what_targets_mean(targets: Any, loss: Any, kind: str, threshold: float | None) -> None:
    """Two targets are classes that part midway, or at 0 for scores; others are numbers."""
    task = recorded(nn.MLP(2, [1], rng=1), [[0, 1], [1, 2], [2, 0], [1, 1]], targets, loss).network["task"]
    assert (task["kind"], task.get("threshold")) == (kind, threshold)


def test_arrays_numbers_and_shared_parameters() -> None:
    """Arrays are lists; a number alone is an input; a parameter that the loss does not use has no place."""
    numpy = pytest.importorskip("numpy")
    points, inside = disc(6)
    one = recorded(nn.MLP(2, [1], rng=1), numpy.array(points), numpy.array(inside)).network
    other = recorded(nn.MLP(2, [1], rng=1), points, inside).network
    assert one == other
    network = recorded(Spare(), [1.0, 2.0], [2.0, 4.0]).network
    assert network["inputs"] == [{"name": "x", "place": network["columns"][0]}]
    assert network["parameters"][1]["place"] is None


def test_truth_values_are_numbers() -> None:
    """As targets: in JavaScript true is not 1, and no example was right."""
    points, inside = disc(6)
    network = recorded(nn.MLP(2, [1], rng=1), points, [t == 1 for t in inside]).network
    assert json.dumps(network["targets"]) == json.dumps(inside)
    assert json.dumps(network["task"]["classes"]) == "[0, 1]"


class Spare(nn.Module):
    """A model with a parameter that it does not use."""

    def __init__(self) -> None:
        self.used, self.unused = Value(2.0), Value(3.0)

    def __call__(self, x: Any) -> Value:
        """used × x"""
        return self.used * x


@primitive
def opaque(x: float) -> tuple[float, float]:
    """A rule that has no translation."""
    return float(json.loads(str(x))), 1.0


class Deciding(Spare):
    """A model that decides by a number."""

    def __call__(self, x: Any) -> Value:
        """|used| × x, by an if"""
        return self.used * x if self.used > 0.0 else -self.used * x


class Opaque(Spare):
    """A model with a rule of a user's own that cannot be translated."""

    def __call__(self, x: Any) -> Value:
        """opaque(used) × x"""
        return opaque(self.used) * x


class Chance(Spare):
    """A model that draws numbers."""

    random = Random(1)

    def __call__(self, x: Any) -> Value:
        """used × x and noise"""
        return self.used * x + self.random.random()


class Branching(Spare):
    """A model with another graph for each sign of its input."""

    def __call__(self, x: Any) -> Value:
        """used × x, or its negative"""
        return self.used * x if x.data > 0.0 else -(self.used * x)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Deciding, "reads a number that changes with the parameters"),
        (Opaque, "opaque|which is not arithmetic"),
        (Chance, "changes|other numbers"),
        (Branching, "of example 1, node"),
    ],
)
def test_what_a_page_cannot_train_is_an_error_in_words(kind: type[Spare], why: str) -> None:
    """With the reason, and nothing of an engine or a tape that was never asked for."""
    with pytest.raises(ValueError, match=f"a page cannot train this: .*({why})") as error:
        recorded(kind(), [1.0, -2.0], [2.0, 4.0])
    assert "engine" not in str(error.value)


def test_examples_of_values_and_a_loss_of_nothing_are_refused() -> None:
    """Each says what to do."""
    with pytest.raises(TypeError, match="the inputs of live are Values: let examples be numbers"):
        recorded(Spare(), [Value(1.0)], [2.0])
    with pytest.raises(ValueError, match="the loss is not computed from what the model returns"):
        recorded(Spare(), [1.0, 2.0], [2.0, 4.0], lambda prediction, target: Value(1.0) * target)


def test_a_model_of_many_operations_has_no_picture() -> None:
    """Of more boxes than can be told apart there are none; the numbers are all there."""

    class Long(Spare):
        def __call__(self, x: Any) -> Value:
            for _ in range(500):
                x = x * self.used
            return x  # type: ignore[no-any-return]

    model = Long()
    model.used.data = 1.0
    shape = recorded(model, [1.0], [2.0]).network["shape"]
    assert shape["operations"] == []
    assert shape["crowded"] > 500
