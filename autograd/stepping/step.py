"""Step and Contribution: what happens in one step of a walk, as data; views say how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, SupportsIndex, overload

from autograd.core.value import Value
from autograd.stepping.display import Displayed
from autograd.util.text import for_output

if TYPE_CHECKING:
    from autograd.stepping.stepper import Stepper

__all__ = ["Contribution", "Step", "Steps", "show_with"]

# How one step and several show themselves, by the name of the view; each view puts its own in.
views: dict[str, tuple[Callable[["Step"], str], Callable[["Steps"], str]]] = {}


def show_with(view: str, step: Callable[["Step"], str], steps: Callable[["Steps"], str]) -> None:
    """Have a step, and several, show themselves in that `view`: "text" or "prompt"."""
    views[view] = step, steps


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a node passes back to one of its inputs: upstream gradient × local derivative.

    `before` and `after` are the gradient of the input; `waiting` is how many contributions it still
    waits for after this one; `formula` is the local derivative in names. An input that a node uses twice
    gets two of these. `left_over` says that what was there before is of an earlier pass.
    """

    input: Value
    name: str
    upstream: float
    local_derivative: float
    amount: float
    before: float
    after: float
    waiting: int
    formula: str
    left_over: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Step(Displayed):
    """One step of a walk: the `number`-th `of` so many.

    In the "forward" phase `node` is computed from its inputs. The "seed" gives the result its own
    gradient, 1. In the "backward" phase `node` passes its `gradient` on: one contribution to each input.
    `formula` is how the node is computed, in names (`a × b`), `arithmetic` the same in numbers; `frame` is
    where it stands in a model: `("layer 0", "neuron 3")`; `line` is the source line that computed it, if
    that was under `debug`; `note` is something to know about the walk, said once.
    """

    number: int
    of: int
    phase: str
    node: Value
    name: str
    formula: str
    arithmetic: str
    data: float
    gradient: float | None = None
    contributions: tuple[Contribution, ...] = ()
    frame: tuple[str, ...] = ()
    line: str | None = None
    note: str = ""
    stepper: "Stepper | None" = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The step in words and numbers, as one would write it on a blackboard."""
        return views["text"][0](self)

    def __str__(self) -> str:
        return for_output(self.text)

    def __repr__(self) -> str:
        return for_output(views["prompt"][0](self))


class Steps(Displayed, tuple[Step, ...]):
    """Several steps, which print one below the other; those of a model under the names of its parts.

    Of more than 100, a prompt shows the first and the last; `print` shows all.
    """

    __slots__ = ()

    @overload
    def __getitem__(self, place: SupportsIndex) -> Step: ...
    @overload
    def __getitem__(self, place: slice) -> "Steps": ...
    def __getitem__(self, place: SupportsIndex | slice) -> "Step | Steps":
        found = super().__getitem__(place)
        return found if isinstance(found, Step) else Steps(found)

    def __str__(self) -> str:
        return for_output(views["text"][1](self))

    def __repr__(self) -> str:
        return for_output(views["prompt"][1](self))
