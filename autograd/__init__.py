"""A scalar reverse-mode autograd engine: Values that remember how they were computed."""

from typing import TYPE_CHECKING

from autograd._version import __version__ as __version__
from autograd.checks.debug import debug
from autograd.checks.diagnose import diagnose
from autograd.checks.gradcheck import gradcheck
from autograd.core import composed, functions, nary_functions
from autograd.core.backprop import topological_order
from autograd.core.composed import *  # noqa: F403, every operation is public
from autograd.core.contexts import no_grad
from autograd.core.functions import *  # noqa: F403
from autograd.core.gradients import grad, hessian, hvp, jacobian, jvp
from autograd.core.nary_functions import *  # noqa: F403
from autograd.core.own_primitives import primitive
from autograd.core.value import Value, engine
from autograd.drawing.draw import draw
from autograd.exporting.export import Program, export
from autograd.page.page import Page, play
from autograd.stepping.paths import explain
from autograd.stepping.practice import practice
from autograd.stepping.stepper import Stepper
from autograd.tape.tape import Tape
from autograd.util import suggestions

__all__ = [
    "Page",
    "Program",
    "Stepper",
    "Tape",
    "Value",
    "debug",
    "diagnose",
    "draw",
    "engine",
    "explain",
    "export",
    "grad",
    "gradcheck",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "play",
    "practice",
    "primitive",
    "topological_order",
]
# Written one by one: pyright reads only this form, and takes other names for private ones.
__all__ += functions.__all__
__all__ += nary_functions.__all__
__all__ += composed.__all__
if not TYPE_CHECKING:  # `from autograd import *` leaves Python's own abs and sum as they are
    __all__.remove("abs")
    __all__.remove("sum")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "abs", "sum"])


if not TYPE_CHECKING:  # a type checker would take every name for one of ours

    def __getattr__(name: str) -> None:
        hint = suggestions.did_you_mean(name, [*__all__, "abs", "sum"], suggestions.FUNCTIONS)
        raise AttributeError(f"module 'autograd' has no attribute {name!r}{hint}")
