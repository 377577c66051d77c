"""The outbox: what is kept to go out is put into the partners' folders, whole.

First the file, then the note that it is there: what a crash cuts short is written again, under the
same name with the same bytes, so that a partner may see a file again and never two of them; what a
fall of the machine takes is written again as well (`gateway.flows.restoring`).
"""

from pathlib import Path

import structlog

from gateway.clock import Clock, stamp
from gateway.doors.partner import PartnerFolder
from gateway.store import acknowledgments
from gateway.store.acknowledgments import Unwritten
from gateway.store.engine import Store

_BATCH = 100

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
        ready: set[str] = set()
        done = [one.id for one in waiting if self._put(one, ready)]
        if done:
            with self._store.write() as connection:
                acknowledgments.written(connection, done, stamp(self._clock()))
        return len(done)

    def _put(self, one: Unwritten, ready: set[str]) -> bool:
        """Write a file; `ready` are the partners whose folders were made already."""
        folder = PartnerFolder(self._inbox / one.partner)
        try:
            if one.partner not in ready:
                folder.prepare()
                ready.add(one.partner)
            folder.send(one.name, one.content)
        except OSError as error:  # of one partner's folder: the next ones are written all the same
            _log.warning("outbox.not_written", outgoing=one.id, error=str(error))
            return False
        return True
