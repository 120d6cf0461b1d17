"""Frames: which nodes of a model's graph stand in its layers and neurons, and which do not."""

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace

import pytest
from hostile import TEXTS

import nn
from autograd import Stepper, Value, diagnose, draw, explain, gradcheck, play, topological_order
from autograd.naming.model_frames import Frame, frames_of, split_path


def frames(root: Value, model: nn.Module) -> dict[Value, Frame]:
    """The frames of the nodes under `root`."""
    parameters = {value: path for path, value in model.named_parameters().items()}
    return frames_of(topological_order(root), parameters, model)


@pytest.mark.parametrize(
    ("path", "frame", "name"),
    [
        ("layers.0.neurons.3.weights.1", ("layer 0", "neuron 3"), "w1"),
        ("neurons.3.bias", ("neuron 3",), "b"),
        ("weights.1", (), "w1"),
        ("weights.1.2", (), "w[1][2]"),
        ("encoder.weight", ("encoder",), "w"),
        ("blocks.1.w.2.3", ("block 1",), "w[2][3]"),
        ("", (), ""),
    ],
)
def test_a_path_gives_the_frame_and_the_name_in_it(path: str, frame: Frame, name: str) -> None:
    """Words with a number are frames, from the outermost in; the last word is the parameter's."""
    assert split_path(path) == (frame, name)


def test_each_neuron_holds_its_parameters_sum_and_activation() -> None:
    """Inputs and loss stand outside; the last layer has no activation to take in."""
    model = nn.MLP(2, [3, 1], rng=1)
    x, y = [Value(1.0), Value(2.0)], Value(1.0)
    hidden = model.layers[0](x)
    out = model.layers[1](hidden)
    loss = (out - y) ** 2
    found = frames(loss, model)
    for j, h in enumerate(hidden):
        assert found[h] == found[h.inputs[0]] == ("layer 0", f"neuron {j}")
        assert all(found[w] == ("layer 0", f"neuron {j}") for w in model.layers[0].neurons[j].parameters())
    assert found[out] == ("layer 1", "neuron 0")
    assert not found.keys() & {*x, y, loss, loss.inputs[0]}


@pytest.mark.parametrize("activation", [lambda s: s * s.sigmoid(), lambda s: s.tanh()])
def test_an_activation_of_a_user_s_own_is_inside_and_what_follows_is_not(
    activation: Callable[[Value], Value],
) -> None:
    """Swish is two operations on the sum; a function of the result is not the neuron's."""
    neuron = nn.Neuron(2, activation)
    out = neuron([Value(1.0), Value(2.0)])
    found = frames(out.log() * out, neuron)
    assert all(found[node] == ("neuron",) for node in topological_order(out) if not node.is_leaf)
    assert len([node for node in found if not node.is_leaf]) == len(topological_order(out)) - 5


def test_a_neuron_of_single_operations_is_framed_whole() -> None:
    """Products, their sum, the bias and the activation, as micrograd has them."""
    w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], Value(5.0)
    named = {"neurons.0.w.0": w[0], "neurons.0.w.1": w[1], "neurons.0.b": b}
    model = SimpleNamespace(named_parameters=lambda: named)
    out = (w[0] * x[0] + w[1] * x[1] + b).tanh()
    found = frames(out, model)
    assert set(found) == set(topological_order(out)) - set(x)


def test_a_penalty_on_weights_is_no_part_of_a_neuron() -> None:
    """The sum of squares of the weights is computed from parameters alone."""
    model = nn.MLP(2, [2, 1], rng=1)
    penalty = sum(p * p for p in model.parameters())
    assert set(frames(penalty, model)) == set(model.parameters())


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_models_of_any_names(text: str) -> None:
    """Whatever a model and its attributes are called, no view of it lets through what is not to be seen."""

    class Named(nn.Module):
        def __init__(self) -> None:
            setattr(self, text, Value(2.0))
            setattr(self, "w" + text, [Value(3.0)])

        def __call__(self, x: float) -> Value:
            return getattr(self, text) * x + getattr(self, "w" + text)[0]

    with suppress(ValueError, UnicodeError):  # not every text is a class's name to Python
        Named.__name__ = text
    model = Named()
    y = model(1.5).tanh()
    said = [
        draw(y, model=model).source,
        play(y, model=model).html,
        str(Stepper(y, model=model).run()),
        repr(explain(getattr(model, text), y, model=model)),
        repr(diagnose(model, [1.0, 2.0])),
        repr(gradcheck(model, [1.0])),
        repr(model),
    ]
    with pytest.raises(TypeError, match="takes no list of numbers") as caught:
        draw(model)
    for words in [*said, str(caught.value)]:
        assert all(c.isprintable() or c in "\n\t\u200c\u200d" for c in words)
