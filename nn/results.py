"""Results: the losses and metrics of a batch as they come in, in whatever order."""

from collections.abc import Sequence
from typing import Any

from nn.updates import added


class Results:
    """The loss and the metric of each place of a batch; None until it is computed."""

    def __init__(self, count: int) -> None:
        self.count, self.is_empty = count, True
        self.losses: list[float | None] = [None] * count
        self.metrics: list[float] = [0.0] * count

    def missing(self) -> Sequence[int]:
        """The places that are not computed yet."""
        if self.is_empty:
            return range(self.count)
        return [place for place, loss in enumerate(self.losses) if loss is None]

    def put(self, place: int, loss: float, metric: float) -> None:
        """Take the results of one place."""
        self.losses[place], self.metrics[place] = loss, metric
        self.is_empty = False

    def fill(self, places: Sequence[int], losses: list[float], metrics: list[float]) -> None:
        """Take the losses of these places, and the metrics if there are any."""
        self.is_empty = False
        if len(places) == self.count:
            self.losses, self.metrics = [*losses], metrics or self.metrics
            return
        for k, place in enumerate(places):
            self.losses[place] = losses[k]
            if metrics:
                self.metrics[place] = metrics[k]

    def clear(self, places: Sequence[int]) -> None:
        """Forget the losses of these places."""
        for place in places:
            self.losses[place] = None

    def means(self, measured: bool) -> tuple[float, float | None]:
        """The mean loss, and the mean metric if it was measured; nothing may be missing."""
        losses: list[Any] = self.losses
        return added(losses) / self.count, added(self.metrics) / self.count if measured else None
