"""The page draws the batches that `nn.train` draws: those of Python's own generator. Skipped without node."""

from itertools import islice
from random import Random
from typing import Any

import pytest
from networks_in_node import disc, in_node, needs_node

import nn
from nn.loop import shuffled_batches
from nn.page.recording import Recording, record_network


def recorded(size: int | None, seed: int = 0) -> tuple[nn.MLP, Recording]:
    """A small network, to be trained on batches of that size."""
    model = nn.MLP(2, [3, 1], rng=1)
    loss = nn.binary_cross_entropy_loss
    optimizer = nn.Adam(model.parameters(), 0.05)
    recording = record_network(model, disc(37), ([], []), loss, optimizer, model.parameters())
    recording.network["batchSize"] = size
    recording.network["seed"] = seed
    return model, recording


@needs_node
@pytest.mark.parametrize("seed", [0, 1, 7, 123_456_789, 10**9, 2**32 - 1])
def test_the_order_is_that_of_python(seed: int) -> None:
    """Of few and many examples, in batches that divide them and in others, epoch after epoch."""
    cases = [(2, 1), (5, 2), (37, 10), (100, 10), (600, 7), (8, 8), (3, 9)]
    script = "out(CASES.map(([count, size]) => { const batches = new Batches(SEED, count, size);"
    script += "return Array.from({ length: 300 }, (_, i) => [...batches.at(i)]); }));"
    script = script.replace("CASES", str([list(case) for case in cases])).replace("SEED", str(seed))
    found = in_node(recorded(None)[1], script)
    for (count, size), batches in zip(cases, found, strict=True):
        drawn = islice(shuffled_batches(count, min(size, count), Random(seed)), 300)
        assert batches == [list(batch) for batch, _ in drawn]


@needs_node
def test_a_batch_depends_on_its_iteration_alone() -> None:
    """Whoever goes back and trains again meets the same batches."""
    script = "const batches = new Batches(3, 37, 10), all = [...Array(40).keys()].map((i) => batches.at(i));"
    script += "out([39, 4, 0, 17, 3, 21, 5, 39].every((i) => String(batches.at(i)) === String(all[i])));"
    assert in_node(recorded(None)[1], script) is True


@needs_node
@pytest.mark.parametrize("size", [1, 10, 36])
def test_updates_on_batches_are_those_of_train(size: int) -> None:
    """A hundred, with the same seed; going back to the thirtieth on the way changes nothing."""
    model, recording = recorded(size, seed=5)
    script = "for (let i = 0; i < 60; i++) training.step();"
    script += "training.restore(training.moments[30]); while (training.iteration < 100) training.step();"
    script += (
        "out({ data: training.parameters.map((p) => p.data), losses: training.moments.map((m) => m.loss) });"
    )
    found: Any = in_node(recording, script)
    history = nn.train(
        model, *disc(37), loss=nn.binary_cross_entropy_loss,
        optimizer=nn.Adam(model.parameters(), 0.05), max_iterations=100, batch_size=size, seed=5,
        progress=False,
    )  # fmt: skip
    assert found["losses"] == pytest.approx(history.losses, rel=1e-9)
    assert found["data"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9, abs=1e-12)


@needs_node
@pytest.mark.parametrize("size", [None, 10])
def test_what_is_shown_is_the_next_update(size: int | None) -> None:
    """Gradients are those of the next batch, and the update that is foreseen is the one that comes."""
    _, recording = recorded(size, seed=5)
    script = "for (let i = 0; i < 7; i++) training.step(); training.measure();"
    script += "const shown = training.parameters.map((p) => p.grad);"
    script += "const next = training.foreseen(); training.step();"
    script += "out([training.parameters.every((p, i) => p.data === next[i]), shown,"
    script += " training.parameters.map((p) => p.grad)]);"
    is_same, shown, used = in_node(recording, script)
    assert is_same
    assert shown == used
