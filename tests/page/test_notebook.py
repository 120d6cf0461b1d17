"""How a step, a walk and an explanation show themselves in a notebook."""

from autograd import Value, explain
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


def test_a_walk_shows_where_it_stands() -> None:
    """Before the first step the graph, without gradients, and what there is to do; then the last step."""
    a, b = Value(2.0, "a<"), Value(-3.0, "b")
    L = a * b
    L.label = "L<"
    L.backward()
    s = L.steps()
    html = s._repr_html_()
    assert "<b>L&lt;: 3 steps, none taken</b>" in html
    assert "<svg" in html
    assert "grad</text>" not in html
    assert ">a&lt;</text>" in html
    assert (s.position, a.grad) == (0, -3.0)
    s.next()
    assert s._repr_html_() == s.back(0)._repr_html_()


def test_an_explanation_is_a_table_beside_its_paths() -> None:
    """A row for each path; what is on none of them is shaded; where there is no path, only that is said."""
    a, b = Value(0.5, "a"), Value(2.0, "b")
    L = a * a + b
    html = explain(a, L)._repr_html_()
    assert html.count("<tr>") == 1 + 2
    assert html.count("opacity: 0.4") == 1  # the box of b
    assert "… " not in html
    assert "… 1 more" in explain(a, L, limit=1)._repr_html_()
    alone = explain(Value(3.0, "c<"), L)._repr_html_()
    assert alone == "<b>no path leads from c&lt; to L: the gradient is 0</b>"
    deep = a
    for _ in range(200):
        deep = deep * 2.0
    assert "<svg" not in explain(a, deep)._repr_html_()
