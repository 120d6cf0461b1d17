"""How a step shows itself in a notebook."""

from autograd import Value
from autograd.stepping.stepper import Steps


def test_a_notebook_shows_a_table_beside_the_graph() -> None:
    """What is done is shaded, the node lit, text escaped; gradients are shown while they are the step's."""
    a, b = Value(2.0, "<script>"), Value(-3.0)
    d = a * b
    L = d + a
    s = L.steps()
    forward = s.next(2)._repr_html_()
    assert "white-space: pre" in forward
    assert forward.count("opacity") == 5  # the box of d, ×, its two edges, its result
    assert forward.count("drop-shadow") == 2 * 5
    s.next(2)
    backward = s.next()
    html = backward._repr_html_()
    assert "<td" in html
    assert ">1 × " not in html
    assert "grad</text>" in html
    assert "<script>" not in html
    s.back()
    assert "grad</text>" not in backward._repr_html_()
    assert Steps()._repr_html_()
    assert repr(Value(1.0).steps().next(0)) == "(no step)"


def test_a_large_graph_in_a_notebook_is_a_table_alone() -> None:
    """Its layout would take too long at every step."""
    node = Value(1.0)
    for _ in range(200):
        node = node * 2.0
    html = node.steps().next()._repr_html_()
    assert "<svg" not in html
    assert "× 2" in html
