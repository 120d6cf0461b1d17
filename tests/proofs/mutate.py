"""Breaks the engine in every small way there is and prints which of these mutants the tests do not notice.

    python tests/proofs/mutate.py [--jobs 2] [--every 1] [FILE …]

Works on a copy, on the interpreted source. A mutant has one operator, comparison, number, condition or
statement changed; it is killed when a test fails, or hangs. `--every 5` tries every fifth.
"""

import argparse
import ast
import copy
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import mpmath
import numpy
import pytest

ROOT = Path(__file__).parent.parent.parent
FILES = tuple(f"autograd/{room}.py" for room in ("primitives", "value", "many", "chain", "runner"))
TESTS = (
    "test_primitives",
    "test_value",
    "test_functions",
    "test_misuse",
    "test_tape",
    "test_checking",
    "test_docs",
)
SLOWEST = 120  # seconds for the tests of one mutant

OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Places(ast.NodeVisitor):
    """Finds what can be changed: not annotations, docstrings, messages, or what only the compiler sees."""

    def __init__(self) -> None:
        self.found: list[tuple[ast.AST, ast.AST]] = []

    def visit_If(self, node: ast.If) -> None:
        test = ast.unparse(node.test)
        if test not in ("cython.compiled", "not cython.compiled"):
            self.found.append((node, ast.UnaryOp(ast.Not(), node.test)))
            self.generic_visit(node)
            return
        for statement in node.orelse if test == "cython.compiled" else node.body:
            self.visit(statement)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.found.append((node, ast.IfExp(node.test, node.orelse, node.body)))
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in OPERATORS:
            self.found.append((node, ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.found.append((node, ast.BoolOp(OPERATORS[type(node.op)](), node.values)))
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        ops = [OPERATORS[type(op)]() for op in node.ops]
        self.found.append((node, ast.Compare(node.left, ops, node.comparators)))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.found.append((node, node.operand))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.found.append((node, ast.Constant(not node.value)))
        elif isinstance(node.value, (int, float)):
            self.found.append((node, ast.Constant(node.value + 1)))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.found.append((node, ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value)))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.found.append((node, ast.Return(ast.Constant(None))))
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.found.append((node, ast.Pass()))
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.found.append((node, ast.Pass()))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for statement in node.body:
            self.visit(statement)
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.visit(default)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        return


def mutants(file: str) -> Iterator[tuple[str, str]]:
    """What is changed, and the source with that change, for every change there is."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    places = Places()
    places.visit(tree)
    for node, changed in places.found:
        before = copy.copy(node.__dict__)
        if isinstance(node, ast.If):
            what = f"if {ast.unparse(node.test)}  →  if {ast.unparse(changed)}"
            node.test = changed  # type: ignore[assignment]
            yield f"{file}:{node.lineno}: {what}", ast.unparse(ast.fix_missing_locations(tree))
            node.__dict__.update(before)
            continue
        what = f"{ast.unparse(node)}  →  {ast.unparse(ast.fix_missing_locations(changed))}"
        holder, field, place = held_by(tree, node)
        put(holder, field, place, changed)
        yield f"{file}:{getattr(node, 'lineno', 0)}: {what}", ast.unparse(ast.fix_missing_locations(tree))
        put(holder, field, place, node)


def held_by(tree: ast.AST, wanted: ast.AST) -> tuple[ast.AST, str, int | None]:
    """The node, field and place in which a node stands."""
    for holder in ast.walk(tree):
        for field, value in ast.iter_fields(holder):
            if value is wanted:
                return holder, field, None
            if isinstance(value, list):
                for place, item in enumerate(value):
                    if item is wanted:
                        return holder, field, place
    raise LookupError(wanted)


def put(holder: ast.AST, field: str, place: int | None, node: ast.AST) -> None:
    """Put a node where another stood."""
    if place is None:
        setattr(holder, field, node)
    else:
        getattr(holder, field)[place] = node


def survivors(job: int, jobs: int, every: int, files: list[str]) -> list[str]:
    """Those of this job's mutants that no test notices."""
    left = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("autograd", "nn", "tests"):
            shutil.copytree(
                ROOT / name, root / name, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
            )
        shutil.copy(ROOT / "pyproject.toml", root)
        shutil.copy(ROOT / "README.md", root)
        assert passes(root), "the tests fail as it is"
        todo = [(file, *mutant) for file in files for mutant in mutants(file)]
        for file, what, source in todo[job * every :: jobs * every]:
            (root / file).write_text(source, encoding="utf-8")
            if passes(root):
                left.append(what)
                print(f"survived: {what}", flush=True)
            shutil.copy(ROOT / file, root / file)
    return left


def passes(root: Path) -> bool:
    """Whether all the tests pass there, in a process of their own that has pytest and the oracle loaded."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    signal.alarm(SLOWEST)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(root)
    sys.dont_write_bytecode = True
    ours = (ROOT, ROOT / "tests", Path(__file__).parent)
    sys.path[:] = [str(root), *(path for path in sys.path if Path(path).resolve() not in ours)]
    tests = [f"tests/{name}.py" for name in TESTS if (root / f"tests/{name}.py").exists()]
    loaded_before = ["-W", "ignore:Module already imported"]
    os._exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *loaded_before, *tests]))


def main() -> None:
    """Try the mutants of the files asked for."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--jobs", type=int, default=2, help="processes (default: %(default)s)")
    options.add_argument("--every", type=int, default=1, help="try every so manieth mutant (default: all)")
    options.add_argument("files", nargs="*", default=list(FILES))
    asked = options.parse_args()
    print(f"with pytest {pytest.__version__}, hypothesis {hypothesis.__version__}, "
          f"mpmath {mpmath.__version__}, numpy {numpy.__version__}")  # fmt: skip
    with multiprocessing.Pool(asked.jobs) as pool:
        parts = pool.starmap(
            survivors, [(job, asked.jobs, asked.every, asked.files) for job in range(asked.jobs)]
        )
    left = [what for part in parts for what in part]
    for file in asked.files:
        tried = len(range(0, sum(1 for _ in mutants(file)), asked.every))
        survived = sum(what.startswith(file) for what in left)
        print(
            f"{file}: {tried} mutants, {tried - survived} killed ({100 * (tried - survived) / tried:.1f} %)"
        )


if __name__ == "__main__":
    main()
