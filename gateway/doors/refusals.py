"""What can never be taken in is answered, announced and put aside; nothing of it is read."""

from pathlib import Path

import msgspec

from gateway.answers import as_json, as_text, refusal
from gateway.clock import Clock, stamp
from gateway.doors.partner import PartnerFolder, name_of, readable
from gateway.store import events
from gateway.store.engine import Store
from parsers.form import Problem


class Refusals:
    """Refuses what stands in a partner's folder."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def refuse(self, folder: PartnerFolder, path: Path, problem: Problem) -> None:
        """Answer, announce once, and move to quarantine; raises FileNotFoundError where gone."""
        status = path.lstat()
        name, at = name_of(path), stamp(self._clock())
        answer = refusal(folder.partner, readable(name), problem, at)
        folder.answer(name, ".answer.json", as_json(answer))
        folder.answer(name, ".answer.txt", as_text(answer))
        # A refusal that a crash cut short is done again, but was announced already.
        subject = f"refusal/{folder.partner}/{status.st_ino}-{status.st_mtime_ns}"
        told = {"partner": folder.partner, "name": readable(name), "problems": [problem]}
        news = events.NewEvent(
            type="file.rejected", subject=subject, data=msgspec.json.encode(told)
        )
        with self._store.write() as connection:
            if not events.about(connection, [subject], limit=1):
                events.announce(connection, [news], at)
        folder.quarantine(path, None, as_json(answer))
