"""Breaks the engine in every small way there is and prints which of these mutants the tests do not notice.

    python tests/proofs/mutate.py [--jobs 1] [--every 1] [--only TEXT] [FILE …]

Works on a copy, on the interpreted source. A mutant has one operator, comparison, number, condition or
statement changed; it is killed when a test fails, or hangs. Those that cannot be told from the original
stand in equivalent_mutants.txt, each under the reason. `--every 5` tries every fifth, `--only TEXT` those
that have this text in what is printed of them. The exit status is 0 if no other survives.
"""

import argparse
import ast
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import mpmath
import numpy
import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = (
    "core/rules",
    "core/nary_rules",
    "core/primitives",
    "core/own_rules",
    "core/value",
    "core/nary",
    "core/backprop",
    "tape/tape",
    "tape/memory",
    "tape/runner",
    "tape/batch",
)
FILES = tuple(f"autograd/{room}.py" for room in ROOMS)
TESTS = (
    "test_misuse", "core/test_functions", "checks/test_debug", "core/test_nodes", "core/test_value",
    "tape/test_tape", "tape/test_blocks", "tape/test_descent", "tape/test_tape_misuse",
    "tape/test_tape_threads", "tape/test_fuse_sums", "test_docs", "core/test_primitives",
    "stepping/test_stepper", "stepping/test_guesses", "stepping/test_text", "checks/test_gradcheck",
    "nn/test_losses", "core/test_threads", "nn/test_optim", "nn/test_replay", "core/test_engines",
    "nn/test_saving", "nn/test_training", "nn/test_training_misuse", "nn/test_whole_updates",
)  # fmt: skip
PROCESSOR_SECONDS, SECONDS = 20, 400  # for one file of tests, before it counts as hanging
MEMORY = 2 << 30  # bytes

OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip

# --- The mutants -----------------------------------------------------------------------------------------


