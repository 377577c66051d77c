"""The layouts that were learned of suppliers, each supplier's in a file of its own.

`layouts/NAME.toml` is looked for in the folder that the program runs in and read again when it has
changed. It is written here and may be changed by hand; what it said before stands in
`layouts/earlier/`.
"""

import datetime as dt
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.partners import path_of
from mappers.partners import PartnerError
from mappers.pdf.learned import NOTHING, Learned, Memory

FOLDER = Path("layouts")
_EARLIER = "earlier"


class LayoutError(PartnerError):
    """A file of layouts cannot be read; the message says which and why."""


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    layouts: tuple[Learned, ...]


def memory_for(partner: str | None) -> Memory:
    """Return what is known for a document of `partner`; without layouts of its own, all there is.

    Raises `LayoutError`.
    """
    own = layouts_of(partner) if partner else ()
    if own:
        return Memory(layouts=own, is_theirs=True)
    known = tuple(one for name in suppliers() for one in layouts_of(name))
    return Memory(layouts=known) if known else NOTHING


def suppliers() -> list[str]:
    """Return the names of the suppliers whose layouts are known."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path_of(path.stem))


def layouts_of(supplier: str) -> tuple[Learned, ...]:
    """Return the layouts of a supplier, none where it has no file. Raises `LayoutError`."""
    path = file_of(supplier)
    try:
        state = path.stat() if path else None
    except OSError:
        return ()
    if path is None or state is None:
        return ()
    return _read(path, (state.st_ino, state.st_size, state.st_mtime_ns))


def file_of(supplier: str) -> Path | None:
    """Return where the layouts of a supplier stand; None for what is no name of one."""
    return FOLDER / f"{supplier}.toml" if path_of(supplier) else None


def keep(supplier: str, layouts: Sequence[Learned]) -> Path:
    """Write the layouts of a supplier, keeping the file as it was; without any it is taken away.

    Raises `LayoutError` where a supplier cannot have that name.
    """
    path = file_of(supplier)
    if path is None:
        message = f"{supplier!r} is no name for a file of layouts"
        raise LayoutError(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        _set_aside(path)
    if layouts:
        draft = path.with_suffix(".draft")
        draft.write_text(written(layouts), encoding="utf-8")
        draft.replace(path)
    return path


def _set_aside(path: Path) -> None:
    """Move a file to the earlier ones, under the first number that is free."""
    folder = path.parent / _EARLIER
    folder.mkdir(exist_ok=True)
    number = 1 + sum(1 for _ in folder.glob(f"{path.stem}.*.toml"))
    path.replace(folder / f"{path.stem}.{number}.toml")


@lru_cache(1024)
def _read(path: Path, _state: tuple[int, ...]) -> tuple[Learned, ...]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(found, _File).layouts
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        message = f"{path}: {fault}"
        raise LayoutError(message) from fault


def written(layouts: Sequence[Learned]) -> str:
    """Return layouts as TOML, a line for each landmark and each anchor."""
    lines = ["# How this supplier lays out its invoices: see docs/pdf.md."]
    for one in layouts:
        lines += ["", "[[layouts]]"]
        plain = msgspec.to_builtins(one, builtin_types=(dt.date,))
        lines += [line for key, value in plain.items() for line in _entry(key, value)]
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any) -> Iterator[str]:
    is_long = isinstance(value, list | tuple) and value and isinstance(value[0], Mapping)
    if not is_long:
        yield f"{key} = {_value(value)}"
        return
    yield f"{key} = ["
    yield from (f"  {_value(one)}," for one in value)
    yield "]"


def _value(value: Any) -> str:
    """Return a value on one line; what JSON writes of text and numbers is TOML as well."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
