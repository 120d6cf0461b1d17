"""The operations as functions: the table of primitives is open, and typing errors get a hint."""

import pickle

import pytest

import autograd
from autograd.core import functions, nary_functions
from autograd.core.primitives import PRIMITIVES, Primitive


def test_every_rule_in_the_table_is_a_function() -> None:
    """Each primitive is a public function, documented, picklable and in `dir`."""
    for name in PRIMITIVES:
        name = name.removesuffix("_of")  # maximum takes two numbers or a list, with a primitive for each
        known = [*functions.__all__, *nary_functions.__all__]
        assert name in known, f"{name} has no function in core/functions.py or nary_functions.py"
        function = getattr(autograd, name)
        assert function.__doc__
        assert name in dir(autograd)
        assert pickle.loads(pickle.dumps(function)) is function


def test_a_star_import_leaves_pythons_own_names() -> None:
    """`from autograd import *` brings tanh, and neither sum nor abs."""
    names: dict[str, object] = {}
    exec("from autograd import *", names)
    assert "tanh" in names
    assert not {"sum", "abs"} & names.keys()
    assert sum([autograd.sum([1.0]), 2.0], 3.0).data == 6.0


def test_a_rule_of_any_number_of_numbers() -> None:
    """A primitive that is made without an arity takes as many as its rule."""
    product = Primitive("product", "∏", function=lambda a, b: (a * b, b, a))
    assert product.evaluate([2.0, 3.0]) == (6.0, (3.0, 2.0))


def test_a_function_that_does_not_exist_gets_a_hint() -> None:
    """A slip of the fingers is met with the name that was meant."""
    with pytest.raises(AttributeError, match="did you mean 'sigmoid'"):
        _ = autograd.sigmiod


def test_what_is_no_number_is_named() -> None:
    """The error says which operation, and what it got."""
    with pytest.raises(TypeError, match="weighted_sum takes Values and numbers, not 'x'"):
        autograd.weighted_sum([1.0], ["x"])
    with pytest.raises(ValueError, match="weighted_sum of 2 weights needs as many inputs, got 1"):
        autograd.weighted_sum([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="mean needs at least one value, got none"):
        autograd.mean([])
