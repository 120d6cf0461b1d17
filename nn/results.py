"""Results: the losses and metrics of a batch as they come in, in whatever order."""

from collections.abc import Iterable, Sequence


class Results:
    """The loss and the metric of each place of a batch; None until it is computed."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.losses: list[float | None] = [None] * count
        self.metrics: list[float] = [0.0] * count

    def missing(self) -> list[int]:
        """The places that are not computed yet."""
        return [place for place, loss in enumerate(self.losses) if loss is None]

    def fill(self, places: Sequence[int], losses: Sequence[float]) -> None:
        """Take the losses of these places."""
        if len(places) == self.count:
            self.losses = list(losses)
            return
        for place, loss in zip(places, losses, strict=True):
            self.losses[place] = loss

    def clear(self, places: Sequence[int]) -> None:
        """Forget the losses of these places."""
        for place in places:
            self.losses[place] = None

    def means(self, measured: bool) -> tuple[float, float | None]:
        """The mean loss, and the mean metric if it was measured."""
        losses = [loss for loss in self.losses if loss is not None]
        return added(losses) / self.count, added(self.metrics) / self.count if measured else None


def added(numbers: Iterable[float]) -> float:
    """The sum in the order of the eager engine: the built-in one rounds otherwise from Python 3.12 on."""
    total = 0.0
    for number in numbers:
        total += number
    return total
