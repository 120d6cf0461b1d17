"""How wrong predictions are: squared and absolute errors, cross-entropies, hinge; the share that is right.

Each loss takes the prediction and target of one example, or a list of each for a batch, and returns the
mean as a Value. Predictions and targets are Values or numbers.
"""

from typing import Any

from autograd import Value, binary_cross_entropy, cross_entropy, mean, minimum, softplus
from autograd.internal import plural
from nn.checks import as_value, is_list, number_from, positive, same_length, whole_number

Pairs = list[tuple[Value, Value]]


def mse_loss(predictions: Any, targets: Any) -> Value:
    """The mean of (prediction − target)² over all numbers, for lists of any shape.

    predictions, targets: Values or numbers, or lists of as many; lists in lists too.

    >>> mse_loss([Value(1.0), Value(2.0)], [1.0, 4.0])
    Value(2.0)
    """
    return average([(p - t) ** 2 for p, t in pairs("mse_loss", predictions, targets)])


def mae_loss(predictions: Any, targets: Any) -> Value:
    """The mean of |prediction − target| over all numbers, for lists of any shape; outliers count less.

    predictions, targets: as for `mse_loss`.

    >>> mae_loss([Value(1.0), Value(2.0)], [1.0, 4.0])
    Value(1.0)
    """
    return average([abs(p - t) for p, t in pairs("mae_loss", predictions, targets)])


def huber_loss(predictions: Any, targets: Any, *, delta: float = 1.0) -> Value:
    """The mean of e²/2 for errors e up to `delta`, and of delta (e − delta/2) for larger ones.

    predictions, targets: as for `mse_loss`.
    delta: from where on an error counts in proportion to its size, above 0.

    >>> huber_loss([Value(1.5), Value(5.0)], [1.0, 2.0])
    Value(1.3125)
    """
    bound = positive("the delta of huber_loss", delta)
    losses = []
    for p, t in pairs("huber_loss", predictions, targets):
        error = abs(p - t)
        square_part = minimum(error, bound)
        losses.append(square_part * (error - 0.5 * square_part))
    return average(losses)


def cross_entropy_loss(
    logits: Any, target: Any, *, label_smoothing: float = 0.0, class_weights: Any = None
) -> Value:
    """−ln of the probability that softmax(logits) gives to the target, in nats.

    The target is a class index, or a list of probabilities (such as one-hot) that sum to 1. For a batch,
    a list of lists of logits and a list of targets.

    label_smoothing: which share of each target is spread evenly over all classes, from 0 to below 1.
    class_weights: a number for each class, 0 or more, by which its part of the loss is multiplied. (The mean
        of a batch is still over the examples; PyTorch's, for class indices, over their weights.)

    >>> f"{cross_entropy_loss([0.0, 0.0], 1):.6f}"
    '0.693147'
    >>> f"{cross_entropy_loss([[0.0, 0.0], [0.0, 0.0]], [1, [0.5, 0.5]]):.6f}"
    '0.693147'
    """
    if not is_list(logits):
        raise TypeError(f"cross_entropy_loss expects a list of logits, one for each class, got {logits!r}")
    if len(logits) == 0:
        raise ValueError("cross_entropy_loss needs at least one logit, got none")
    if not is_list(logits[0]):
        wanted = smoothed(probabilities(target, len(logits)), label_smoothing)
        return cross_entropy(logits, weighted(wanted, class_weights))
    if not is_list(target):
        raise TypeError(f"cross_entropy_loss of a batch expects a list of targets, got {target!r}")
    same_length("cross_entropy_loss", logits, "prediction", target, "targets")
    options: dict[str, Any] = {"label_smoothing": label_smoothing, "class_weights": class_weights}
    return mean([cross_entropy_loss(row, t, **options) for row, t in zip(logits, target, strict=True)])


def smoothed(targets: list[Any], smoothing: float) -> list[Any]:
    """Target probabilities, of which a share is spread evenly."""
    if type(smoothing) is float and smoothing == 0.0:  # as mostly it is
        return targets
    share = number_from("label_smoothing", smoothing, below=1.0)
    return [t * (1.0 - share) + share / len(targets) for t in targets] if share else targets


def weighted(targets: list[Any], weights: Any) -> list[Any]:
    """Target probabilities times the weights of their classes."""
    if weights is None:
        return targets
    if not is_list(weights) or len(weights) != len(targets):
        raise ValueError(f"class_weights are a list of {plural(len(targets), 'number')}, not {weights!r}")
    return [t * number_from("a class weight", w) for t, w in zip(targets, weights, strict=True)]


