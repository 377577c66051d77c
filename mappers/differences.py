"""What of a record a document that was written of it does not say, by JSON pointer.

Who writes reads what was written; this compares the two. Texts that differ in blanks only are the
same, so are notes that are broken elsewhere. What the document says besides (a reference that has a
field of its own as well) is no loss. What a record is about itself is left aside: its source,
problems, and what was derived.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

Value = str | Decimal | dt.date | int | bool

_ASIDE = frozenset({"source", "problems", "derived", "incomplete"})


class Difference(Struct, frozen=True):
    """A value that was to be written at `pointer`, and what reads back instead (None: nothing)."""

    pointer: str
    asked: Any
    read: Any = None


def differences(asked: Struct, read: Struct) -> Iterator[Difference]:
    """Yield what `asked` says and `read` does not, as whole as it is missing."""
    for name in asked.__struct_fields__:
        if name not in _ASIDE:
            yield from _compared(f"/{name}", getattr(asked, name), getattr(read, name))


def leaves(value: Any) -> Iterator[Value]:
    """Yield the values that a part of a record consists of."""
    if isinstance(value, Struct | dict | tuple):
        for _, inner, _ in _parts(value, value):
            yield from leaves(inner)
    elif not _is_empty(value):
        yield value


def _compared(pointer: str, asked: Any, read: Any) -> Iterator[Difference]:
    if _is_empty(asked):
        return
    if _is_empty(read) and not isinstance(asked, dict):
        yield Difference(pointer, asked)
    elif pointer.endswith("/notes"):
        if " ".join(asked).split() != " ".join(read).split():
            yield Difference(pointer, " / ".join(asked), " / ".join(read))
    elif isinstance(asked, Struct | dict | tuple):
        for name, value, other in _parts(asked, read):
            yield from _compared(f"{pointer}/{name}", value, other)
    elif not _same(asked, read):
        yield Difference(pointer, asked, read)


def _is_empty(value: Any) -> bool:
    if isinstance(value, Struct):
        return all(_is_empty(getattr(value, name)) for name in value.__struct_fields__)
    return value is None or value is False or value in ((), "", {})


def _parts(asked: Any, read: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parts of a value, each with its name and its counterpart."""
    if isinstance(asked, Struct):
        for name in asked.__struct_fields__:
            yield name, getattr(asked, name), getattr(read, name)
    elif isinstance(asked, dict):
        for key, value in asked.items():
            yield key.replace("~", "~0").replace("/", "~1"), value, (read or {}).get(key)
    else:
        for index, value in enumerate(asked):
            yield str(index), value, read[index] if index < len(read) else None


def _same(asked: Value, read: Value) -> bool:
    if isinstance(asked, str) and isinstance(read, str):
        return asked.split() == read.split()
    return asked == read
