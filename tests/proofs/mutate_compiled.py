"""Breaks what only the compiled engine and the page have, in ways chosen by hand, and prints what notices.

    python tests/proofs/mutate_compiled.py [--only TEXT]

Works on a copy that is compiled in place; needs a C compiler, and node for the scripts of the page. A mutant
is one text put in place of another in a file that mutate.py does not read. The exit status is 0 if a test
fails, hangs or crashes for each of them.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
SECONDS = 300  # for the tests, before they count as hanging
MEMORY = ("tests/core/test_nodes.py", "tests/core/test_value.py", "tests/core/test_engines.py",
          "tests/core/test_threads.py")  # fmt: skip
SCRIPTS = ("tests/page/test_javascript.py",)
IN_LANES = ("tests/page/test_lanes.py",)
LAYERS = ("tests/tape/test_products.py",)
IN_PLACE = ("tests/tape/test_in_place.py",)
LOOKS = ("tests/nn/test_snapshot.py",)


class Mutant(NamedTuple):
    """What is put in place of what, in which file, and the tests that are to notice."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...] = MEMORY


NODES, ALLOCATOR = "autograd/core/nodes.pyx", "autograd/core/allocator.h"
PROGRAM, LANES = "autograd/page/program.js", "autograd/page/lanes.js"
PRODUCTS, RULES, BLOCKS = "autograd/tape/products.h", "autograd/tape/rules.h", "autograd/tape/blocks.h"
SNAPSHOT = "nn/snapshot.h"
MUTANTS = [
    # A count of references that is one off: nodes are lost, or are freed while they are in use.
    Mutant(NODES, "    Py_INCREF(<PyObject*>primitive)\n    node._data", "    node._data"),
    Mutant(NODES, "    Py_INCREF(<PyObject*>value)\n    node._near", "    node._near"),
    Mutant(NODES, "        Py_INCREF(value)\n        inputs[i]", "        inputs[i]"),
    Mutant(
        NODES, "            Py_DECREF(<PyObject*>value)\n        else:", "            pass\n        else:"
    ),
    Mutant(NODES, "if Py_REFCNT(<PyObject*>value) > 1:", "if Py_REFCNT(<PyObject*>value) > 2:"),
    Mutant(NODES, "            Py_DECREF(<PyObject*>node._primitive)\n", ""),
    Mutant(NODES, "        give_back(inputs_in(node), node._count * BYTES_OF_INPUT)", "        pass"),
    Mutant(NODES, "    nodes_alive -= 1\n", ""),
    Mutant(NODES, "if value.weak is not NULL and not", "if False and not"),
    Mutant(NODES, "    if node._line & LABELLED:\n        drop_label(node)\n", ""),
    Mutant(NODES, "        node._line |= LABELLED\n    elif", "    elif"),
    # What is written where.
    Mutant(NODES, "    write(node, 1, second, by_second)", "    write(node, 1, second, by_first)"),
    Mutant(NODES, "node._data, node._grad = data, 0.0", "node._data, node._grad = data, 1.0"),
    Mutant(NODES, "node._mark, node._count, node._line = 0, count, 0", "node._mark, node._count = 0, count"),
    Mutant(NODES, "    memset(array, 0, count * BYTES_OF_INPUT)\n", ""),
    Mutant(
        NODES,
        "    if count > 2:\n        node._near_inputs[0]",
        "    if count > 3:\n        node._near_inputs[0]",
    ),
    Mutant(NODES, "if count > scratch_room or scratch is NULL:", "if scratch is NULL:"),
    Mutant(NODES, "        if not Py_IS_TYPE(value, <Type*>kind):\n            return i\n", ""),
    Mutant(NODES, "cdef Py_ssize_t room = 2 * self.room + 64", "cdef Py_ssize_t room = self.room + 0"),
    Mutant(NODES, "    releasing = False\n\n\ndef renew", "    pass\n\n\ndef renew"),
    # The memory under the nodes.
    Mutant(ALLOCATOR, "slab->fresh += size;", "slab->fresh += size - GRAIN;"),
    Mutant(ALLOCATOR, "        slab->freed = *block;", "        slab->freed = NULL;"),
    Mutant(ALLOCATOR, "slab->capacity = (SLAB - HEADER) / size;", "slab->capacity = SLAB / size + 1;"),
    Mutant(ALLOCATOR, "    if (--slab->used == 0) emptied(slab);", "    --slab->used;"),
    Mutant(
        ALLOCATOR, "if (slab->used == slab->capacity && slab != slab->pool->current) link_open(slab);", ""
    ),
    Mutant(ALLOCATOR, "    cut_afresh(slab);\n    return pool->current", "    return pool->current"),
    # Layers in tiles: the wrong row or column, what is left over, what is not in use, what is added up.
    Mutant(PRODUCTS, "const int *own = pair + 2 * terms * j;", "const int *own = pair;", LAYERS),
    Mutant(PRODUCTS, "block.shared[~pair[2 * terms * j]]", "block.shared[~pair[0]]", LAYERS),
    Mutant(PRODUCTS, "sum[j][v] += weight * x[v];", "sum[j][v] = weight * x[v];", LAYERS),
    Mutant(
        PRODUCTS,
        "j < count; j += ROWS_OF(count - j))\n            TILE(FOR(forward)",
        "j + 1 < count; j += ROWS_OF(count - j))\n            TILE(FOR(forward)",
        LAYERS,
    ),
    Mutant(PRODUCTS, "IN_USE + VECTOR - (count))", "IN_USE + VECTOR - (count) + 1)", LAYERS),
    Mutant(PRODUCTS, "sums[2 * i + 1], low + half);", "sums[2 * i + 1], low);", LAYERS),
    Mutant(PRODUCTS, "for (; k + 4 < size; k += 4)", "for (; k + 4 <= size; k += 4)", LAYERS),
    Mutant(PRODUCTS, "FOR(pass_to)(block, y, q, p);", "FOR(pass_to)(block, y, q, q);", LAYERS),
    Mutant(
        PRODUCTS,
        "if (block.used_once[operand])\n            for (int v",
        "if (1)\n            for (int v",
        LAYERS,
    ),
    Mutant(
        PRODUCTS,
        "block.shared[~pairs[2 * (terms * j + chosen[i])]]",
        "block.shared[~pairs[2 * (terms * j + i)]]",
        LAYERS,
    ),
    Mutant(PRODUCTS, "                     chosen + i, k)", "                     chosen, k)", LAYERS),
    Mutant(
        PRODUCTS, "    if (rest > 0) FOR(add_products)(sum, g, x, whole, rest, rows, columns);\n", "", LAYERS
    ),
    Mutant(PRODUCTS, "= used < WIDTH ? FIRST(used, x[i][k]) : x[i][k];", "= x[i][k];", LAYERS),
    Mutant(PRODUCTS, "*gradient_of(block, weight) += totals", "*gradient_of(block, weight) = totals", LAYERS),
    Mutant(PRODUCTS, "if (j < count) chosen[n++]", "if (j == 0) chosen[n++]", LAYERS),
    Mutant(
        PRODUCTS,
        "if (pair[1] < 0) add_shared(block, totals[j], pair, 1);",
        "if (pair[1] < 0) add_shared(block, totals[0], pair, 1);",
        LAYERS,
    ),
    Mutant(
        PRODUCTS,
        "for (; count > 0; count--, y++, pairs += 2 * terms)",
        "for (; count > 1; count--, y++, pairs += 2 * terms)",
        LAYERS,
    ),
    Mutant(PRODUCTS, "if (in_line[i] >= WIDTH) {", "if (1) {", LAYERS),
    Mutant(PRODUCTS, "p[part] = block.shared[~pair[2 * part]];", "p[part] = block.shared[~pair[0]];", LAYERS),
    Mutant(PRODUCTS, "return FOR(total)(sum) + rest;", "return FOR(total)(sum);", LAYERS),
    Mutant(PRODUCTS, "in_line[i] < WIDTH || i + WIDTH > terms", "in_line[i] < WIDTH", LAYERS),
    Mutant(PRODUCTS, "in_line[i] < WIDTH || i + WIDTH > terms", "i + WIDTH > terms", LAYERS),
    Mutant(PRODUCTS, "p == q ? 2.0 * gradient : gradient", "gradient", LAYERS),
    Mutant(PRODUCTS, "if (p != q) *(vec *)", "if (p < q) *(vec *)", LAYERS),
    Mutant(PRODUCTS, "block.width * block.slots[r]", "block.width * r", LAYERS),
    # Functions in the place of sums, and several at once.
    Mutant(BLOCKS, "return operand == y || (", "return (", IN_PLACE),
    Mutant(BLOCKS, "operand >= 0 && block.used_once[operand])", "operand >= 0)", IN_PLACE),
    Mutant(
        RULES,
        "        if (!is_wanted(block, x)) continue;\n",
        "        if (!is_wanted(block, x)) break;\n",
        IN_PLACE,
    ),
    Mutant(RULES, "const int x = pairs[2 * j + 1];", "const int x = pairs[1];", IN_PLACE),
    Mutant(
        RULES,
        "y[done], pairs[2 * done], pairs[2 * done + 1])) done++;",
        "y[done], pairs[2 * done], pairs[2 * done + 1])) done += 2;",
        IN_PLACE,
    ),
    Mutant(RULES, "y[done], pairs[2 * done], pairs", "y[done], pairs[0], pairs", IN_PLACE),
    # The program of a page: one example, and in lanes.
    Mutant(PROGRAM, "    grads.fill(0);\n", "", SCRIPTS),
    Mutant(PROGRAM, "grads[inputs[j]] += upstream * d[j]", "grads[inputs[j]] = upstream * d[j]", SCRIPTS),
    Mutant(PROGRAM, "let i = steps.length - 1; i >= 0; i--", "let i = 0; i < steps.length; i++", SCRIPTS),
    Mutant(PROGRAM, "    values[step.place] = result[0];\n", "", SCRIPTS),
    Mutant(PROGRAM, "for (let i = 1; i < result.length; i++) d[i - 1] = Number(result[i]);", "", SCRIPTS),
    Mutant(PROGRAM, "rule(values[inputs[0]], step.exponent)", "rule(values[inputs[0]])", SCRIPTS),
    Mutant(PROGRAM, "for (let i = 0; i < x.length; i++) x[i] = values[inputs[i]];", "", SCRIPTS),
    Mutant(LANES, "    grads.fill(0, this.shared);\n", "", IN_LANES),
    Mutant(LANES, "sum2 += upstream * memory[d2 + l];", "sum2 += upstream * memory[d3 + l];", IN_LANES),
    Mutant(LANES, "grads[x3 + l] += upstream * slope3;", "grads[x3 + l] += upstream * slope2;", IN_LANES),
    Mutant(LANES, "new Set(four).size === 4 && isAlike", "isAlike", IN_LANES),
    Mutant(LANES, "memory[d[i] + l * t[i]] = rule", "memory[d[i]] = rule", IN_LANES),
    # What a look at a model overlooks.
    Mutant(SNAPSHOT, "parts != NULL && version_of(parts) == version", "parts != NULL", LOOKS),
    Mutant(SNAPSHOT, "if (!are_same(part, (PyObject *)number)) return 0;", ";", LOOKS),
    Mutant(SNAPSHOT, "if ((size_t)Py_SIZE(part) != number) return 0;", "", LOOKS),
    Mutant(SNAPSHOT, "memcmp(PySequence_Fast_ITEMS(part), next, number * sizeof part) != 0", "0", LOOKS),
    Mutant(SNAPSHOT, "same && walk.is_sure ?", "same ?", LOOKS),
    Mutant(SNAPSHOT, "return are_same(part, before) ? place : -1;", "return place;", LOOKS),
]


