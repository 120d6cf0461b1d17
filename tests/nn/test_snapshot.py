"""Parameters are found again without a search where a model is what it was, and only there."""

import copy
import gc
import pickle
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Value
from nn import snapshot
from nn.search import Search


def searched(model: nn.Module) -> list[Value]:
    """The parameters as a search finds them."""
    return Search(nn.Module, model, False).results()[0]


def check(model: nn.Module) -> None:
    """What is remembered is what a search finds: after a search, a walk, and a look at its notes."""
    for _ in range(3):
        found, wanted = model.parameters(), searched(model)
        assert [id(value) for value in found] == [id(value) for value in wanted]


class Block(nn.Module):
    """A Module with parts of each usual kind."""

    def __init__(self) -> None:
        self.weights = [Value(1.0), Value(2.0)]
        self.pair, self.table = (Value(3.0), [Value(4.0)]), {"a": Value(5.0), "b": [nn.Neuron(1, rng=1)]}
        self.name, self.size, self.nothing, self.rule = "block", 3, None, Value.tanh


def numbers_in_tuple(model: Any) -> None:
    model.blocks[0].pair = (*model.blocks[0].pair, Value(1.0))


def number_for_parameter(model: Any) -> None:
    model.blocks[1].weights[:1] = [2.0]


def other_order(model: Any) -> None:
    table = model.blocks[0].table
    table["a"] = table.pop("a")


def same_address(model: Any) -> None:
    model.blocks[0].weights[1:2] = []
    model.blocks[0].weights[1:1] = [Value(7.0)]


def in_order(module: nn.Module) -> OrderedDict[str, Any]:
    """The attributes of a module, the first one last: a plain dict's own order is still the other one."""
    attributes = OrderedDict(vars(module))
    attributes.move_to_end(next(iter(attributes)))
    return attributes


def put_back(model: Any) -> None:
    """Another Value for a parameter, seen or not, and then the first again."""
    bias, model.last.bias = model.last.bias, Value(1.0)
    if len(model.blocks) % 2:
        check(model)
    model.last.bias = bias


def same_again(model: Any) -> None:
    """A Module where another of the same numbers was, perhaps at its address too."""
    del model.last
    model.last = nn.Neuron(1, rng=1)


CHANGES = {
    "another parameter": lambda model: setattr(model.last, "bias", Value(1.0)),
    "a frozen parameter": lambda model: setattr(model.last, "bias", 1.0),
    "deleted": lambda model: vars(model.last).pop("bias", None),
    "put back": lambda model: "bias" in vars(model.last) and put_back(model),
    "same again": same_again,
    "same in a list": lambda model: model.blocks.__setitem__(0, Block()),
    "many in a list": lambda model: model.blocks.extend(Block() for _ in range(50)),
    "an empty list": lambda model: model.blocks[-1].weights.clear(),
    "text in a list": lambda model: model.blocks[-1].weights.append("text"),
    "a Module in a dict": lambda model: model.blocks[0].table.update(b=[nn.Neuron(1, rng=1)]),
    "append": lambda model: model.blocks[0].weights.append(Value(1.0)),
    "remove": lambda model: model.blocks[-1].weights and model.blocks[-1].weights.pop(),
    "replace": lambda model: model.blocks[0].weights.__setitem__(slice(1), [Value(1.0)]),
    "the same address": same_address,
    "swap": lambda model: model.blocks[0].weights.reverse(),
    "computed": lambda model: model.blocks[0].weights.__setitem__(slice(1), [Value(1.0) * 2.0]),
    "number": number_for_parameter,
    "tuple": numbers_in_tuple,
    "dict": lambda model: model.blocks[0].table.update(c=Value(6.0)),
    "order": other_order,
    "Module": lambda model: model.blocks.append(Block()),
    "twice": lambda model: model.blocks.append(model.blocks[0]),
    "tied": lambda model: setattr(
        model, "tied", model.blocks[0].weights[0] if model.blocks[0].weights else 1
    ),
    "itself": lambda model: setattr(model, "itself", model),
    "attribute": lambda model: setattr(model, "scale", Value(2.0)),
    "a class for an object": lambda model: setattr(model.blocks[0], "name", str),
    "gone": lambda model: vars(model).pop("scale", None),
    "vars": lambda model: vars(model.blocks[0]).update(more=Value(1.0)),
    "list for list": lambda model: setattr(model, "blocks", model.blocks.copy()),
    "list for tuple": lambda model: setattr(model.blocks[0], "pair", [*model.blocks[0].pair]),
    "a new __dict__": lambda model: setattr(model.blocks[0], "__dict__", dict(vars(model.blocks[0]))),
    "a __dict__ in order": lambda model: setattr(model.blocks[0], "__dict__", in_order(model.blocks[0])),
    "an OrderedDict": lambda model: setattr(model.blocks[0], "table", OrderedDict(model.blocks[0].table)),
    "a Neuron for a Layer": lambda model: setattr(model, "last", nn.Neuron(1, rng=1)),
    "a Layer for a Neuron": lambda model: setattr(model, "last", nn.Layer(1, 1, rng=1)),
    "a set": lambda model: setattr(model, "scale", {1.0}),
    "nothing": lambda model: None,
}


@given(st.lists(st.sampled_from([*CHANGES]), max_size=12))
def test_whatever_changes_is_seen(changes: list[str]) -> None:
    """After each of some changes the parameters are those that a search finds."""
    model: Any = nn.Module()
    model.blocks, model.last = [Block(), Block()], nn.Neuron(1, rng=1)
    check(model)
    for change in changes:
        CHANGES[change](model)
        check(model)


