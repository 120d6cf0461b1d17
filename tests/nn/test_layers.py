"""Neurons, layers and MLPs compute what they should, from weights drawn as they should be."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import message_of

import nn
from autograd import Value, topological_order
from nn import activations

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0.0),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "leaky_relu": lambda x: np.where(x > 0.0, x, 0.01 * x),
    "relu6": lambda x: np.clip(x, 0.0, 6.0),
    "elu": lambda x: np.where(x > 0.0, x, np.expm1(np.minimum(x, 0.0))),
    "silu": lambda x: x / (1.0 + np.exp(-x)),
    "log_sigmoid": lambda x: -np.log1p(np.exp(-x)),
    "gelu": lambda x: 0.5 * x * (1.0 + np.vectorize(math.erf)(x / math.sqrt(2.0))),
    "gelu_tanh": lambda x: 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x**3))),
}
numbers = st.floats(-3.0, 3.0)


def by_matrices(model: nn.MLP, inputs: list[float]) -> np.ndarray:
    """What an MLP gives, by NumPy."""
    x = np.array(inputs)
    for layer in model.layers:
        weights = np.array([[w.data for w in neuron.weights] for neuron in layer.neurons])
        biases = np.array([neuron.bias.data for neuron in layer.neurons])
        x = ACTIVATIONS[layer.neurons[0].activation](weights @ x + biases)
    return x


@given(st.data())
def test_mlp_agrees_with_matrices(data) -> None:
    """An MLP of any shape and activations is a chain of matrix products."""
    nin, *nouts = data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    kinds = [data.draw(st.sampled_from(sorted(ACTIVATIONS))) for _ in range(2)]
    model = nn.MLP(nin, nouts, *kinds, rng=data.draw(st.integers(0, 99)))
    for parameter in model.parameters():
        parameter.data += data.draw(numbers) / 10.0
    inputs = data.draw(st.lists(numbers, min_size=nin, max_size=nin))
    outputs = model(inputs)
    given_back = [outputs] if nouts[-1] == 1 else outputs
    assert [y.data for y in given_back] == pytest.approx(by_matrices(model, inputs), rel=1e-12, abs=1e-12)


def test_a_layer_of_one_neuron_gives_its_value() -> None:
    """One output comes as a Value, several as a list."""
    assert isinstance(nn.Layer(2, 1)([1.0, 2.0]), Value)
    assert isinstance(nn.MLP(2, [1, 1, 1])([1.0, 2.0]), Value)
    assert [type(y) for y in nn.Layer(2, 2)([1.0, 2.0])] == [Value, Value]


def test_nodes_of_a_layer() -> None:
    """A neuron adds a weighted sum and an activation, linear none; neurons share the inputs."""
    outputs = nn.Layer(3, 4, "relu")([1.0, 2.0, 3.0])
    nodes = topological_order(sum(outputs[1:], outputs[0]))
    assert sorted(v.op for v in nodes) == sorted(["Σ", "relu"] * 4 + ["+"] * 3 + [""] * (4 * 4 + 3))
    assert nn.Neuron(3, "linear")([1.0, 2.0, 3.0]).op == "Σ"


def test_inputs_may_be_values_tuples_and_arrays() -> None:
    """Whatever holds numbers in order is a list of inputs, and Values among them get gradients."""
    neuron = nn.Neuron(2, rng=1)
    x = Value(0.5)
    y = neuron((x, -1))
    y.backward()
    assert y.data == neuron(np.array([0.5, -1.0])).data == neuron([np.float32(0.5), -1]).data
    assert x.grad == pytest.approx((1.0 - y.data**2) * neuron.weights[0].data)


def test_an_activation_of_ones_own() -> None:
    """Any function of a Value will do, and can be put in later."""
    neuron = nn.Neuron(1, lambda x: x * x)
    neuron.weights[0].data = 3.0
    assert neuron([2.0]).data == 36.0
    neuron.activation = "relu"
    assert (neuron([2.0]).data, neuron.activation) == (6.0, "relu")


def test_every_activation_is_tested() -> None:
    """A new row in nn/activations.py needs its formula above."""
    assert ACTIVATIONS.keys() == activations.ACTIVATIONS.keys()


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_initial_weights(activation: str) -> None:
    """Glorot's limits, or He's for what silences half of its inputs; all of the range; biases of 0."""
    nin, nout = 300, 60
    layer = nn.Layer(nin, nout, activation, rng=1)
    halves = activation not in ("linear", "tanh", "sigmoid", "log_sigmoid")
    limit = math.sqrt(6.0 / nin) if halves else math.sqrt(6.0 / (nin + nout))
    weights = np.array([[w.data for w in neuron.weights] for neuron in layer.neurons])
    assert 0.999 * limit < weights.max() <= limit
    assert -limit <= weights.min() < -0.999 * limit
    assert weights.std() == pytest.approx(limit / math.sqrt(3.0), rel=0.02)
    assert {neuron.bias.data for neuron in layer.neurons} == {0.0}


def weights_of(model: nn.Module) -> list[float]:
    """The numbers in a model."""
    return [parameter.data for parameter in model.parameters()]


def test_a_seed_may_be_of_another_type_of_whole_number() -> None:
    """Such as those of arrays."""

    class Whole:
        def __index__(self) -> int:
            return 5

    assert nn.Neuron(2, rng=Whole()).weights[0].data == nn.Neuron(2, rng=5).weights[0].data


def test_weights_come_from_the_seed_alone() -> None:
    """The same seed or generator state gives the same weights; none touches the global generator."""
    random.seed(7)
    before = random.getstate()
    same = [nn.MLP(2, [3, 1], rng=seed) for seed in (5, random.Random(5))]
    assert weights_of(same[0]) == weights_of(same[1])
    assert weights_of(nn.MLP(2, [3, 1])) != weights_of(nn.MLP(2, [3, 1]))
    assert random.getstate() == before
    first, second = same[0].layers[0].neurons[:2]
    assert weights_of(first) != weights_of(second)


MISUSE = [
    (lambda: nn.Neuron(3)([1.0, 2.0]), ValueError, "Neuron expects 3 inputs, got 2"),
    (lambda: nn.Layer(1, 2)([1.0, 2.0]), ValueError, "Layer expects 1 input, got 2"),
    (lambda: nn.MLP(2, [3, 1])([]), ValueError, "MLP expects 2 inputs, got 0"),
    (lambda: nn.Neuron(1)(0.5), TypeError, "Neuron expects a list of 1 input, got 0.5"),
    (lambda: nn.MLP(2, [1])("ab"), TypeError, "MLP expects a list of 2 inputs, got 'ab'"),
    (lambda: nn.MLP(2, [1])({1.0, 2.0}), TypeError, "MLP expects a list of 2 inputs, got {1.0, 2.0}"),
    (lambda: nn.MLP(2, [1])([1.0, "2"]), TypeError, "an input of MLP: expected a number, got '2'"),
    (lambda: nn.MLP(1, [1])([[1.0]]), TypeError, "an input of MLP: expected a number, got [1.0]"),
    (lambda: nn.MLP(1, [1])([None]), TypeError, "an input of MLP: expected a number, got None"),
    (lambda: nn.Neuron(0), ValueError, "the number of inputs of a Neuron must be at least 1, got 0"),
    (lambda: nn.Neuron(-2), ValueError, "the number of inputs of a Neuron must be at least 1, got -2"),
    (lambda: nn.Layer(2, 0), ValueError, "the number of neurons of a Layer must be at least 1, got 0"),
    (lambda: nn.Layer(-1, 2), ValueError, "the number of inputs of a Layer must be at least 1, got -1"),
    (lambda: nn.Layer(2.5, 2), TypeError, "the number of inputs of a Layer must be a whole number, got 2.5"),
    (lambda: nn.MLP(0, [1]), ValueError, "the number of inputs of an MLP must be at least 1, got 0"),
    (lambda: nn.MLP(2, []), ValueError, "an MLP needs at least one layer: nouts is empty"),
    (lambda: nn.MLP(2, [3, 0]), ValueError, "the number of neurons of a Layer must be at least 1, got 0"),
    (lambda: nn.MLP(2, 3), TypeError, "nouts is a list of the sizes of the layers, such as [16, 1], not 3"),
    (lambda: nn.MLP(2, [1], "rleu"), ValueError, "unknown activation 'rleu': did you mean 'relu'?"),
    (lambda: nn.MLP(2, [1], output_activation="sigmod"), ValueError, "did you mean 'sigmoid'?"),
    (lambda: nn.Neuron(1, "xyz"), ValueError, "'xyz': there are linear, tanh, sigmoid, relu, softplus"),
    (lambda: nn.Neuron(1, "ReLU"), ValueError, "unknown activation 'ReLU': did you mean 'relu'?"),
    (lambda: nn.Neuron(1, lambda x: 3.0), TypeError, "an activation must return a Value, and <function"),
    (lambda: nn.Neuron(1, None), TypeError, "an activation is a name or a function of a Value, not None"),
    (lambda: nn.Neuron(1, rng="7"), TypeError, "rng must be a random.Random or a whole number as a seed"),
]


@pytest.mark.parametrize(("misuse", "kind", "message"), MISUSE, ids=[case[2] for case in MISUSE])
def test_misuse_is_named(misuse: Callable[[], object], kind: type[Exception], message: str) -> None:
    """Each mistake has an error that says what was wrong."""
    assert message in message_of(misuse, kind)


def test_a_later_activation_is_checked_too() -> None:
    """A name that is none cannot be put in later either."""
    with pytest.raises(ValueError, match="did you mean 'tanh'"):
        nn.Neuron(1).activation = "tahn"


class Borrowed:
    """A neuron whose attributes are another's."""

    def __init__(self, neuron: nn.Neuron) -> None:
        self.neuron = neuron

    def __getattr__(self, name: str) -> object:
        return getattr(self.neuron, name)


