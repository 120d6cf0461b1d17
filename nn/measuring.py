"""The loss, metric and gradient of a batch, by recording and walking back one example after another."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value

Measure = Callable[[Any, Any], Any]
Means = tuple[float, float | None]


class EagerMeasure:
    """Mean loss, metric and gradient of a batch: each example's graph is recorded and walked back."""

    def __init__(
        self,
        model: Callable[[Any], Any],
        loss: Measure,
        metric: Measure | None,
        inputs: list[Any],
        targets: list[Any],
    ) -> None:
        self.model, self.loss, self.metric = model, loss, metric
        self.inputs, self.targets = inputs, targets

    def with_gradient(self, batch: Sequence[int]) -> Means:
        """The means over examples, given by their places; the gradient is added to the parameters' `grad`."""
        return self.means(batch, lambda loss: loss.backward(1.0 / len(batch)))

    def alone(self) -> Means:
        """The means over all examples."""
        return self.means(range(len(self.inputs)), lambda loss: None)

    def means(self, batch: Sequence[int], use: Callable[[Value], None]) -> Means:
        """The means over a batch, `use` seeing the loss of each example."""
        losses, metrics = 0.0, 0.0
        for i in batch:
            prediction, loss = self.recorded(i)
            use(loss)
            losses += loss.data
            if self.metric is not None:
                metrics += float(self.metric(prediction, self.targets[i]))
        return losses / len(batch), None if self.metric is None else metrics / len(batch)

    def recorded(self, i: int) -> tuple[Any, Value]:
        """The prediction and the loss of an example."""
        prediction = self.model(self.inputs[i])
        loss = self.loss(prediction, self.targets[i])
        if not isinstance(loss, Value):
            raise TypeError(f"the loss must return a Value, got {loss!r}")
        return prediction, loss
