"""A model in PyTorch: the same outputs, and the same weights after the same training steps."""

import math
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import nn
from autograd import Value, export
from nn.activations import ACTIVATIONS
from nn.exporting import ACTIVATIONS_IN_TORCH, LOSSES_IN_TORCH

POINTS = [[0.5, -1.0], [0.25, 2.0], [-1.5, 0.75]]


def torch_of(model: nn.Module, **options: Any) -> dict[str, Any]:
    """The variables that the exported program leaves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("torch", reason="no torch is installed")
    variables: dict[str, Any] = {}
    exec(str(export(model, "torch", **options)), variables)
    return variables


def parameters_in(variables: dict[str, Any]) -> list[float]:
    """The parameters of the model in PyTorch, in our order: a neuron's weights, then its bias."""
    found: list[float] = []
    for module in variables["model"]:
        if hasattr(module, "weight"):
            for row, bias in zip(module.weight.tolist(), module.bias.tolist(), strict=True):
                found += [*row, bias]
    return found


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_outputs(activation: str) -> None:
    """Each activation gives the same outputs, far from 0 too; all are in the table."""
    assert activation in ACTIVATIONS_IN_TORCH, "add a row to ACTIVATIONS_IN_TORCH in nn/exporting.py"
    model = nn.MLP(2, [3, 2], activation, rng=1)
    variables = torch_of(model)
    for point in [*POINTS, [40.0, -30.0]]:
        found = variables["model"](variables["torch"].tensor(point)).tolist()
        assert found == pytest.approx([y.data for y in model(point)], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("loss", "targets", "outputs"),
    [
        (nn.mse_loss, [1.0, -1.0, 0.5], 1),
        (nn.mae_loss, [1.0, -1.0, 0.5], 1),
        (nn.huber_loss, [3.0, -1.0, 0.5], 1),
        (nn.binary_cross_entropy_loss, [1.0, 0.0, 1.0], 1),
        (nn.hinge_loss, [1.0, -1.0, 1.0], 1),
        (nn.cross_entropy_loss, [0, 2, 1], 3),
    ],
)
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: nn.SGD(p, 0.1),
        lambda p: nn.SGD(p, 0.05, momentum=0.9, weight_decay=0.01),
        lambda p: nn.Adam(p, 0.01, betas=(0.8, 0.99), weight_decay=0.02),
        lambda p: nn.AdamW(p, 0.01, weight_decay=0.0, clip_norm=0.5),
        lambda p: nn.AdamW(p, 0.01, weight_decay=0.3),
    ],
)
def test_training_steps(
    loss: Callable[..., Value], targets: list[Any], outputs: int, optimizer: Callable[..., nn.Optimizer]
) -> None:
    """Ten steps on a batch: the losses and the parameters stay the same."""
    model = nn.MLP(2, [4, outputs], rng=3)
    ours = optimizer(model.parameters())
    variables = torch_of(model, loss=loss, optimizer=ours)
    tensor = variables["torch"].tensor
    for _ in range(10):
        value = loss([model(point) for point in POINTS], targets)
        ours.zero_grad()
        value.backward()
        ours.step()
        assert variables["training_step"](tensor(POINTS), tensor(targets)) == pytest.approx(value.data)
    assert parameters_in(variables) == pytest.approx([p.data for p in model.parameters()], rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (partial(nn.huber_loss, delta=0.25), [[3.0, -1.0, 0.5]] * 3),
        (partial(nn.binary_cross_entropy_loss, pos_weight=3.0), [[1.0, 0.0, 1.0]] * 3),
        (partial(nn.cross_entropy_loss, label_smoothing=0.2), [0, 2, 1]),
        (partial(nn.cross_entropy_loss, class_weights=[1.0, 2.0, 0.5]), [0, 2, 1]),
        (partial(nn.cross_entropy_loss, class_weights=[1.0, 2.0, 0.5], label_smoothing=0.2), [0, 2, 1]),
    ],
)
@pytest.mark.parametrize(
    "schedule",
    [
        nn.cosine_schedule(0.1, iterations=6, least=0.01, warmup=2),
        nn.cosine_schedule(0.1, iterations=20),
        nn.step_schedule(0.1, every=3, factor=0.5),
    ],
)
def test_options_of_losses_and_schedules(
    loss: Callable[..., Value], targets: list[Any], schedule: Callable[[int], float]
) -> None:
    """Ten steps with them, from an optimizer that made some already: losses and parameters stay the same."""
    model = nn.MLP(2, [4, 3], rng=3)
    ours = nn.SGD(model.parameters(), schedule)
    for _ in range(2):
        step_of(model, ours, loss, targets)
    variables = torch_of(model, loss=loss, optimizer=ours)
    tensor = variables["torch"].tensor
    for _ in range(10):
        value = step_of(model, ours, loss, targets)
        assert variables["training_step"](tensor(POINTS), tensor(targets)) == pytest.approx(value)
    assert parameters_in(variables) == pytest.approx([p.data for p in model.parameters()], rel=1e-9)


