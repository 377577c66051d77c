"""The partners that cXML is spoken with, from `partners/NAME.toml`, and their secrets.

Profiles are read again when their files change. A secret is a reference (`env:NAME`, `file:PATH`)
and is looked up when it is needed; it is never part of a message or a log line.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import msgspec
from msgspec import Struct

from mappers.connection import Connection
from mappers.partners import PartnerError
from mappers.profile import Credential, Profile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SCHEMES = {"networkid": "network_id", "duns": "duns", "duns+4": "duns4", "gln": "gln"}


class Partner(Struct, frozen=True, kw_only=True):
    """A partner by the name of its folder, with what is agreed."""

    name: str
    profile: Profile

    @property
    def connection(self) -> Connection:
        """Addresses, secrets, and what else is agreed on cXML."""
        return self.profile.connection

    @property
    def title(self) -> str:
        """What people call it."""
        return self.profile.name or self.name

    @property
    def theirs(self) -> tuple[Credential, ...]:
        """By what the partner is known."""
        return self.profile.identifiers.cxml

    @property
    def ours(self) -> tuple[Credential, ...]:
        """By what the partner knows us."""
        return self.profile.ours.cxml


class Trading:
    """The partners in `folder`; relative paths of secrets start at `root`."""

    def __init__(
        self, folder: Path, root: Path, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._folder = folder
        self._root = root
        self._environment = environment
        self._known: dict[Path, tuple[int, Profile]] = {}

    def partner(self, name: str) -> Partner | None:
        """Return a partner by its name, None where it has no file. Raises `PartnerError`."""
        path = self._folder / f"{name}.toml"
        if not _NAME.fullmatch(name) or not path.is_file():
            return None
        return Partner(name=name, profile=self._profile(path))

    def partners(self) -> Iterator[Partner]:
        """Yield the partners by name; one whose file is faulty is left out until it is mended."""
        for path in sorted(self._folder.glob("*.toml")):
            try:
                found = self.partner(path.stem)
            except PartnerError:
                continue
            if found is not None:
                yield found

    def _profile(self, path: Path) -> Profile:
        changed = path.stat().st_mtime_ns
        known = self._known.get(path)
        if known is None or known[0] != changed:
            known = self._known[path] = (changed, _read(path))
        return known[1]

    def secret(self, reference: str | None) -> str | None:
        """Return the secret that a reference leads to. Raises `PartnerError` where it is lost."""
        kind, sign, where = (reference or "").partition(":")
        if reference is None or not sign or kind not in {"env", "file"}:
            return reference
        try:
            found = self._environment[where] if kind == "env" else self._file(where)
        except (KeyError, OSError) as fault:
            message = f"the secret {kind}:{where} is not there"
            raise PartnerError(message) from fault
        return found or None

    def _file(self, where: str) -> str:
        return (self._root / where).read_text(encoding="utf-8").strip()


def _read(path: Path) -> Profile:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return msgspec.convert(raw, Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, OSError) as fault:
        message = f"{path}: {fault}"
        raise PartnerError(message) from fault


def ids_of(credentials: tuple[Credential, ...]) -> dict[str, str]:
    """Return credentials as party ids by scheme."""
    return {_SCHEMES.get(one.domain.casefold(), one.domain): one.identity for one in credentials}
