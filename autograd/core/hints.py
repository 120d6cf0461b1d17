"""Attributes of a Value by the names of other engines: micrograd's work, others say what to write.

Each is a descriptor in the class (value.py puts NAMES there), so that what a Value has costs nothing more.
What is done to the class itself, its own type answers: `Fixed`.
"""

from inspect import Parameter, Signature
from pathlib import Path
from types import FunctionType
from typing import Any

from autograd.util.callers import called_from_outside, warn_caller

__all__ = [
    "HINTS",
    "LEAF_ONLY",
    "NAMES",
    "NO_GRADIENT_IS_ASKED",
    "OWN_OPERATION",
    "Fixed",
    "Hint",
    "stranger",
    "warn_of_equality",
    "warn_of_lost_gradients",
]

EQUALITY = "a Value equals nothing but itself, no number either: compare its .data, as in x.data == 0.0"
LOST = """the gradient of a computed Value is that of the latest backward() alone: what an earlier one, of \
another result, gave it is lost. Leaves add up: a parameter is one that is moved by w.data -= lr * w.grad, \
not by w = w - lr * w.grad"""
OWN_OPERATION = """an operation of your own is a primitive, a function of floats:
    @autograd.primitive
    def sine(x):
        return math.sin(x), math.cos(x)  # the value, then the derivative by each input"""
LEAF_ONLY = f"Value(data, label) makes a leaf; {OWN_OPERATION}"
NO_GRADIENT_IS_ASKED = "a Value has no argument 'requires_grad': every Value has a gradient"
ONE_NUMBER = "a Value is one number: a vector is a list of them, and has autograd."
KEPT = "keep what is yours in a dict by Value, as in momentum[p]"
FUNCTIONS = (
    "atan", "cosh", "elu", "erf", "erfc", "expm1", "gelu", "leaky_relu", "log1p", "log_sigmoid", "relu6",
    "sign", "silu", "sinh", "step", "tan",
)  # fmt: skip
HINTS = {
    "_children": "its inputs are v.inputs, as a set v._prev",
    "children": "its inputs are v.inputs",
    "parents": "its inputs are v.inputs",
    "prev": "its inputs are v.inputs",
    "item": "its number is v.data",
    "numpy": "its number is v.data",
    "tolist": "its number is v.data",
    "value": "its number is v.data",
    "val": "its number is v.data",
    "detach": "a leaf of the same number is Value(v.data); under no_grad() nothing is recorded",
    "requires_grad": "every Value has a gradient; under no_grad() nothing is recorded",
    "topo": "the order of its graph is topological_order(v)",
    "build_topo": "the order of its graph is topological_order(v)",
    "gard": "its gradient is v.grad",
    "grads": "its gradient is v.grad",
    "gradient": "its gradient is v.grad",
    "derivative": "its gradient is v.grad",
    "_vis_color": KEPT,
    "_local_grads": "its local derivatives are v.local_derivatives",
    "_forward": "what it was computed as is recorded; a Tape computes it again, tape.forward(…)",
    "name": "its name is v.label",
    "lable": "its name is v.label",
    "square": "write v**2",
    "reciprocal": "write 1.0 / v",
    "clamp": "write autograd.clip(v, low, high)",
    "clip": "write autograd.clip(v, low, high)",
    "where": "write autograd.where(v, a, b)",
    "maximum": "write autograd.maximum(v, w)",
    "minimum": "write autograd.minimum(v, w)",
    "abs": "write abs(v)",
    "pow": "write v**n",
    "add": "write v + w",
    "mul": "write v * w",
    "div": "write v / w",
    "sub": "write v - w",
    "neg": "write -v",
    "clone": "another leaf of the same number is Value(v.data); a Value itself never changes by operations",
    "requires_grad_": "every Value has a gradient; under no_grad() nothing is recorded",
    "retain_grad": "every Value under a result has its gradient after backward()",
    "register_hook": "after backward() every Value under the result has its gradient, v.grad",
    "grad_fn": "the operation that made it is v.op, its inputs are v.inputs",
    "zero_": "write v.grad = 0.0, or v.data = 0.0",
    "backwards": "write v.backward()",
    "forward": "its number, v.data, was computed when it was made; steps() shows how",
    "dtype": "every Value is a double",
    "shape": "a Value is one number: a vector is a list of them",
    **{name: f"{ONE_NUMBER}{name}" for name in ("sum", "mean", "norm", "dot", "softmax", "log_softmax")},
    "max": f"{ONE_NUMBER}maximum",
    "min": f"{ONE_NUMBER}minimum",
    **{name: f"write autograd.{name}(v)" for name in FUNCTIONS},
    "m": KEPT,
    "v": KEPT,
    "momentum": KEPT,
    "velocity": KEPT,
    "cache": KEPT,
    "exp_avg": KEPT,
}

SIGNATURE = Signature(
    [
        Parameter("data", Parameter.POSITIONAL_OR_KEYWORD, annotation=float),
        Parameter("label", Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=str | None),
    ]
)


class Fixed(type):
    """The type of Value itself: no attribute of it is set, and no class is made of it, on either engine."""

    def __new__(cls, name: str, bases: tuple[type, ...], names: dict[str, Any], **options: Any) -> Any:
        for base in bases:
            if type(base) is Fixed and base.__name__ == "Value":
                raise TypeError(f"no class can be made of Value; {OWN_OPERATION}")
        return super().__new__(cls, name, bases, names, **options)

    def __setattr__(cls, name: str, thing: Any) -> None:
        raise TypeError(f"Value.{name} cannot be set; {OWN_OPERATION}")

    def __delattr__(cls, name: str) -> None:
        raise TypeError(f"Value.{name} cannot be deleted: every graph needs it")


class Hint:
    """An attribute that a Value does not have; `text` is what to write instead."""

    __slots__ = ("name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def __get__(self, value: Any, kind: Any = None) -> Any:
        raise AttributeError(f"a Value has no attribute {self.name!r}: {self.text}")

    def __set__(self, value: Any, thing: Any) -> None:
        self.__get__(value)

    def __delete__(self, value: Any) -> None:
        self.__get__(value)


def _backward(self: Any) -> None:
    """Pass its gradient on to its inputs: micrograd's name for `propagate`."""
    self.propagate()


def __dir__(self: Any) -> list[str]:
    return [name for name in object.__dir__(self) if name not in HINTS]


NAMES: dict[str, Any] = {
    "_prev": property(lambda v: set(v.inputs), doc="The Values it was computed from: micrograd's name."),
    "_op": property(lambda v: v.op, doc="How the operation that made it is written: micrograd's name."),
    "_backward": _backward,
    "__dir__": __dir__,
    "__signature__": SIGNATURE,
    **{name: Hint(name, text) for name, text in HINTS.items()},
}


def warn_of_equality() -> None:
    """Say that a Value was compared with a number."""
    warn_caller(EQUALITY)


def warn_of_lost_gradients() -> bool:
    """Say that the gradient of a computed Value is not all it got, if a user reads it; whether it said so."""
    told = called_from_outside(within=str(Path(__file__).parent / "value.py"))
    if told:
        warn_caller(LOST)
    return told


def stranger(thing: Any) -> str:
    """What is no Value of ours, for an error: of the Value of another engine the module too."""
    kind = type(thing)
    if isinstance(thing, FunctionType):
        return f"{thing!r}: call it first, as in y = f(x)"
    if kind.__name__ != "Value":
        return repr(thing)
    return f"the Value of another engine ({kind.__module__}), {thing!r}: make one here of its .data"