def copied(folder: Path) -> Path:
    """A copy of the project without what was built."""
    root = folder / "stepgrad"
    left_out = shutil.ignore_patterns("*.so", "*.c", "*.pyd", "__pycache__", ".git", "build", ".hypothesis")
    shutil.copytree(ROOT, root, ignore=left_out)
    return root


def built(root: Path) -> bool:
    """Compile in place what changed; whether the compiler took it."""
    build = "import setuptools; setuptools.setup(script_args=['-q', 'build_ext', '--inplace'])"
    environment = os.environ | {"STEPGRAD_COMPILE": "require"}
    return not subprocess.run(
        [sys.executable, "-c", build], cwd=root, env=environment, capture_output=True
    ).returncode


def noticed_by(root: Path, tests: tuple[str, ...]) -> str | None:
    """The first file of tests that does not pass, with how it ended; None where all do."""
    for test in tests:
        runs = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
        environment = os.environ | {"STEPGRAD_ENGINE": "compiled", "PYTHONPATH": str(root)}
        try:
            done = subprocess.run(
                [sys.executable, *runs], cwd=root, env=environment, capture_output=True, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"{test} hangs"
        if done.returncode < 0:
            return f"{test} crashes"
        if done.returncode:
            return f"{test} fails"
    return None


def main() -> int:
    """Try each mutant; 1 if one survives."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--only", default="", help="try those with this text in them")
    only = options.parse_args().only
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        root = copied(Path(folder))
        assert built(root), "it cannot be compiled as it is"
        for tests in (MEMORY, LAYERS, IN_PLACE, SCRIPTS, IN_LANES, LOOKS):
            assert (failing := noticed_by(root, tests)) is None, f"as it is, {failing}"
        for file, old, new, tests in (mutant for mutant in MUTANTS if only in "".join(mutant[:3])):
            source = (root / file).read_text(encoding="utf-8")
            assert source.count(old) == 1, f"{file} has not once but {source.count(old)} times: {old}"
            (root / file).write_text(source.replace(old, new), encoding="utf-8")
            notice = noticed_by(root, tests) if built(root) else "it cannot be compiled"
            (root / file).write_text(source, encoding="utf-8")
            survived += notice is None
            changed = f"{' '.join(old.split())}  →  {' '.join(new.split()) or 'nothing'}"
            print(f"{notice or 'SURVIVED'}: {Path(file).name}: {changed}", flush=True)
    return min(survived, 1)


if __name__ == "__main__":
    sys.exit(main())
