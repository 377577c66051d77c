"""What is wrong with a partner's profile: every mistake, its line, and what to do about it.

First the shape (unknown keys, impossible values), by the types of the profile itself; then, of a
profile that has its shape, the sense: names of tables, fields and codes that there are, and values
that agree with one another.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from gateway.partner_sense import senseless
from gateway.toml_lines import Key, line_of, lines_of
from mappers.profile import Profile

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


class Mistake(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong with a profile; `line` counts from 1."""

    key: str
    message: str
    line: int | None = None
    remedy: str = ""


Found = tuple[Key, str, str]
"""A mistake before its line is known: its key, what is wrong, and the remedy."""


def mistakes_in(text: str) -> tuple[Mistake, ...]:
    """Return all that is wrong with the text of a profile, in the order of its lines."""
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        return (_no_toml(fault),)
    found = list(_misshapen(raw, Profile, ()))
    if not found:
        found = list(senseless(msgspec.convert(raw, Profile)))
    lines = lines_of(text)
    placed = (
        Mistake(key=_written(key), message=message, line=line_of(lines, key), remedy=remedy)
        for key, message, remedy in found
    )
    return tuple(sorted(placed, key=lambda one: one.line or 0))


def told(mistakes: Iterable[Mistake]) -> str:
    """Say mistakes in one line."""
    return "; ".join(
        f"line {one.line}: {one.message}" if one.line else one.message for one in mistakes
    )


def _no_toml(fault: tomllib.TOMLDecodeError) -> Mistake:
    where = _AT_LINE.search(str(fault))
    return Mistake(
        key="",
        message=f"this is no TOML: {_AT_LINE.sub('', str(fault)).strip()}",
        line=int(where[1]) if where else None,
        remedy="Write it as `key = value`, texts in quotation marks.",
    )


def _written(key: Key) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


# The shape.


def _misshapen(value: Any, kind: Any, key: Key) -> Iterator[Found]:
    """Yield what does not fit the type `kind`, each at its own key."""
    kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield from _struct(value, kind, key)
    elif get_origin(kind) is tuple and get_args(kind)[1:] == (...,):
        yield from _list(value, get_args(kind)[0], key)
    elif get_origin(kind) is dict:
        yield from _table(value, get_args(kind)[1], key)
    else:
        yield from _leaf(value, kind, key)


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in {Union, UnionType}:
        others = [one for one in get_args(kind) if one is not NoneType]
        return others[0] if len(others) == 1 else kind
    return kind


def _struct(value: Any, kind: type[Struct], key: Key) -> Iterator[Found]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    if not isinstance(value, dict):
        yield key, f"{_name(key)} is a table, not {_kind_of(value)}", f"Write [{_written(key)}]."
        return
    for name, inner in value.items():
        if name in fields:
            yield from _misshapen(inner, fields[name].type, (*key, name))
        else:
            yield (*key, name), f"there is no key {name!r}", _nearest(name, fields)
    for name, field in fields.items():
        if field.required and name not in value:
            yield key, f"{name!r} is missing", f"Add {name} = ..."


def _list(value: Any, kind: Any, key: Key) -> Iterator[Found]:
    if not isinstance(value, list):
        yield key, f"{_name(key)} is a list, not {_kind_of(value)}", "Put it into [brackets]."
        return
    for index, inner in enumerate(value):
        yield from _misshapen(inner, kind, (*key, index))


def _table(value: Any, kind: Any, key: Key) -> Iterator[Found]:
    if not isinstance(value, dict):
        yield key, f"{_name(key)} is a table, not {_kind_of(value)}", f"Write [{_written(key)}]."
        return
    for name, inner in value.items():
        yield from _misshapen(inner, kind, (*key, name))


def _leaf(value: Any, kind: Any, key: Key) -> Iterator[Found]:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as fault:
        if get_origin(kind) is Literal and isinstance(value, str):
            yield key, f"{value!r} is no choice of {_name(key)}", _nearest(value, get_args(kind))
        else:
            yield key, f"{_name(key)}: {str(fault).lower()}", "Write a value of that type."


def _name(key: Key) -> str:
    return _written(key).rpartition(".")[2] or "the profile"


def _kind_of(value: object) -> str:
    kinds = {str: "a text", bool: "true or false", int: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a value")


def _nearest(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known one, or all of them."""
    choices = [str(one) for one in known]
    near = get_close_matches(name, choices, 1)
    return f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(sorted(choices))}."
