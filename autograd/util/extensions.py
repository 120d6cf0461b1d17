"""Which modules are compiled: all of them or none, for half an engine of each kind does not fit together."""

from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

__all__ = ["COMPILED_TOGETHER", "refuse_mixture"]

# Those that pyproject.toml has compiled.
COMPILED_TOGETHER = (
    "autograd.core.rules",
    "autograd.core.nary_rules",
    "autograd.core.primitives",
    "autograd.core.nodes",
    "autograd.core.backprop",
    "autograd.core.operands",
    "autograd.core.value",
    "autograd.core.nary",
    "autograd.core.formulas",
    "autograd.core.derivatives",
    "autograd.tape.fuse_sums",
    "autograd.tape.matching",
    "autograd.tape.memory",
    "autograd.tape.owned",
    "autograd.tape.products",
    "autograd.tape.program",
    "autograd.tape.runner",
    "nn.optim",
    "nn.outputs",
    "nn.overlooked",
    "nn.reach",
    "nn.search",
    "nn.snapshot",
    "nn.updates",
)


def refuse_mixture(root: Path) -> None:
    """Raise an ImportError if some of the modules under `root` are compiled and others are not."""
    found = [module for module in COMPILED_TOGETHER if is_compiled(root, module)]
    if 0 < len(found) < len(COMPILED_TOGETHER):
        missing = [module for module in COMPILED_TOGETHER if module not in found]
        raise ImportError(
            f"this build is not whole: {', '.join(found)} compiled and {', '.join(missing)} not. Install "
            f"stepgrad again, or delete the compiled files (*{EXTENSION_SUFFIXES[-1]}) under {root}"
        )


def is_compiled(root: Path, module: str) -> bool:
    """Whether a compiled file of this Python stands where a module would be looked for."""
    stem = root.joinpath(*module.split("."))
    return any(stem.with_name(stem.name + suffix).exists() for suffix in EXTENSION_SUFFIXES)
