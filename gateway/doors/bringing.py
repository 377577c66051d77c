"""What lies in a partner's `out/` and was not brought to it yet."""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from gateway.doors.partner import PartnerFolder, is_half_written
from gateway.store import fetched
from gateway.store.engine import Store

_AT_ONCE = 500


def due(
    store: Store,
    folder: PartnerFolder,
    target: str,
    limit: int,
    wanted: Callable[[str], bool] = lambda _name: True,
) -> list[tuple[Path, str]]:
    """Return the next files for `target`, oldest first, each with what it is remembered by."""
    found = []
    for path in sorted((folder.root / "out").iterdir(), key=_age):
        status = path.lstat()
        plain = stat.S_ISREG(status.st_mode) and not is_half_written(path.name)
        if plain and wanted(path.name):
            told = f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}"
            found.append((path, hashlib.sha256(os.fsencode(told)).hexdigest()[:40]))
    known: dict[str, str] = {}
    with store.read() as connection:
        for start in range(0, len(found), _AT_ONCE):
            items = [item for _, item in found[start : start + _AT_ONCE]]
            known |= fetched.outcomes(connection, target, items)
    return [one for one in found if one[1] not in known][:limit]


def _age(path: Path) -> tuple[int, str]:
    return path.lstat().st_mtime_ns, path.name
