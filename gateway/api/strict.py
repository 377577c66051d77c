"""Bodies and queries taken at their word: nothing unknown, nothing said twice, nothing too deep.

A name that is not known is a mistake of the sender, and one that stands twice is read one way here
and another way elsewhere; both are refused with the place where they stand.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from msgspec import Struct

from gateway.doors.problems import Code, refused

DEPTH_MAX = 32
QUERY_VALUES_MAX = 100
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]')
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_UNTELLABLE = re.compile("[\0\ud800-\udfff]")  # what no database or log can hold
_S = TypeVar("_S", bound=Struct)


class _TwiceError(ValueError):
    """A name stands twice in one object."""


def body_of(raw: bytes, kind: type[_S]) -> _S:
    """Return the JSON body `raw` as `kind`; raises RefusedError."""
    if _depth(raw) > DEPTH_MAX:
        raise refused(Code.BAD_JSON, f"Objects and lists may be {DEPTH_MAX} deep.")
    try:
        told = json.loads(raw, object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, UnicodeDecodeError) as error:
        raise refused(Code.BAD_JSON, f"This is no JSON to be read: {error}.") from error
    if not isinstance(told, dict):
        raise refused(Code.BAD_JSON, "The body is one JSON object.")
    _must_be_text(raw.decode(errors="replace"), Code.INVALID)
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise refused(Code.INVALID, f"{error}.") from error
    except msgspec.DecodeError as error:
        raise refused(Code.BAD_JSON, f"This is no JSON to be read: {error}.") from error


def query_of(request: web.Request, kind: type[_S]) -> _S:
    """Return the query of `request` as `kind`; raises RefusedError."""
    given = request.query
    known = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, Any] = {}
    if len(given) > QUERY_VALUES_MAX:
        raise refused(Code.BAD_QUERY, f"A query may have {QUERY_VALUES_MAX} values.")
    for name in given:
        if name not in known:
            names = ", ".join(known) or "none"
            raise refused(Code.BAD_QUERY, f"There is no parameter {name!r}; there are: {names}.")
        info = msgspec.inspect.type_info(known[name].type)
        values[name] = _value(name, given.getall(name), info)
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise refused(Code.BAD_QUERY, f"{error}.") from error


def _value(name: str, texts: list[str], info: msgspec.inspect.Type) -> Any:
    for text in texts:
        _must_be_text(text, Code.BAD_QUERY)
    if isinstance(info, msgspec.inspect.VarTupleType):
        return texts
    if len(texts) > 1:
        raise refused(Code.BAD_QUERY, f"{name} stands here {len(texts)} times.")
    if texts[0].lower() == "null" and not _takes(info, msgspec.inspect.StrType):
        raise refused(Code.BAD_QUERY, f"{name} is left out where there is none.")
    if not _takes(info, msgspec.inspect.IntType):
        return texts[0]
    if not _WHOLE.fullmatch(texts[0]):
        raise refused(Code.BAD_QUERY, f"{name} is a number of at most 18 digits.")
    return int(texts[0])


def _takes(info: msgspec.inspect.Type, kind: type[msgspec.inspect.Type]) -> bool:
    if isinstance(info, msgspec.inspect.Metadata):
        return _takes(info.type, kind)
    if isinstance(info, msgspec.inspect.UnionType):
        return any(_takes(one, kind) for one in info.types)
    return isinstance(info, kind)


def _must_be_text(text: str, code: Code) -> None:
    if _UNTELLABLE.search(text) or "\\u0000" in text:
        raise refused(code, "NUL and halves of characters are no text.")


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for token in _TOKEN.finditer(raw):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in b"]}":
            depth -= 1
    return deepest


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            message = f"{name!r} stands twice"
            raise _TwiceError(message)
        found[name] = value
    return found


def _never(name: str) -> None:
    message = f"{name} is no number"
    raise ValueError(message)
