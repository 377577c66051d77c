"""What is agreed with partners, read from `partners/NAME.toml`.

The file is looked for in the folder that the program runs in, and read again when it has changed. A
file that asks for what no table has is refused with its name: documents are never read by half of
what a partner agreed.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import msgspec

from gateway.partner_checks import mistakes_in, told
from gateway.partner_tables import FORMS, tables_by
from mappers.adjusting import Adjuster, senders_of
from mappers.partners import PartnerError
from mappers.profile import Profile
from mappers.rows import Table

FOLDER = Path("partners")

BY_SENDER = "@sender"
"""What stands instead of a partner's name where each document is read by its own sender's; no
partner can have it for a name."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Agreed:
    """What is agreed with one partner: its profile, and our tables as the profile has them.

    `adjusted(record)` is a record that was read as the partner means it.

    Raises `PartnerError` where a row or a code of the profile fits no table.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._tables = {form: tables_by(form, profile) for form in FORMS}
        self.adjusted = Adjuster(profile).adjusted

    def tables(self, form: str) -> Mapping[str, Table] | None:
        """Return the tables for a format; None where they are as everybody's."""
        return self._tables.get(form)


def agreed_with(partner: str | None) -> Agreed | None:
    """Return what is agreed with a partner; None where it has no file. Raises `PartnerError`."""
    path = path_of(partner) if partner else None
    if path is None:
        return None
    try:
        state = path.stat()
    except OSError:
        return None
    return _agreed(path, (state.st_ino, state.st_size, state.st_mtime_ns))


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


def senders() -> dict[tuple[str, str], str]:
    """Return the partner of each (format, sender) that one profile claims. Raises `PartnerError`.

    A sender that several claim is nobody's.
    """
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for partner in partners():
        profile = profile_of(partner)
        for form, known in senders_of(profile).items() if profile else ():
            for sender in known:
                owners[form, sender].add(partner)
    return {key: next(iter(names)) for key, names in owners.items() if len(names) == 1}


def partners() -> list[str]:
    """Return the names of the partners that have a file."""
    found = (path.stem for path in FOLDER.glob("*.toml"))
    return sorted(name for name in found if _NAME.fullmatch(name))


def agreed_in(path: Path) -> Agreed:
    """Return what a file says is agreed. Raises `PartnerError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault
    mistakes = mistakes_in(text)
    if mistakes:
        message = f"{path}: {told(mistakes)}"
        raise PartnerError(message)
    return Agreed(msgspec.convert(tomllib.loads(text, parse_float=Decimal), Profile))


@lru_cache(256)
def _agreed(path: Path, _state: tuple[int, ...]) -> Agreed:
    return agreed_in(path)
