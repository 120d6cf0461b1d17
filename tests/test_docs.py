"""The examples in the docstrings and the README, on the engine that is imported, print what they say."""

import ast
import doctest
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import autograd
import nn

README = Path(__file__).parent.parent / "README.md"
PARSER = doctest.DocTestParser()


def documented() -> Iterator[tuple[str, str, str, int]]:
    """Module, qualified name, docstring and line of everything documented in the imported packages.

    Docstrings are read from the .py files: those of compiled properties and C functions are not found
    by looking at the modules.
    """
    for package in (autograd, nn):
        folder = Path(package.__file__).parent
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder.parent).with_suffix("").parts
            module = ".".join(parts).removesuffix(".__init__")
            yield from documented_in(ast.parse(file.read_text(encoding="utf-8")), module, "")


def documented_in(tree: ast.AST, module: str, name: str) -> Iterator[tuple[str, str, str, int]]:
    """The same for what one node of the syntax tree holds."""
    if isinstance(tree, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(tree):
        yield module, name, ast.get_docstring(tree) or "", getattr(tree, "lineno", 1)
    for child in ast.iter_child_nodes(tree):
        inner = isinstance(child, (ast.ClassDef, ast.FunctionDef))
        yield from documented_in(child, module, f"{name}.{child.name}".lstrip(".") if inner else name)


WITH_EXAMPLES = [entry for entry in documented() if ">>>" in entry[2]]


def run(text: str, names: dict[str, object], title: str, line: int = 0) -> None:
    """Run the examples in a text; fail with what they printed instead."""
    complaints: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(PARSER.get_doctest(text, names, title, title, line), out=complaints.append)
    assert not complaints, "".join(complaints)


@pytest.mark.parametrize(
    ("module", "name", "text", "line"), WITH_EXAMPLES, ids=[f"{m}:{n}" for m, n, _, _ in WITH_EXAMPLES]
)
def test_examples_of_docstrings(module: str, name: str, text: str, line: int) -> None:
    """Each example prints what its docstring shows."""
    run(text, dict(vars(import_module(module))), f"{module}.{name}", line)


def test_examples_of_readme() -> None:
    """Each example of the README prints what it shows."""
    run(README.read_text(encoding="utf-8"), {}, "README.md")


@pytest.mark.parametrize("package", [autograd, nn], ids=["autograd", "nn"])
def test_public_names_are_documented(package: object) -> None:
    """Every public name is there and has a docstring, compiled too."""
    for name in getattr(package, "__all__", ()):
        assert inspect.getdoc(getattr(package, name)), f"{name} has no docstring"