def step_of(model: Any, optimizer: nn.Optimizer, loss: Callable[..., Value], targets: list[Any]) -> float:
    """A step of ours on the batch; its loss."""
    value = loss([model(point) for point in POINTS], targets)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.data


def test_a_neuron() -> None:
    """By itself it is a layer of one."""
    neuron = nn.Neuron(2, "gelu", rng=1)
    variables = torch_of(neuron)
    for point in POINTS:
        found = variables["model"](variables["torch"].tensor(point)).tolist()
        assert found == pytest.approx([neuron(point).data], rel=1e-12)


def test_every_loss_is_in_the_table() -> None:
    """A new one needs a row."""
    losses = {getattr(nn, name) for name in nn.__all__ if name.endswith("_loss")}
    assert losses == set(LOSSES_IN_TORCH), "add a row to LOSSES_IN_TORCH in nn/exporting.py"


def test_a_schedule_and_an_optimizer_of_ones_own() -> None:
    """The learning rate of now is written, and that it changes is said; another optimizer is refused."""
    model = nn.MLP(2, [1])
    text = str(export(model, "torch", optimizer=nn.SGD(model.parameters(), lambda i: 0.5 / (i + 1))))
    assert "lr=0.5)  # now: see torch.optim.lr_scheduler" in text

    class Own(nn.SGD):
        pass

    with pytest.raises(ValueError, match="optimizer= is SGD, Adam or AdamW, not Own"):
        export(model, "torch", optimizer=Own(model.parameters(), 0.1))


def test_the_text() -> None:
    """A person reads it: the layers, their weights, the optimizer, the step."""
    text = str(export(nn.MLP(2, [4, 1], rng=1), "torch"))
    assert "nn.Linear(2, 4),\n    nn.Tanh(),\n    nn.Linear(4, 1),\n)" in text
    assert "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)" in text
    assert "nn.functional.mse_loss(outputs, targets)" in text
    assert "Layer" in str(export(nn.Layer(3, 2), "torch"))
    compile(str(export(nn.MLP(64, [10, 10]), "torch")), "<program>", "exec")


def test_what_is_refused() -> None:
    """An activation or a loss of one's own, several in a layer, a model that is no chain of layers."""
    with pytest.raises(ValueError, match="the activation cube of layer 0 is your own"):
        export(nn.MLP(2, [3, 1], cube), "torch")
    model = nn.MLP(2, [3, 1])
    with pytest.raises(ValueError, match="loss= is one of mse_loss"):
        export(model, "torch", loss=math.hypot)
    with pytest.raises(
        ValueError, match=r"run it on an example, and export\(output, language, model=model\)"
    ):
        export(model, "python")
    with pytest.raises(ValueError, match=r"or functools\.partial of one and its options"):
        export(model, "torch", loss=partial(nn.mse_loss, weight=2.0))
    with pytest.raises(TypeError, match=r"Both has no program of its own: run it, and export\(output"):
        export(Both(), "torch")
    model.layers[0].neurons[1].activation = "relu"
    with pytest.raises(ValueError, match="the neurons of layer 0 have several activations: relu, tanh"):
        export(model, "torch")


class Both(nn.Module):
    """A model of one's own."""

    def __init__(self) -> None:
        self.first, self.second = nn.Neuron(2, rng=1), nn.Neuron(2, rng=2)


def cube(x: Value) -> Value:
    return x**3
