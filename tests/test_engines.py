"""The interpreted and the compiled engine are one: the same bits from the same source."""

from engines import IMPORTED, INTERPRETED, both_engines


@both_engines
def test_the_twin_is_another_engine() -> None:
    """The two engines of a compiled install share nothing."""
    assert (IMPORTED.name, INTERPRETED.name) == ("compiled", "interpreted")
    assert IMPORTED.autograd.Value is not INTERPRETED.autograd.Value
