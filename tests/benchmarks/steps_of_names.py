"""Epochs of the lesson tiny_gpt, which learns names letter by letter, as this engine and PyTorch do them.

A transformer of one layer, batches of 8 names of any length, Adam, 200 names held out after each epoch. The
peer has names of a batch in one array, filled up to the longest. Each gives a function, and 1.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import nn

EPOCHS, BATCH, RATE = 6, 8, 0.01

Example = tuple[list[int], list[int]]


class Names(NamedTuple):
    """The names to learn, and those held out: their symbols, and the one that follows each."""

    training: list[Example]
    held_out: list[Example]


def lesson() -> Any:
    """The lesson, which stands among the demos."""
    demos = str(Path(__file__).parents[2] / "demos")
    if demos not in sys.path:
        sys.path.append(demos)
    import tiny_gpt

    return tiny_gpt


def load() -> Names:
    """The names of the lesson, in an order by chance."""
    examples = lesson().shuffled_names(Random(1))
    return Names(examples[200:], examples[:200])


def training(data: Names, engine: str = "auto") -> tuple[Callable[[], float], int]:
    """nn.train, as the lesson calls it."""
    iterations = EPOCHS * -(-len(data.training) // BATCH)

    def run() -> float:
        rng = Random(2)
        model = lesson().TinyGPT(rng)
        inputs, targets = zip(*data.training, strict=True)
        history = nn.train(
            model,
            inputs,
            targets,
            loss=nn.cross_entropy_loss,
            optimizer=nn.Adam(model.parameters(), lambda i: RATE * (1.0 - 0.98 * i / iterations)),
            max_iterations=iterations,
            batch_size=BATCH,
            validation=tuple(zip(*data.held_out, strict=True)),
            progress=False,
            seed=rng,
            engine=engine,
        )
        return history.validation_losses[-1]

    return run, 1


def torch_training(data: Names) -> tuple[Callable[[], float], int]:
    """The same in PyTorch."""
    import torch

    iterations = EPOCHS * -(-len(data.training) // BATCH)

    def run() -> float:
        torch.manual_seed(1)
        model = torch_model()
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: 1.0 - 0.98 * i / iterations)
        losses = []
        for _ in range(EPOCHS):
            order = torch.randperm(len(data.training)).tolist()
            for start in range(0, len(order), BATCH):
                loss = model([data.training[i] for i in order[start : start + BATCH]])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
            with torch.no_grad():
                losses.append(model(data.held_out).item())
        return losses[-1]

    return run, 1


def normalized(x: Any) -> Any:
    """Rows of PyTorch's numbers, each with a mean square of 1."""
    return x * ((x * x).mean(-1, keepdim=True) + 1e-5) ** -0.5


def torch_model() -> Any:
    """The lesson's transformer in PyTorch, which gives the mean loss of a list of examples."""
    import torch
    from torch.nn import functional

    gpt = lesson()
    width, heads, count = gpt.WIDTH, gpt.HEADS, gpt.END + 1

    class TinyGPT(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.letters = torch.nn.Parameter(0.3 * torch.randn(count, width))
            self.places = torch.nn.Parameter(0.3 * torch.randn(gpt.LONGEST, width))
            self.query, self.key, self.value, self.mix = (torch.nn.Linear(width, width) for _ in range(4))
            self.think = torch.nn.Sequential(
                torch.nn.Linear(width, 4 * width), torch.nn.ReLU(), torch.nn.Linear(4 * width, width)
            )
            self.next = torch.nn.Linear(width, count)

        def forward(self, examples: list[Example]) -> Any:
            longest = max(len(symbols) for symbols, _ in examples)
            symbols, targets = (
                torch.tensor([row + [filling] * (longest - len(row)) for row in rows])
                for rows, filling in zip(zip(*examples, strict=True), (0, -1), strict=True)
            )
            x = self.letters[symbols] + self.places[:longest]
            y = normalized(x)
            query, key, value = (
                part(y).unflatten(2, (heads, width // heads)).transpose(1, 2)
                for part in (self.query, self.key, self.value)
            )
            found = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = x + self.mix(found.transpose(1, 2).flatten(2))
            x = x + self.think(normalized(x))
            logits = self.next(normalized(x))
            losses = functional.cross_entropy(
                logits.transpose(1, 2), targets, reduction="none", ignore_index=-1
            )
            return (losses.sum(1) / (targets >= 0).sum(1)).mean()

    return TinyGPT().double()
