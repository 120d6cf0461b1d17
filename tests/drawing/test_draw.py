"""Drawing: what the picture shows, that any text is only text, files that are there in full or not at all."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, draw, topological_order
from autograd.naming.notation import format_number

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str, part: str) -> list[str]:
    """The texts in the group of that id."""
    [group] = [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if g.get("id") == part]
    return [text.text or "" for text in group.iter(f"{SVG}text")]


def ids(svg: str) -> list[str]:
    """All ids, in the order of the file."""
    return [group.get("id", "") for group in ElementTree.fromstring(svg).iter(f"{SVG}g")]


def lecture() -> Value:
    """(a*b + c) * f, after backward."""
    a, b, c, f = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c"), Value(-2.0, "f")
    loss = (a * b + c) * f
    loss.backward()
    return loss


def test_boxes_show_name_data_and_gradient_edges_the_local_derivative() -> None:
    """Each number of the lecture's expression stands where its id says."""
    loss = lecture()
    drawing = draw(loss)
    order = topological_order(loss)
    assert drawing.ids == {node: f"node-{i}" for i, node in enumerate(order)}
    assert texts(drawing.svg, "node-0") == ["a", "data", "2", "grad", "6"]
    assert texts(drawing.svg, "node-2") == ["data", "-6", "grad", "-2"]
    assert texts(drawing.svg, "node-6") == ["loss", "data", "-8", "grad", "1"]
    assert texts(drawing.svg, "op-2") == ["×"]
    assert [texts(drawing.svg, edge) for edge in ("edge-2-0", "edge-2-1")] == [["-3"], ["2"]]


def test_everything_shown_can_be_turned_off() -> None:
    """Without data, gradients and local derivatives there are names and signs alone."""
    loss = lecture()
    drawing = draw(loss, data=False, gradients=False, local_derivatives=False)
    shown = [(text.text or "").strip() for text in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]
    assert sorted(filter(None, shown)) == ["+", "a", "b", "c", "f", "loss", "×", "×"]


def test_a_value_used_twice_has_two_edges() -> None:
    """a * a: both edges, each with its derivative."""
    a = Value(3.0)
    svg = draw(a * a).svg
    assert texts(svg, "edge-1-0") == texts(svg, "edge-1-1") == ["3"]


def test_a_weighted_sum_is_one_node() -> None:
    """Σ has an edge from each weight, input and bias, and is there once."""
    svg = draw(autograd.weighted_sum([1.0, 2.0], [3.0, 4.0], 5.0)).svg
    assert texts(svg, "op-5") == ["Σ"]
    assert [id for id in ids(svg) if id.startswith("edge")] == [f"edge-5-{i}" for i in range(5)]


def test_several_roots_share_what_is_below_them() -> None:
    """Two results of the same inputs are one drawing, each node in it once."""
    a, b = Value(1.0), Value(2.0)
    drawing = draw([a + b, a * b])
    assert len(drawing.ids) == 4


def test_frames_hold_a_model_s_neurons_and_layers() -> None:
    """The captions stand around the parameters, the weighted sum and the activation of each neuron."""
    model = nn.MLP(2, [3, 1], rng=1)
    x = [Value(1.0), Value(-2.0)]
    target = Value(1.0)
    drawing = draw((model(x) - target) ** 2, model=model, detail="operations")
    captions = re.findall(r"<title>((?:layer|neuron) \d.*?)</title>", drawing.svg)
    assert sorted(captions) == ["layer 0", "layer 1, neuron 0", "neuron 0", "neuron 1", "neuron 2"]
    assert texts(drawing.svg, drawing.ids[model.layers[0].neurons[1].weights[0]])[0] == "w0"


def test_a_sum_of_many_folds_its_leaves_into_a_table() -> None:
    """A neuron of 16 inputs is wider than tall; what is used elsewhere too keeps a box of its own."""
    neuron = nn.Neuron(16, rng=1)
    x = [Value(i / 8.0, f"x{i}") for i in range(16)]
    drawing = draw(neuron(x), model=neuron, detail="operations")
    width, height = map(int, re.findall(r'(?:width|height)="(\d+)pt"', drawing.svg)[:2])
    assert width > height
    assert drawing.ids[x[0]] == drawing.ids[neuron.bias] == "terms-33"
    words = texts(drawing.svg, "terms-33")
    assert [word for word in words if word.startswith("x")] == [f"x{i}" for i in range(16)]
    assert format_number(neuron.weights[7].data) in words
    shared = draw(neuron(x) * x[3], model=neuron, detail="operations")
    assert shared.ids[x[3]].startswith("node-")
    assert "edge-33-terms" in shared.svg


