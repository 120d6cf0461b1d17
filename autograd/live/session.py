"""Session: what answers the messages of the live page, with no browser needed; and the tabs it knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograd._version import __version__
from autograd.core.value import engine
from autograd.util.suggestions import did_you_mean

__all__ = ["MessageError", "Session", "Source", "Tab", "add_tab", "tabs"]

Message = Mapping[str, Any]
Answer = dict[str, Any]
FORESEEN = (ValueError, TypeError, ArithmeticError, RuntimeError, MemoryError, TimeoutError)
LONGEST_QUOTE = 200  # characters of what was sent, in an error
Source = Path | Callable[[], str]  # a file, or what gives its text


class MessageError(ValueError):
    """A message that cannot be answered; the page shows why, under the `column` of what was typed."""

    def __init__(self, text: str, column: int | None = None) -> None:
        super().__init__(text)
        self.column = column


@dataclass(frozen=True)
class Tab:
    """A part of the live page: its name, its panel, and how its messages are answered.

    name: what stands on the tab.
    html: a file with what the panel holds, or a function that gives its text.
    scripts, styles: files that it needs, or functions, in their order; one that another tab brought is not
        loaded again.
    messages: for each kind of message the function that answers it, from the message to a dict.
    """

    name: str
    html: Source
    scripts: tuple[Source, ...] = ()
    styles: tuple[Source, ...] = ()
    messages: Mapping[str, Callable[[Message], Answer]] = field(default_factory=dict)


known: dict[str, Tab] = {}


def add_tab(tab: Tab, before: str | None = None) -> None:
    """Have the live page show this tab, before that one or after all; it takes its namesake's place."""
    names = [name for name in known if name != tab.name]
    place = names.index(before) if before in names else len(names)
    found = known | {tab.name: tab}
    known.clear()
    known.update({name: found[name] for name in [*names[:place], tab.name, *names[place:]]})


def tabs() -> list[Tab]:
    """The tabs of the page, from left to right."""
    return list(known.values())


class Session:
    """Answers the messages of a live page, one after the other.

    A message is a dict with its `kind`. The answer says `"ok": True`, or `"ok": False` and an `"error"` in
    words, with the `"column"` that it is about where there is one: nothing that a page sends raises here.

    >>> session = Session()
    >>> session.handle({"kind": "hello"})["ok"]
    True
    >>> session.handle({"kind": "helo"})
    {'ok': False, 'error': "there is no message of the kind 'helo': did you mean 'hello'?"}
    """

    def __init__(self) -> None:
        self.messages: dict[str, Callable[[Message], Answer]] = {"hello": hello}
        for tab in tabs():
            self.messages |= tab.messages

    def handle(self, message: Any) -> Answer:
        """The answer to a message."""
        try:
            return {"ok": True} | self.answer(message)
        except MessageError as error:
            column = {} if error.column is None else {"column": error.column}
            return {"ok": False, "error": str(error)} | column
        except FORESEEN as error:
            return {"ok": False, "error": str(error) or type(error).__name__}
        except Exception as error:  # a bug here, or a full disk: the page goes on, and says what it was
            what = f"{type(error).__name__}: {error}"[:LONGEST_QUOTE]
            return {"ok": False, "error": f"{message['kind']} could not be answered ({what})"}

    def answer(self, message: Any) -> Answer:
        """The answer to a message that is one."""
        if not isinstance(message, dict):
            raise MessageError(f"a message is an object with its kind, not {type(message).__name__}")
        kind = message.get("kind")
        if not isinstance(kind, str) or kind not in self.messages:
            hint = did_you_mean(kind[:LONGEST_QUOTE], self.messages) if isinstance(kind, str) else ""
            raise MessageError(f"there is no message of the kind {quoted(kind)}{hint}")
        return self.messages[kind](message)


def hello(message: Message) -> Answer:
    """Which engine answers."""
    return {"engine": engine(), "version": __version__, "tabs": [tab.name for tab in tabs()]}


def text_in(message: Message, key: str, most: int = 10_000) -> str:
    """A text of a message, no longer than that."""
    text = message.get(key)
    if not isinstance(text, str):
        raise MessageError(f"{message['kind']} needs {key}, a text, not {quoted(text)}")
    if len(text) > most:
        raise MessageError(f"{key} has {len(text):,} characters, and may have {most:,}")
    return text


def numbers_in(message: Message, key: str) -> dict[str, float]:
    """The numbers of a message by name; JSON has no infinity, so texts that float() reads are numbers too."""
    given = message.get(key, {})
    if not isinstance(given, dict):
        raise MessageError(f"{message['kind']} needs {key}, numbers by name, not {quoted(given)}")
    return {str(name): number_of(name, number) for name, number in given.items()}


def number_of(name: str, given: Any) -> float:
    """A number of a message."""
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        raise MessageError(f"{name} is a number, not {quoted(given)}")
    try:
        return float(given)
    except (ValueError, OverflowError):
        raise MessageError(f"{name} is a number, not {quoted(given)}") from None


def quoted(thing: Any) -> str:
    """What was sent, as an error quotes it: the begin of it, if it is long."""
    text = repr(thing)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]} …"
