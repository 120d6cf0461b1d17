"""Contexts that watch operations: each ends by itself, wherever it is left, and whatever interrupts it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from striking import interrupt, struck

from autograd import Value, debug, no_grad
from autograd.core import contexts
from autograd.core.contexts import is_watched, observed


def records() -> bool:
    """Whether an operation is recorded here."""
    return not (Value(2.0) * 2.0).is_leaf


def enter_and_leave() -> None:
    """Enter no_grad, and leave it."""
    with no_grad():
        pass


def test_an_interrupt_at_any_instruction() -> None:
    """Wherever no_grad is interrupted, it does not stay on."""
    place, came = 0, True
    while came:
        place += 1
        try:
            came = struck(contexts.__file__, place, interrupt, enter_and_leave)
        except KeyboardInterrupt:
            came = True
        assert records(), f"no_grad stays on, interrupted at its instruction {place}"
        assert not is_watched()
    assert place > 20


def test_leaving_is_looked_up_first() -> None:
    """As a `with` statement of Python 3.14 does; to leave a context that is not open is an error in words."""
    context = no_grad()
    for _ in range(2):
        leave = context.__exit__
        context.__enter__()
        assert not records()
        leave(None, None, None)
        assert records()
    with pytest.raises(RuntimeError, match="this no_grad context is not open"):
        context.__exit__(None, None, None)


def test_one_context_within_itself() -> None:
    """It is left as often as it was entered, whatever was entered and left by its methods before."""
    context = no_grad()
    with ExitStack() as stack:
        stack.enter_context(context)
        with no_grad():
            assert not records()
    with context:
        with context:
            assert not records()
        assert not records()
    assert records()


def quietly(values: list[bool]) -> Iterator[None]:
    """A generator that is suspended inside no_grad."""
    with no_grad():
        values.append(records())
        yield


def test_contexts_that_do_not_nest() -> None:
    """A generator suspended in no_grad and closed in debug ends its own context, not the latest."""
    found: list[bool] = []
    generator = quietly(found)
    next(generator)
    with debug():
        generator.close()
        assert records()
        with pytest.raises(ArithmeticError):
            Value(0.0).log()
    assert records()
    assert Value(0.0).log().data < 0.0
    assert found == [False]


def test_a_generator_that_another_thread_closes() -> None:
    """The context ends in the thread that entered it, and leaves that of the other alone."""
    generator = quietly([])
    next(generator)

    def close() -> bool:
        with no_grad():
            generator.close()
            return records()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(close).result() is False
    assert records()


def test_tasks_of_their_own() -> None:
    """A task that waits inside no_grad does not stop another from recording."""

    async def quiet(started: asyncio.Event, checked: asyncio.Event) -> bool:
        with no_grad():
            started.set()
            await checked.wait()
            return records()

    async def loud(started: asyncio.Event, checked: asyncio.Event) -> bool:
        await started.wait()
        try:
            return records()
        finally:
            checked.set()

    async def both() -> list[bool]:
        events = asyncio.Event(), asyncio.Event()
        return list(await asyncio.gather(quiet(*events), loud(*events)))

    assert asyncio.run(both()) == [False, True]


def test_what_it_decorates() -> None:
    """Functions, generators and async functions run in the context; who calls them does not."""

    @no_grad
    def function_in_it() -> bool:
        """A function, decorated without parentheses."""
        return records()

    @no_grad()
    def generator_in_it() -> Iterator[bool]:
        """A generator."""
        try:
            sent = yield records()
            yield sent
        except ValueError:
            yield records()

    @no_grad()
    async def coroutine_in_it() -> bool:
        """An async function."""
        await asyncio.sleep(0)
        return records()

    assert function_in_it() is False
    generator = generator_in_it()
    assert next(generator) is False
    assert records()
    assert generator.send(None) is None  # type: ignore[attr-defined]
    assert generator.throw(ValueError()) is False  # type: ignore[attr-defined]
    assert list(generator) == []
    assert asyncio.run(coroutine_in_it()) is False
    assert debug(records)() is True
    assert records()


def test_what_it_cannot_decorate() -> None:
    """It is refused, with what to write."""

    async def items() -> AsyncIterator[bool]:
        yield records()

    for wrong in (items, Value, True):
        with pytest.raises(TypeError, match=r"no_grad decorates functions, not .*write `with no_grad\(\):`"):
            no_grad()(wrong)  # type: ignore[type-var]


def test_one_context_entered_again_and_by_hand() -> None:
    """The same object can be entered inside itself, by an ExitStack, by hand; left too often, it says so."""
    context = no_grad()
    with context:
        with context:
            pass
        assert not records()
    with ExitStack() as stack:
        stack.enter_context(context)
        assert not records()
    assert records()
    context.__enter__()
    assert not records()
    context.__exit__(None, None, None)
    assert records()
    with pytest.raises(RuntimeError, match="this no_grad context is not open"):
        context.__exit__(None, None, None)


def test_the_one_opened_first_is_asked_first() -> None:
    """Observers see what those before them made of a node."""
    seen = []
    with observed(lambda node, backward: node * 2.0 if node.op == "+" else node), no_grad():
        seen.append((Value(1.0) + 1.0).data)
    assert seen == [4.0]
