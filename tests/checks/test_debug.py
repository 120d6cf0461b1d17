"""debug stops at the first number that is not finite; diagnose says what ails a model."""

import math
import threading

import pytest

import nn
from autograd import Value, atan, debug, diagnose, grad, no_grad
from autograd.checks.debug import NonFiniteError
from autograd.checks.diagnose import FLAT_IS
from autograd.core.source_lines import line_of
from nn.activations import ACTIVATIONS


def test_forward_stops_at_the_first_with_operation_operands_and_line() -> None:
    """The error names the operation, its operands as the caller calls them, and the line."""
    x, zero = Value(3.0), Value(0.0)
    with pytest.raises(NonFiniteError) as error, debug():  # noqa: PT012
        y = x * 2.0
        y / zero  # the line to be named
    message = str(error.value)
    assert "/ of y = 6.0, zero = 0.0 gives inf" in message
    assert "test_debug.py, line " in message
    assert message.endswith("y / zero  # the line to be named")
    assert (error.value.node.op, error.value.node.data) == ("/", math.inf)


def test_backward_stops_at_the_first_with_operation_input_and_line() -> None:
    """A gradient that is not finite names the operation that made it and where that was computed."""
    x = Value(0.0, "x")
    with pytest.raises(NonFiniteError) as error, debug():  # noqa: PT012
        y = x.sqrt()
        (y * 0.0).backward()
    message = str(error.value)
    assert "sqrt of x = 0.0 makes the gradient of its input 0, x = 0.0, nan" in message
    assert "upstream 0.0 × local derivative inf" in message
    assert message.endswith("y = x.sqrt()")


def test_a_gradient_given_from_outside() -> None:
    """backward(nan) is stopped at the root."""
    with pytest.raises(NonFiniteError, match=r"the gradient of \* = 2.0 is nan"), debug():
        (Value(1.0) * 2.0).backward(math.nan)


def test_the_line_is_that_of_the_user() -> None:
    """Operations inside of a model count as the line that called the model."""
    model = nn.MLP(2, [2, 1], rng=1)
    with debug():
        y = model([1.0, 2.0])  # here
    assert (line_of(y) or "").endswith("y = model([1.0, 2.0])  # here")


def test_lines_are_remembered_after_and_only_of_debug() -> None:
    """line_of knows what was made under debug, and nothing else."""
    with debug():
        y = Value(2.0) * 3.0
    assert "test_debug.py" in (line_of(y) or "")
    assert line_of(y.inputs[0]) is None
    assert line_of(Value(2.0) * 4.0) is None


def test_a_line_goes_with_its_node() -> None:
    """Values made later have none: of the same operation on the same number, where it was in memory."""
    x = Value(2.0)
    with debug():
        y = x * x
    assert line_of(y) is not None
    del y
    assert [line_of(z) for z in [x * x for _ in range(10)]] == [None] * 10
    with pytest.raises(TypeError, match="expected a Value, got None"):
        line_of(None)  # type: ignore[arg-type]


def test_finite_numbers_pass_and_the_context_ends() -> None:
    """debug lets finite numbers through, and outside of it infinity is a number again."""
    x = Value(2.0)
    with debug():
        (x * x).backward()
    assert x.grad == 4.0
    assert (1.0 / Value(0.0)).data == math.inf
    assert debug()(lambda: x * 2.0)().data == 4.0


def test_debug_and_no_grad() -> None:
    """In either order of the two, the number is still found and nothing is recorded."""
    with debug(), no_grad():
        assert (Value(1.0) * 2.0).is_leaf
        with pytest.raises(NonFiniteError, match=r"log of 0\.0 gives -inf"):
            Value(0.0).log()
    with no_grad(), debug(), pytest.raises(NonFiniteError, match="an operation gives -inf"):
        Value(0.0).log()


def test_debug_is_of_its_thread() -> None:
    """Another thread's numbers are its own."""
    found: list[float] = []
    with debug():
        thread = threading.Thread(target=lambda: found.append(Value(0.0).log().data))
        thread.start()
        thread.join()
    assert found == [-math.inf]


