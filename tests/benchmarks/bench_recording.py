"""What `train(record=True)` costs, and how large its page is: `python tests/benchmarks/bench_recording.py`.

A network of 337 parameters learns 100 points of two moons with Adam. Trainings with and without are run in
turns; the time of 500 iterations is what 600 take beyond 100, so that recording the examples counts in none.
"""

import math
import random
import tempfile
import time
from pathlib import Path
from statistics import median

import nn
from autograd import engine

ROUNDS = 25


def moons(count: int) -> tuple[list[list[float]], list[int]]:
    """Points of two half circles that reach into each other, and to which each belongs."""
    rng = random.Random(1)
    points, classes = [], []
    for i in range(count):
        angle, own = math.pi * rng.random(), i % 2
        x, y = math.cos(angle), math.sin(angle)
        x, y = (1.0 - x, 0.5 - y) if own else (x, y)
        points.append([x + rng.gauss(0.0, 0.1), y + rng.gauss(0.0, 0.1)])
        classes.append(own)
    return points, classes


def trained(record: bool, iterations: int) -> tuple[float, nn.History, nn.MLP]:
    """The seconds that the processor spent on a training, what it recorded, and the model."""
    points, classes = moons(100)
    model = nn.MLP(2, [16, 16, 1], rng=1)
    optimizer = nn.Adam(model.parameters(), 0.01)
    start = time.process_time()
    history = nn.train(
        model, points, classes, loss=nn.binary_cross_entropy_loss, optimizer=optimizer,
        max_iterations=iterations, progress=False, record=record,
    )  # fmt: skip
    return time.process_time() - start, history, model


def main() -> None:
    """Print both."""
    trained(True, 100)
    plain, recorded, short = [], [], []
    for _ in range(ROUNDS):
        short.append(trained(False, 100)[0])
        plain.append(trained(False, 600)[0])
        recorded.append(trained(True, 600)[0])
    base = median(plain) - median(short)
    extra = median(recorded) - median(plain)
    print(f"{engine()} engine: 500 iterations of the moons {1000 * base:.0f} ms; recording adds "
          f"{1000 * extra:.1f} ms, {extra / base:.0%}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        _, history, model = trained(True, 500)
        page = Path(folder, "training.html")
        history.play(page, model=model)
        print(f"the page of 500 iterations: {page.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
