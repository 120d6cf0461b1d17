"""A scalar reverse-mode autograd engine: Values that remember how they were computed."""

from typing import TYPE_CHECKING

from autograd._version import __version__ as __version__
from autograd.chain import topological_order
from autograd.checking import gradcheck
from autograd.debugging import debug, diagnose
from autograd.drawing import draw
from autograd.explaining import explain
from autograd.functions import (
    binary_cross_entropy,
    cos,
    cross_entropy,
    dot,
    exp,
    log,
    logsumexp,
    maximum,
    mean,
    minimum,
    primitive,
    relu,
    sigmoid,
    sin,
    softmax,
    softplus,
    sqrt,
    sum,
    tanh,
    weighted_sum,
)
from autograd.player import Page, play
from autograd.stepping import Stepper
from autograd.tape import Tape
from autograd.value import Value, engine, grad
from autograd.watching import no_grad

if not TYPE_CHECKING:
    from autograd.functions import __getattr__ as __getattr__

__all__ = [
    "Page",
    "Stepper",
    "Tape",
    "Value",
    "binary_cross_entropy",
    "cos",
    "cross_entropy",
    "debug",
    "diagnose",
    "dot",
    "draw",
    "engine",
    "exp",
    "explain",
    "grad",
    "gradcheck",
    "log",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "no_grad",
    "play",
    "primitive",
    "relu",
    "sigmoid",
    "sin",
    "softmax",
    "softplus",
    "sqrt",
    "sum",
    "tanh",
    "topological_order",
    "weighted_sum",
]
