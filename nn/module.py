"""Module: what holds parameters. It finds them, zeroes their gradients, saves and loads them."""

from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.internal import MODELS, did_you_mean, legible
from nn.checks import arguments_by_name
from nn.saving import load_parameters, save_parameters
from nn.updates import zero_gradients

Path = str | PathLike[str]


class Module:
    """Anything with parameters: the leaf Values among its attributes, and in lists, dicts and Modules there.

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
        return list(found_in(self))

    def named_parameters(self) -> dict[str, Value]:
        """The parameters by name, such as `layers.0.neurons.3.weights.1`."""
        return {f"{prefix}{key}": value for value, (prefix, key) in found_in(self).items()}

    @arguments_by_name
    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as is due before each `backward`."""
        zero_gradients(self.parameters())

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

        def __getattr__(self, name: str) -> Any:
            kind = type(self).__name__
            if name.startswith("__"):
                raise AttributeError(f"{kind!r} object has no attribute {name!r}")
            if name in dir(type(self)):  # a property that failed with an AttributeError of its own
                return object.__getattribute__(self, name)
            hint = did_you_mean(name, [*vars(self), *dir(type(self))], MODELS)
            raise AttributeError(f"{kind!r} object has no attribute {name!r}{hint}")


def described(part: Any) -> str:
    """The architecture of a Module or of a list of them; of anything else, nothing."""
    if isinstance(part, (list, tuple)):
        inner = [described(item) for item in part]
        return f"[{', '.join(inner)}]" if inner and all(inner) else ""
    return part.architecture() if isinstance(part, Module) else ""


Places = dict[Value, tuple[str, Any]]


def found_in(module: Module) -> Places:
    """The leaves in a module, each with where it was met first: `layers.0.neurons.3.weights.`, 1."""
    found: Places = {}
    collect(vars(module).items(), "", found, {id(module)})
    return found


def collect(parts: Iterable[tuple[Any, Any]], prefix: str, found: Places, seen: set[int]) -> None:
    """Put the leaves among named parts, and within them, into `found`."""
    for key, part in parts:
        if isinstance(part, Value):
            if part.is_leaf and part not in found:
                found[part] = prefix, key
        elif isinstance(part, (Module, list, tuple, dict)) and id(part) not in seen:
            seen.add(id(part))
            collect(parts_of(part), f"{prefix}{key}.", found, seen)


def parts_of(whole: Any) -> Iterable[tuple[Any, Any]]:
    """What a Module, list, tuple or dict holds, by name or place."""
    if isinstance(whole, (list, tuple)):
        return enumerate(whole)
    return (whole if isinstance(whole, dict) else vars(whole)).items()
