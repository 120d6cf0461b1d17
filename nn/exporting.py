"""A model of layers as a program in PyTorch: its weights, and the training step beside them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from autograd.internal import legible, wrap_code
from nn.activations import activation_name
from nn.losses import (
    binary_cross_entropy_loss,
    cross_entropy_loss,
    hinge_loss,
    huber_loss,
    mae_loss,
    mse_loss,
)
from nn.optim import SGD, Adam, AdamW, Optimizer
from nn.schedules import Schedule, cosine_rate, step_rate

__all__ = ["ACTIVATIONS_IN_TORCH", "LOSSES_IN_TORCH", "sequential_in_torch"]

ACTIVATIONS_IN_TORCH = {
    "linear": "",
    "tanh": "nn.Tanh()",
    "sigmoid": "nn.Sigmoid()",
    "relu": "nn.ReLU()",
    "softplus": "nn.Softplus(threshold=700.0)",  # past which it is linear: at its own 20 it is not precise
    "leaky_relu": "nn.LeakyReLU()",
    "relu6": "nn.ReLU6()",
    "elu": "nn.ELU()",
    "gelu": "nn.GELU()",
    "gelu_tanh": 'nn.GELU(approximate="tanh")',
    "silu": "nn.SiLU()",
    "log_sigmoid": "nn.LogSigmoid()",
}
LOSSES_IN_TORCH: dict[Callable[..., Any], str] = {
    mse_loss: "nn.functional.mse_loss(outputs, targets)",
    mae_loss: "nn.functional.l1_loss(outputs, targets)",
    huber_loss: "nn.functional.huber_loss(outputs, targets)",
    cross_entropy_loss: "nn.functional.cross_entropy(outputs, targets)",
    binary_cross_entropy_loss: "nn.functional.binary_cross_entropy_with_logits(outputs, targets)",
    hinge_loss: "torch.relu(1.0 - targets * outputs).mean()",
}
OPTIONS_IN_TORCH: dict[str, Callable[[Any], str]] = {
    "delta": lambda delta: f", delta={float(delta)!r}",
    "label_smoothing": lambda share: f", label_smoothing={float(share)!r}",
    "pos_weight": lambda weight: f", pos_weight=torch.tensor({float(weight)!r})",
    "class_weights": lambda weights: (
        f", weight=torch.tensor({[float(w) for w in weights]!r}), reduction='none'"  # else over weights
    ),
}
STEP = '''


def training_step(inputs, targets):
    """One step on a batch: its loss, before the step."""
    optimizer.zero_grad()
    outputs = {outputs}
    loss = {loss}
    loss.backward()
{clip}    optimizer.step()
{schedule}    return loss.item()
'''


def sequential_in_torch(
    name: str,
    layers: Sequence[Any],
    language: str,
    *,
    loss: Callable[..., Any] = mse_loss,
    optimizer: Optimizer | None = None,
) -> str:
    """The program: torch.nn.Sequential with the weights of the layers, an optimizer and a training step.

    loss: one of `nn`, with options as in `functools.partial(nn.huber_loss, delta=2.0)`.
    optimizer: SGD, Adam or AdamW, with its settings; None for gradient descent. A `cosine_schedule` or
        `step_schedule` goes on from the iteration where the optimizer is.
    """
    if language != "torch":
        raise ValueError(
            f'a model by itself is exported to "torch", not to {language!r}: run it on an example, and '
            "export(output, language, model=model)"
        )
    loss_text = loss_in_torch(loss)
    schedule = schedule_in_torch(optimizer)
    lines = [
        f"# {name}: its weights, and a training step.",
        *(["import math", ""] if "math." in "".join(schedule) else []),
        "import torch",
        "from torch import nn",
        "",
        "torch.set_default_dtype(torch.float64)",
        "",
        *model_lines(layers),
        "",
        f"optimizer = {optimizer_in_torch(optimizer, bool(schedule))}",
        *schedule,
    ]
    outputs = "model(inputs).squeeze(-1)" if len(layers[-1].neurons) == 1 else "model(inputs)"
    clip = ""
    if optimizer is not None and optimizer.clip_norm is not None:
        clip = f"    nn.utils.clip_grad_norm_(model.parameters(), {optimizer.clip_norm!r})\n"
    then = "    scheduler.step()\n" if schedule else ""
    return "\n".join(lines) + STEP.format(outputs=outputs, loss=loss_text, clip=clip, schedule=then)


def loss_in_torch(loss: Any) -> str:
    """A loss of a batch in PyTorch, with the options that were given to it."""
    options: dict[str, Any] = {}
    function: Any = loss
    while isinstance(function, partial) and not function.args:
        function, options = function.func, function.keywords | options
    if function not in LOSSES_IN_TORCH or not options.keys() <= OPTIONS_IN_TORCH.keys():
        known = ", ".join(function.__name__ for function in LOSSES_IN_TORCH)
        raise ValueError(
            f"loss= is one of {known}, or functools.partial of one and its options, not "
            f"{legible(repr(loss))}: put your own into the text"
        )
    options = {name: option for name, option in options.items() if option is not None}
    written = "".join(OPTIONS_IN_TORCH[name](option) for name, option in options.items())
    mean = ".mean()" if "class_weights" in options else ""
    return LOSSES_IN_TORCH[function].replace("(outputs, targets)", f"(outputs, targets{written}){mean}")


def schedule_in_torch(optimizer: Optimizer | None) -> list[str]:
    """The lines of a scheduler for a schedule of `nn`; of one's own, none."""
    schedule = optimizer.schedule if optimizer is not None else None
    body = rate_in_torch(schedule) if schedule else []
    if not body or optimizer is None:
        return []
    passed = f" + {optimizer.iterations}" if optimizer.iterations else ""
    return [
        "",
        "",
        "def learning_rate(i):",
        '    """The learning rate at iteration i."""',
        *(f"    {line}" for line in body),
        "",
        "",
        f"scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: learning_rate(i{passed}))",
    ]