def binary_cross_entropy_loss(logit: Any, target: Any, *, pos_weight: float = 1.0) -> Value:
    """−t ln p − (1 − t) ln(1 − p) for p = sigmoid(logit), in nats; the target t is 0, 1, or between.

    pos_weight: by which the first part, that of yes, is multiplied: above 1 where yes is rare.

    >>> f"{binary_cross_entropy_loss(0.0, 1):.6f}"
    '0.693147'
    """
    examples = pairs("binary_cross_entropy_loss", logit, target)
    for _, t in examples:
        if not 0.0 <= t.data <= 1.0:
            hint = ": for targets of -1 and 1 there is hinge_loss" if t.data == -1.0 else ""
            raise ValueError(f"binary_cross_entropy_loss expects a target from 0 to 1, got {t.data:g}{hint}")
    weight = positive("pos_weight", pos_weight)
    if weight == 1.0:
        return average([binary_cross_entropy(x, t) for x, t in examples])
    return average([weight * t * softplus(-x) + (1.0 - t) * softplus(x) for x, t in examples])


def hinge_loss(score: Any, target: Any) -> Value:
    """max(0, 1 − target × score) for a target of −1 or 1: nothing once the score is beyond it.

    score, target: one of each, or lists of as many; a target other than −1 and 1 is a ValueError.

    >>> hinge_loss(0.25, 1), hinge_loss(3.0, 1)
    (Value(0.75), Value(0.0))
    """
    if type(score) is Value and type(target) in (int, float) and target in (-1, 1):  # as mostly they are
        return hinge(score, target)
    examples = pairs("hinge_loss", score, target)
    for _, t in examples:
        if t.data not in (-1.0, 1.0):
            hint = ": for targets of 0 and 1 there is binary_cross_entropy_loss" if t.data == 0.0 else ""
            raise ValueError(f"hinge_loss expects a target of -1 or 1, got {t.data:g}{hint}")
    return average([hinge(x, t) for x, t in examples])


def hinge(score: Value, target: Value | float) -> Value:
    """The hinge loss of one score."""
    return (1.0 - target * score).relu()


def accuracy(prediction: Any, target: Any) -> float:
    """1.0 if the prediction of one example is right, else 0.0: its mean over examples is the accuracy.

    Of a list of logits, the largest must be that of the target, a class index or a list of
    probabilities. A single logit or score must be above 0 just where the target is (1, and not 0 or −1).

    prediction: a logit or score, or a list of logits.
    target: a class index or a list of probabilities; of a single logit 0 or 1, of a score −1 or 1.

    >>> accuracy([0.1, 2.0, -1.0], 1), accuracy(0.3, -1)
    (1.0, 0.0)
    """
    if is_list(prediction):
        return float(largest(prediction) == likeliest(target, len(prediction)))
    return float((as_value(prediction) > 0.0) == (as_value(target) > 0.0))


# --- Predictions and their targets -------------------------------------------------------------------


def pairs(name: str, prediction: Any, target: Any) -> Pairs:
    """Each number of the prediction with that of the target in the same place."""
    if type(prediction) is Value and type(target) in (int, float):  # as mostly they are
        return [(prediction, Value(target))]
    if is_list(prediction) and is_list(target):
        same_length(name, prediction, "prediction", target, "targets")
        return [pair for p, t in zip(prediction, target, strict=True) for pair in pairs(name, p, t)]
    if is_list(prediction):
        raise TypeError(f"{name} of a list of predictions expects a list of targets, got {target!r}")
    if is_list(target):
        raise TypeError(f"{name} of one prediction expects one target, got a list of {len(target)}")
    return [(as_value(prediction), as_value(target))]


def average(losses: list[Value]) -> Value:
    """The mean of the losses; one alone is its own."""
    return losses[0] if len(losses) == 1 else mean(losses)


def probabilities(target: Any, classes: int) -> list[Any]:
    """The probability of each class: as the target gives them, or 1 for the class that it names."""
    if not is_list(target):
        result: list[Any] = [0.0] * classes
        result[class_index(target, classes)] = 1.0
        return result
    same_length("a target", range(classes), "logit", target, "probabilities")
    numbers = [as_value(t).data for t in target]
    if not all(0.0 <= number <= 1.0 for number in numbers) or abs(sum(numbers) - 1.0) > 1e-6:
        raise ValueError(f"target probabilities must be from 0 to 1 and sum to 1, got {numbers}")
    return list(target)


def class_index(target: Any, classes: int) -> int:
    """The class that a target names."""
    index = whole_number("a target class", target, least=0)
    if index >= classes:
        raise ValueError(
            f"target class {index} is out of range: {plural(classes, 'logit')} stand for "
            f"the classes 0 to {classes - 1}"
        )
    return index


def likeliest(target: Any, classes: int) -> int:
    """The class that a target names, or the first of those that it gives the largest probability."""
    return largest(probabilities(target, classes)) if is_list(target) else class_index(target, classes)


def largest(values: Any) -> int:
    """The place of the largest."""
    numbers = [as_value(value).data for value in values]
    return numbers.index(max(numbers))
