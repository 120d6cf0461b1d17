"""live: a page in one file that shows a model with its examples, and trains it in the browser, offline."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd.internal import FLAT, OneFile, arguments_by_name, as_json, one_file, page_style, part, plural
from nn.checks import whole_number
from nn.eager import Measure
from nn.history import History, play_with
from nn.losses import mse_loss
from nn.optim import Optimizer
from nn.page.recording import Recording, record_network
from nn.training import check_functions, examples, movable, validation_examples

__all__ = ["LONGEST_LOG", "RATES", "LivePage", "live", "network_script", "network_style"]

HERE = Path(__file__).parent
ENGINE = ("program.js", "lanes.js", "numbers.js")  # of the step page
SCRIPTS = (
    "batches.js", "training.js", "log.js", "plane.js", "boundary.js", "picture.js", "chart.js", "told.js",
    "table.js", "start.js",
)  # fmt: skip
LONGEST_LOG = 10_000  # characters of what was done to a network, as log.js writes it
RATES = (1e-12, 1e6)  # between which a learning rate is


@arguments_by_name
def live(
    model: Callable[[Any], Any],
    inputs: Any,
    targets: Any,
    *,
    loss: Measure = mse_loss,
    optimizer: Optimizer | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    validation: tuple[Any, Any] | None = None,
    path: str | os.PathLike[str] | None = None,
) -> "LivePage":
    """A page to watch `model` learn these examples, and to take part: one file, which needs nothing else.

    It shows the network with what each neuron sees, every weight with its gradient, the boundary (of one
    input, the curve), the loss, and all that the optimizer keeps. It trains in the browser, by the rules of
    this engine and the updates of `nn`, translated to JavaScript. Weights can be dragged, examples added and
    deleted, and a slider goes back through the iterations. The model itself stays as it is.

    model, inputs, targets, loss, optimizer, learning_rate, batch_size, validation: as for `train`. What
        `train` cannot take on a tape, a page cannot train either: a ValueError says why. Batches are those
        that `train` draws with seed=0.
    path: the file to write, .html; None writes none. In a notebook the result shows itself.

    >>> from nn import MLP, live
    >>> model = MLP(1, [3, 1], rng=1)
    >>> live(model, [[0.0], [0.5], [1.0]], [0.0, 0.25, 1.0], learning_rate=0.1)
    <LivePage of MLP(1, [3, 1], …), 3 examples: .save("live.html"), or show it in a notebook>
    """
    check_functions(loss=loss)
    training = examples("live", inputs, targets)
    held_out = ([], []) if validation is None else validation_examples(validation)
    size = None if batch_size is None else whole_number("batch_size", batch_size)
    parameters, optimizer = movable(model, optimizer, learning_rate)
    recording = record_network(model, training, held_out, loss, optimizer, parameters)
    recording.network["batchSize"] = size
    page = LivePage(recording)
    if path is not None:
        page.save(path)
    return page


def page_of_history(history: History, model: Any) -> "LivePage":
    """The page of a training that was recorded: it opens at the end, and looks back."""
    moments: Any = history.moments
    recording = record_network(
        model, moments.examples, moments.held_out, moments.loss, moments.optimizer, moments.parameters
    )
    network = recording.network
    kept = moments.as_plain(history, network["optimizer"]["numbers"])
    network |= {"batchSize": None, "moments": kept, "every": moments.every}
    return LivePage(recording, "training")


play_with(page_of_history)


class LivePage(OneFile):
    """The page of a model: shows itself in a notebook; `save` writes it to a file; `html` is its text."""

    height = 760

    def __init__(self, recording: Recording, what: str = "live") -> None:
        network = recording.network | {"flat": FLAT}
        self.name, self.what = network["model"], what
        self.title = f"{self.name}, {what}"
        self.count = len(network["rows"])
        script = (
            f"const RULES = {recording.rules};\nconst MOVES = {recording.moves};\n"
            f"{network_script()}{part('live.js', HERE)}"
        )
        self.html = one_file(
            part("live.html", HERE), self.title, network_style(), script,
            network=part("network.html", HERE), data=as_json(network),
        )  # fmt: skip

    def __repr__(self) -> str:
        head, comma, _ = self.name.partition("], ")
        shown = f"{head}], …)" if comma else self.name
        file, count = f"{self.what}.html", plural(self.count, "example")
        return f'<LivePage of {shown}, {count}: .save("{file}"), or show it in a notebook>'


def network_script() -> str:
    """What shows and trains a network, as one script that gives the page `NetworkPage` and nothing else."""
    limits = f"const LONGEST_LOG = {LONGEST_LOG}, RATES = {list(RATES)};\n"
    parts = [*map(part, ENGINE), *(part(name, HERE) for name in SCRIPTS), limits]
    return f"const NetworkPage = (() => {{\n{''.join(parts)}\nreturn NetworkPage;\n}})();\n"


def network_style() -> str:
    """The style of the page: that of the step page, and what a network needs."""
    return page_style() + part("network.css", HERE)
