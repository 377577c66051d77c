"""What is agreed with partners, read from `partners/NAME.toml`.

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
from mappers.translating import Element, element_of, translated
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
_ELEMENTS = {"x12": re.compile(r"\w+/\d\d"), "edifact": re.compile(r"\w+/\d(/\d)?")}
"""How the elements of a format are addressed whose codes are translated."""


class Agreed:
    """What is agreed with one partner: its profile, and our tables as the profile has them.

    Raises `PartnerError` where a row or a code of the profile fits no table.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._tables = {form: _tables(form, profile) for form in _CHANGEABLE}

    def tables(self, form: str) -> Mapping[str, Table] | None:
        """Return the tables for a format; None where they are as everybody's."""
        return self._tables.get(form)


def agreed_with(partner: str | None) -> Agreed | None:
    """Return what is agreed with a partner; None where it has no file. Raises `PartnerError`."""
    path = path_of(partner) if partner else None
    if path is None:
        return None
    try:
        return _agreed(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


def profile_of(partner: str | None) -> Profile | None:
    """Return the profile of a partner; None where it has no file. Raises `PartnerError`."""
    agreed = agreed_with(partner)
    return agreed.profile if agreed else None


def tables_of(form: str, partner: str | None) -> Mapping[str, Table] | None:
    """Return the tables of a partner for a format; None where it has none of its own.

    Raises `PartnerError` where its file is faulty.
    """
    agreed = agreed_with(partner)
    return agreed.tables(form) if agreed else None


def path_of(partner: str) -> Path | None:
    """Return where the file of a partner would be; None for what is no name of a partner."""
    return FOLDER / f"{partner}.toml" if _NAME.fullmatch(partner) else None


def partners() -> list[str]:
    """Return the names of the partners that have a file."""
    found = (path.stem for path in FOLDER.glob("*.toml"))
    return sorted(name for name in found if _NAME.fullmatch(name))


def agreed_in(path: Path) -> Agreed:
    """Return what a file says is agreed. Raises `PartnerError`."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return Agreed(msgspec.convert(raw, Profile))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, OSError) as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault
    except PartnerError as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault


@lru_cache(256)
def _agreed(path: Path, _changed_at: int) -> Agreed:
    return agreed_in(path)


def _tables(form: str, profile: Profile) -> Mapping[str, Table] | None:
    changes: tuple[RowChange, ...] = getattr(profile, form)
    elements = _elements(form, profile)
    if not changes and not elements:
        return None
    module, parse = _CHANGEABLE[form]
    ours: dict[str, Table] = import_module(module).TABLES
    for change in changes:
        for place in paths_of(change.path):
            _parsed(parse, place)
    return translated(changed(ours, changes), elements)


def _parsed(parse: Callable[[str], object], path: str) -> None:
    try:
        parse(path)
    except ValueError as fault:
        message = f"{path!r} is no path"
        raise PartnerError(message) from fault


def _elements(form: str, profile: Profile) -> tuple[Element, ...]:
    """Return the elements of a format whose codes the profile translates."""
    written = _ELEMENTS.get(form)
    if written is None:
        return ()
    found = (
        element_of(address, codes)
        for address, codes in profile.codes.items()
        if written.fullmatch(address)
    )
    return tuple(one for one in found if one)
