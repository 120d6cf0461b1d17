"""History: what a training went through, and its picture."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from os import PathLike
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from autograd.internal import plural, replace_file

if TYPE_CHECKING:
    from nn.moments import Moments
    from nn.page.live import LivePage


make_page: Callable[..., "LivePage"]  # what `History.play` makes its page with: nn.page says what


def play_with(maker: Callable[..., "LivePage"]) -> None:
    """Have `History.play` make its page with `maker`, which takes the history and the model."""
    global make_page
    make_page = maker


@dataclass
class History:
    """What `train` recorded: a loss, a metric and a gradient norm for each iteration.

    An iteration is one update on one batch; losses and metrics are means over the batch, before the
    update. The `validation_losses` and `validation_metrics` are taken after each epoch, a pass over all
    examples; `epochs` says after which iterations those ended. `engine` is the one that was used to the
    end: "tape" or "eager"; `wirings`, how many different expressions the examples were on tapes.
    """

    losses: list[float] = field(default_factory=list)
    metrics: list[float] = field(default_factory=list)
    gradient_norms: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    validation_metrics: list[float] = field(default_factory=list)
    epochs: list[int] = field(default_factory=list)
    seconds: float = 0.0
    reason: str = "running"
    metric_name: str = "metric"
    engine: str = "eager"
    moments: "Moments | None" = field(default=None, repr=False, compare=False)
    wirings: int = 0

    @property
    def iterations(self) -> int:
        """How many updates were made."""
        return len(self.losses)

    def notes(
        self, loss: float, metric: float | None, gradient_norm: float, ends_epoch: bool
    ) -> list[tuple[list[Any], float]]:
        """What there is to note of the next iteration: to which list to append what."""
        notes: list[tuple[list[Any], float]] = [(self.losses, loss), (self.gradient_norms, gradient_norm)]
        if metric is not None:
            notes.append((self.metrics, metric))
        if ends_epoch:
            notes.append((self.epochs, self.iterations + 1))
        return notes

    def end_epoch(self, validation: tuple[float, float | None], seconds: float) -> None:
        """Note the end of an epoch, and the loss and metric of the validation examples."""
        self.epochs.append(self.iterations)
        self.validation_losses.append(validation[0])
        if validation[1] is not None:
            self.validation_metrics.append(validation[1])
        self.seconds = seconds

    def epoch_loss(self) -> float:
        """The loss of the last epoch: that of the validation examples, else the mean of its iterations."""
        if self.validation_losses:
            return self.validation_losses[-1]
        start = self.epochs[-2] if len(self.epochs) > 1 else 0
        return fmean(self.losses[start:])

    def __repr__(self) -> str:
        last = f", loss {self.losses[0]:.4g} to {self.losses[-1]:.4g}" if self.losses else ""
        made = plural(self.iterations, "iteration")
        return f"<History: {self.reason} after {made}, {self.seconds:.1f} s{last}>"

    def play(self, path: str | PathLike[str] | None = None, *, model: Any) -> "LivePage":
        """A page to look back at the training, iteration by iteration: one file, as `nn.live` makes it.

        It opens at the end, with the parameters and the optimizer as they were at each moment that was kept,
        the losses of `train`, the network, and for one or two inputs what each neuron sees. From any
        moment it trains on.

        path: the file to write, .html; None writes none. In a notebook the result shows itself.
        model: the model that was trained, with `train(…, record=True)`; without, there is nothing to look
            back at, and this is a ValueError.
        """
        if self.moments is None:
            raise ValueError("nothing was recorded to look back at: train(…, record=True)")
        page: LivePage = make_page(self, model)
        if path is not None:
            page.save(path)
        return page

    def plot(self, path: str | PathLike[str] | None = None) -> Any:
        """The losses (and metrics) by iteration: a matplotlib figure, saved to `path` if that is given.

        The file is there in full or not at all; its suffix says what it is: .svg, .pdf, or .png without one.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise ImportError("a plot needs matplotlib: pip install matplotlib") from None
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        count = 1 + bool(self.metrics)
        axes = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
        self.draw_curve(axes[0], "loss", self.losses, self.validation_losses)
        if self.metrics:
            self.draw_curve(axes[1], self.metric_name, self.metrics, self.validation_metrics)
        if self.validation_losses or 0 < len(self.epochs) < self.iterations:
            axes[0].legend()
        axes[-1].set_xlabel("iteration")
        if path is not None:
            file, content = Path(path), BytesIO()
            figure.savefig(content, format=file.suffix[1:] or "png")
            replace_file(file if file.suffix else file.with_suffix(".png"), content.getvalue())
        return figure

    def draw_curve(self, axes: Any, name: str, training: list[float], validation: list[float]) -> None:
        """One curve for the training examples, one for the validation examples if there are some."""
        rough = len(self.epochs) < len(training)
        style = {"alpha": 0.35, "linewidth": 1.0} if rough else {"label": "training"}
        [line] = axes.plot(range(1, len(training) + 1), training, **style)
        if rough and self.epochs:
            spans = list(pairwise([0, *self.epochs]))
            means, middles = [fmean(training[a:b]) for a, b in spans], [(a + 1 + b) / 2 for a, b in spans]
            axes.plot(middles, means, color=line.get_color(), label="training, mean of an epoch")
        if validation:
            axes.plot(self.epochs, validation, label="validation")
        axes.set_ylabel(name)
        axes.grid(alpha=0.3)