def rate_in_torch(schedule: Schedule) -> list[str]:
    """The lines that compute a learning rate as a schedule of `nn` does; of another function, none."""
    if not isinstance(schedule, partial):
        return []
    if schedule.func is step_rate:
        first, held, factor = schedule.args
        return [f"return {first!r} * {factor!r} ** (i // {held})"]
    if schedule.func is not cosine_rate:
        return []
    high, count, least, rise = schedule.args
    warmup = [f"if i < {rise}:", f"    return {high!r} * (i + 1) / {rise + 1}"] if rise else []
    since, left = f"i - {rise}" if rise else "i", count - rise
    return [
        *warmup,
        f"share = min({since}, {left}) / {left}",
        f"return {least!r} + {high - least!r} * 0.5 * (1.0 + math.cos(math.pi * share))",
    ]


def model_lines(layers: Sequence[Any]) -> list[str]:
    """The lines that make the model, then copy its weights."""
    modules: list[str] = []
    weights: list[str] = []
    for number, layer in enumerate(layers):
        weights += weights_of(layer, len(modules))
        modules += [f"nn.Linear({layer.nin}, {len(layer.neurons)})", *activation_of(layer, number)]
    return [
        "model = nn.Sequential(",
        *(f"    {module}," for module in modules),
        ")",
        "with torch.no_grad():",
        *(f"    {line}" for line in weights),
    ]


def activation_of(layer: Any, number: int) -> list[str]:
    """The module of a layer's activation; of a linear one, none."""
    names = {activation_name(neuron.activate) for neuron in layer.neurons}
    if len(names) > 1:
        raise ValueError(
            f"the neurons of layer {number} have several activations: {', '.join(sorted(names))}"
        )
    [name] = names
    if name not in ACTIVATIONS_IN_TORCH:
        raise ValueError(
            f"the activation {legible(name)} of layer {number} is your own, which PyTorch has no text for: "
            "set another before you export the model, and put it back into the text"
        )
    module = ACTIVATIONS_IN_TORCH[name]
    return [module] if module else []


def weights_of(layer: Any, place: int) -> list[str]:
    """The lines that copy the weights and biases of a layer to the module at that place."""
    rows = [f"[{', '.join(repr(w.data) for w in neuron.weights)}]," for neuron in layer.neurons]
    biases = ", ".join(repr(neuron.bias.data) for neuron in layer.neurons)
    return [
        f"model[{place}].weight.copy_(torch.tensor([",
        *(f"    {line}" for row in rows for line in wrap_code(row)),
        "]))",
        *wrap_code(f"model[{place}].bias.copy_(torch.tensor([{biases}]))"),
    ]


def optimizer_in_torch(optimizer: Optimizer | None, is_scheduled: bool) -> str:
    """The optimizer with its settings; none is gradient descent. A scheduler multiplies a rate of 1."""
    if optimizer is None:
        return "torch.optim.SGD(model.parameters(), lr=0.1)"
    if type(optimizer) not in (SGD, Adam, AdamW):
        raise ValueError(
            f"optimizer= is SGD, Adam or AdamW, not {legible(type(optimizer).__name__)}: put "
            "your own into the text"
        )
    options: dict[str, object] = {"lr": 1.0 if is_scheduled else optimizer.learning_rate}
    if isinstance(optimizer, SGD) and optimizer.momentum:
        options["momentum"] = optimizer.momentum
    if isinstance(optimizer, Adam):
        options |= {"betas": (optimizer.beta1, optimizer.beta2), "eps": optimizer.epsilon}
    if optimizer.weight_decay or isinstance(optimizer, AdamW):  # which has 0.01 there if nothing is said
        options["weight_decay"] = optimizer.weight_decay
    settings = ", ".join(f"{name}={value!r}" for name, value in options.items())
    changing = "  # now: see torch.optim.lr_scheduler" if optimizer.schedule and not is_scheduled else ""
    return f"torch.optim.{type(optimizer).__name__}(model.parameters(), {settings}){changing}"