def test_outputs_of_softmax_say_which_they_are() -> None:
    """Each names the input whose share it is."""
    a, b = Value(1.0, "a"), Value(2.0, "b")
    svg = draw(autograd.softmax([a, b]), local_derivatives=False).svg
    assert texts(svg, "op-2") == ["softmax(a, …)"]
    assert texts(svg, "op-3") == ["softmax(b, …)"]


def test_a_constant_is_quiet() -> None:
    """A number in the expression shows its number, no box and no gradient, unless that is asked for."""
    y = Value(3.0, "x") * 2.0
    y.backward()
    assert texts(draw(y).svg, "node-1") == ["2"]
    assert texts(draw(y, constants=True).svg, "node-1") == ["data", "2", "grad", "3"]


HOSTILE = [
    "<b>x</b>", "&amp; & &", "\"quo'ted\"", "|{}<f0>|", "\\n \\N \\l \\\\ \\", "]]> --> <!-- <script>",
    "</TD></TR>", "&#45;", "👩‍👩‍👧 é 中文 العربية", "%3 ${x}", "<", ">", "-->",
]  # fmt: skip


def test_a_label_is_text() -> None:
    """Markup, quotes, escapes of DOT and any Unicode are shown as they are."""
    leaves = [Value(1.0, label) for label in HOSTILE]
    svg = draw(autograd.sum(leaves), local_derivatives=False).svg
    assert [texts(svg, f"node-{i}")[0] for i in range(len(leaves))] == HOSTILE


def test_what_cannot_be_seen_is_written_as_python_writes_it() -> None:
    """Control characters, line breaks, lone surrogates and direction marks show as escapes."""
    svg = draw(Value(1.0, "\x00\n\udc80\u202e\ufffe")).svg
    assert texts(svg, "node-0")[0] == r"\x00\n\udc80\u202e\ufffe"


def test_a_long_label_is_cut() -> None:
    """Ten thousand characters do not make a picture as wide, nor a file as large."""
    a = Value(1.0, "x" * 10_000)
    svg = draw(a + a).svg
    assert texts(svg, "node-0")[0] == "x" * 39 + "…"
    assert len(svg) < 10_000


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(min_size=1), min_size=5, max_size=5))
def test_any_label_gives_valid_xml(labels: list[str]) -> None:
    """Whatever text it is, the SVG can be parsed and holds every box."""
    drawing = draw([Value(1.0, label) for label in labels])
    assert {f"node-{i}" for i in range(5)} <= set(ids(drawing.svg))


def test_too_large_a_graph_is_refused_at_once() -> None:
    """The error gives the size and what to do; a higher limit is obeyed."""
    x = Value(1.0)
    for _ in range(100_000):
        x = x + 1.0
    with pytest.raises(ValueError, match=r"200,001 Values.*limit="):
        draw(x)
    assert len(draw(x.inputs[1] + 1.0, limit=3).ids) == 3


@pytest.mark.parametrize(
    ("suffix", "start"), [(".svg", b"<svg"), (".PNG", b"\x89PNG"), (".pdf", b"%PDF"), (".dot", b"digraph")]
)
def test_the_suffix_says_how_it_is_saved(tmp_path: Path, suffix: str, start: bytes) -> None:
    """Each suffix gives a file of its kind, and nothing else is left beside it."""
    draw(lecture()).save(tmp_path / f"graph{suffix}")
    [file] = tmp_path.iterdir()
    assert file.read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["graph.jpg", "graph", "graph.svg.gz"])
