"""Results: the losses and metrics of a batch as they come in, in whatever order."""

from collections.abc import Sequence
from typing import Any

from nn.updates import added


class Results:
    """The loss and the metric of each place of a batch; None until it is computed, no lists until one is."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.losses: list[Any] = []
        self.metrics: list[float] = []

    def missing(self) -> Sequence[int]:
        """The places that are not computed yet."""
        if not self.losses:
            return range(self.count)
        return [place for place, loss in enumerate(self.losses) if loss is None]

    def make_room(self) -> None:
        """Have lists for all places."""
        if not self.losses:
            self.losses, self.metrics = [None] * self.count, [0.0] * self.count

    def put(self, place: int, loss: float, metric: float) -> None:
        """Take the results of one place."""
        self.make_room()
        self.losses[place], self.metrics[place] = loss, metric

    def fill(self, places: Sequence[int], losses: list[float], metrics: list[float]) -> None:
        """Take the losses of these places, and the metrics if there are any; of all places, the lists too."""
        if len(places) == self.count:
            self.losses, self.metrics = losses, metrics or [0.0] * self.count
            return
        self.make_room()
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
        return added(self.losses) / self.count, added(self.metrics) / self.count if measured else None