def test_whatever_a_loop_changes_is_seen() -> None:
    """Where Python has made the stores of a loop its own quick ones, too."""
    model: Any = nn.MLP(1, [2, 1], rng=1)
    neuron, other = model.layers[0].neurons
    for i in range(200):
        neuron.bias = Value(1.0)
        check(model)
        neuron.bias = float(i)
        check(model)
        del neuron.bias
        check(model)
        neuron.bias, other.bias = Value(2.0), other.bias
        check(model)
        model.layers[0].neurons[1] = other = nn.Neuron(1, rng=1)
        check(model)
        other.weights[0] = Value(3.0)
        check(model)


def test_what_was_replaced_may_live_on() -> None:
    """A Module in a list, and the attributes of another, which somebody keeps: to be used again, too."""
    model: Any = nn.MLP(1, [3, 1], rng=1)
    neurons = model.layers[0].neurons
    first, attributes = neurons[0], vars(neurons[1])
    check(model)
    neurons[0] = nn.Neuron(1)
    check(model)
    neurons[1].__dict__ = {"weights": [Value(1.0)], "bias": Value(2.0), "activate": Value.tanh}
    check(model)
    neurons[0], neurons[1].__dict__ = first, attributes
    check(model)
    neurons.reverse()
    check(model)


def test_a_finalizer_that_looks() -> None:
    """It changes the model too, at the first thing made in a look that may start the garbage collector."""

    class Knot:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            model.parameters()
            model.layers[0].neurons[0].bias = Value(1.0)
            model.layers[0].neurons[1:1] = [nn.Neuron(1)]
            model.parameters()

    model: Any = nn.MLP(1, [3, 1], rng=1)
    for i in range(4):
        check(model)
        gc.disable()
        try:
            Knot()
            garbage = [[] for _ in range(1_000)]  # enough for the collector to begin with the next thing made
            model.layers[0].neurons[i % 2] = nn.Neuron(1)
            look = model.parameters
            gc.enable()
            look()
        finally:
            gc.enable()
        garbage.clear()
        gc.collect()
        check(model)


def test_parameters_where_a_function_was() -> None:
    """In a list, and a tuple of parameters now, at the same address if it has the size."""
    for count in range(40):
        values = [Value(float(i)) for i in range(count)]
        model: Any = nn.Module()
        model.row = [lambda: None]
        check(model)
        model.row[0] = None
        model.row[0] = tuple(values)
        check(model)


def test_a_module_that_is_also_a_list() -> None:
    """What is in it is met, not its attributes, and that is seen when it takes the place of a Module."""

    class Modules(nn.Module, list):  # type: ignore[type-arg]
        pass

    model: Any = nn.Module()
    model.part = nn.Module()
    model.part.w = Value(1.0)
    assert model.parameters() == [model.part.w]
    other = Modules([Value(2.0)])
    other.w = model.part.w
    model.part = other
    assert model.parameters() == [other[0]]


def test_the_list_is_the_callers_own() -> None:
    """To change it changes nothing but it."""
    model = nn.MLP(2, [1], rng=1)
    model.parameters().clear()
    first, second = model.parameters(), model.parameters()
    assert first is not second
    assert first == second
    first.append(Value(1.0))
    del first
    assert len(model.parameters()) == 3


def model_in_a_cycle() -> nn.Module:
    """A model that a function in it refers to."""
    model: Any = nn.MLP(2, [1], rng=1)
    model.rule = lambda: model
    return model  # type: ignore[no-any-return]


def test_nothing_is_kept_of_a_model_that_is_gone() -> None:
    """Nor of one that holds itself by a function."""
    gc.collect()
    before = len(snapshot.snapshots)
    model = model_in_a_cycle()
    parameters = model.parameters()
    assert len(snapshot.snapshots) == before + 1
    assert snapshot.were_found(parameters)
    copy.deepcopy(nn.Neuron(1)).zero_grad(), pickle.loads(pickle.dumps(nn.Neuron(1))).zero_grad()
    del model
    gc.collect()
    assert len(snapshot.snapshots) == before
    assert not snapshot.were_found(parameters)


def test_zero_grad_is_of_the_parameters_that_a_module_says_it_has() -> None:
    """Where its class, or it itself, has a method `parameters` of its own."""

    class Half(nn.MLP):
        def parameters(self) -> list[Value]:
            return super().parameters()[:1]

    model, single = Half(1, [1], rng=1), nn.MLP(1, [1], rng=1)
    all_of_single = single.parameters()
    single.parameters = lambda: all_of_single[:1]  # type: ignore[method-assign]
    for one in (model, single):
        values = nn.Module.parameters(one)
        for value in values:
            value.grad = 1.0
        one.zero_grad()
        assert [value.grad for value in values] == [0.0, 1.0]


def test_a_step_refuses_what_took_the_place_of_a_parameter() -> None:
    """A list that was checked is checked again once it holds something else."""
    model = nn.MLP(1, [1], rng=1)
    parameters = model.parameters()
    nn.gradient_descent_step(parameters, 0.1)
    for other, message in (
        (parameters[1], "twice"),
        (parameters[1] * 2.0, "computed"),
        (1.0, "changes Values"),
    ):
        parameters[0] = other
        with pytest.raises((TypeError, ValueError), match=message):
            nn.gradient_descent_step(parameters, 0.1)
