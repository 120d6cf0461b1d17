"""Examples of different shapes: a tape for each expression that they are."""

import itertools
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Tape, Value, relu, tanh
from autograd.tape.matching import WiringError
from nn.training import measure_with

RNG = random.Random(4)
SERIES = [[RNG.uniform(-1.0, 1.0) for _ in range(1 + i % 4)] for i in range(30)]
SUMS = [sum(numbers) for numbers in SERIES]
LETTERS = 5
WORDS = [[RNG.randrange(LETTERS) for _ in range(1 + i % 3)] for i in range(40)]


class RunningSum(nn.Module):
    """state ← tanh(decay × state + weight × x) over the numbers of a list."""

    def __init__(self) -> None:
        self.decay, self.weight, self.out = Value(0.5), Value(0.3), Value(1.0)

    def __call__(self, numbers: list[float]) -> Value:
        state = Value(0.0)
        for x in numbers:
            state = tanh(self.decay * state + self.weight * x)
        return self.out * state


class Words(nn.Module):
    """Each letter is two parameters; those of a word are added up and pass through a layer."""

    def __init__(self) -> None:
        rng = random.Random(1)
        self.letters = [[Value(rng.gauss(0.0, 1.0)) for _ in range(2)] for _ in range(LETTERS)]
        self.layer = nn.Layer(2, LETTERS, "tanh", rng=2)

    def __call__(self, word: list[int]) -> list[Value]:
        rows = [self.letters[letter] for letter in word]
        return self.layer([sum(column) for column in zip(*rows, strict=True)])


def compare(make: Callable[[], Any], inputs: list[Any], targets: list[Any], **options: Any) -> nn.History:
    """Train with the tape and eagerly: the losses, metrics and parameters agree; the tape's history."""
    given = {"max_iterations": 60, "batch_size": 7, "seed": 2, "progress": False, **options}
    models = [make(), make()]
    histories = [
        nn.train(model, inputs, targets, optimizer=nn.Adam(model.parameters(), 0.05), engine=engine, **given)
        for model, engine in zip(models, ("tape", "eager"), strict=True)
    ]
    tape, eager = histories
    assert tape.engine == "tape"
    assert tape.losses == pytest.approx(eager.losses, rel=1e-9)
    assert tape.gradient_norms == pytest.approx(eager.gradient_norms, rel=1e-9)
    assert tape.metrics == eager.metrics
    assert tape.validation_losses == pytest.approx(eager.validation_losses, rel=1e-9)
    for ours, theirs in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert ours.data == pytest.approx(theirs.data, rel=1e-8, abs=1e-12)
    return tape


@pytest.mark.parametrize("batch_size", [None, 7, 1])
def test_a_running_sum(batch_size: int | None) -> None:
    """A tape for each length; the history says how many."""
    history = compare(RunningSum, SERIES, SUMS, batch_size=batch_size, validation=(SERIES[:9], SUMS[:9]))
    assert history.wirings == 4


def test_rows_of_a_table() -> None:
    """Letters choose parameters, the same one twice in a word too; a wiring for each length of a word."""
    targets = [word[-1] for word in WORDS]
    history = compare(
        Words, WORDS, targets, loss=nn.cross_entropy_loss, metric=nn.accuracy, batch_size=8,
        validation=(WORDS[:5], targets[:5]),
    )  # fmt: skip
    assert history.wirings == 3
    assert history.losses[-1] < history.losses[0]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, LETTERS - 1), min_size=1, max_size=4), min_size=1, max_size=12))
def test_words_of_any_kind(words: list[list[int]]) -> None:
    """Whatever the first word repeats, others need not."""
    compare(
        Words, words, [len(word) for word in words], loss=nn.cross_entropy_loss, batch_size=3,
        max_iterations=15, metric=lambda prediction, target: prediction[0].data > 0.0,
    )  # fmt: skip


