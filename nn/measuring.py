"""The loss, metric and gradient of a batch, by recording and walking back one example after another."""

from collections.abc import Callable
from typing import Any

from autograd import Value

Measure = Callable[[Any, Any], Any]
Means = tuple[float, float | None]


class EagerMeasure:
    """Mean loss, metric and gradient of a batch: each example's graph is recorded and walked back."""

    def __init__(self, model: Callable[[Any], Any], loss: Measure, metric: Measure | None) -> None:
        self.model, self.loss, self.metric = model, loss, metric

    def with_gradient(self, inputs: list[Any], targets: list[Any]) -> Means:
        """The means over a batch; the gradient of the mean loss is added to the parameters' `grad`."""
        return self.means(inputs, targets, lambda loss: loss.backward(1.0 / len(inputs)))

    def alone(self, inputs: list[Any], targets: list[Any]) -> Means:
        """The means over a batch."""
        return self.means(inputs, targets, lambda loss: None)

    def means(self, inputs: list[Any], targets: list[Any], use: Callable[[Value], None]) -> Means:
        """The means over a batch, `use` seeing the loss of each example."""
        losses, metrics = 0.0, 0.0
        for example, target in zip(inputs, targets, strict=True):
            prediction = self.model(example)
            loss = self.loss(prediction, target)
            if not isinstance(loss, Value):
                raise TypeError(f"the loss must return a Value, got {loss!r}")
            use(loss)
            losses += loss.data
            if self.metric is not None:
                metrics += float(self.metric(prediction, target))
        count = len(inputs)
        return losses / count, None if self.metric is None else metrics / count
