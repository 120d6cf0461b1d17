"""The loss, metric and gradient of a batch, by recording and walking back one example after another."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd import Value

Measure = Callable[[Any, Any], Any]
Means = tuple[float, float | None]


class EagerMeasure:
    """Mean loss, metric and gradient of a batch: each example's graph is recorded and walked back."""

    engine = "eager"
    task, turn = "training", "iteration"  # what it measures, and how often

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

    def wirings(self) -> int:
        """How many tapes are in use."""
        return 0

    def with_gradient(self, batch: Sequence[int]) -> Means:
        """The means over examples, given by their places; the gradient is added to the parameters' `grad`."""
        return self.measured(batch, backward=True)

    def alone(self) -> Means:
        """The means over all examples."""
        return self.measured(range(len(self.inputs)), backward=False)

    def measured(self, batch: Sequence[int], backward: bool) -> Means:
        """The means over a batch, with the gradient or without."""
        return self.means(batch, lambda loss: loss.backward(1.0 / len(batch)) if backward else None)

    def means(self, batch: Sequence[int], use: Callable[[Value], None]) -> Means:
        """The means over a batch, `use` seeing the loss of each example."""
        losses, metrics = 0.0, 0.0
        for i in batch:
            prediction, loss = self.recorded(i)
            use(loss)
            losses += loss.data
            if self.metric is not None:
                metrics += self.metric_of(prediction, i)
        return losses / len(batch), None if self.metric is None else metrics / len(batch)

    def metric_of(self, prediction: Any, i: int) -> float:
        """The metric of the prediction of an example."""
        metric: Any = self.metric
        result = metric(prediction, self.targets[i])
        try:
            return float(result)
        except (TypeError, ValueError):
            hint = ": return its .data" if isinstance(result, Value) else ""
            name = getattr(metric, "__name__", "")
            raise TypeError(f"the metric {name} must return a number, got {result!r}{hint}") from None

    def recorded(self, i: int) -> tuple[Any, Value]:
        """The prediction and the loss of an example."""
        prediction = self.model(self.inputs[i])
        loss = self.loss(prediction, self.targets[i])
        if not isinstance(loss, Value):
            raise TypeError(f"the loss must return a Value, got {loss!r}")
        return prediction, loss
