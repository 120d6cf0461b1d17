"""Names for the variables of a program, made of whatever people call their Values."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping

from autograd.core.value import Value

__all__ = ["Identifiers", "as_identifier"]

PATH_WORD = re.compile(r"(?:^|(?<=\.))([^\W\d])\w*\.(?=\d)")  # of a parameter's path, before a number


class Identifiers:
    """The names of a program: each is given once, and none is a word of the language."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self.words = {*keyword.kwlist, *dir(builtins), "_", *reserved}
        self.taken: set[str] = set()

    def fresh(self, wanted: str, suffixes: Iterable[str] = ("",)) -> str:
        """A name like the one that is wanted, which is taken from now on, with each of the suffixes."""
        name, number = as_identifier(wanted), 2
        stem = name
        if name in self.words:  # max_ where max has a meaning
            name += "_"
        while not (self.taken | self.words).isdisjoint(name + suffix for suffix in suffixes):
            name, number = f"{stem}_{number}", number + 1
        self.taken.update(name + suffix for suffix in suffixes)
        return name

    def fresh_for(self, names: Mapping[Value, str], suffixes: Iterable[str] = ("",)) -> dict[Value, str]:
        """A name for each Value; those that are identifiers already come first, and short ones."""
        by_need = sorted(names, key=lambda node: (not names[node].isidentifier(), len(names[node])))
        return {node: self.fresh(names[node], suffixes) for node in by_need}


def as_identifier(name: str) -> str:
    """A name as one of Python's; the path of a parameter gets shorter.

    >>> [as_identifier(name) for name in ("w[0]", "layers.0.neurons.3.weights.1", "x′", "2nd try", "☃")]
    ['w_0', 'l0_n3_w1', 'x', 'v2nd_try', 'v']
    """
    name = PATH_WORD.sub(r"\1", unicodedata.normalize("NFKC", name))
    name = re.sub(r"\W+", "_", name).strip("_") or "v"
    return name if name.isidentifier() else f"v{name}"
