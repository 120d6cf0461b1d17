"""Recorded networks that are trained by training.js in node, and examples and tasks for pages."""

import json
import math
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

import nn
from autograd import Value
from autograd.page import page
from nn.page import live
from nn.page.recording import Recording

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="no node is installed")
OF_NETWORKS = Path(live.__file__).parent
FILES = [
    *(Path(page.__file__).with_name(f"{name}.js") for name in ("program", "lanes", "numbers")),
    *(OF_NETWORKS / f"{name}.js" for name in ("batches", "training", "told")),
]


def in_node(recording: Recording, script: str) -> Any:
    """What a script says of the `training` of a recorded network."""
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    network = json.dumps(recording.network)
    text += f"const training = new Training({network}, {recording.rules}, {recording.moves});\n"
    text += "const out = (x) => console.log(JSON.stringify(x));\n" + script
    assert NODE is not None
    done = subprocess.run([NODE, "-"], input=text, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def disc(count: int, seed: int = 0) -> tuple[list[list[float]], list[int]]:
    """Points, and whether they are in a disc: 1 or 0."""
    rng = Random(seed)
    points = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(count)]
    return points, [int(x * x + y * y < 0.5) for x, y in points]


def task(kind: str) -> tuple[Any, Any, Any, Any]:
    """A model, its inputs and targets, and its loss: a curve, or what the name of the task says."""
    points, _ = disc(30)
    model: Any = nn.MLP(1, [3, 1], rng=1)
    inputs: Any = [[x] for x, _ in points]
    targets: Any = [math.sin(3 * x) for x, _ in points]
    loss: Any = nn.mse_loss
    if kind == "several":
        model, inputs, loss = nn.MLP(2, [4, 3], rng=1), points, nn.cross_entropy_loss
        targets = [int(x > 0) + int(y > 0) for x, y in points]
    elif kind == "slice":
        model, inputs = nn.MLP(4, [3, 1], rng=1), [[x, y, x * y, 1.0] for x, y in points]
    elif kind == "none":
        model, inputs, targets = nn.MLP(2, [3, 2], rng=1), points, [[y, x] for x, y in points]
    elif kind == "line":
        model = nn.Neuron(1, "linear", rng=1)
    elif kind == "words":
        model, inputs, loss = nn.MLP(2, [3, 1], rng=1), points, loss_of_a_word
        targets = ["left" if x < 0 else "right" for x, _ in points]
    return model, inputs, targets, loss


def loss_of_a_word(score: Value, side: str) -> Value:
    """How far a score is on the wrong side."""
    return nn.hinge_loss(score, -1 if side == "left" else 1)
