"""The parts rest on each other in one order: no import runs up, in functions and cimports either."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograd
import nn

# Each part with those that it may use; and each may use its own files.
USES = {
    "util": set(),
    "_version": set(),
    "core": {"util"},
    "expressions": {"core", "util"},
    "tape": {"core", "util"},
    "naming": {"core", "util"},
    "checks": {"core", "naming", "util"},
    "stepping": {"core", "naming", "util"},
    "drawing": {"core", "naming", "util"},
    "exporting": {"core", "naming", "util"},
    "page": {"core", "naming", "stepping", "drawing", "util"},
    "live": {"core", "expressions", "stepping", "drawing", "page", "util", "_version"},
}
FACES = {"", "__main__", "internal"}  # they show the parts, and no part uses them
CIMPORT = re.compile(
    r"^\s*from\s+((?:autograd|nn)[\w.]*)\s+cimport\s+([\w, ]+)|^\s*cimport\s+([\w.]+)", re.MULTILINE
)


def source_files() -> Iterator[tuple[str, Path]]:
    """Each source file of the packages, with the name of its module."""
    for package in (autograd, nn):
        folder = Path(package.__file__).parent
        for file in sorted([*folder.rglob("*.py"), *folder.rglob("*.pxd"), *folder.rglob("*.pyx")]):
            parts = file.relative_to(folder.parent).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__"), file


def imported_modules(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports, wherever in it; what only a type checker reads is left out."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        for found in CIMPORT.finditer(text):
            yield from with_names(found[1] or found[3], (found[2] or "").split(","))
        return
    tree = ast.parse(text)
    unseen = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            module = (node.module or "").removeprefix("cython.cimports.")
            yield from with_names(module, [alias.name for alias in node.names])


def with_names(module: str, names: list[str]) -> Iterator[str]:
    """A module, and the modules among what is imported from it: `from autograd.core import backprop`."""
    for name in names:
        inner = f"{module}.{name.strip()}"
        yield inner if inner in MODULES else module


MODULES = dict(source_files())
EDGES = [
    (module, target)
    for module, file in source_files()
    for target in imported_modules(file)
    if target.split(".")[0] in ("autograd", "nn")
]


def part_of(module: str) -> str:
    """The part of `autograd` that a module is in: "core"; that of a face is its own name."""
    return module.split(".")[1] if "." in module else ""


def upward(edges: list[tuple[str, str]]) -> list[str]:
    """The imports that run up, each as a line that says so."""
    found = []
    for module, target in edges:
        package, part, used = module.split(".")[0], part_of(module), part_of(target)
        if package == "nn":
            continue
        if target.startswith("nn"):
            found.append(f"{module} imports {target}: autograd does not know nn")
        elif part not in FACES and used != part and used not in USES[part]:
            found.append(f"{module} imports {target}: {part} does not rest on {used or 'the public face'}")
    return found


def test_no_import_runs_up() -> None:
    """Every import of a part is one that it may have; USES has no circle."""
    assert len(EDGES) > 200
    assert not upward(EDGES)
    below: set[str] = set()
    for part, used in USES.items():
        assert used <= below, f"{part} stands before what it rests on"
        below.add(part)


def test_every_part_is_known() -> None:
    """A new folder finds its floor in USES; each says in its docstring what it is for."""
    parts = {part_of(module) for module in MODULES if module.count(".") > 1 and module.startswith("autograd")}
    assert parts == set(USES) - {"expressions", "_version"}  # which are a file each
    for part in parts:
        assert (
            "Read " in (ast.get_docstring(ast.parse(MODULES[f"autograd.{part}"].read_text())) or "")
            or part == "util"
        )


@pytest.mark.parametrize(
    ("module", "target"),
    [
        ("autograd.core.value", "autograd.stepping.stepper"),
        ("autograd.stepping.step", "autograd.page.notebook"),
        ("autograd.tape.tape", "nn.layers"),
        ("autograd.util.files", "autograd"),
    ],
)
def test_an_arrow_that_is_turned_round_is_noticed(module: str, target: str) -> None:
    """One import that runs up is named, with both its ends."""
    [line] = upward([(module, target)])
    assert module in line
    assert target in line


def test_nn_uses_the_public_face_and_the_internal_one() -> None:
    """Beside the public face, nn imports autograd.internal, and what its compiled files need; what it adds to
    the command and the live page, it gives to these."""
    compiled = {"nn.outputs", "nn.search", "nn.snapshot", "nn.updates"}
    others = {target for module, target in EDGES if module.startswith("nn") and module not in compiled}
    allowed = {"autograd", "autograd.internal", "autograd.live", "autograd.__main__"}
    assert {target for target in others if target.startswith("autograd")} <= allowed


def test_the_map_in_the_readme_is_true() -> None:
    """Each part is on it, and each file that it names is there."""
    checkout = Path(__file__).parent.parent
    house = (checkout / "README.md").read_text("utf-8").split("## The house")[1].split("\n## ")[0]
    parts = {*USES, "nn", "demos"} - {"_version"}
    assert [part for part in parts if not re.search(rf"\b{part}\b", house)] == []
    named = re.findall(r"`([\w./]+\.(?:py|pyx|h|md))`", house)
    roots = (checkout, checkout / "autograd", checkout / "autograd" / "tape", checkout / "tests" / "nn")
    assert len(named) > 15
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