def test_an_unknown_suffix_names_those_that_work(tmp_path: Path, name: str) -> None:
    """Nothing is written, and the error lists the suffixes."""
    with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf, \.dot or \.gv"):
        draw(lecture()).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The error names the file."""
    with pytest.raises(FileNotFoundError, match=r"its folder does not exist: .*nowhere.graph\.dot"):
        draw(lecture()).save(tmp_path / "nowhere" / "graph.dot")


def test_nonsense_is_refused() -> None:
    """What is no Value, and what is no direction, is said."""
    with pytest.raises(TypeError, match="expected a Value"):
        draw([Value(1.0), 2.0])
    with pytest.raises(TypeError, match="expected a Value, got 5"):
        draw(5)
    with pytest.raises(ValueError, match="nothing to draw"):
        draw([])
    with pytest.raises(ValueError, match="LR, TB, RL, BT"):
        draw(Value(1.0), direction="up")


def test_an_edge_into_a_frame_is_one_group() -> None:
    """What is drawn in parts, to lead it into the frame, is in the SVG under the id of the edge alone."""
    neuron = nn.Neuron(2, rng=1)
    svg = draw(neuron([1.0, 2.0]), model=neuron).svg
    kinds = {re.sub(r"[-\d]+", "", id) for id in ids(svg)}
    assert kinds == {"graph", "node", "op", "edge", "result", "frame"}
    [edge] = [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if g.get("id") == "edge-5-2"]
    assert len(edge.findall(f"{SVG}path")) == 2


def test_ids_follow_the_order_whatever_is_shown() -> None:
    """Every Value, operation and edge has its id, by its place in the order, once."""
    loss = lecture()
    for options in ({}, {"direction": "TB"}, {"gradients": False, "local_derivatives": False}):
        expected = ["graph", *[f"node-{i}" for i in range(7)]]
        for i in (2, 4, 6):
            expected += [f"op-{i}", f"result-{i}", f"edge-{i}-0", f"edge-{i}-1"]
        assert sorted(ids(draw(loss, **options).svg)) == sorted(expected)


def test_titles_say_it_in_words() -> None:
    """Hovering over a part, and a screen reader, tell what it is."""
    loss = lecture()
    svg = draw(loss).svg
    for words in ("loss (7 Values)", "a: data 2, gradient 6", "local derivative of -6 by b: 2", "-6 = a × b"):
        assert f"<title>{words}</title>" in svg


def test_a_notebook_shows_it_and_a_terminal_says_what_it_is() -> None:
    """The SVG for the one, a line for the other."""
    loss = lecture()
    assert draw(loss)._repr_svg_().startswith("<svg")
    assert repr(draw(loss)) == '<Drawing of loss (7 Values): .save("graph.svg"), or show it in a notebook>'


def test_before_a_pass_there_are_no_gradients() -> None:
    """No box says "grad 0" of what nobody has computed."""
    a = Value(2.0, "a")
    root = a**2
    assert texts(draw(root).svg, "node-0") == ["a", "data", "2"]
    root.backward()
    assert texts(draw(root).svg, "node-0") == ["a", "data", "2", "grad", "4"]


def test_a_power_is_written_as_everywhere() -> None:
    """`x²`, not `**2`."""
    assert texts(draw(Value(2.0) ** 2).svg, "op-1") == ["x²"]


def test_the_backward_pass_as_a_picture() -> None:
    """Gradients are Values named ∂L/∂x, from a seed on; one that passes unchanged has several names."""
    a, b, f = Value(2.0, "a"), Value(-3.0, "b"), Value(-2.0, "f")
    L = (a * b + 1.0) * f
    drawing = draw(L, backward=True, names={L: "L"})
    titles = set(drawing.titles.values())
    assert {"∂L/∂a: data 6, gradient 0", "∂L/∂f: data -5, gradient 0"} <= titles
    assert "∂L/∂v2 = ∂L/∂v1 = ∂L/∂L × f" in titles
    assert "L = v2 × f" in titles
    assert "∂L/∂1" not in drawing.source
    assert (a.grad, L.label) == (0.0, "")
    assert "∂x/∂2" in draw(Value(2.0) * 1.0, backward=True, names={}).source.replace("v1", "x")
    with pytest.raises(TypeError, match="expected a Value"):
        draw([a, b], backward=True)


def test_shown_from_a_plain_prompt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`show` opens an SVG file in the browser; where there is none, the error says which file it is."""
    opened: list[str] = []
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or len(opened) == 1)
    drawing = draw(Value(2.0, "a") * 3.0)
    drawing.show()
    [file] = tmp_path.glob("stepgrad-*/graph.svg")
    assert opened == [file.as_uri()]
    assert file.read_text(encoding="utf-8") == drawing.svg
    with pytest.raises(RuntimeError, match=r"no browser could be opened: the picture is in .*graph\.svg"):
        drawing.show()
