"""Modules find their parameters in order, once each, and can be copied and pickled."""

import copy
import gc
import pickle
from collections import OrderedDict, deque
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value
from nn.overlooked import overlooked


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


def test_a_module_without_a_call_says_what_to_write() -> None:
    """Who comes from PyTorch has named it forward; train says the same, and nothing is changed."""

    class Net(nn.Module):
        def forward(self, x):
            return x

    for model, hint in ((Net(), "name its forward __call__"), (nn.Module(), "write its __call__")):
        name = type(model).__name__
        with pytest.raises(TypeError, match=f"^{name} cannot be called: {hint}"):
            model([1.0])
        with pytest.raises(TypeError, match=rf"called, as in model\(x\), not {name}\(\): {hint}"):
            nn.train(model, [[1.0]], [1.0], learning_rate=0.1)


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


def test_a_change_of_a_model_is_seen_at_once() -> None:
    """A parameter, neuron or attribute that is added, replaced or taken away is found so."""
    model = nn.MLP(2, [2, 1], rng=1)
    before = model.parameters()
    neuron = model.layers[0].neurons[0]
    neuron.weights[1] = Value(0.5)
    assert model.parameters() == [before[0], neuron.weights[1], *before[2:]]
    neuron.bias = neuron.bias * 1.0  # computed: no parameter
    assert model.parameters() == [before[0], neuron.weights[1], *before[3:]]
    model.scale = Value(2.0)
    assert model.parameters()[-1] is model.scale
    model.scale = model.scale.data
    del model.layers[1].neurons[0].weights[0]
    model.layers[0].neurons.append(nn.Neuron(2, rng=1))
    assert model.parameters() == list(model.named_parameters().values())
    assert len(model.parameters()) == len(before) + 1


def test_parameters_with_and_without_names_are_the_same() -> None:
    """In the same order, whatever stands between Values, and whatever is met twice."""
    model, part, inner = nn.Module(), nn.Module(), nn.Neuron(1, rng=1)
    first, second, third = Value(1.0), Value(2.0), Value(3.0)
    part.row = [second, inner, first, second * 2.0]
    part.above, part.text, part.neuron = [third, second], "text", inner
    model.row, model.part, model.again = [first, "text", part, third], part, [part, inner, [first], []]
    model.last, model.pair = Value(4.0), (Value(5.0), inner, [Value(6.0), None, model])
    assert model.parameters() == list(model.named_parameters().values())
    assert len(model.parameters()) == 3 + 2 + 3


def test_zero_grad_after_a_change() -> None:
    """It is of the parameters that a model has now, and of no others."""
    model = nn.MLP(2, [1], rng=1)
    model.zero_grad()
    neuron = model.layers[0].neurons[0]
    old, neuron.bias = neuron.bias, Value(1.0)
    old.grad = neuron.bias.grad = 3.0
    model.zero_grad()
    assert (old.grad, neuron.bias.grad) == (3.0, 0.0)


def test_what_holds_itself_is_searched_once() -> None:
    """Lists and dicts may hold themselves and each other, Values before and after."""
    model = nn.Module()
    first, second, third = Value(1.0), Value(2.0), Value(3.0)
    loop: list[Any] = [first]
    table = {"loop": loop, "second": second}
    loop += [loop, table, third, first]
    model.loop, model.row = loop, (loop, table)
    table["table"] = table
    assert model.named_parameters() == {"loop.0": first, "loop.2.second": second, "loop.3": third}


def test_a_model_nested_without_end() -> None:
    """What is too deep is a RecursionError; what is nearly so is found."""
    model, nested = nn.Module(), [Value(1.0)]
    for _ in range(248):
        nested = [nested]
    model.nested = nested
    assert len(model.parameters()) == 1
    model.nested = [nested]
    with pytest.raises(RecursionError, match="make it flatter"):
        model.parameters()


def test_a_dict_that_orders_its_items_itself() -> None:
    """An OrderedDict's order counts."""
    model = nn.Module()
    model.parts = OrderedDict(a=Value(1.0), b=Value(2.0))
    model.parts.move_to_end("a")
    assert list(model.named_parameters()) == ["parts.b", "parts.a"]


