"""The sealer: chains what the event log has gained, block by block, a second later at the latest.

Not row by row, which would make every writer wait for the one before. Once a day, the newest digest
is announced (`audit.sealed`) and logged: who keeps it elsewhere can prove that nothing before it
was altered since.
"""

import threading
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from gateway.clock import Clock, moment_of, stamp
from gateway.store import seals
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.schema import event

BLOCK = 500
_PAUSE_SECONDS = 1.0
_EVERY = timedelta(days=1)
_TYPE = "audit.sealed"

_log = structlog.get_logger()


class Sealer:
    """Seals the log of `store`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Seal what there is, end, and return when it has."""
        self._stopping.set()
        self._thread.join()

    def seal(self) -> int:
        """Seal everything that is not sealed yet; returns how many blocks it took."""
        made = 0
        while self._behind():
            with self._store.write() as connection:
                new = seals.add(connection, BLOCK, stamp(self._clock()))
            if new is None:
                break
            made += 1
        return made

    def announce(self) -> None:
        """Tell the newest digest, where the last one told is a day old."""
        now = self._clock()
        with self._store.read() as connection:
            query = select(event.c.at).where(event.c.type == _TYPE)
            told = connection.execute(query.order_by(event.c.sequence.desc()).limit(1)).scalar()
            new = seals.newest(connection)
        if new is None or (told and moment_of(told) + _EVERY > now):
            return
        _log.info("audit.sealed", last=new.last, digest=new.digest)
        data = msgspec.json.encode({"last": new.last, "digest": new.digest, "at": new.at})
        with self._store.write() as connection:
            announce(connection, [NewEvent(type=_TYPE, subject="audit", data=data)], stamp(now))

    def _behind(self) -> bool:
        with self._store.read() as connection:
            sealed = seals.newest(connection)
            query = select(event.c.sequence).where(
                event.c.sequence > (sealed.last if sealed else 0)
            )
            return connection.execute(query.limit(1)).first() is not None

    def _run(self) -> None:
        while True:
            ending = self._stopping.wait(_PAUSE_SECONDS)
            try:
                self.seal()
                self.announce()
            except DBAPIError as error:
                _log.warning("sealer.stalled", error=str(error.orig))
            if ending:
                return
