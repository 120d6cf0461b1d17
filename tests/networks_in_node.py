"""Recorded networks that are trained by training.js in node, and examples for them."""

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

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