# --- Where parameters may be ------------------------------------------------------------------------------


class Holder(nn.Module):
    """A model of one input that holds its parameters in a container."""

    def __init__(self, held: Any, take: Any) -> None:
        self.held, self.take = held, take

    def __call__(self, x: list[float]) -> Value:
        w, b = self.take(self.held)
        return w * x[0] + b  # type: ignore[no-any-return]


def test_names_that_would_clash(tmp_path: Path) -> None:
    """Two parameters are never called the same, and none is lost in a file."""
    for held in (
        {1: Value(1.0), "1": Value(2.0)},
        {"b.c": Value(1.0), "b": {"c": Value(2.0)}},
        {"1": Value(1.0), 1: Value(2.0), "'1'": Value(3.0)},
    ):
        model = Holder(held, None)
        numbers = [p.data for p in model.parameters()]
        assert [p.data for p in model.named_parameters().values()] == numbers
        model.save(tmp_path / "model.json")
        for parameter in model.parameters():
            parameter.data = 0.0
        model.load(tmp_path / "model.json")
        assert [p.data for p in model.parameters()] == numbers


def test_parameters_in_arrays_and_deques() -> None:
    """They are found, by name and in order."""
    array = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    assert list(Holder(array, None).named_parameters()) == ["held.0.0", "held.0.1", "held.1.0", "held.1.1"]
    assert list(Holder(np.array([1.0, 2.0]), None).named_parameters()) == []
    both = [deque([Value(1.0)]), deque([Value(2.0)])]
    assert list(Holder(both, None).named_parameters()) == ["held.0.0", "held.1.0"]


def test_a_set_has_no_order() -> None:
    """Parameters in one are refused; numbers are not."""
    with pytest.raises(TypeError, match="the parameters in held are in a set, and have no order: use a list"):
        Holder({Value(1.0)}, None).parameters()
    assert Holder({1.0, 2.0}, None).parameters() == []


class Pair:
    """A helper that is no Module."""

    def __init__(self) -> None:
        self.w, self.b = Value(0.5), Value(0.1)


class Shared(nn.Module):
    """A parameter and one in the class."""

    scale = Value(2.0)

    def __init__(self) -> None:
        self.w = Value(0.5)

    def __call__(self, x: list[float]) -> Value:
        return self.w * x[0] * self.scale


AROUND = Value(2.0)


def test_what_lies_around_a_model_is_not_in_it() -> None:
    """Such as a variable of the module in which its activation is written: nobody expects it to move."""
    model = nn.MLP(1, [2, 1], lambda x: x * AROUND, rng=1)
    nn.train(model, [[1.0], [2.0]], [3.0, 5.0], learning_rate=0.1, max_iterations=2, progress=False)
    assert overlooked(model, model.parameters()) == {}


@pytest.mark.parametrize("engine", ["auto", "eager"])
def test_training_names_what_it_leaves_as_it_is(engine: str) -> None:
    """What the model holds, each loss depends on and nothing moves."""
    options = {"learning_rate": 0.1, "max_iterations": 2, "progress": False, "engine": engine}
    examples = [[1.0], [2.0]], [3.0, 5.0]
    model = Holder([Pair(), Value(1.0)], lambda held: (held[0].w * held[1], held[0].b))
    with pytest.warns(UserWarning, match=r"train leaves held\.0\.w, held\.0\.b as they are, though the loss"):
        nn.train(model, *examples, **options)
    with pytest.warns(UserWarning, match="train leaves scale as they are"):
        nn.train(Shared(), *examples, **options)
    unused = Holder([Pair(), Value(1.0)], lambda held: (held[1], Value(2.0)))
    nn.train(unused, *examples, **options)  # says nothing
    frozen = Holder([Value(1.0), Value(1.0)], lambda held: held)
    given = {**options, "learning_rate": None, "optimizer": nn.SGD(frozen.held[:1], 0.1)}
    nn.train(frozen, *examples, **given)
