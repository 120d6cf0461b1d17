"""What is chosen in the tab Network: texts in the page's fields, checked, and what they come to."""

from collections.abc import Mapping
from math import isfinite
from random import Random
from typing import Any, NamedTuple

from nn.activations import ACTIVATIONS
from nn.checks import is_list
from nn.eager import Measure
from nn.layers import MLP
from nn.losses import binary_cross_entropy_loss, cross_entropy_loss, hinge_loss, mae_loss, mse_loss
from nn.optim import SGD, Adam, AdamW, Optimizer
from nn.page.datasets import DATASETS, Dataset, make_dataset
from nn.page.live import RATES

__all__ = ["LOSSES", "OPTIMIZERS", "Settings"]

Examples = tuple[list[Any], list[Any]]
MOST_LAYERS, MOST_NEURONS, MOST_EXAMPLES = 6, 16, 600
MOST_POINTS = 2_000  # examples of a data set, and those that were added by hand
MOST_UPDATES = 20_000  # that a copied program makes to come to where the page is
OPTIMIZERS = {
    "gradient descent": (SGD, 0.0),
    "momentum 0.9": (SGD, 0.9),
    "Adam": (Adam, 0.0),
    "AdamW": (AdamW, 0.0),
}


class Goal(NamedTuple):
    """A loss, and what it calls the two classes."""

    loss: Measure
    sides: tuple[float, float] = (0, 1)

    def targets(self, data: Dataset) -> list[float]:
        """Targets as the loss has them: two classes are its sides."""
        return [self.sides[int(side)] for side in data.targets] if data.classes == 2 else data.targets


LOSSES = {
    "cross-entropy": Goal(binary_cross_entropy_loss),
    "hinge": Goal(hinge_loss, (-1, 1)),
    "squared error": Goal(mse_loss, (-1, 1)),
    "absolute error": Goal(mae_loss, (-1, 1)),
}
DEFAULTS = {
    "dataset": "moons", "count": "100", "noise": "0.1", "seed": "1", "layers": "8", "activation": "tanh",
    "loss": "cross-entropy", "optimizer": "Adam", "learning-rate": "0.03", "batch-size": "",
    "weight-decay": "0",
}  # fmt: skip


