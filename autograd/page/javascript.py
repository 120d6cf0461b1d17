"""The rules of core/rules.py and core/nary_rules.py as JavaScript, translated from their source.

A page that lets its numbers be changed computes with these: no rule is written a second time. A rule of the
user's own is translated too if it keeps to what translator.py knows; if not, an `UntranslatableError` says
why.
"""

import ast
import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from autograd.core.primitives import Primitive
from autograd.core.rule_sources import SourceError, functions_of, rule_sources
from autograd.page.lane_rules import lanes_of
from autograd.page.one_file import part
from autograd.page.translator import Translator, UntranslatableError, safe

__all__ = ["SHARED", "own_rule", "rules_in_javascript"]


SHARED = part("functions.js")  # what rules in JavaScript call that is not there


def rules_in_javascript(own: Iterable[str] = (), lanes: bool = False) -> str:
    """The text of an expression: an object that has, by name, every rule of the table.

    An entry is {arity, rule}, with the rule as in rules.py: it returns the value and each local
    derivative, or with arity 0 (any number of inputs) takes x, d and n and fills d. That of `power_of` takes
    x and n. The user's `own` rules (see `own_rule`) are there as own0, own1, …, with arity −1: they take all
    the inputs, and return the value and each local derivative. With `lanes` the entries are what lanes.js
    takes, too.

    >>> "function relu(x) { return ((x <= 0.0) ? [0.0, 0.0] : [x, 1.0]); }" in rules_in_javascript()
    True
    """
    functions, entries = built_in_rules(lanes)
    of_own = [f"own{i}: {{ arity: -1, rule: {rule} }}," for i, rule in enumerate(own)]
    return "\n".join(["(() => {", SHARED + functions, "return {", *entries, *of_own, "};", "})()"])


@cache
def built_in_rules(lanes: bool) -> tuple[str, list[str]]:
    """Every rule of primitives.py with what they share, and the entries of the table."""
    source = rule_sources()
    known = {"math": math} | {name: eval(ast.unparse(v), {}) for name, v in source.constants.items()}
    entries = []
    for name, (arity, rule) in source.table.items():
        more = lanes_of(name, arity, rule, source.functions, known) if lanes else ""
        entries.append(f"{name}: {{ arity: {arity}, rule: {rule}{more} }},")
    wanted = [rule for _, rule in source.table.values()]
    return "\n".join(translated(wanted, source.functions, known)), entries


def own_rule(primitive: Primitive) -> str:
    """The rule of a user's own primitive, with what it calls, as the text of an expression."""
    try:
        name, found, known = functions_of(primitive)
    except SourceError as error:
        raise UntranslatableError(str(error)) from error
    return f"(() => {{ {' '.join(translated([name], found, known))} return {safe(name)}; }})()"


def translated(
    wanted: list[str], functions: Mapping[str, ast.FunctionDef], known: Mapping[str, Any]
) -> list[str]:
    """The functions that are wanted and those they call, each once."""
    texts: dict[str, str] = {}
    pending = wanted[::-1]
    while pending:
        name = pending.pop()
        if name not in texts:
            translator = Translator(functions, known)
            texts[name] = translator.function(functions[name])
            pending += translator.called
    return list(texts.values())