def test_numbers_where_the_first_example_repeats_one() -> None:
    """A leaf that the first example uses twice, and others do not."""

    def model(x: list[float]) -> Value:
        a = Value(x[0])
        b = a if x[0] == x[1] else Value(x[1])
        return w * a * b + w * b

    w = Value(0.5)
    examples = [[1.0, 1.0], [2.0, 3.0], [0.5, 0.5], [1.5, -1.0]]
    losses = []
    for engine in ("tape", "eager"):
        w.data = 0.5
        optimizer = nn.SGD([w], 0.01)
        given = {"optimizer": optimizer, "max_iterations": 9, "progress": False, "engine": engine}
        losses.append(nn.train(model, examples, [1.0, 0.0, 1.0, 2.0], **given).losses)
    assert losses[0] == pytest.approx(losses[1], rel=1e-12)


class Twice(nn.Module):
    """A product of two nodes alike, or of one node with itself: the same expression."""

    def __init__(self) -> None:
        self.weight = Value(0.5)

    def __call__(self, x: float) -> Value:
        y = self.weight * x
        return y * (self.weight * x if x < 1.0 else y)


@pytest.mark.parametrize("numbers", [[0.5, 2.0], [2.0, 0.5], [0.5, 2.0, 0.25, 1.5]])
def test_one_node_in_the_place_of_two(numbers: list[float]) -> None:
    """It passes its gradient on once."""
    for batch_size in (None, 1):
        compare(Twice, numbers, [1.0] * len(numbers), batch_size=batch_size, max_iterations=5)


def test_an_if_on_the_example() -> None:
    """Each of its ways is a wiring."""

    class Branching(RunningSum):
        def __call__(self, x: list[float]) -> Value:
            return self.decay * x[0] if x[0] > 0.0 else self.weight * self.weight * x[0]

    assert compare(Branching, SERIES, SUMS).wirings == 2


# --- Predictions, of which there is a metric --------------------------------------------------------------


def first(prediction: Any, target: Any) -> float:
    """A metric that tells which node it was given."""
    number: float = prediction[0].data
    return number


def test_a_loss_that_says_which_prediction_is_which() -> None:
    """Of each class the loss is the same expression, and of other predictions."""

    def loss(scores: list[Value], target: int) -> Value:
        return sum(relu(scores[k] - scores[target] + 1.0) for k in range(3) if k != target)

    points, classes = [[RNG.uniform(-1.0, 1.0) for _ in range(2)] for _ in range(20)], [0, 1, 2, 1, 0] * 4
    history = compare(lambda: nn.MLP(2, [3, 3], rng=1), points, classes, loss=loss, metric=nn.accuracy)
    assert history.wirings == 3


class Chooser(nn.Module):
    """Its prediction is a parameter that the example chooses."""

    def __init__(self) -> None:
        self.heights = [Value(0.5), Value(-0.25), Value(0.75)]

    def __call__(self, place: int) -> list[Value]:
        return [self.heights[place]]


@pytest.mark.parametrize("loss", [nn.mse_loss, lambda prediction, target: prediction[0]])
def test_a_prediction_that_is_a_parameter(loss: Any) -> None:
    """Each example has its own, also where that is the whole loss."""
    places = [0, 1, 2, 1, 1, 0]
    targets = [[place / 2.0] for place in places]
    for batch_size in (None, 1):
        compare(Chooser, places, targets, loss=loss, metric=first, batch_size=batch_size, max_iterations=9)


class Both(NamedTuple):
    """A prediction whose parts have names."""

    mean: Value
    spread: Value


@pytest.mark.parametrize(("make", "engine"), [(list, "tape"), (tuple, "tape"), (Both._make, "eager")])
def test_a_metric_is_given_what_the_model_returns(make: Callable[[Any], Any], engine: str) -> None:
    """A tuple is a tuple; of a named one a tape has no names, and so training is eager."""
    line, kind = nn.Layer(1, 2, "linear", rng=1), type(make([1, 2]))
    given = {"optimizer": nn.SGD(line.parameters(), 0.1), "max_iterations": 3, "progress": False}
    history = nn.train(
        lambda x: make(line(x)), [[1.0], [2.0]], [[0.0, 1.0]] * 2,
        metric=lambda prediction, target: type(prediction) is kind, **given,
    )  # fmt: skip
    assert (history.engine, history.metrics) == (engine, [1.0] * 3)


