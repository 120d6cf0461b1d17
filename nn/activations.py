"""Activations: a row for each, with how its neurons start and what a flat one is called."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from autograd import Value, elu, gelu, leaky_relu, log_sigmoid, relu6, silu
from autograd.internal import did_you_mean

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "activation_function",
    "activation_name",
    "named_activation",
    "weight_limit",
]

Activation = str | Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Kind:
    """What there is to know of an activation.

    `halves` says that it silences about half of its inputs, so that weights start larger.
    """

    function: Callable[[Value], Value]
    halves: bool = False


def linear(x: Value) -> Value:
    """No activation: the weighted sum as it is."""
    return x


def gelu_tanh(x: Value) -> Value:
    """gelu by its tanh form, as GPT-2 had it.

    >>> f"{gelu_tanh(Value(1.0)):.4f}"
    '0.8412'
    """
    return gelu(x, approximate=True)


# A new activation is one row here. What a flat one is called is said by its primitive: see FLAT_IS in
# autograd/checks/diagnose.py; one of several operations, such as gelu, is never told flat.
ACTIVATIONS: dict[str, Kind] = {
    "linear": Kind(linear),
    "tanh": Kind(Value.tanh),
    "sigmoid": Kind(Value.sigmoid),
    "relu": Kind(Value.relu, halves=True),
    "softplus": Kind(Value.softplus, halves=True),
    "leaky_relu": Kind(leaky_relu, halves=True),
    "relu6": Kind(relu6, halves=True),
    "elu": Kind(elu, halves=True),
    "gelu": Kind(gelu, halves=True),
    "gelu_tanh": Kind(gelu_tanh, halves=True),
    "silu": Kind(silu, halves=True),
    "log_sigmoid": Kind(log_sigmoid),
}


def activation_function(activation: Activation) -> Callable[[Value], Value]:
    """The function of a Value that a name means; a function is itself, if it returns a Value."""
    if callable(activation):
        output = activation(Value(0.5))
        if not isinstance(output, Value):
            raise TypeError(f"an activation must return a Value, and {activation!r} returned {output!r}")
        return activation
    if not isinstance(activation, str):
        raise TypeError(f"an activation is a name or a function of a Value, not {activation!r}")
    if activation not in ACTIVATIONS:
        hint = did_you_mean(activation.lower(), ACTIVATIONS) or f": there are {', '.join(ACTIVATIONS)}"
        raise ValueError(f"unknown activation {activation!r}{hint} (a function of a Value will do too)")
    return ACTIVATIONS[activation].function


def named_activation(function: Callable[[Value], Value]) -> Activation:
    """The name of an activation; a function that has none here is itself."""
    return next((name for name, kind in ACTIVATIONS.items() if kind.function == function), function)


def activation_name(function: Callable[[Value], Value]) -> str:
    """What an activation is called: its name here, else that of the function."""
    named = named_activation(function)
    return named if isinstance(named, str) else getattr(named, "__name__", type(named).__name__)


def weight_limit(nin: int, nout: int, activation: Activation) -> float:
    """How far from 0 weights start, so that signals neither grow nor fade by layers.

    He's limit √(6 / nin) (He et al., 2015) where the activation silences half of its inputs; Glorot's
    √(6 / (nin + nout)) (Glorot and Bengio, 2010) else.
    """
    name = activation if isinstance(activation, str) else named_activation(activation)
    halves = isinstance(name, str) and ACTIVATIONS[name].halves
    return sqrt(6.0 / (nin if halves else nin + nout))
