"""Which layer and neuron of a model a node belongs to: the frames around them, and names within these."""

from collections.abc import Iterable, Mapping
from typing import Any

from autograd.core.value import Value
from autograd.util.text import legible

__all__ = ["Frame", "frame_kinds", "frame_names", "frames_of", "split_path"]

Frame = tuple[str, ...]  # captions from the outermost in: ("layer 0", "neuron 3")


def split_path(path: str) -> tuple[Frame, str]:
    """The frame that a parameter stands in, and what it is called there.

    >>> split_path("layers.0.neurons.3.weights.1")
    (('layer 0', 'neuron 3'), 'w1')
    """
    words: list[tuple[str, list[str]]] = []
    for part in path.split("."):
        if part.isdecimal() and words:
            words[-1][1].append(part)
        else:
            words.append((part, []))
    *outer, (name, places) = words
    captions = [
        " ".join([word.removesuffix("s"), *numbers] if numbers else [word]) for word, numbers in outer
    ]
    return tuple(captions), short_name(name, places)


def short_name(name: str, places: list[str]) -> str:
    """A parameter as a formula has it: `w1`, `b`; of another name than usual, or in a matrix, `w[0][1]`."""
    letter = {"weight": "w", "weights": "w", "bias": "b", "biases": "b"}.get(name)
    if letter and len(places) < 2:
        return letter + "".join(places)
    return (letter or name) + "".join(f"[{place}]" for place in places)


def frame_names(names: Mapping[Value, str], parameters: Mapping[Value, str]) -> dict[Value, str]:
    """What parameters that go by their path are called in their frame, where nothing else is called so."""
    taken = set(names.values())
    short = {
        parameter: legible(split_path(path)[1])
        for parameter, path in parameters.items()
        if names.get(parameter) == legible(path)
    }
    return {parameter: name for parameter, name in short.items() if name not in taken}


def frames_of(nodes: Iterable[Value], parameters: Mapping[Value, str], model: Any) -> dict[Value, Frame]:
    """The frame of each node that belongs in one, for `nodes` in topological order.

    A parameter stands in the frame that its path names. So does what is computed from it and from
    something else, such as w * x or a weighted sum; what is computed from nothing but these, such as the
    sum of such products; and one operation that follows, the activation.
    """
    whole = (type(model).__name__.lower(),)
    frames = {p: tuple(map(legible, split_path(path)[0] or whole)) for p, path in parameters.items()}
    activated: set[Value] = set()
    for node in nodes if frames else ():
        inputs = set(node.inputs)
        own = {frames[value] for value in inputs & parameters.keys()}
        around = own or {frames.get(value, ()) for value in inputs}
        closed = inputs <= (parameters.keys() if own else activated)
        if len(around) != 1 or () in around or closed:
            continue
        [frames[node]] = around
        if not own and (len(inputs) == 1 or inputs & activated):
            activated.add(node)
    return frames


def frame_kinds(frame: tuple[str, ...]) -> list[str]:
    """What each part of a model is that a frame names: `["layer", "neuron"]` for layer 0, neuron 3."""
    return [caption.split()[0] for caption in frame]