def test_past_the_bound() -> None:
    """ "auto" goes on eagerly; "tape" names the bound."""
    given = {"learning_rate": 0.1, "max_iterations": 8, "progress": False, "max_wirings": 3}
    model = RunningSum()
    auto = nn.train(model, SERIES, SUMS, **given)
    assert (auto.engine, auto.wirings) == ("eager", 0)
    with pytest.raises(WiringError, match=r"of example 3, node .* max_wirings=3 allows no more of them"):
        nn.train(model, SERIES, SUMS, engine="tape", **given)
    with pytest.raises(ValueError, match="max_wirings must be at least 1, got 0"):
        nn.train(model, SERIES, SUMS, learning_rate=0.1, max_wirings=0)


def test_a_new_example_casts_no_doubt_on_what_was_before() -> None:
    """The losses of the others were right, and the warning does not say otherwise."""
    model = RunningSum()
    with pytest.warns(UserWarning, match='goes on with engine="eager" from iteration 4') as caught:
        nn.train(
            model, SERIES, SUMS, learning_rate=0.1, batch_size=4, seed=3, max_iterations=8, progress=False,
            max_wirings=3,
        )  # fmt: skip
    assert str(caught[0].message).endswith("max_wirings=3 allows no more of them")


def test_an_example_that_is_two_expressions() -> None:
    """What is said is how its second recording differs from the first."""
    w, ways = Value(1.0), itertools.cycle([0, 1])
    optimizer = nn.SGD([w], 0.1)
    with pytest.raises(
        WiringError, match=r"of example 0, node \d is .* in the first recording, .* in the other"
    ):
        nn.train(
            lambda x: w * x if next(ways) else w + x, [1.0], [2.0], optimizer=optimizer, engine="tape",
            progress=False,
        )  # fmt: skip


# --- Training and validation share their tapes ------------------------------------------------------------


def test_validation_on_the_tapes_of_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tape is made for each length, and one more for that which validation alone has."""
    tapes = []

    def counted(*arguments: Any) -> Tape:
        tapes.append(Tape(*arguments))
        return tapes[-1]

    monkeypatch.setattr("nn.groups.Tape", counted)
    longer = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    validation = ([*SERIES[:9], longer, longer], [*SUMS[:9], 2.1, 2.1])
    history = compare(RunningSum, SERIES, SUMS, batch_size=None, validation=validation)
    assert (history.wirings, len(tapes)) == (4, 5)


def test_validation_alone_goes_on_eagerly() -> None:
    """Where its examples are not what they were; training keeps its tapes, and a warning says which it is."""
    w, calls = Value(1.0), iter(range(10**6))

    def model(x: float) -> Value:
        return w * (x if x < 10.0 or next(calls) < 8 else 0.5 * x)

    given = {"optimizer": nn.SGD([w], 0.01), "max_iterations": 20, "progress": False}
    with pytest.warns(UserWarning, match=r'^validation goes on with engine="eager" from epoch \d: the loss'):
        history = nn.train(model, [1.0, 2.0], [0.5, 1.0], validation=([11.0, 12.0], [5.5, 6.0]), **given)
    assert (history.engine, history.wirings) == ("tape", 1)


def test_a_tape_that_validation_makes() -> None:
    """Validation compares a loss of it; the first gradient from it is compared too, when training has one."""
    model = RunningSum()
    measure = measure_with("tape", model.parameters(), wary=False)
    training, validation = (measure(model, nn.mse_loss, None, SERIES, SUMS) for _ in range(2))
    training.with_gradient([0])
    training.with_gradient([4])  # of the same length, and other numbers
    (group,) = training.groups
    assert group.compared == 2
    validation.measured([0, 4], backward=False)
    assert (validation.groups, group.compared) == ([group], 1)
    training.with_gradient([0, 4])
    assert group.compared == 2


def test_groups_are_given_up_by_those_who_use_them() -> None:
    """What one measure starts anew with is not what the other still has."""
    model = RunningSum()
    measure = measure_with("tape", model.parameters(), wary=False)
    training, validation = (measure(model, nn.mse_loss, None, SERIES, SUMS) for _ in range(2))
    training.with_gradient(range(4))
    validation.alone()
    before = training.groups
    training.start_anew()
    training.with_gradient(range(4))
    assert validation.groups == before
    assert not set(training.groups) & set(before)
    validation.start_anew()
    validation.alone()
    assert validation.groups == training.groups
