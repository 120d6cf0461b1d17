"""A scalar reverse-mode autograd engine: Values that remember how they were computed."""

from typing import TYPE_CHECKING

from autograd._version import __version__ as __version__
from autograd.checks.debug import debug
from autograd.checks.diagnose import diagnose
from autograd.checks.gradcheck import gradcheck
from autograd.core.backprop import topological_order
from autograd.core.functions import (
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
from autograd.core.observers import no_grad
from autograd.core.value import Value, engine, grad
from autograd.drawing.draw import draw
from autograd.page.page import Page, play
from autograd.stepping.paths import explain
from autograd.stepping.stepper import Stepper
from autograd.tape.tape import Tape

if not TYPE_CHECKING:
    from autograd.core.functions import __getattr__ as __getattr__

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
