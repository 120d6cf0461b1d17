"""Both engines in one process: the imported one, and its interpreted twin from the .py files beside it.

>>> Value = INTERPRETED.autograd.Value
>>> Value(2.0) * 3.0
Value(6.0)
"""

import struct
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograd
import nn

PACKAGES = ("autograd", "nn")


class Engine:
    """The packages `autograd` and `nn` as one engine has them.

    What imports or unpickles by name while it works (a stepper, a pickle) needs `with engine:`, which
    makes these the modules that are found.
    """

    def __init__(self, modules: dict[str, ModuleType]) -> None:
        self.modules = modules
        self.autograd: Any = modules["autograd"]
        self.nn: Any = modules["nn"]
        self.name: str = self.autograd.engine()
        self.outer: list[dict[str, ModuleType]] = []

    def __getitem__(self, name: str) -> Any:
        """Its module of that name, `engine["autograd.core.value"]`."""
        return self.modules[name]

    def __enter__(self) -> "Engine":
        self.outer.append(taken_out())
        sys.modules.update(self.modules)
        return self

    def __exit__(self, *error: object) -> None:
        taken_out()
        sys.modules.update(self.outer.pop())

    def __repr__(self) -> str:
        return f"<{self.name} engine>"


class SourcesOnly(MetaPathFinder):
    """Finds the modules of the packages in their .py files alone."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.split(".")[0] not in PACKAGES:
            return None
        folders = path or [str(BESIDE[name])]
        for folder in folders:
            spec = FileFinder(folder, (SourceFileLoader, [".py"])).find_spec(name)
            if spec is not None:
                return spec
        return None


BESIDE = {package.__name__: Path(package.__file__).parent.parent for package in (autograd, nn)}


def taken_out() -> dict[str, ModuleType]:
    """The packages' modules, taken out of those that are found by name."""
    ours = [name for name in sys.modules if name.split(".")[0] in PACKAGES]
    return {name: sys.modules.pop(name) for name in ours}


def loaded() -> dict[str, ModuleType]:
    """Every module of the packages, imported as Python now finds them."""
    for package in PACKAGES:
        for file in sorted((BESIDE[package] / package).rglob("*.py")):
            if file.stem == "_build":  # of the build alone: it needs setuptools
                continue
            parts = file.relative_to(BESIDE[package]).with_suffix("").parts
            import_module(".".join(parts).removesuffix(".__init__"))
    return {name: module for name, module in sys.modules.items() if name.split(".")[0] in PACKAGES}


def interpreted_twin() -> Engine:
    """The interpreted engine, loaded beside the compiled one."""
    outer, finder = taken_out(), SourcesOnly()
    sys.meta_path.insert(0, finder)
    try:
        return Engine(loaded())
    finally:
        sys.meta_path.remove(finder)
        taken_out()
        sys.modules.update(outer)


def bits(number: float) -> bytes:
    """The bits of a double; those of every NaN are the same, whatever their sign."""
    return b"nan" if number != number else struct.pack("d", number)


def everything(nodes: list[Any]) -> list[Any]:
    """All that nodes show, to the bit."""
    return [
        (bits(node.data), bits(node.grad), node.op, len(node.inputs), [*map(bits, node.local_derivatives)])
        for node in nodes
    ]


IMPORTED = Engine(loaded())
INTERPRETED = IMPORTED if IMPORTED.name == "interpreted" else interpreted_twin()

both_engines = pytest.mark.skipif(
    IMPORTED is INTERPRETED, reason="compares the two engines, and only the interpreted one is here"
)
