"""The loss, metric and gradient of a batch, by replaying recordings on all examples: see autograd.Tape."""

from array import array
from collections.abc import Sequence
from math import isfinite
from typing import Any

from autograd import Value
from autograd.internal import WiringError, caller_line, is_watched, observed, topological_order, warn_caller
from nn import updates
from nn.comparison import ChangedError, close, comparable, copied, differ, negligible, reads, unlike
from nn.eager import EagerMeasure, Means
from nn.groups import Group, found, one_more
from nn.hits import Hits
from nn.losses import accuracy
from nn.reach import State, changed, state_of
from nn.results import Results

SAMPLE = 8  # so many examples are recorded twice
CHECKED = 32  # batches of which an example is also computed eagerly: the first ones,
EVERY = 8  # and then one in so many
AT_ONCE = 16  # so many new examples at most are recorded before their gradients and metrics are taken,
LIVE = 1 << 16  # and so many inputs of their nodes: a megabyte, so that they are freed while in the cache
Parts = list[tuple[Group, Sequence[int]]]  # the places of a batch, by the groups of the examples there
GOLDEN = 0.6180339887498949  # its multiples fall evenly between whole numbers, however many there are


class TapeMeasure(EagerMeasure):
    """What EagerMeasure measures, on tapes.

    An example is computed eagerly the first time, and what is recorded on the way is what will be replayed.
    Examples that are the same expression make a Group, which has one tape; a batch is replayed group by
    group. Where examples cannot be replayed, or in more than `most` groups, it goes on as an EagerMeasure,
    or if it `insists`, a WiringError says why.

    An example that reads a number which depends on the parameters cannot be replayed: an `if` on it may
    later go the other way. Nor can one that changes a number in its reach (see reach.py), or one that is
    not the same twice. All of the first batch, an example for each tape that is made later, and one of each
    of the next batches, then of one in eight, is compared with what is computed eagerly; where they differ,
    the batch is done again.
    Measures of the same model and loss find the groups of each other in their `pool`.
    If the measure is `wary`, an example is recorded again at each batch, all examples of which are compared
    with copies, and where something is not what it was, all are recorded anew.
    """

    def __init__(
        self, *whole: Any, parameters: list[Value], insists: bool, wary: bool, most: int, pool: list[Group]
    ) -> None:
        super().__init__(*whole)
        self.parameters, self.insists, self.wary, self.most = frozenset(parameters), insists, wary, most
        self.ids = frozenset(map(id, parameters))
        self.engine, self.batches = "tape", 0
        self.hits = Hits(self.targets) if self.metric is accuracy and not wary else None
        self.line = ""
        self.pool, self.groups = pool, list[Group]()
        self.start_anew()

    def start_anew(self) -> None:
        """Forget what was recorded."""
        self.pool[:] = [group for group in self.pool if group not in self.groups]
        self.groups = []
        self.settled = False  # until the first batch was compared with its replay
        self.leaves = list(self.parameters)  # those that examples share, parameters first
        self.data, self.before = array("d"), array("d")  # their numbers and gradients before a batch
        self.known: list[int] = []  # the examples that are in groups
        self.in_order: range | None = None  # the rows of all, if they are in order in one group
        self.group_of: list[Any] = [None] * len(self.inputs)  # by example, once it is known,
        self.rows = [0] * len(self.inputs)  # and its row there
        self.copies: dict[int, Any] = {}  # the examples, if we are wary
        self.trouble: WiringError | None = None

    def wirings(self) -> int:
        """How many tapes are in use."""
        return len(self.groups)

    def measured(self, batch: Sequence[int], backward: bool) -> Means:
        """The means over a batch, with the gradient or without, as one of the engines finds them."""
        if self.engine == "eager":
            return super().measured(batch, backward)
        self.batches += 1
        if self.wary and self.settled:
            self.look_again(batch)
        if is_watched():
            self.give_up(WiringError("operations are watched, and a tape would not show them"))
            return super().measured(batch, backward)
        results = Results(len(batch))
        every = len(self.known) == len(self.inputs)
        new = [] if every else [place for place, i in enumerate(batch) if self.group_of[i] is None]
        if new:
            self.learn(batch, new, results, backward)
        try:
            if self.trouble:
                raise self.trouble
            if new and not self.settled:
                self.settle(batch, results, backward)
            self.replay(batch, results, backward)
        except WiringError as error:
            self.give_up(error)
            share = 1.0 / len(batch)
            for place in results.missing():
                self.compute(batch[place], place, results, share if backward else 0.0)
        return results.means(self.metric is not None)

    def give_up(self, why: WiringError) -> None:
        """Go on eagerly, and say so if a tape was in use; an error if that is not wanted."""
        if self.insists:
            raise WiringError(f"engine='tape' cannot replay the examples: {why}")
        if self.settled and not is_watched():
            text = f'{self.task} goes on with engine="eager" from {self.turn} {self.batches}: {why}'
            if isinstance(why, ChangedError):
                text += '. Some losses before may be wrong: give engine="eager" to train from the start'
            warn_caller(text)
        self.engine = "eager"
        self.start_anew()

    # --- Examples that are new -----------------------------------------------------------------------------

    def learn(self, batch: Sequence[int], new: list[int], results: Results, backward: bool) -> None:
        """Compute the new examples of a batch eagerly, until one cannot be put into a group."""
        share = 1.0 / len(batch) if backward else 0.0
        self.data, self.before = updates.data_of(self.leaves), updates.gradients_of(self.leaves)
        longest = max((len(group.wiring.inputs) for group in self.groups), default=0)
        at_once = max(1, min(AT_ONCE, LIVE // (1 + longest)))
        at_once = at_once if self.metric in (None, accuracy) else 1  # another may change what comes next
        ready = 0 if self.settled else min(1, len(new) - 1)  # what the first call makes ready does not count
        for part in (new[:ready], new[ready:]):
            if part and not self.settled and part[-1] == new[-1]:
                self.state = self.reach()
            for start in range(0, len(part), at_once):
                if not self.trouble:
                    self.learn_some(batch, part[start : start + at_once], results, share)
        if len(self.known) == len(self.inputs) and len(self.groups) == 1:
            rows = range(self.rows[0], self.rows[0] + len(self.rows))
            self.in_order = rows if self.rows == [*rows] else None

    def learn_some(self, batch: Sequence[int], places: list[int], results: Results, share: float) -> None:
        """Compute examples eagerly and put them into groups; the first one that cannot be is the `trouble`.

        While they are recorded we hear of each number that is read; what reads the results need not be heard.
        """
        recordings = []
        with observed(None, self.read):
            for place in places:
                i = batch[place]
                prediction, loss, line = self.listened(i)
                rest = share
                try:
                    self.place(i, prediction, loss, line)
                    if share and self.group_of[i].wiring.pass_back(loss, share):
                        rest = 0.0
                except WiringError as error:
                    self.trouble = error
                recordings.append((place, prediction, loss, rest))
                if self.trouble:
                    break
        for place, prediction, loss, rest in recordings:
            self.use(batch[place], place, prediction, loss, results, rest)

    def place(self, i: int, prediction: Any, loss: Value, line: str) -> None:
        """Put the recording of an example, in which that line reads a number, into a group."""
        if line:
            raise reads(i, line)
        self.group_of[i], self.rows[i] = self.placed(i, prediction, loss)
        self.known.append(i)
        self.check_leaves(i)
        if self.wary:
            self.copies[i] = copied(self.example(i))

    def compute(self, i: int, place: int, results: Results, share: float) -> None:
        """Compute an example eagerly; with a share of the mean, its gradient too."""
        prediction, loss = self.recorded(i)
        self.use(i, place, prediction, loss, results, share)

    def use(self, i: int, place: int, prediction: Any, loss: Value, results: Results, share: float) -> None:
        """Take the numbers out of a recording."""
        if share:
            loss.backward(share)
        results.put(place, loss.data, 0.0 if self.metric is None else self.metric_of(prediction, i))

    def metric_of(self, prediction: Any, i: int) -> float:
        """The metric of the prediction of an example."""
        if self.hits is not None and type(prediction) is list and all(type(x) is Value for x in prediction):
            return self.hits.of_list([x.data for x in prediction], i)
        return super().metric_of(prediction, i)

    def placed(self, i: int, prediction: Any, loss: Value) -> tuple[Group, int]:
        """The group of an example, and its row there."""
        group, row = found(self.pool, prediction, loss, i)
        if group not in self.groups:
            if len(self.groups) == self.most:
                raise one_more(i, loss, self.groups)
            if group is None:
                group = Group(i, prediction, loss, self.metric is not None, self.parameters)
                if self.settled:
                    group.confirm(self.again(i)[1])
                self.pool.append(group)
            self.share(group)
            self.groups.append(group)
        return group, 0 if row is None else group.include(row)

    def share(self, group: Group) -> None:
        """Count the leaves that the examples of a new group share among those that all do."""
        others = set(self.leaves[len(self.parameters) :])
        leaves = dict.fromkeys(leaf for leaf in group.shared() if leaf not in self.parameters)
        new = [leaf for leaf in leaves if leaf not in others]
        self.leaves += new
        self.data += updates.data_of(new)
        self.before += updates.gradients_of(new)

    def check_leaves(self, i: int) -> None:
        """See to it that the recording of an example has left the leaves that it shares with others alone."""
        if not updates.are_data_of(self.leaves, self.data):
            raise ChangedError(f"example {i} changes the data of a Value that others share")

    def again(self, i: int) -> tuple[Any, Value]:
        """The prediction and loss of an example, recorded once more, if it can be replayed."""
        prediction, loss, line = self.listened(i)
        if line:
            raise reads(i, line)
        return prediction, loss

    def listened(self, i: int) -> tuple[Any, Value, str]:
        """The prediction and loss of an example, and the first line that reads a number of the parameters."""
        self.line = ""
        prediction, loss = self.recorded(i)
        return prediction, loss, self.line

    def read(self, value: Value) -> None:
        """Note the line that takes a number out of a Value, if that depends on the parameters."""
        if self.line or (value.is_leaf and value not in self.parameters):
            return
        if not self.parameters.isdisjoint(topological_order(value)):
            self.line = caller_line()

    # --- The first batch -----------------------------------------------------------------------------------

    def settle(self, batch: Sequence[int], results: Results, backward: bool) -> None:
        """Make the tapes of the first batch, if they give what the eager engine gave."""
        name = changed(self.state, self.reach())
        if name:
            raise ChangedError(f"the model, the loss or the metric changes {name} when it is called")
        firsts = [group.first for group in self.groups if group.anew is None]
        with observed(None, self.read):
            for i in dict.fromkeys([*firsts, *batch[:SAMPLE]]):
                prediction, loss = self.again(i)
                if i in firsts:
                    self.group_of[i].confirm(loss)
                if not self.group_of[i].has(self.rows[i], prediction, loss, i):
                    raise ChangedError(f"example {i} has other numbers each time it is recorded")
                self.check_leaves(i)
        self.drop_own_leaves()
        self.compare_first(batch, results, backward)
        self.settled = True

    def drop_own_leaves(self) -> None:
        """Keep those leaves that turned out to be shared: an example's own were, while it was alone."""
        shared = set().union(*(group.shared() for group in self.groups))
        count, leaves = len(self.parameters), self.leaves
        kept = [k for k in range(count, len(leaves)) if leaves[k] in shared]
        self.leaves = [*leaves[:count], *(leaves[k] for k in kept)]
        self.before = self.before[:count] + array("d", [self.before[k] for k in kept])

    def compare_first(self, batch: Sequence[int], results: Results, backward: bool) -> None:
        """Compare the replay of the first batch, and its gradient, with what the eager engine gave."""
        gradients = updates.gradients_of(self.leaves)
        updates.put_gradients(self.leaves, updates.difference(gradients, self.before))
        size = updates.norm_of_gradients(self.leaves)
        try:
            for group, places in self.by_group(batch, range(len(batch))):
                losses = group.forward([self.rows[batch[place]] for place in places])
                for place, loss in zip(places, losses, strict=True):
                    eager: Any = results.losses[place]
                    if eager != loss and not close(eager, loss, group.loss):
                        raise unlike(batch[place], eager, loss)
                if backward:
                    group.tape.backward([-1.0 / len(batch)] * len(places))
                group.compared = max(group.compared, 1 + backward)
            if backward:
                self.compare_gradient("the first batch", size)
        finally:
            updates.put_gradients(self.leaves, gradients)

    def compare_gradient(self, whose: str, size: float) -> None:
        """See to it that nothing is left where the replay's was taken from an eager gradient of that size."""
        apart = updates.norm_of_gradients(self.leaves)
        if isfinite(size) and not negligible(apart, size, self.groups[0].loss, 2):
            raise ChangedError(f"the gradient of {whose} is not that of its replay")

    def reach(self) -> State:
        """What the model, the loss and the metric could count in; the parameters are looked at on the way."""
        return state_of([self.model, self.loss, self.metric], self.ids)

    # --- Replaying -----------------------------------------------------------------------------------------

    def replay(self, batch: Sequence[int], results: Results, backward: bool) -> None:
        """Replay what is missing, group by group, and compare an example with what is computed eagerly."""
        missing = results.missing()
        if not missing:
            return
        parts = self.by_group(batch, missing)
        checked = self.due(parts, missing, backward)
        before = updates.gradients_of(self.leaves) if checked else None
        for group, places in parts:
            whole = len(places) == len(batch)
            members = batch if whole else [batch[place] for place in places]
            rows = self.rows_of(members)
            if backward:
                losses = group.forward_backward(rows, None if whole else [1.0 / len(batch)] * len(places))
            else:
                losses = group.forward(rows)
            results.fill(places, losses, self.metrics_of(group, members))
        try:
            for place in checked:
                self.probe(batch[place], results.losses[place], backward)
        except WiringError:
            updates.put_gradients(self.leaves, before)
            results.clear(missing)
            raise

    def rows_of(self, examples: Sequence[int]) -> list[int] | range:
        """The rows of some examples; of all in their order, a range if it can be."""
        if self.in_order is not None and isinstance(examples, range) and len(examples) == len(self.rows):
            return self.in_order
        return updates.items_at(self.rows, examples)

    def due(self, parts: Parts, missing: Sequence[int], backward: bool) -> list[int]:
        """The places of a batch that are to be compared now: one, and one on each tape that never was."""
        is_time = self.batches <= CHECKED or self.batches % EVERY == 0
        places = [missing[int(self.batches * GOLDEN % 1.0 * len(missing))]] if is_time else []
        for group, own in parts:
            group.prepare()
            if group.compared <= backward:
                places.append(own[0])
        return places

    def by_group(self, batch: Sequence[int], places: Sequence[int]) -> Parts:
        """The places of a batch, by the groups of the examples there."""
        if len(self.groups) == 1:
            return [(self.groups[0], places)]
        parts: dict[Group, list[int]] = {}
        for place in places:
            parts.setdefault(self.group_of[batch[place]], []).append(place)
        return list(parts.items())

    def metrics_of(self, group: Group, examples: Sequence[int]) -> list[float]:
        """The metrics of the latest predictions of a group; none where there is no metric."""
        if self.metric is None:
            return []
        numbers, count = group.predictions(), len(examples)
        if self.hits is not None:
            answer = self.hits.of_numbers if group.kind is Value else self.hits.of_lists
            return answer(numbers, examples)
        rows = [[Value(number) for number in numbers[k::count]] for k in range(count)]
        predictions = [row[0] if group.kind is Value else group.kind(row) for row in rows]
        return [self.metric_of(prediction, i) for prediction, i in zip(predictions, examples, strict=True)]

    def probe(self, i: int, replayed: Any, backward: bool) -> None:
        """Compute an example eagerly: its loss and its gradient must be those of the tape.

        A tape that was compared gives the gradient of a recording that repeats the one which it replays.
        """
        group, gradients = self.group_of[i], updates.take_gradients(self.leaves)
        try:
            _, loss = self.recorded(i)
            if not close(loss.data, replayed, loss):
                raise unlike(i, loss.data, replayed)
            alike = group.compared == 2 and group.has_surely(self.rows[i], loss)
            if backward and (not alike or updates.have_gradients(self.leaves)):
                loss.backward(-1.0)
                size = updates.norm_of_gradients(self.leaves)
                group.forward_backward([self.rows[i]])
                self.compare_gradient(f"example {i}", size)
            group.compared = max(group.compared, 1 + backward)
        finally:
            updates.put_gradients(self.leaves, gradients)

    def look_again(self, batch: Sequence[int]) -> None:
        """Start anew if an example is recorded otherwise than before, or a batch is not what it was."""
        known = [i for i in batch if i in self.copies]
        i = self.known[self.batches % len(self.known)]
        self.data = updates.data_of(self.leaves)
        try:
            with observed(None, self.read):
                alike = self.group_of[i].has(self.rows[i], *self.again(i), i)
            self.check_leaves(i)
        except WiringError:
            alike = False
        if not alike or differ([self.example(i) for i in known], [self.copies[i] for i in known]):
            self.start_anew()

    def example(self, i: int) -> tuple[Any, Any]:
        """An example, as what can be compared."""
        return comparable(self.inputs[i]), comparable(self.targets[i])
