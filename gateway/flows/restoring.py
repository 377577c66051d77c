"""After a fall of the machine: what was written and not forced to disk is written again.

Answers and what goes out into partners' folders can always be written again, so they are not forced
to disk one by one, which would take more time than all the rest. When the gateway starts after the
machine went down, and only then, what was written shortly before is taken for unwritten; and so is
the answer to each file that the fall put back among those being worked on.
"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from gateway.clock import moment_of, stamp
from gateway.doors.partner import PartnerFolder
from gateway.store import acknowledgments, answering
from gateway.store.engine import Store

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNSURE = timedelta(minutes=2)  # the system has written everything that is older


def restore(store: Store, inbox: Path, mark: Path) -> int:
    """Have files written again that a fall of the machine may have taken; returns how many.

    `mark` is a file that keeps which run of the machine it was, so that a new one is noticed.
    """
    now, before = _boot(), mark.read_text() if mark.exists() else ""
    if now and now == before:
        return 0
    again = _write_again(store, inbox) if before else 0
    mark.write_text(now)
    return again


def _write_again(store: Store, inbox: Path) -> int:
    claims = [claim for folder in _folders(inbox) for claim in folder.claimed()]
    with store.write() as connection:
        return _sent(connection) + _answered(connection, claims)


def _folders(inbox: Path) -> list[PartnerFolder]:
    served = [path for path in inbox.iterdir() if (path / ".dockmatch" / "claim").is_dir()]
    return [PartnerFolder(path) for path in served]


def _sent(connection: Connection) -> int:
    last = acknowledgments.last_written(connection)
    return acknowledgments.write_again(connection, _shortly_before(last)) if last else 0


def _answered(connection: Connection, claims: list[str]) -> int:
    last = answering.last_decided(connection)
    return answering.answer_again(connection, _shortly_before(last), claims) if last else 0


def _shortly_before(moment: str) -> str:
    return stamp(moment_of(moment) - _UNSURE)


def _boot() -> str:
    """Return what tells this run of the machine from the one before, "" where nothing does."""
    try:
        return _BOOT.read_text()
    except OSError:
        return ""
