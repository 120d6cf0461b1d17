"""The loss, metric and gradient of a batch, by replaying one recording on all examples: see autograd.Tape."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from autograd import Tape, Value
from autograd.internal import Wiring, WiringError, caller_line, is_watched, observed, topological_order
from nn.eager import EagerMeasure, Means

SAMPLE = 8  # so many examples are recorded twice


class TapeMeasure(EagerMeasure):
    """What EagerMeasure measures, on a tape.

    Each example is recorded when it is first met, and must be wired as the first one was. The leaves that
    are made anew for each example hold its numbers, and those that differ between examples are the inputs
    of the tape. Where examples cannot be replayed, it goes on as an EagerMeasure, or if it `insists`, a
    WiringError says why.

    An example that reads a number which depends on the parameters cannot be replayed: an `if` on it may
    later go the other way. Nor can one that chance plays a part in: the first few are recorded twice. In
    case its numbers change for another reason, an example is recorded again at the 2nd, 4th, 8th, … batch.
    If the measure is `wary`, that is done at each batch, all examples of which are compared with copies, and
    where something is not what it was, all are recorded anew.
    """

    def __init__(self, *arguments: Any, parameters: list[Value], insists: bool, wary: bool) -> None:
        super().__init__(*arguments)
        self.parameters, self.insists, self.wary = frozenset(parameters), insists, wary
        self.engine, self.uses = "tape", 0
        self.start_anew()

    def start_anew(self) -> None:
        """Forget what was recorded."""
        self.wiring: Any = None
        self.numbers: dict[int, list[float]] = {}  # the numbers of each example
        self.rows: dict[int, list[float]] = {}  # those of them that the tape takes
        self.varying: list[int] = []  # which those are
        self.copies: dict[int, Any] = {}  # the examples, if we are wary

    def with_gradient(self, batch: Sequence[int]) -> Means:
        if not self.can_replay(batch):
            return super().with_gradient(batch)
        losses = self.tape.forward([self.rows[i] for i in batch])
        self.tape.backward()
        return self.replayed_means(losses, batch)

    def alone(self) -> Means:
        batch = range(len(self.inputs))
        if not self.can_replay(batch):
            return super().alone()
        return self.replayed_means(self.tape.forward([self.rows[i] for i in batch]), batch)

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

    # --- Recording each example once -----------------------------------------------------------------------

    def can_replay(self, batch: Sequence[int]) -> bool:
        """Record what is new in a batch; False if the examples cannot be replayed."""
        if self.engine == "eager":
            return False
        try:
            self.record(batch)
        except WiringError as error:
            if self.insists:
                raise WiringError(f"engine='tape' cannot replay the examples: {error}") from None
            self.engine = "eager"
            self.start_anew()
        return self.engine == "tape"

    def record(self, batch: Sequence[int]) -> None:
        """Record what is new in a batch, and have a tape whose inputs are all numbers that vary."""
        if is_watched():
            raise WiringError("operations are watched, and a tape would not show them")
        self.uses += 1
        if self.rows and (self.wary or self.uses.bit_count() == 1):
            self.look_again(list(self.rows)[self.uses % len(self.rows)])
        known = [i for i in batch if i in self.copies]
        if differ([self.example(i) for i in known], [self.copies[i] for i in known]):
            self.start_anew()
        new = [i for i in batch if i not in self.rows]
        if not new:
            return
        if self.wiring is None:
            self.record_first(new[0])
        for i in new:
            self.numbers[i] = self.numbers_of(i)
            if self.wary:
                self.copies[i] = copied(self.example(i))
            if len(self.numbers) <= SAMPLE and not same(self.numbers[i], self.numbers_of(i)):
                raise WiringError(f"example {i} has other numbers each time it is recorded")
        first = self.numbers[self.first]
        varying = {
            place for i in new for place, x in enumerate(self.numbers[i]) if not same([x], [first[place]])
        }
        if not varying <= set(self.varying) or not self.rows:
            self.varying = sorted(varying.union(self.varying))
            self.tape = Tape(self.loss_of_first, [self.own[place] for place in self.varying])
            new = list(self.numbers)
        for i in new:
            self.rows[i] = [self.numbers[i][place] for place in self.varying]

    def example(self, i: int) -> tuple[Any, Any]:
        """An example, as what can be compared."""
        return comparable(self.inputs[i]), comparable(self.targets[i])

    def look_again(self, i: int) -> None:
        """Record an example again: its numbers may not be what they were."""
        if same(self.numbers_of(i), self.numbers[i]):
            return
        if not self.wary:
            raise WiringError(f"example {i} has other numbers than when it was first recorded")
        self.start_anew()

    def record_first(self, i: int) -> None:
        """Record the example whose recording will be replayed."""
        self.first = i
        self.prediction, self.loss_of_first = self.replayable(i)
        self.wiring = Wiring(self.loss_of_first)
        self.own = list(self.wiring.partners(self.replayable(i)[1]))
        if self.metric is not None and not under(self.loss_of_first, outputs(self.prediction)):
            raise WiringError("the metric is of more than the loss is computed from")

    def numbers_of(self, i: int) -> list[float]:
        """The numbers of an example, from a recording of it."""
        try:
            partners = self.wiring.partners(self.replayable(i)[1])
        except WiringError as error:
            raise WiringError(f"of example {i}, {error}") from None
        if not self.parameters.isdisjoint([*partners, *partners.values()]):
            raise WiringError(f"example {i} has parameters that example {self.first} has not")
        if partners.keys() != set(self.own):
            raise WiringError(f"example {i} has Values of its own: let examples be numbers")
        return [partners[leaf].data for leaf in self.own]

    def replayable(self, i: int) -> tuple[Any, Value]:
        """The prediction and the loss of an example, if no number that depends on the parameters is read."""
        lines: list[str] = []

        def read(value: Value) -> None:
            if not lines and not self.parameters.isdisjoint(topological_order(value)):
                lines.append(caller_line())

        def operated(node: Value, backward: bool) -> Value:
            if backward:  # what has a gradient will be asked for it
                read(node)
            return node

        with observed(operated, read):
            recorded = self.recorded(i)
        if lines:
            raise WiringError(f"example {i} reads a number that changes with the parameters, in {lines[0]}")
        return recorded


def same(xs: list[float], ys: list[float]) -> bool:
    """Whether numbers are the same, NaN or not."""
    return all(x == y or (x != x and y != y) for x, y in zip(xs, ys, strict=True))


def comparable(thing: Any) -> Any:
    """An array as a list, anything else as it is."""
    return thing if type(thing) in (list, float, int) or not hasattr(thing, "tolist") else thing.tolist()


def copied(thing: Any) -> Any:
    """A copy; None of what cannot be copied, which will then differ from it."""
    try:
        return deepcopy(thing)
    except Exception:
        return None


def differ(one: Any, other: Any) -> bool:
    """Whether two things differ, as far as they can be compared."""
    try:
        return bool(one != other)
    except Exception:
        return True


def outputs(prediction: Any) -> list[Value]:
    """The Values of a prediction: one, or a list of them."""
    values = prediction if isinstance(prediction, (list, tuple)) else [prediction]
    if not all(isinstance(value, Value) for value in values):
        raise WiringError("the metric is of predictions that are neither a Value nor a list of them")
    return list(values)


def under(root: Value, nodes: list[Value]) -> bool:
    """Whether all nodes are under the root."""
    return set(nodes) <= set(topological_order(root))
