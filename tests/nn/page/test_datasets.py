"""The data sets: as many of each class, the same from the same seed, where they are said to be."""

from math import hypot, pi, sin

import pytest

from nn.page.datasets import DATASETS, make_dataset


@pytest.mark.parametrize("name", DATASETS)
def test_a_data_set_follows_from_its_seed(name: str) -> None:
    """Twice the same; another seed is another; every class has its share."""
    data = make_dataset(name, 61, noise=0.1, seed=3)
    assert data == make_dataset(name, 61, noise=0.1, seed=3)
    assert data.inputs != make_dataset(name, 61, noise=0.1, seed=4).inputs
    assert len(data.inputs) == len(data.targets) == 61
    if data.classes:
        counts = [data.targets.count(side) for side in range(data.classes)]
        assert max(counts) - min(counts) <= 1
        assert sum(counts) == 61


def test_without_noise_each_is_what_it_says() -> None:
    """Circles lie on theirs, xor goes by the signs, lines and waves have no error."""
    for point, side in zip(*make_dataset("circles", 40, 0.0, 1)[:2], strict=True):
        assert hypot(*point) == pytest.approx(0.45 if side else 1.0)
    for (x, y), side in zip(*make_dataset("xor", 40, 0.0, 1)[:2], strict=True):
        assert (x * y < 0) == side
    for [x], y in zip(*make_dataset("line", 40, 0.0, 1)[:2], strict=True):
        assert y == pytest.approx(0.8 * x - 0.2)
    for [x], y in zip(*make_dataset("sine", 40, 0.0, 1)[:2], strict=True):
        assert y == pytest.approx(sin(pi * x))


def test_what_is_refused() -> None:
    """Unknown names, no examples, noise below 0."""
    with pytest.raises(ValueError, match="there is no data set 'moon': there are moons, circles"):
        make_dataset("moon")
    with pytest.raises(ValueError, match="at least 1"):
        make_dataset("moons", 0)
    with pytest.raises(ValueError, match="the noise must be 0 or more"):
        make_dataset("moons", noise=-1.0)