class Places(ast.NodeVisitor):
    """Finds what can be changed: not annotations, docstrings, messages, or what only the compiler sees."""

    def __init__(self) -> None:
        self.found: list[tuple[str, ast.AST, ast.AST]] = []  # where, what, and what it is changed to
        self.where: list[str] = []

    def add(self, node: ast.AST, changed: ast.AST) -> None:
        self.found.append((".".join(self.where), node, changed))

    def visit_If(self, node: ast.If | ast.IfExp) -> None:
        test = ast.unparse(node.test)
        if test.startswith("cython.compiled"):
            self.visit_all(node.orelse)
        elif test == "not cython.compiled":
            self.visit_all(node.body)
        else:
            self.add(node, type(node)(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse))
            self.generic_visit(node)

    def visit_all(self, parts: ast.AST | list[ast.AST]) -> None:
        for part in parts if isinstance(parts, list) else [parts]:
            self.visit(part)

    visit_IfExp = visit_If  # noqa: N815, the name is that of the node

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in OPERATORS:
            self.add(node, ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right))
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.add(node, ast.BoolOp(OPERATORS[type(node.op)](), node.values))
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        ops = [OPERATORS[type(op)]() for op in node.ops]
        self.add(node, ast.Compare(node.left, ops, node.comparators))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.add(node, node.operand)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.add(node, ast.Constant(not node.value))
        elif isinstance(node.value, (int, float)):
            self.add(node, ast.Constant(node.value + 1))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.add(node, ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.add(node, ast.Return(ast.Constant(None)))
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.add(node, ast.Pass())
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.add(node, ast.Pass())

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.where.append(node.name)
        self.visit_all(node.body)
        self.where.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.where.append(node.name)
        for part in [*node.body, *node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self.where.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        return


def mutants(file: str) -> Iterator[tuple[str, str]]:
    """What is changed, and the source with that change, for every change there is."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    original = ast.unparse(tree).splitlines()
    places = Places()
    places.visit(tree)
    for where, node, changed in places.found:
        before = node.__class__, dict(node.__dict__)
        turn_into(node, type(changed), dict(changed.__dict__))
        source = ast.unparse(tree)
        turn_into(node, *before)
        lines = zip(original, source.splitlines(), strict=False)
        old, new = next(pair for pair in lines if len(set(pair)) > 1)
        yield f"{file} {where}: {old.strip()}  →  {new.strip()}", source


def turn_into(node: ast.AST, kind: type, fields: dict[str, object]) -> None:
    """Make one node another, where it stands."""
    node.__class__ = kind
    node.__dict__.clear()
    node.__dict__.update(fields)


# --- The tests -------------------------------------------------------------------------------------------


def survivors(job: int, jobs: int, todo: list[tuple[str, str, str]]) -> list[str]:
    """Those of this job's mutants that no test notices."""
    left = []
    quick = hypothesis.Phase.explicit, hypothesis.Phase.generate
    hypothesis.settings.register_profile(
        "mutants", deadline=None, database=None, derandomize=True, phases=quick, max_examples=50
    )
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("autograd", "nn", "tests"):
            built = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
            shutil.copytree(ROOT / name, root / name, ignore=built)
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, root)
        order = list(TESTS)
        failing = [name for name in order if not passes(root, name, write_bytecode=True)]
        assert not failing, f"these tests fail as it is: {failing}"
        for file, what, source in todo[job::jobs]:
            part, room = Path(file).parts[-2:]
            own = f"{part}/test_{Path(room).stem}"
            first = [name for name in (own, *order) if name in TESTS]
            (root / file).write_text(source, encoding="utf-8")
            killer = next((name for name in dict.fromkeys(first) if not passes(root, name)), None)
            shutil.copy(ROOT / file, root / file)
            if killer is None:
                left.append(what)
                print(f"survived: {what}", flush=True)
            else:
                order.remove(killer)
                order.insert(0, killer)
    return left


def passes(root: Path, name: str, write_bytecode: bool = False) -> bool:
    """Whether a file of tests passes there, in a process of its own that has all but the engine loaded."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    signal.alarm(SECONDS)
    for limit, most in ((resource.RLIMIT_CPU, PROCESSOR_SECONDS), (resource.RLIMIT_AS, MEMORY)):
        resource.setrlimit(limit, (most, resource.RLIM_INFINITY))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(root)
    sys.dont_write_bytecode = not write_bytecode
    ours = (ROOT, ROOT / "tests", Path(__file__).parent)
    sys.path[:] = [str(root), *(path for path in sys.path if Path(path).resolve() not in ours)]
    options = ["-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "--hypothesis-profile=mutants"]
    loaded_before = ["-W", "ignore:Module already imported"]
    os._exit(pytest.main([*options, *loaded_before, f"tests/{name}.py"]))


def main() -> int:
    """Try the mutants of the files asked for; 1 if one survives that is not listed as equivalent."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    options.add_argument("--every", type=int, default=1, help="try every so manieth mutant (default: all)")
    options.add_argument("--only", default="", help="try those with this text in what is printed")
    options.add_argument("files", nargs="*", default=list(FILES))
    asked = options.parse_args()
    print(f"with pytest {pytest.__version__}, hypothesis {hypothesis.__version__}, "
          f"mpmath {mpmath.__version__}, numpy {numpy.__version__}")  # fmt: skip
    todo = [(file, *mutant) for file in asked.files for mutant in mutants(file)]
    todo = [mutant for mutant in todo if asked.only in mutant[1]][:: asked.every]
    start = time.monotonic()
    with multiprocessing.Pool(asked.jobs) as pool:
        parts = pool.starmap(survivors, [(job, asked.jobs, todo) for job in range(asked.jobs)])
    left = [what for part in parts for what in part]
    print(f"{(time.monotonic() - start) / 60:.0f} minutes")
    return report(asked.files, [what for _, what, _ in todo], left)


def report(files: list[str], tried: list[str], left: list[str]) -> int:
    """Print what became of the mutants of each file; 1 if it is not as the list of equivalents has it."""
    reasons = equivalent_mutants()
    for what in left:
        if what in reasons:
            print(f"equivalent: {what}\n    {reasons[what]}")
    unexplained = [what for what in left if what not in reasons]
    wrong = [what for what in reasons if what in tried and what not in left]
    gone = set(reasons) - {what for file in FILES for what, _ in mutants(file)}
    for title, found in (("survived", unexplained), ("killed, not equivalent", wrong), ("unknown", gone)):
        for what in found:
            print(f"{title}: {what}")
    for file in [*files, ""]:
        of_file = [what for what in tried if what.startswith(file)]
        survived = sum(what.startswith(file) for what in unexplained)
        equivalent = sum(what.startswith(file) for what in left) - survived
        killed = len(of_file) - survived - equivalent
        print(f"{file or 'all'}: {len(of_file)} mutants, {killed} killed, {equivalent} equivalent "
              f"(listed with the reason), {survived} survivors")  # fmt: skip
    return 1 if unexplained or wrong or gone else 0


def equivalent_mutants() -> dict[str, str]:
    """The mutants that nothing can tell from the original, each with the reason it stands under."""
    reasons, reason = {}, ""
    for line in (Path(__file__).parent / "equivalent_mutants.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif "  →  " in line:
            reasons[line] = reason
    return reasons


if __name__ == "__main__":
    sys.exit(main())
