"""export: the program that a graph is, as text in plain Python, PyTorch, JAX or LaTeX."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from autograd.core.value import Value
from autograd.exporting.graph import Graph
from autograd.exporting.latex import latex_program
from autograd.exporting.python import python_program
from autograd.exporting.tensors import jax_program, torch_program
from autograd.util.files import replace_file, suffix_of
from autograd.util.suggestions import did_you_mean
from autograd.util.text import legible

__all__ = ["LANGUAGES", "Program", "export"]

LANGUAGES: dict[str, Callable[[Graph], str]] = {
    "python": python_program,
    "torch": torch_program,
    "jax": jax_program,
    "latex": latex_program,
}
ALSO = {"pytorch": '"torch"', "tex": '"latex"', "py": '"python"', "numpy": '"python" or "jax"'}
SUFFIXES = {"latex": (".tex",)}  # else .py


def export(
    root: Any,
    language: str,
    *,
    model: Any = None,
    names: Mapping[Value, str] | None = None,
    limit: int = 2_000,
    **options: Any,
) -> "Program":
    """The program that computes `root` and its gradients, in another language; `str()` of it is the text.

    "python" is the forward and the backward pass as straight-line code that needs no library, and gives the
    gradients to the bit; "torch" and "jax" compute in double precision, and have their own backward pass;
    "latex" is the expression, and its derivatives by the chain rule. Numbers in comments are what the engine
    has. After it has run, the leaves and the root are there by their names, and the gradients as
    `a_grad` (python), `a.grad` (torch), `gradients["a"]` (jax).

    root: the Value that was computed; or a model of `nn` (a Neuron, a Layer, an MLP), for "torch", as layers
        with their weights and a training step.
    language: "python", "torch", "jax" or "latex".
    model: the model it was computed by, whose parameters are named after it.
    names: a name for each Value that is to have another than its label, or that of the model's parameter or
        of the caller's variable. What is no identifier is made one. A leaf without a name is a number.
    limit: the most Values a graph may have; more are a ValueError.
    options: of a model, `loss` and `optimizer` of the training step; a loss with options is
        `functools.partial(nn.huber_loss, delta=2.0)`.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> L = a * b
    >>> print(export(L, "python"))
    a = 2.0
    b = -3.0
    <BLANKLINE>
    # Forward: each value.
    L = a * b  # -6
    <BLANKLINE>
    # Backward: the derivative of L by each value, the last first.
    L_grad = 1.0
    a_grad = L_grad * b  # -3
    b_grad = L_grad * a  # 2
    """
    if language not in LANGUAGES:
        word = str(language)
        hint = did_you_mean(word.lower(), LANGUAGES, ALSO) or f": there are {', '.join(LANGUAGES)}"
        raise ValueError(f"cannot export to {language!r}{hint}")
    if hasattr(root, "named_parameters"):
        return Program(exported_model(root, language, options), language)
    if options:
        raise TypeError(f"{', '.join(options)}= belongs to a model: of a Value there is nothing to train")
    return Program(LANGUAGES[language](Graph(root, model, names, limit)), language)


def exported_model(model: Any, language: str, options: Mapping[str, Any]) -> str:
    """The text of a model, which it writes itself."""
    write = getattr(type(model), "__export__", None)
    if write is None:
        raise TypeError(
            f"{legible(type(model).__name__)} has no program of its own: run it, and "
            "export(output, language, model=model)"
        )
    return write(model, language, **options)  # type: ignore[no-any-return]


class Program:
    """The text of a program: `str()` of it; `save` writes it to a file; a notebook shows it."""

    def __init__(self, text: str, language: str) -> None:
        self.text, self.language = text.rstrip("\n"), language

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the text to `path`, .py or of LaTeX .tex, all of it or nothing; an OSError says why not."""
        suffix_of(path, SUFFIXES.get(self.language, (".py",)))
        replace_file(path, f"{self.text}\n".encode())

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What a notebook shows: code in its colours, LaTeX as it looks."""
        if self.language == "latex":
            return {"text/latex": self.text, "text/plain": self.text}
        return {"text/markdown": f"```python\n{self.text}\n```", "text/plain": self.text}

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        lines = self.text.count("\n") + 1
        return f'<Program in {self.language} ({lines} lines): print it, or .save("program{self.suffix}")>'

    @property
    def suffix(self) -> str:
        """The suffix of a file for it."""
        return SUFFIXES.get(self.language, (".py",))[0]
