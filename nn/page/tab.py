"""What the live page asks of a network: a data set with a model for it, recorded; what is taken along.

A message is a dict that JSON can say; its `settings` are texts by name, as they stand in the page's fields,
its `parameters` and `points` those of the page at this moment.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from autograd import Value, play
from autograd.internal import FLAT, part
from nn.activations import ACTIVATIONS
from nn.layers import MLP
from nn.page.datasets import DATASETS
from nn.page.live import HERE, LONGEST_LOG, LivePage
from nn.page.moves import moves_of
from nn.page.recording import Recording, record_network
from nn.page.settings import LOSSES, MOST_LAYERS, OPTIMIZERS, Settings

__all__ = [
    "moves_script",
    "network_answer",
    "page_answer",
    "panel_html",
    "program_answer",
    "walk_answer",
]


# --- The answers ---------------------------------------------------------------------------------------


def network_answer(message: Mapping[str, Any]) -> dict[str, Any]:
    """The recorded network of these settings, and of `points` in the place of the data if there are some."""
    settings = Settings(message)
    recording = recorded(settings, settings.model(), message)
    return {"network": recording.network, "settings": settings.texts, "losses": settings.losses}


def recorded(settings: Settings, model: MLP, message: Mapping[str, Any]) -> Recording:
    """A model with its examples as the page trains it."""
    training, held_out = settings.examples(message)
    optimizer = settings.optimizer_of(model)
    found = record_network(model, training, held_out, settings.goal().loss, optimizer, model.parameters())
    chosen = {"batchSize": settings.batch, "flat": FLAT, "seed": settings.seed}
    return found._replace(network=found.network | chosen)


def walk_answer(message: Mapping[str, Any]) -> dict[str, Any]:
    """The walk through one `example`, inputs and its class or number: the player's `markup` and `walk`."""
    settings = Settings(message)
    model, goal = settings.model_of(message), settings.goal()
    data = settings.own_points([message.get("example")], settings.data({})[0])
    inputs = [Value(x, f"x{i}") for i, x in enumerate(data.inputs[0])]
    loss = goal.loss(model(inputs), goal.targets(data)[0])
    loss.label = "loss"
    page = play(loss, model=model)
    return {"markup": page.markup, "walk": page.walk, "loss": repr(loss.data)}


def page_answer(message: Mapping[str, Any]) -> dict[str, Any]:
    """One file in which the network is where the page is, and goes on learning: its `html`.

    It begins at the start and does what the page's log says, `done`, so it has the whole way.
    """
    settings, done = Settings(message), message.get("done", "")
    if not isinstance(done, str) or len(done) > LONGEST_LOG:
        raise ValueError(f"done is a text of at most {LONGEST_LOG:,} characters, not {done!r:.60}")
    recording = recorded(settings, settings.model(), message)
    return {"html": LivePage(recording._replace(network=recording.network | {"done": done})).html}


PROGRAM = """\
import nn

inputs = {inputs}
targets = {targets}
model = nn.{model}
{middle}losses = [nn.{loss}(model(x), t).data for x, t in zip(inputs, targets)]
print("loss", sum(losses) / len(losses))
{end}"""
WEIGHTS = """\
for parameter, number in zip(model.parameters(), {numbers}):
    parameter.data = number
"""
TRAINING = """\
optimizer = nn.{optimizer}
nn.train(model, inputs, targets, loss=nn.{loss}, optimizer=optimizer{options})
"""


def program_answer(message: Mapping[str, Any]) -> dict[str, Any]:
    """A program that prints the loss that the page shows: `python`.

    Where nothing but so many `updates` led from the start to the page, it makes the same ones. Otherwise it
    has the weights of the page, and trains on from there.
    """
    settings = Settings(message)
    model = settings.model_of(message)
    updates = settings.updates_of(message)
    (inputs, targets), _ = settings.examples(message)
    training = training_text(settings, updates)
    weights = WEIGHTS.format(numbers=[parameter.data for parameter in model.parameters()])
    start = f"{repr(model).removesuffix(')')}, rng={settings.seed})"
    middle, end = ("", training) if updates == 0 else (training, "") if updates else (weights, training)
    python = PROGRAM.format(
        inputs=inputs,
        targets=targets,
        model=model if updates is None else start,
        middle=middle,
        loss=loss_name(settings),
        end=end,
    )
    return {"python": python}


def loss_name(settings: Settings) -> str:
    """What the loss is called in nn."""
    return str(getattr(settings.goal().loss, "__name__", ""))


def training_text(settings: Settings, updates: int | None) -> str:
    """The lines that train, so many updates if that is known, on the batches of the page."""
    kind, momentum = OPTIMIZERS[settings.optimizer]
    kept = f", momentum={momentum}" * (momentum > 0.0) + f", weight_decay={settings.decay!r}"
    options = "" if settings.batch is None else f", batch_size={settings.batch}, seed={settings.seed}"
    options += f", max_iterations={updates}" if updates else ""
    optimizer = f"{kind.__name__}(model.parameters(), {settings.rate!r}{kept})"
    return TRAINING.format(optimizer=optimizer, loss=loss_name(settings), options=options)


# --- The files -----------------------------------------------------------------------------------------


def moves_script() -> str:
    """A script that has, by name, what each optimizer does."""
    model = MLP(1, [1], rng=1)
    kinds = {kind for kind, _ in OPTIMIZERS.values()}
    scripts = {kind.__name__: moves_of(kind(model.parameters(), 0.1)).script for kind in kinds}
    entries = "".join(f"{name}: {script},\n" for name, script in sorted(scripts.items()))
    return f"const MOVES_OF = {{\n{entries}}};\n"


def panel_html() -> str:
    """What the panel of the tab holds: the choices, and the network."""
    options: dict[str, Mapping[str, Any]] = {
        "datasets": DATASETS, "activations": ACTIVATIONS, "losses": LOSSES, "optimizers": OPTIMIZERS,
    }  # fmt: skip
    html = part("tab.html", HERE)
    for name, choices in options.items():
        made = "".join(f"<option>{escape(choice)}</option>" for choice in choices)
        html = html.replace("{{" + name + "}}", made)
    html = html.replace("{{most-layers}}", str(MOST_LAYERS))
    return html.replace("{{network}}", part("network.html", HERE))
