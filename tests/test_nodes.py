"""How nodes lie in memory: small, not tracked by the cyclic garbage collector, freed at any depth."""

import gc
import sys

import pytest

import autograd
from autograd import Value

compiled_only = pytest.mark.skipif(autograd.engine() != "compiled", reason="needs the compiled engine")


@compiled_only
def test_a_node_is_96_bytes() -> None:
    """Two inputs and their local derivatives fit into the node, and nothing more is there."""
    assert sys.getsizeof(Value(1.0) * 2.0) == 96


@compiled_only
def test_nodes_are_not_tracked_by_the_garbage_collector() -> None:
    """A graph cannot have a cycle, and a collector that walks it would take most of the time."""
    assert not gc.is_tracked(Value(1.0))
    assert not gc.is_tracked(Value(1.0) * 2.0)


def test_a_deep_graph_is_freed() -> None:
    """Freeing a chain does not recurse, whichever end goes first."""
    x = Value(1.0)
    for _ in range(200_000):
        x = x + 1.0
    assert x.data == 200_001.0
    del x


def test_a_graph_keeps_its_inputs_alive() -> None:
    """Inputs that nobody else holds live as long as what was computed from them."""
    total = autograd.sum([Value(float(i)) * 2.0 for i in range(100)])
    gc.collect()
    assert [value.data for value in total.inputs] == [2.0 * i for i in range(100)]


def test_many_inputs_and_few() -> None:
    """Inputs come back in order, duplicates kept, however many there are."""
    a, b = Value(2.0), Value(3.0)
    for count in (1, 2, 3, 7):
        inputs = ([a, b] * count)[:count]
        assert autograd.sum(inputs).inputs == tuple(inputs)
        assert autograd.sum(inputs).local_derivatives == (1.0,) * count
