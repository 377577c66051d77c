"""The tables of a partner: ours, with the rows that `partners/NAME.toml` changes.

The file is looked for in the folder that the program runs in, and read again when it has changed. A
file that asks for what no table has is refused with its name: documents are never read by half of
what a partner agreed.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import msgspec

from mappers.partners import PartnerError, PartnerTables, RowChange, changed
from mappers.rows import Table, paths_of
from parsers.x12.paths import parse_path

FOLDER = Path("partners")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_CHANGEABLE = {"x12": "mappers.x12.tables", "edifact": "mappers.edifact.tables"}


def tables_of(form: str, partner: str | None) -> Mapping[str, Table] | None:
    """Return the tables of a partner for a format; None where it has none of its own.

    Raises `PartnerError` where its file is faulty.
    """
    if partner is None or form not in _CHANGEABLE or not _NAME.fullmatch(partner):
        return None
    path = FOLDER / f"{partner}.toml"
    try:
        state = path.stat()
    except OSError:
        return None
    return _tables(form, path, state.st_mtime_ns)


@lru_cache(256)
def _tables(form: str, path: Path, _changed_at: int) -> Mapping[str, Table]:
    changes: tuple[RowChange, ...] = getattr(_read(path), form)
    ours: dict[str, Table] = import_module(_CHANGEABLE[form]).TABLES
    try:
        for change in changes:
            for place in paths_of(change.path):
                parse_path(place)
        return changed(ours, changes)
    except ValueError as fault:
        message = f"{path}: {fault} is no path"
        raise PartnerError(message) from fault
    except PartnerError as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault


def _read(path: Path) -> PartnerTables:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=PartnerTables)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault
