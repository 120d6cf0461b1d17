"""Modules find their parameters in order, once each, and can be copied and pickled."""

import copy
import gc
import pickle
from itertools import count

import pytest

import nn
from autograd import Value


class Tied(nn.Module):
    """A model of a user's own: Values, Modules, lists and dicts of them, some of them twice."""

    def __init__(self) -> None:
        self.table = [[Value(1.0), Value(2.0)], (Value(3.0),)]
        self.heads = {"a": nn.Neuron(1, rng=1), "b": nn.Layer(1, 2, rng=1)}
        self.tied = self.table[0][0]
        self.computed = self.tied * 2.0
        self.name, self.size = "text", 3
        self.itself = self


def test_names_and_order_of_parameters() -> None:
    """Layer by layer, neuron by neuron, the weights and then the bias."""
    names = [
        f"layers.{i}.neurons.{j}.{part}"
        for i, (nin, nout) in enumerate([(2, 3), (3, 1)])
        for j in range(nout)
        for part in [*(f"weights.{k}" for k in range(nin)), "bias"]
    ]
    model = nn.MLP(2, [3, 1])
    assert list(model.named_parameters()) == names
    assert list(model.named_parameters().values()) == model.parameters()
    first = model.layers[0].neurons[0]
    assert model.parameters()[:3] == [*first.weights, first.bias]


def test_parameters_of_a_users_module() -> None:
    """Leaves in lists, tuples, dicts and Modules are found once, computed Values are not."""
    assert list(Tied().named_parameters()) == [
        "table.0.0",
        "table.0.1",
        "table.1.0",
        "heads.a.weights.0",
        "heads.a.bias",
        "heads.b.neurons.0.weights.0",
        "heads.b.neurons.0.bias",
        "heads.b.neurons.1.weights.0",
        "heads.b.neurons.1.bias",
    ]


def test_zero_grad() -> None:
    """Every gradient is 0 afterwards."""
    model = nn.MLP(2, [2, 1], rng=1)
    model([1.0, 2.0]).backward()
    assert any(parameter.grad for parameter in model.parameters())
    model.zero_grad()
    assert all(parameter.grad == 0.0 for parameter in model.parameters())


@pytest.mark.parametrize("activation", ["linear", "tanh", "sigmoid", "relu", "softplus", Value.sin])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_are_equal_and_apart(copied, activation) -> None:
    """A deep copy, or one through pickle, computes the same and shares no parameter."""
    model = nn.MLP(2, [3, 2], activation, rng=1)
    twin = copied(model)
    before = [p.data for p in model.parameters()]
    assert [p.data for p in twin.parameters()] == before
    assert [y.data for y in twin([0.5, -1.0])] == [y.data for y in model([0.5, -1.0])]
    for parameter in twin.parameters():
        parameter.data += 1.0
    assert [p.data for p in model.parameters()] == before
    assert repr(twin) == repr(model)


def test_a_copy_keeps_what_is_shared() -> None:
    """A parameter used twice is still one parameter in a copy."""
    twin = copy.deepcopy(Tied())
    assert twin.tied is twin.table[0][0]
    assert len(twin.parameters()) == len(Tied().parameters())


def test_finding_parameters_leaves_nothing_to_the_garbage_collector() -> None:
    """Looking for parameters makes no reference cycle."""
    model = nn.MLP(2, [3, 1])
    model.parameters(), model.named_parameters()
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            model.zero_grad()
            model.named_parameters()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_repr_shows_the_architecture() -> None:
    """What a model is made of can be read."""
    counter = count(1)

    class Pair(nn.Module):
        def __init__(self) -> None:
            self.number = next(counter)
            self.first, self.rest = nn.Neuron(2, "relu"), [nn.Layer(2, 3, Value.exp)]

    assert repr(Pair()) == "Pair(first=Neuron(2, activation='relu'), rest=[Layer(2, 3, activation='exp')])"
    assert repr(nn.MLP(2, [4, 1])) == "MLP(2, [4, 1], activation='tanh', output_activation='linear')"
    assert repr(nn.MLP(2, [1])) == "MLP(2, [1], output_activation='linear')"