class Settings:
    """The settings of a message, each checked; an error says which field is to be what."""

    def __init__(self, message: Mapping[str, Any]) -> None:
        given = message.get("settings", {})
        if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
            raise ValueError(f"the settings are texts by name, not {given!r:.60}")
        self.texts: dict[str, str] = DEFAULTS | {
            name: text.strip() for name, text in given.items() if name in DEFAULTS
        }
        self.dataset = self.choice("dataset", DATASETS)
        fewest = max(DATASETS[self.dataset].classes, 1)  # each class has one
        self.count = self.whole("count", fewest, MOST_EXAMPLES)
        self.noise = self.number("noise", 0.0, 2.0)
        self.seed = self.whole("seed", 0, 10**9)
        self.activation = self.choice("activation", ACTIVATIONS)
        self.optimizer = self.choice("optimizer", OPTIMIZERS)
        self.rate = self.number("learning-rate", *RATES)
        self.decay = self.number("weight-decay", 0.0, 100.0)
        text = self.texts["batch-size"]
        self.batch = self.whole("batch-size", 1, MOST_EXAMPLES) if text not in ("", "all") else None
        self.layers = self.sizes()
        self.losses = losses_for(DATASETS[self.dataset].classes)
        if self.texts["loss"] not in self.losses:
            self.texts["loss"] = self.losses[0]
        self.loss = self.texts["loss"]

    def choice(self, name: str, known: Mapping[str, Any]) -> str:
        """A setting that is one of these."""
        text = self.texts[name]
        if text not in known:
            raise ValueError(f"{name} is one of {', '.join(known)}, not {text[:40]!r}")
        return text

    def number(self, name: str, least: float, most: float) -> float:
        """A setting that is a number."""
        text = self.texts[name]
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(f"{name} is a number from {least:g} to {most:g}, not {text[:40]!r}")
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        """A setting that is a whole number."""
        value = self.number(name, least, most)
        if value != int(value):
            raise ValueError(f"{name} is a whole number, not {self.texts[name][:40]!r}")
        return int(value)

    def sizes(self) -> list[int]:
        """How many neurons each hidden layer has: "8 4"; of none, nothing."""
        words = self.texts["layers"].replace(",", " ").split()
        if len(words) > MOST_LAYERS:
            raise ValueError(f"there are at most {MOST_LAYERS} hidden layers, not {len(words)}")
        if not all(word.isdecimal() and len(word) < 4 and 1 <= int(word) <= MOST_NEURONS for word in words):
            raise ValueError(f"a hidden layer has from 1 to {MOST_NEURONS} neurons")
        return [int(word) for word in words]

    # --- What they come to -----------------------------------------------------------------------------

    def examples(self, message: Mapping[str, Any]) -> tuple[Examples, Examples]:
        """The same, with targets as the loss has them: classes 0 and 1, or −1 and 1."""
        goal = self.goal()
        training, held_out = self.data(message)
        return (training.inputs, goal.targets(training)), (held_out.inputs, goal.targets(held_out))

    def data(self, message: Mapping[str, Any]) -> tuple[Dataset, Dataset]:
        """The examples to learn from, those of the page if it has its own, and those held out."""
        everything = make_dataset(self.dataset, self.count + self.count // 2, self.noise, self.seed)
        parts = [
            Dataset(everything.inputs[i:j], everything.targets[i:j], everything.classes)
            for i, j in ((0, self.count), (self.count, None))
        ]
        points = message.get("points")
        if points is not None:
            parts[0] = self.own_points(points, everything)
        return parts[0], parts[1]

    def own_points(self, points: Any, like: Dataset) -> Dataset:
        """Examples as the page has them: rows of the inputs and the target."""
        width = len(like.inputs[0]) + 1
        if not is_list(points) or not 0 < len(points) <= MOST_POINTS:
            raise ValueError(f"there are from 1 to {MOST_POINTS:,} points")
        for row in points:
            if not is_list(row) or len(row) != width or not all(is_number(x) for x in row):
                raise ValueError(f"a point is {width} numbers, not {row!r:.60}")
            if like.classes and row[-1] not in range(like.classes):
                raise ValueError(f"the class of a point is from 0 to {like.classes - 1}, not {row[-1]!r:.20}")
        return Dataset(
            [[float(x) for x in row[:-1]] for row in points], [row[-1] for row in points], like.classes
        )

    def goal(self) -> Goal:
        """The loss: of several classes, the cross-entropy of logits."""
        several = DATASETS[self.dataset].classes > 2
        return Goal(cross_entropy_loss) if several else LOSSES[self.loss]

    def model(self) -> MLP:
        """The network, as its seed starts it."""
        classes = DATASETS[self.dataset].classes
        inputs, outputs = (2, classes if classes > 2 else 1) if classes else (1, 1)
        return MLP(inputs, [*self.layers, outputs], self.activation, rng=Random(self.seed))

    def model_of(self, message: Mapping[str, Any]) -> MLP:
        """The network with the parameters of the page."""
        model = self.model()
        parameters = model.parameters()
        numbers: Any = message.get("parameters")
        if not is_list(numbers) or len(numbers) != len(parameters) or not all(map(is_number, numbers)):
            raise ValueError(f"this network has {len(parameters)} parameters, each a finite number")
        for parameter, number in zip(parameters, numbers, strict=True):
            parameter.data = float(number)
        return model

    def updates_of(self, message: Mapping[str, Any]) -> int | None:
        """How many updates led from the start to the page, if nothing else did and they are not too many."""
        updates = message.get("updates")
        if updates is not None and not (type(updates) is int and updates >= 0):
            raise ValueError(f"updates are a whole number or null, not {updates!r:.60}")
        return None if updates is None or updates > MOST_UPDATES else updates

    def optimizer_of(self, model: MLP) -> Optimizer:
        """The optimizer of a model."""
        kind, momentum = OPTIMIZERS[self.optimizer]
        if kind is SGD:
            return SGD(model.parameters(), self.rate, momentum, self.decay)
        optimizer: Optimizer = kind(model.parameters(), self.rate, weight_decay=self.decay)
        return optimizer


def is_number(x: Any) -> bool:
    """Whether a thing of JSON is a finite number."""
    return isinstance(x, int | float) and not isinstance(x, bool) and abs(x) < 1e12 and isfinite(x)


def losses_for(classes: int) -> list[str]:
    """The losses that so many classes allow; 0 are numbers."""
    if classes > 2:
        return ["cross-entropy"]
    return ["cross-entropy", "hinge", "squared error"] if classes else ["squared error", "absolute error"]
