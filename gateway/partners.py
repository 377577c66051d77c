"""The profiles of partners, read from `partners/NAME.toml`.

The file is looked for in the folder that the program runs in, and read again when it has changed. A
file that asks for what no table has is refused with its name: documents are never read by half of
what a partner agreed.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import msgspec

from mappers.partners import PartnerError, RowChange, changed
from mappers.profile import Profile
from mappers.rows import Table, paths_of
from parsers.x12.paths import parse_path as x12_path
from parsers.xml.paths import routes as xml_path

FOLDER = Path("partners")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CHANGEABLE: dict[str, tuple[str, Callable[[str], object]]] = {
    "x12": ("mappers.x12.tables", x12_path),
    "edifact": ("mappers.edifact.tables", x12_path),
    "cxml": ("mappers.cxml.tables", xml_path),
    "ubl": ("mappers.ubl.tables", xml_path),
    "cii": ("mappers.ubl.tables", xml_path),
    "oci": ("mappers.oci.tables", str),
}


def profile_of(partner: str | None) -> Profile | None:
    """Return the profile of a partner; None where it has no file. Raises `PartnerError`."""
    place = _place(partner)
    return _profile(*place) if place else None


def tables_of(form: str, partner: str | None) -> Mapping[str, Table] | None:
    """Return the tables of a partner for a format; None where it has none of its own.

    Raises `PartnerError` where its file is faulty.
    """
    place = _place(partner) if form in _CHANGEABLE else None
    return _tables(form, *place) if place else None


def _place(partner: str | None) -> tuple[Path, int] | None:
    """Return where a partner's file is, and when it was changed last."""
    if partner is None or not _NAME.fullmatch(partner):
        return None
    path = FOLDER / f"{partner}.toml"
    try:
        return path, path.stat().st_mtime_ns
    except OSError:
        return None


@lru_cache(256)
def _profile(path: Path, _changed_at: int) -> Profile:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return msgspec.convert(raw, Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, OSError) as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault


@lru_cache(256)
def _tables(form: str, path: Path, changed_at: int) -> Mapping[str, Table]:
    changes: tuple[RowChange, ...] = getattr(_profile(path, changed_at), form)
    module, parse = _CHANGEABLE[form]
    ours: dict[str, Table] = import_module(module).TABLES
    try:
        for change in changes:
            for place in paths_of(change.path):
                parse(place)
        return changed(ours, changes)
    except ValueError as fault:
        message = f"{path}: {fault} is no path"
        raise PartnerError(message) from fault
    except PartnerError as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault
