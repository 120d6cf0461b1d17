"""Module: what holds parameters. It finds them, zeroes their gradients, saves and loads them."""

from os import PathLike
from typing import Any

from autograd import Value
from nn.saving import load_parameters, save_parameters

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
        return list(self.named_parameters().values())

    def named_parameters(self) -> dict[str, Value]:
        """The parameters by name, such as `layers.0.neurons.3.weights.1`."""
        found: dict[Value, str] = {}
        collect(self, "", found, set())
        return {name: value for value, name in found.items()}

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, as is due before each `backward`."""
        for parameter in self.parameters():
            parameter.grad = 0.0

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
        return f"{type(self).__name__}({', '.join(parts)})"

    def __repr__(self) -> str:
        return self.architecture()


def described(part: Any) -> str:
    """The architecture of a Module or of a list of them; of anything else, nothing."""
    if isinstance(part, (list, tuple)):
        inner = [described(item) for item in part]
        return f"[{', '.join(inner)}]" if inner and all(inner) else ""
    return part.architecture() if isinstance(part, Module) else ""


def collect(thing: Any, name: str, found: dict[Value, str], seen: set[int]) -> None:
    """Put the leaves in `thing` into `found`, each with the name under which it was met first."""
    if isinstance(thing, Value):
        if thing.is_leaf:
            found.setdefault(thing, name)
        return
    if isinstance(thing, Module):
        parts: Any = vars(thing).items()
    elif isinstance(thing, (list, tuple)):
        parts = enumerate(thing)
    elif isinstance(thing, dict):
        parts = thing.items()
    else:
        return
    if id(thing) not in seen:
        seen.add(id(thing))
        for key, part in parts:
            collect(part, f"{name}.{key}" if name else f"{key}", found, seen)
