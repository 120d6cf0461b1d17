"""Module: what holds parameters. It finds them, zeroes their gradients, saves and loads them."""

from os import PathLike
from typing import TYPE_CHECKING, Any, Never

from autograd import Value
from autograd.internal import ARGUMENTS, MODELS, did_you_mean, legible, unknown_argument
from nn.saving import load_parameters, save_parameters
from nn.search import Search
from nn.snapshot import own_parameters, parameters_for_caller
from nn.updates import zero_gradients

Path = str | PathLike[str]


class Module:
    """Anything with parameters: the leaf Values among its attributes, and in lists, dicts and Modules there.

    So are those in dataclasses, and what any other object's `parameters()` returns.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Value(2.0), Value(1.0)
    ...
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line.parameters()
    [Value(2.0), Value(1.0)]
    >>> list(line.named_parameters())
    ['slope', 'offset']
    """

    def parameters(self) -> list[Value]:
        """The parameters in the order in which they were made; one that is used twice is there once."""
        return parameters_for_caller(Module, self)

    def named_parameters(self) -> dict[str, Value]:
        """The parameters by name, such as `layers.0.neurons.3.weights.1`."""
        values, names = Search(Module, self, True).results()
        named = dict(zip(names, values, strict=False))
        if len(named) == len(values):
            return named
        named.clear()
        for name, value in zip(names, values, strict=True):
            unique = name
            while unique in named or (
                unique != name and unique in names
            ):  # the keys 1 and "1" of a dict, say
                unique += "'"
            named[unique] = value
        return named

    def zero_grad(self, **unknown: Never) -> None:
        """Set the gradient of every parameter to 0, as is due before each `backward`."""
        if unknown:
            raise unknown_argument("Module.zero_grad", unknown, known=ARGUMENTS)
        zero_gradients(own_parameters(Module, self))

    def save(self, path: Path) -> None:
        """Write the parameters to a JSON file, exactly; an older file is replaced all or not at all."""
        save_parameters(path, self.architecture(), self.named_parameters())

    def load(self, path: Path) -> None:
        """Read the parameters from a file that `save` wrote for a model of the same architecture.

        A file that does not fit is a ValueError that says why, and leaves the model as it was.
        """
        load_parameters(path, self.architecture(), self.named_parameters())

    def architecture(self) -> str:
        """What a file must agree with to be loaded: the class, and the Modules that it is made of."""
        parts = [f"{name}={described(part)}" for name, part in vars(self).items() if described(part)]
        return f"{legible(type(self).__name__)}({', '.join(parts)})"

    def __repr__(self) -> str:
        return self.architecture()

    if not TYPE_CHECKING:

        def __call__(self, *inputs: Any, **named: Any) -> Any:
            raise TypeError(f"{type(self).__name__} cannot be called: {how_to_call(self)}")

        def __getattr__(self, name: str) -> Any:
            kind = type(self).__name__
            if name.startswith("__"):
                raise AttributeError(f"{kind!r} object has no attribute {name!r}")
            if name in dir(type(self)):  # a property that failed with an AttributeError of its own
                return object.__getattribute__(self, name)
            hint = did_you_mean(name, [*vars(self), *dir(type(self))], MODELS)
            raise AttributeError(f"{kind!r} object has no attribute {name!r}{hint}")


def can_be_called(model: Any) -> bool:
    """Whether a model, if it is a Module, says what a call of it gives."""
    return callable(model) and type(model).__call__ is not vars(Module)["__call__"]


def how_to_call(model: Any) -> str:
    """What to write so that a Module can be called; a class for another library has it under another name."""
    if hasattr(type(model), "forward"):
        return "name its forward __call__"
    return "write its __call__(self, inputs), which returns what the model predicts"


def described(part: Any) -> str:
    """The architecture of a Module or of a list of them; of anything else, nothing."""
    if isinstance(part, (list, tuple)):
        inner = [described(item) for item in part]
        return f"[{', '.join(inner)}]" if inner and all(inner) else ""
    return part.architecture() if isinstance(part, Module) else ""