def test_dead_and_saturated_units_and_what_no_gradient_reaches() -> None:
    """A relu that is 0 on every example is dead, with its parameters; a flat tanh is saturated."""
    model = nn.MLP(1, [2, 1], "relu", rng=1)
    for neuron in model.layers[0].neurons:
        neuron.weights[0].data, neuron.bias.data = 1.0, 0.5
    model.layers[0].neurons[1].bias.data = -100.0
    told = repr(diagnose(model, [[1.0], [2.0]]))
    assert "neuron 1 of layer 0: the relu is dead" in told
    assert "neuron 0 of layer 0" not in told
    assert "no gradient reaches layers.0.neurons.1.weights.0, layers.0.neurons.1.bias" in told
    model = nn.MLP(1, [1, 1], "tanh", rng=1)
    model.layers[0].neurons[0].bias.data = 50.0
    assert "neuron 0 of layer 0: the tanh is saturated" in repr(diagnose(model, [[1.0]]))


def test_a_flat_step_inside_of_an_activation_is_no_flat_unit() -> None:
    """The tanh in a gelu is at 1 for large inputs, where the gelu has the slope 1."""
    model = nn.MLP(1, [1, 1], "gelu_tanh", rng=1)
    model.layers[0].neurons[0].bias.data = 20.0
    assert repr(diagnose(model, [[0.5], [1.0]])) == "nothing to point at"


def test_an_activation_that_is_one_primitive_can_be_flat() -> None:
    """Each of them has its word: dead or saturated; any function of a Value too, such as atan."""
    for name, kind in ACTIVATIONS.items():
        x = Value(0.5)
        y = kind.function(x)
        is_one = y.inputs == (x,)
        assert y.op in FLAT_IS or not is_one, f"FLAT_IS in diagnose.py does not know {name}"
    model = nn.MLP(1, [1, 1], atan, rng=1)
    model.layers[0].neurons[0].bias.data = 200.0
    assert "neuron 0 of layer 0: the atan is saturated" in repr(diagnose(model, [[1.0]]))


@pytest.mark.parametrize(("scale", "word"), [(0.01, "vanish"), (100.0, "explode")])
def test_gradients_that_vanish_or_explode(scale: float, word: str) -> None:
    """Layers whose gradients are far from those of the last are told, with both."""
    model = nn.MLP(2, [4, 4, 4, 1], "linear", rng=1)
    for parameter in model.parameters():
        parameter.data *= scale
    told = repr(diagnose(model, [[1.0, 2.0]]))
    assert f"gradients {word}" in told
    assert "in layer 0" in told


def test_numbers_that_are_not_finite() -> None:
    """The first of them is named."""
    x = Value(0.0, "x")
    y = x.log()
    assert "y is -inf, the first that is not finite" in repr(diagnose(y * 2.0))


def test_a_healthy_model_and_the_loss_of_one() -> None:
    """Nothing is said where there is nothing to say, and no gradient is touched."""
    model = nn.MLP(2, [3, 1], "tanh", rng=1)
    assert repr(diagnose(model, [[1.0, 2.0]])) == "nothing to point at"
    loss = nn.mse_loss([model([1.0, 2.0])], [1.0])
    before = grad(loss, model.parameters())
    assert not diagnose(loss, model=model)
    assert grad(loss, model.parameters()) == before
    assert all(parameter.grad == 0.0 for parameter in model.parameters())


def test_misuse_of_diagnose_is_named() -> None:
    """What it cannot look at is an error that says what it takes."""
    with pytest.raises(TypeError, match="takes a Value or a model"):
        diagnose(3.0)
    with pytest.raises(TypeError, match="needs examples"):
        diagnose(nn.MLP(1, [1]))
    with pytest.raises(TypeError, match="takes no examples"):
        diagnose(Value(1.0), [[1.0]])