class Raised(nn.Neuron):
    """A neuron whose bias is not what it holds."""

    def __getattribute__(self, name: str) -> object:
        return Value(100.0) if name == "bias" else super().__getattribute__(name)


def test_a_layer_asks_its_neurons_as_anyone_does() -> None:
    """Their attributes may come from anywhere; one that is missing is named, with what was meant."""
    layer = nn.Layer(2, 3, "linear", rng=1)
    layer.neurons[:2] = Borrowed(layer.neurons[2]), Raised(2, "linear", rng=1)  # type: ignore[assignment]
    borrowed, raised, own = layer([0.5, 0.25])
    assert borrowed.data == own.data
    assert raised.data == pytest.approx(100.0, abs=2.0)
    del layer.neurons[2].bias
    with pytest.raises(AttributeError, match="'Neuron' object has no attribute 'bias'"):
        layer([0.5, 0.25])


class Slotted:
    """A neuron without a dict."""

    __slots__ = ("activate", "bias", "weights")

    def __init__(self) -> None:
        self.weights, self.bias, self.activate = [Value(1.0), Value(2.0)], Value(3.0), Value.tanh


def test_attributes_of_a_neuron_may_be_its_class_s() -> None:
    """From the start, in slots, or from one day on: a property goes before what the neuron holds."""

    class Own(nn.Neuron):
        pass

    class OfClass(nn.Neuron):
        bias = property(lambda neuron: Value(100.0), lambda neuron, value: None)

    layer = nn.Layer(2, 3, "linear", rng=1)
    layer.neurons[1:] = OfClass(2, "linear", rng=1), Slotted()  # type: ignore[assignment]
    assert [value.data for value in layer([0.0, 0.0])] == [0.0, 100.0, math.tanh(3.0)]
    layer.neurons = [Own(2, "linear", rng=1), Own(2, "linear", rng=1)]
    assert [value.data for value in layer([0.0, 0.0])] == [0.0, 0.0]
    Own.bias = property(lambda neuron: Value(50.0))  # type: ignore[method-assign]
    assert [value.data for value in layer([0.0, 0.0])] == [50.0, 50.0]
    del Own.bias
    assert [value.data for value in layer([0.0, 0.0])] == [0.0, 0.0]


def test_neurons_and_inputs_may_be_in_tuples() -> None:
    """In place of the list that a layer was made with, and where a layer is given Values."""
    layer = nn.Layer(2, 3, "tanh", rng=1)
    before = [value.data for value in layer([0.5, 0.25])]
    layer.neurons = tuple(layer.neurons)  # type: ignore[assignment]
    values: Any = (Value(0.5), Value(0.25))
    assert [value.data for value in layer.outputs(values)] == before
