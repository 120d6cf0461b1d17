"""The README's training loops, read out of it, beside its peers: `python tests/benchmarks/bench_readme.py`.

What is timed is what the README shows, to the letter: `nn.train` of 300 iterations, and the loop by hand.
NumPy and PyTorch do an iteration of the same network, points and loss; a peer that is absent is named.
"""

import argparse
import doctest
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import autograd

README = Path(__file__).parents[2] / "README.md"
ITERATIONS, BY_HAND = 300, 3  # as the README has them


def session(text: str) -> list[str]:
    """The statements under the heading on training."""
    section = text.split("\n## Train networks\n")[1].split("\n## ")[0]
    return [example.source for example in doctest.DocTestParser().get_examples(section)]


def readme_runs(names: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """What trains in that session, each to be run again; the rest is run here, in those names."""
    runs = {}
    for source in session(README.read_text(encoding="utf-8")):
        code = compile(source, "README.md", "exec")
        exec(code, names)
        if source.startswith("history = nn.train("):
            runs["README, nn.train", ITERATIONS] = code
        elif source.startswith("for iteration in "):
            runs["README, by hand", BY_HAND] = code
    if len(runs) != 2:
        raise LookupError("the README has no nn.train and loop by hand under 'Train networks' any more")
    return {key: lambda code=code: exec(code, names) for key, code in runs.items()}


def numpy_run(names: dict[str, Any]) -> Callable[[], Any]:
    """An iteration by hand in NumPy: forwards, the derivatives, gradient descent."""
    import numpy as np

    x, y = np.array(names["points"]), np.array(names["inside"], dtype=float)[:, None]
    rng = np.random.default_rng(1)
    w, b, v, c = rng.normal(size=(2, 8)), np.zeros(8), rng.normal(size=(8, 1)), np.zeros(1)

    def run() -> float:
        hidden = np.tanh(x @ w + b)
        logit = hidden @ v + c
        loss = (np.logaddexp(0.0, logit) - y * logit).mean()
        by_logit = (1.0 / (1.0 + np.exp(-logit)) - y) / len(x)
        by_sum = by_logit @ v.T * (1.0 - hidden * hidden)
        for parameter, gradient in (
            (v, hidden.T @ by_logit),
            (c, by_logit.sum(0)),
            (w, x.T @ by_sum),
            (b, by_sum.sum(0)),
        ):
            parameter -= 0.1 * gradient
        return float(loss)

    return run


def torch_run(names: dict[str, Any]) -> Callable[[], Any]:
    """An iteration in PyTorch, as its tutorials write it."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    x = torch.tensor(names["points"], dtype=torch.float64)
    y = torch.tensor(names["inside"], dtype=torch.float64)[:, None]
    model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1)).double()
    loss_of, optimizer = torch.nn.BCEWithLogitsLoss(), torch.optim.SGD(model.parameters(), lr=0.1)

    def run() -> float:
        loss = loss_of(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how many turns each takes (default 15)")
    options = parser.parse_args()
    names: dict[str, Any] = {}
    runs: dict[Any, Callable[[], Any]] = dict(readme_runs(names))
    print(f"An iteration of the README's training, {autograd.engine()} engine, {options.rounds} rounds")
    for title, make in (("NumPy by hand", numpy_run), ("PyTorch, nn + SGD", torch_run)):
        try:
            runs[title, 1] = make(names)
        except ImportError as error:
            print(f"  {title:20} not installed ({error.name})")
    times: dict[Any, list[float]] = {key: [] for key in runs}
    for _ in range(options.rounds):  # in turns, so that a machine that slows down slows them all
        for key, run in runs.items():
            repeat = max(1, 200 // key[1])
            start = time.perf_counter()
            for _ in range(repeat):
                run()
            times[key].append((time.perf_counter() - start) / repeat / key[1] * 1e6)
    for (title, _), microseconds in times.items():
        low, median, high = statistics.quantiles(microseconds, n=4)
        print(f"  {title:20}{median:10.1f} µs  ({low:.1f} to {high:.1f})")


if __name__ == "__main__":
    main()
