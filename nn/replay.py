"""The loss, metric and gradient of a batch, by replaying one recording on all examples: see autograd.Tape."""

from array import array
from collections.abc import Sequence
from math import isfinite
from typing import Any

from autograd import Tape, Value
from autograd.internal import (
    Wiring,
    WiringError,
    caller_line,
    is_watched,
    observed,
    same_number,
    topological_order,
    warn_caller,
)
from nn import updates
from nn.comparison import close, comparable, copied, differ, negligible, outputs, same, under
from nn.eager import EagerMeasure, Means
from nn.reach import State, changed, state_of

SAMPLE = 8  # so many examples are recorded twice
CHECKED, EVERY = (
    32,
    8,
)  # batches of which an example is also computed eagerly: the first, and then one in so many
GOLDEN = 0.6180339887498949  # its multiples fall evenly between whole numbers, however many there are


class TapeMeasure(EagerMeasure):
    """What EagerMeasure measures, on a tape.

    The first batch is measured eagerly, and what is recorded on the way is what will be replayed: each
    example must be wired as the first one was. The leaves that are made anew for each example hold its
    numbers, and those that differ between examples are the inputs of the tape. Where examples cannot be
    replayed, it goes on as an EagerMeasure, or if it `insists`, a WiringError says why.

    An example that reads a number which depends on the parameters cannot be replayed: an `if` on it may
    later go the other way. Nor can one that changes a number in its reach (see reach.py), or one that is
    not the same twice. All of the first batch, and an example of each of the next, then of one in eight, is
    compared with what is computed eagerly; where they differ, the batch is done again.
    If the measure is `wary`, an example is recorded again at each batch, all examples of which are compared
    with copies, and where something is not what it was, all are recorded anew.
    """

    def __init__(self, *arguments: Any, parameters: list[Value], insists: bool, wary: bool) -> None:
        super().__init__(*arguments)
        self.parameters, self.insists, self.wary = frozenset(parameters), insists, wary
        self.engine, self.batches = "tape", 0
        self.start_anew()

    def start_anew(self) -> None:
        """Forget what was recorded."""
        self.wiring: Any = None
        self.tape: Any = None  # until all of the first batch was compared with it
        self.leaves = list(self.parameters)  # those that examples share
        self.found: dict[int, dict[Value, float]] = {}  # the numbers of the examples of the first batch
        self.losses: dict[int, float] = {}  # those of examples that were recorded in this batch
        self.numbers: dict[int, list[float]] = {}  # the numbers of each example
        self.rows: dict[int, list[float]] = {}  # those of them that the tape takes
        self.varying: list[int] = []  # which those are
        self.copies: dict[int, Any] = {}  # the examples, if we are wary
        self.learning, self.trouble = False, ""

    def measured(self, batch: Sequence[int], backward: bool) -> Means:
        """The means over a batch, with the gradient or without, as one of the engines finds them."""
        if self.engine == "eager":
            return super().measured(batch, backward)
        self.batches += 1
        if self.wary and self.tape is not None:
            self.look_again(batch)
        try:
            if is_watched():
                raise WiringError("operations are watched, and a tape would not show them")  # noqa: TRY301
            if self.tape is not None:
                return self.replayed(batch, backward)
        except WiringError as error:
            self.give_up(error)
            return super().measured(batch, backward)
        means = self.learned(batch, backward)
        try:
            self.settle(batch, backward)
        except WiringError as error:
            self.give_up(error)
        return means

    def give_up(self, error: WiringError) -> None:
        """Go on eagerly, and say so if a tape was in use; an error if that is not wanted."""
        if self.insists:
            raise WiringError(f"engine='tape' cannot replay the examples: {error}") from None
        if self.tape is not None and not is_watched():
            warn_caller(
                f'training goes on with engine="eager" from iteration {self.batches}: {error}. Some losses '
                'before may be wrong: give engine="eager" to train from the start'
            )
        self.engine = "eager"
        self.start_anew()

    # --- Replaying ------------------------------------------------------------------------------------------

    def replayed(self, batch: Sequence[int], backward: bool) -> Means:
        """The means from the tape, compared with an example or more that is computed eagerly."""
        self.record([i for i in batch if i not in self.rows])
        losses = self.tape.forward([self.rows[i] for i in batch])
        if self.losses:
            for i, loss in zip(batch, losses, strict=True):
                if i in self.losses and not close(self.losses[i], loss, self.loss_of_first):
                    raise unlike(i, self.losses[i], loss)
        due = self.batches <= CHECKED or self.batches % EVERY == 0
        before = updates.gradients_of(self.leaves) if due else None
        if backward:
            self.tape.backward()
        means = self.replayed_means(losses, batch)
        if due:
            place = int(self.batches * GOLDEN % 1.0 * len(batch))
            try:
                self.probe(batch[place], losses[place], backward)
            except WiringError:
                updates.put_gradients(self.leaves, before)
                raise
        return means

    def probe(self, i: int, replayed: float, backward: bool) -> None:
        """Compute an example eagerly: its loss and its gradient must be those of the tape."""
        gradients = updates.gradients_of(self.leaves)
        try:
            _, loss = self.recorded(i)
            if not close(loss.data, replayed, loss):
                raise unlike(i, loss.data, replayed)
            if backward:
                updates.zero_gradients(self.leaves)
                loss.backward()
                eager = updates.gradients_of(self.leaves)
                self.tape.forward([self.rows[i]])
                self.compare_gradient(self.tape, f"example {i}", eager, loss)
        finally:
            updates.put_gradients(self.leaves, gradients)

    def compare_gradient(self, tape: Tape, whose: str, eager: updates.Numbers, loss: Value) -> None:
        """Compare the gradient of the tape's batch with that of the eager engine."""
        updates.zero_gradients(self.leaves)
        tape.backward()
        apart = updates.norm(updates.difference(eager, updates.gradients_of(self.leaves)))
        size = updates.norm(eager)
        if isfinite(size) and not negligible(apart, size, loss, 2):
            raise WiringError(f"the gradient of {whose} is not that of its replay")

    def replayed_means(self, losses: list[float], batch: Sequence[int]) -> Means:
        """The means of the losses and of the metric of the predictions on the tape."""
        loss = sum(losses) / len(batch)
        if self.metric is None:
            return loss, None
        columns = [self.tape.values(node) for node in outputs(self.prediction)]
        metrics = 0.0
        for i, *numbers in zip(batch, *columns, strict=True):
            values = [Value(number) for number in numbers]
            prediction = values[0] if isinstance(self.prediction, Value) else values
            metrics += self.metric_of(prediction, i)
        return loss, metrics / len(batch)

    # --- The first batch -----------------------------------------------------------------------------------

    def learned(self, batch: Sequence[int], backward: bool) -> Means:
        """The means of the first batch, as an EagerMeasure takes them, noting what is recorded."""
        self.learning = True
        try:
            return super().measured(batch, backward)
        finally:
            self.learning = False

    def recorded(self, i: int) -> tuple[Any, Value]:
        """The prediction and the loss of an example; of the first batch, what they are made of is noted."""
        if not self.learning or self.trouble:
            return super().recorded(i)
        if len(self.losses) < 2:  # what the first call makes ready does not count
            self.state = self.reach()
        try:
            prediction, loss, line = self.watched(i)
            if line:
                raise reads(i, line)
            self.losses[i] = loss.data
            if self.wiring is None:
                self.note_first(i, prediction, loss)
            else:
                self.found[i] = self.partners(i, loss)
            self.check_leaves(i)
        except WiringError as error:
            self.trouble = str(error)
        return prediction, loss

    def note_first(self, i: int, prediction: Any, loss: Value) -> None:
        """Note the recording that will be replayed."""
        self.first, self.prediction, self.loss_of_first = i, prediction, loss
        self.wiring = Wiring(loss)
        self.leaves += [
            node for node in topological_order(loss) if node.is_leaf and node not in self.parameters
        ]
        self.data = updates.data_of(self.leaves)
        self.before = dict(zip(self.leaves, updates.gradients_of(self.leaves), strict=True))
        if self.metric is not None and not under(loss, outputs(prediction)):
            raise WiringError("the metric is of more than the loss is computed from")

    def settle(self, batch: Sequence[int], backward: bool) -> None:
        """Make the tape of the first batch, if that gives what the eager engine gave."""
        if self.trouble:
            raise WiringError(self.trouble)
        name = changed(self.state, self.reach())
        if name:
            raise WiringError(f"the model, the loss or the metric changes {name} when it is called")
        self.found[self.first] = {
            leaf: leaf.data for leaf in self.partners(self.first, self.again(self.first))
        }
        self.own = list(self.found[self.first])
        for i in batch:
            self.numbers[i] = self.in_order(i, self.found[i])
        for i in batch[:SAMPLE]:
            if not same(self.numbers[i], self.numbers_of(i)):
                raise WiringError(f"example {i} has other numbers each time it is recorded")
            self.check_leaves(i)
        self.leaves = [leaf for leaf in self.leaves if leaf not in self.found[self.first]]
        self.found.clear()
        tape = self.include(list(batch), None)
        self.compare_first(tape, batch, backward)
        self.tape = tape

    def compare_first(self, tape: Tape, batch: Sequence[int], backward: bool) -> None:
        """Compare the tape's losses of the first batch, and its gradient, with those of the eager engine."""
        for i, loss in zip(batch, tape.forward([self.rows[i] for i in batch]), strict=True):
            if not close(self.losses[i], loss, self.loss_of_first):
                raise unlike(i, self.losses[i], loss)
        if backward:
            gradients = updates.gradients_of(self.leaves)
            before = array("d", [self.before[leaf] for leaf in self.leaves])
            eager = updates.difference(gradients, before)
            try:
                self.compare_gradient(tape, "the first batch", eager, self.loss_of_first)
            finally:
                updates.put_gradients(self.leaves, gradients)

    def reach(self) -> State:
        """What the model, the loss and the metric could count in."""
        return state_of([self.model, self.loss, self.metric])

    # --- Recording what is new -----------------------------------------------------------------------------

    def record(self, new: list[int]) -> None:
        """Record examples that are new, and have a tape whose inputs are all numbers that vary."""
        self.losses.clear()
        if not new:
            return
        self.data = updates.data_of(self.leaves)
        for i in new:
            self.numbers[i] = self.numbers_of(i)
            self.check_leaves(i)
        self.tape = self.include(new, self.tape)

    def include(self, new: list[int], tape: Tape | None) -> Tape:
        """Make the rows of examples, and if their numbers vary in more places, a tape that takes them."""
        if self.wary:
            self.copies.update({i: copied(self.example(i)) for i in new})
        first = self.numbers[self.first]
        varying = {
            place for i in new for place, x in enumerate(self.numbers[i]) if not same_number(x, first[place])
        }
        if tape is None or not varying <= set(self.varying):
            self.varying = sorted(varying.union(self.varying))
            tape = Tape(self.loss_of_first, [self.own[place] for place in self.varying])
            new = list(self.numbers)
        for i in new:
            self.rows[i] = [self.numbers[i][place] for place in self.varying]
        return tape

    def look_again(self, batch: Sequence[int]) -> None:
        """Start anew if an example is recorded otherwise than before, or a batch is not what it was."""
        known = [i for i in batch if i in self.copies]
        i = list(self.rows)[self.batches % len(self.rows)]
        try:
            alike = same(self.numbers_of(i), self.numbers[i])
        except WiringError:
            alike = False
        if not alike or differ([self.example(i) for i in known], [self.copies[i] for i in known]):
            self.start_anew()

    def example(self, i: int) -> tuple[Any, Any]:
        """An example, as what can be compared."""
        return comparable(self.inputs[i]), comparable(self.targets[i])

    def numbers_of(self, i: int) -> list[float]:
        """The numbers of an example, from a recording of it."""
        loss = self.again(i)
        self.losses[i] = loss.data
        return self.in_order(i, self.partners(i, loss))

    def in_order(self, i: int, numbers: dict[Value, float]) -> list[float]:
        """The numbers of an example in the order of the leaves of the first."""
        if numbers.keys() != set(self.own):
            raise WiringError(f"example {i} has Values of its own: let examples be numbers")
        return [numbers[leaf] for leaf in self.own]

    def partners(self, i: int, loss: Value) -> dict[Value, float]:
        """The number that stands in the recording of an example for each leaf of the first one's own."""
        try:
            partners = self.wiring.partners(loss)
        except WiringError as error:
            raise WiringError(f"of example {i}, {error}") from None
        if not self.parameters.isdisjoint([*partners, *partners.values()]):
            raise WiringError(f"example {i} has parameters that example {self.first} has not")
        return {ours: theirs.data for ours, theirs in partners.items()}

    def check_leaves(self, i: int) -> None:
        """See to it that the recording of an example has left the leaves that it shares with others alone."""
        if not same(self.data, updates.data_of(self.leaves)):
            raise WiringError(f"example {i} changes the data of a Value that others share")

    def again(self, i: int) -> Value:
        """The loss of an example, recorded once more, if it can be replayed."""
        _, loss, line = self.watched(i)
        if line:
            raise reads(i, line)
        return loss

    def watched(self, i: int) -> tuple[Any, Value, str]:
        """The prediction and loss of an example, and the first line that reads a number of the parameters."""
        lines: list[str] = []

        def read(value: Value) -> None:
            if not lines and not self.parameters.isdisjoint(topological_order(value)):
                lines.append(caller_line())

        def operated(node: Value, backward: bool) -> Value:
            if backward:  # what has a gradient will be asked for it
                read(node)
            return node

        with observed(operated, read):
            prediction, loss = super().recorded(i)
        return prediction, loss, "".join(lines)


def reads(i: int, line: str) -> WiringError:
    """What to say of an example that reads what depends on the parameters."""
    return WiringError(f"example {i} reads a number that changes with the parameters, in {line}")


def unlike(i: int, eager: float, replayed: float) -> WiringError:
    """What to say of an example whose replay is not what it is now."""
    return WiringError(f"the loss of example {i} is {eager:.10g}, and {replayed:.10g} as it was recorded")
