"""The interpreted and the compiled engine are one: the same bits from the same source."""

from random import Random

import oracle
import pytest
from engines import IMPORTED, INTERPRETED, bits, both_engines, everything
from graphs import Recipe, build, recipes
from hypothesis import given
from hypothesis import strategies as st

Floats = st.lists(st.floats(), min_size=7, max_size=7)


@both_engines
def test_the_twin_is_another_engine() -> None:
    """The two engines of a compiled install share nothing."""
    assert (IMPORTED.name, INTERPRETED.name) == ("compiled", "interpreted")
    assert IMPORTED.autograd.Value is not INTERPRETED.autograd.Value


@both_engines
@pytest.mark.parametrize("name", oracle.TEXTBOOK)
@given(data=st.data())
def test_primitives_to_the_bit(name: str, data: st.DataObject) -> None:
    """Each primitive gives the same bits on both engines, whatever doubles it is given."""
    number = data.draw(st.floats())
    numbers = data.draw(Floats)
    results = []
    for engine in (IMPORTED, INTERPRETED):
        room = engine["autograd.core.primitives"]
        primitive = room.power_of(number) if name == "power_of" else room.PRIMITIVES[name]
        count = primitive.arity or (6 if name == "cross_entropy" else 7)
        value, slopes = primitive.evaluate(numbers[:count])
        results.append([bits(value), *map(bits, slopes)])
    assert results[0] == results[1]


@both_engines
@pytest.mark.parametrize("name", oracle.TEXTBOOK)
def test_primitives_to_the_bit_in_their_domain(name: str) -> None:
    """So they do where they are differentiable, from the same libm."""
    random = Random(name)
    for _ in range(300):
        numbers = oracle.any_numbers(name, random)
        results = []
        for engine in (IMPORTED, INTERPRETED):
            room = engine["autograd.core.primitives"]
            primitive = room.power_of(numbers[1]) if name == "power_of" else room.PRIMITIVES[name]
            value, slopes = primitive.evaluate(numbers[: primitive.arity or None])
            results.append([bits(value), *map(bits, slopes)])
        assert results[0] == results[1], numbers


@pytest.mark.filterwarnings("ignore:the gradient of a computed Value is that of the latest")
@both_engines
@pytest.mark.parametrize("tame", [True, False])
def test_graphs_to_the_bit(tame: bool) -> None:
    """Random graphs show the same bits everywhere after a backward pass on either engine."""

    @given(recipes(tame=tame))
    def check(recipe: Recipe) -> None:
        results = []
        for engine in (IMPORTED, INTERPRETED):
            nodes = build(recipe, engine.autograd)
            nodes[-1].backward()
            nodes[len(nodes) // 2].backward(0.5)
            results.append(everything(engine.autograd.topological_order(nodes[-1])))
        assert results[0] == results[1]

    check()
