"""Group: the examples that are recorded as the same expression, and the tape on which they are replayed."""

from array import array
from typing import Any

from autograd import Tape, Value
from autograd.internal import Wiring, WiringError, rewired
from nn import updates
from nn.comparison import ChangedError, outputs, same
from nn.tables import Inputs


class Group:
    """Examples that are wired as the `first` one is: a row of numbers for each, and a tape that takes rows.

    `numbers` has a column for each place in `wiring.own`, where examples differ: the number of the leaf that
    was made for the example. At the places that are `chosen` each example takes one of several parameters,
    as a word takes its row of a table: the number says which of the `choices`.
    """

    def __init__(
        self, first: int, prediction: Any, loss: Value, measured: bool, parameters: frozenset[Value]
    ) -> None:
        self.first, self.loss, self.parameters = first, loss, parameters
        self.wiring = Wiring(loss)
        self.kind, self.is_measured = type(prediction), measured
        self.outputs = self.wiring.places_of(outputs(prediction) if measured else [])
        if self.outputs is None:
            raise WiringError("the metric is of more than the loss is computed from")
        self.rows, self.numbers = 1, array("d")
        self.chosen: set[int] = set()
        self.choices: dict[Value, int] = {}
        self.numeric: list[int] = []  # the columns of numbers,
        self.choosing: list[int] = []  # and of choices
        self.twins = 0  # as many as were seen to
        self.anew: frozenset[int] | None = None  # the places of what each recording makes anew, once known
        self.tape: Any = None
        self.compared = 0  # of the tape with the eager engine: 1, a loss, or 2, a gradient too
        self.inputs: Any = None

    # --- Rows ----------------------------------------------------------------------------------------------

    def include(self, row: "array[float]") -> int:
        """Add a row; returns its place."""
        self.numbers += row
        self.rows += 1
        return self.rows - 1

    def row_of(self, prediction: Any, loss: Value, i: int) -> "array[float] | None":
        """The row of example i, of which these are recorded; None if it is wired otherwise.

        There may have to be new columns for it.
        """
        leaves = self.wiring.match_own(loss) if len(self.wiring.twins) == self.twins else None
        found = self.wiring.match(loss) if leaves is None else leaves
        if found is None or not self.has_outputs(prediction):
            return None
        if leaves is None:
            self.find_columns(found, i)
            leaves = [found[place] for place in self.wiring.own]
        return self.row(leaves, i)

    def has_outputs(self, prediction: Any) -> bool:
        """Whether a prediction is where that of the first example is, if there is a metric of it.

        Two losses may be the same expression of other predictions, as a target says which is which.
        """
        if not self.is_measured:
            return True
        if type(prediction) is not self.kind:
            return False
        return self.wiring.has_at(self.outputs, [prediction] if self.kind is Value else list(prediction))

    def has(self, row: int, prediction: Any, loss: Value, i: int) -> bool:
        """Whether that row is example i, of which these were recorded again."""
        numbers = self.row_of(prediction, loss, i)
        return numbers is not None and same(numbers, self.numbers_in(row))

    def has_surely(self, row: int, loss: Value) -> bool:
        """The same, where a short look tells: the gradient is then that of the row, number for number.

        It is not told of an example that chooses parameters, or has a primitive of a user's own, whose rule
        may change.
        """
        if self.chosen or not self.wiring.is_pure or len(self.wiring.twins) != self.twins:
            return False
        leaves = self.wiring.match_own(loss)
        return leaves is not None and updates.are_data_of(leaves, self.numbers_in(row))

    def numbers_in(self, row: int) -> "array[float]":
        """The numbers of a row."""
        width = len(self.wiring.own)
        return self.numbers[row * width : (row + 1) * width]

    def find_columns(self, leaves: list[Value], i: int) -> None:
        """Have columns where example i, which has these leaves at all places, differs from the others."""
        new = self.wiring.strangers(leaves)
        if self.wiring.twins and (new or len(self.wiring.twins) > self.twins):
            self.twins, own = len(self.wiring.twins), {*self.wiring.own, *new}
            for place, twin in self.wiring.twins.items():  # they differ where others differ at the twin
                if twin in own and place not in own:
                    own.add(place)
                    new.append(place)
        if new:
            self.widen(new, leaves, i)

    def row(self, leaves: list[Value], i: int) -> "array[float]":
        """The numbers of these leaves, one for each place where examples differ."""
        row: array[float] = updates.data_of(leaves)
        numeric = [leaves[k] for k in self.numeric] if self.chosen else leaves
        if not self.parameters.isdisjoint(numeric):
            raise mixed(i)
        for k in self.choosing:
            row[k] = self.choices.setdefault(leaves[k], len(self.choices))
        return row

    def widen(self, places: list[int], leaves: list[Value], i: int) -> None:
        """Have columns for more places: in the rows so far, what is at the twin, or in the first one."""
        for place in places:
            ours, theirs = (found[place] in self.parameters for found in (self.wiring.leaves, leaves))
            if ours != theirs:
                raise mixed(i)
            if ours:
                self.chosen.add(place)
            elif self.anew is not None and self.wiring.origin(place) not in self.anew:
                raise WiringError(f"example {i} has Values of its own: let examples be numbers")
        before, width = self.wiring.own, len(self.wiring.own)
        own = sorted([*before, *places])
        self.wiring.own = own
        self.numeric = [k for k, place in enumerate(own) if place not in self.chosen]
        self.choosing = [k for k, place in enumerate(own) if place in self.chosen]
        first, wide = self.row([self.wiring.leaves[place] for place in own], self.first), array("d")
        for row in range(self.rows):
            known = dict(zip(before, self.numbers[row * width : (row + 1) * width], strict=True))
            for place, number in zip(own, first, strict=True):
                known.setdefault(place, known.get(self.wiring.twins.get(place, place), number))
            wide.extend(known[place] for place in own)
        self.numbers = wide

    def confirm(self, loss: Value) -> None:
        """Learn from another recording of the first example which of its leaves are made anew each time."""
        leaves = self.wiring.match(loss)
        if leaves is None:
            raise ChangedError(f"of example {self.first}, {self.wiring.first_difference(loss)}")
        own = set(self.wiring.own)
        ours = self.wiring.leaves
        anew = [place for place in own if leaves[place] is not ours[place]]
        self.anew = frozenset([*anew, *self.wiring.strangers(leaves)])
        if not self.anew.issuperset(map(self.wiring.origin, own - self.chosen)):
            raise WiringError(f"example {self.first} has Values of its own: let examples be numbers")
        missing = sorted(self.anew - own)
        if missing:
            self.widen(missing, leaves, self.first)

    def shared(self) -> list[Value]:
        """The leaves that examples share, as far as is known."""
        leaves = self.wiring.leaves.copy()
        for k in reversed(self.numeric):
            del leaves[self.wiring.own[k]]
        return leaves

    # --- The tape ------------------------------------------------------------------------------------------

    def forward(self, rows: list[int] | range) -> list[float]:
        """The losses of the examples with these rows."""
        self.prepare()
        losses: list[float] = self.tape.forward(self.inputs.batch(rows))
        return losses

    def forward_backward(self, rows: list[int] | range, gradient: list[float] | None = None) -> list[float]:
        """The same, and the gradient of their mean, or of their sum, each times its number."""
        self.prepare()
        losses: list[float] = self.tape.forward_backward(self.inputs.batch(rows), gradient)
        return losses

    def prepare(self) -> None:
        """Have inputs for all rows that there are, and a tape that takes them."""
        if self.inputs is not None and self.inputs.count == self.rows:
            return
        inputs = Inputs(self)
        if self.inputs is None or inputs.columns != self.inputs.columns:
            instead = inputs.instead()
            nodes = rewired(self.wiring, instead)
            self.tape = Tape(nodes[len(self.wiring.computed) - 1], inputs.leaves)
            self.compared = 0
            self.places = [self.tape.find(nodes[place]) for place in self.outputs]
        self.inputs = inputs

    def predictions(self) -> "array[float]":
        """The numbers of the latest predictions: the first outputs of all examples, the second ones, …"""
        numbers: array[float] = self.tape.runner.columns(self.places)
        return numbers


def found(
    groups: list[Group], prediction: Any, loss: Value, i: int
) -> tuple[Group, "array[float]"] | tuple[None, None]:
    """The group that example i, of which these are recorded, belongs to, and its row there; None if none."""
    for group in groups:
        row = group.row_of(prediction, loss, i)
        if row is not None:
            return group, row
    return None, None


def one_more(i: int, loss: Value, groups: list[Group]) -> WiringError:
    """What to say of an example that is wired otherwise than all groups, where there may be no more."""
    bound = f"; max_wirings={len(groups)} allows no more of them" if len(groups) > 1 else ""
    wiring = groups[0].wiring
    if wiring.match(loss) is None:
        return WiringError(f"of example {i}, {wiring.first_difference(loss)}{bound}")
    return WiringError(f"of example {i}, other nodes are the prediction than in the first recording{bound}")


def mixed(i: int) -> WiringError:
    """What to say where there is a parameter in the place of a number, or the other way round."""
    return WiringError(f"example {i} has parameters where others have numbers, or the other way round")
