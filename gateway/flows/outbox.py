"""The outbox: what is kept to go out is put into the partners' folders, whole.

First the file, then the note that it is there: what a crash cuts short is written again, under the
same name with the same bytes, so that a partner may see a file again and never two of them. Files
are not forced to disk one by one, which would take more time than all the rest: what was written
shortly before the machine went down is written again when it is back.
"""

from datetime import timedelta
from pathlib import Path

import structlog

from gateway.clock import Clock, moment_of, stamp
from gateway.doors.partner import PartnerFolder
from gateway.store import acknowledgments
from gateway.store.acknowledgments import Unwritten
from gateway.store.engine import Store

_BATCH = 100
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNSURE = timedelta(minutes=2)  # the system has written everything that is older

_log = structlog.get_logger()


class Outbox:
    """Writes into the folders under `inbox`."""

    def __init__(self, store: Store, inbox: Path, clock: Clock) -> None:
        self._store = store
        self._inbox = inbox
        self._clock = clock

    def write(self) -> int:
        """Write the next files; returns how many."""
        with self._store.read() as connection:
            waiting = acknowledgments.unwritten(connection, _BATCH)
        done = [one.id for one in waiting if self._put(one)]
        if done:
            with self._store.write() as connection:
                acknowledgments.written(connection, done, stamp(self._clock()))
        return len(done)

    def recover(self, mark: Path) -> int:
        """Have files written again that a fall of the machine may have taken; returns how many.

        `mark` is a file that keeps which run of the machine it was, so that it is noticed.
        """
        now, before = _boot(), mark.read_text() if mark.exists() else ""
        if now and now == before:
            return 0
        with self._store.write() as connection:
            last = acknowledgments.last_written(connection)
            since = stamp(moment_of(last) - _UNSURE) if last else ""
            again = acknowledgments.write_again(connection, since) if last and before else 0
        mark.write_text(now)
        return again

    def _put(self, one: Unwritten) -> bool:
        folder = PartnerFolder(self._inbox / one.partner)
        try:
            folder.prepare()
            folder.send(one.name, one.content)
        except OSError as error:  # of one partner's folder: the next ones are written all the same
            _log.warning("outbox.not_written", outgoing=one.id, error=str(error))
            return False
        return True


def _boot() -> str:
    """Return what tells this run of the machine from the one before, "" where nothing does."""
    try:
        return _BOOT.read_text()
    except OSError:
        return ""
