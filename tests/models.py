"""Models of random source text, some of which decide by their numbers or take them out of the graph."""

from math import isclose
from random import Random
from typing import Any

import nn
from autograd import Value

PLAIN = (
    "{a} * {b}",
    "{a} + {b}",
    "{a}.tanh()",
    "{a} - 0.3",
    "{a}.relu()",
    "{a}.sigmoid() * x[0]",
    "{a} * w[3]",
)
PECULIAR = (
    "{a} * 2.0 if x[0] > 0.1 else {a} * 0.5",
    "{a} * (2.0 if {b} > 0.05 else 0.5)",
    "{a} * 2.0 if w[0] > 0.3 else {a}",
    "{a} if {a} < {b} else {b} * 0.7",
    "max({a}, {b})",
    "sorted([{a}, {b}])[0]",
    "{a} * {b}.data",
    "{a} * round({b}.data, 2)",
    "{a} * math.tanh({b}.data)",
    "{a} * float(f'{{{b}:.6f}}')",
    "{a} * copy.deepcopy([{b}])[0]",
    "{a} * pickle.loads(pickle.dumps({b}))",
    "{a} * autograd.no_grad()(lambda: {b} * 0.5)()",
    "{a} * {b}.tanh().local_derivatives[0]",
    "{a} * (lambda y: autograd.grad(y * y, y))({b} * 1.0)",
    "vs[-1 - (x[1] > 0.0)] * w[3]",
)


def random_source(random: Random) -> str:
    """A model of the parameters `w` and an example `x`: a few formulas, each of the three before it."""
    lines = [
        "import copy, math, pickle, autograd",
        "def model(x):",
        "    vs = [w[0] * x[0] + w[1] * x[1] + w[2], autograd.Value(x[0]), w[3] * x[1]]",
    ]
    for _ in range(random.randint(2, 7)):
        formula = random.choice(PLAIN if random.random() < 0.7 else PECULIAR)
        a, b = (f"vs[{random.randint(-3, -1)}]" for _ in range(2))
        lines.append(f"    vs.append({formula.format(a=a, b=b)})")
    return "\n".join([*lines, "    return vs[-1] + 0.1 * vs[-2]"])


def trained(source: str, engine: str, seed: int) -> nn.History:
    """The history of a training; of one that diverged, until then."""
    random = Random(seed)
    inputs = [[random.uniform(-1, 1), random.uniform(-1, 1)] for _ in range(17)]
    targets = [random.uniform(-1, 1) for _ in inputs]
    weights = [Value(number) for number in (0.3, -0.2, 0.1, 0.4)]
    names: dict[str, Any] = {"w": weights}
    exec(source, names)
    options = {
        "batch_size": random.choice([None, 4]),
        "callback": random.choice([None, lambda history: None]),
    }
    try:
        history = nn.train(
            names["model"], inputs, targets, optimizer=nn.SGD(weights, 0.3), max_iterations=25,
            progress=False, seed=seed, engine=engine, **options,
        )  # fmt: skip
    except nn.DivergenceError as error:
        history = error.history
    return history


def alike(some: list[float], others: list[float]) -> bool:
    """Whether losses are the same but for rounding, which a training makes grow."""
    return len(some) == len(others) and all(
        isclose(a, b, rel_tol=1e-6, abs_tol=1e-12) for a, b in zip(some, others, strict=True)
    )
