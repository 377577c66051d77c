"""Answering: every file that came by a folder gets its answer there, and leaves the claim folder.

First the answer, then the move, then the note that it is done: what a crash cuts short is done
again with the same outcome. An answer is not synced, because it can always be written again, and is
after a fall of the machine (`gateway.flows.restoring`).
"""

import threading
from collections.abc import Sequence
from pathlib import Path

import structlog
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.answers import Answer, answer, as_json, as_text
from gateway.doors.partner import PartnerFolder, name_of
from gateway.flows.outbox import Outbox
from gateway.store import acknowledgments, answering, documents, members
from gateway.store.answering import Became, Decided
from gateway.store.engine import Store

_BATCH = 100
_POLL_SECONDS = 1.0

_Claims = dict[str, dict[str, tuple[PartnerFolder, Path | None]]]

_log = structlog.get_logger()


class Answering:
    """Answers what is decided, in the folders under `inbox`, after what acknowledges it."""

    def __init__(
        self, store: Store, inbox: Path, outbox: Outbox, elsewhere: Sequence[PartnerFolder] = ()
    ) -> None:
        self._store = store
        self._inbox = inbox
        self._elsewhere = elsewhere
        self._outbox = outbox
        self._news = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="answers")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once: something has been decided."""
        self._news.set()

    def stop(self) -> None:
        """End, and return when it has."""
        self._stopping = True
        self.wake()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping:
            try:
                answered = self._outbox.write() + self.answer()
            except DBAPIError as error:
                _log.warning("answers.stalled", error=str(error.orig))
                answered = 0
            if not answered:
                self._news.wait(_POLL_SECONDS)
                self._news.clear()

    def answer(self) -> int:
        """Answer the next documents; returns how many."""
        with self._store.read() as connection:
            decided = answering.unanswered(connection, _BATCH)
            said = _answers(connection, decided) if decided else {}
        if not decided:
            return 0
        claims: _Claims = {}
        done = [one.id for one in decided if self._answer(one, said[one.id], claims)]
        with self._store.write() as connection:
            answering.answered(connection, done)
        return len(done)

    def _answer(self, one: Decided, said: Answer, claims: _Claims) -> bool:
        try:
            if one.partner not in claims:
                claims[one.partner] = self._claims_of(one.partner)
            own = PartnerFolder(self._inbox / one.partner)
            folder, claimed = claims[one.partner].get(one.claim, (own, None))
            self._put(folder, one, said, claimed)
        except OSError as error:  # of one partner's folder: the next ones are answered all the same
            _log.warning("answers.not_written", document=one.id, error=str(error))
            return False
        return True

    def _claims_of(self, partner: str) -> dict[str, tuple[PartnerFolder, Path | None]]:
        """Return what is being worked on in each folder of a partner, by its claim."""
        own = PartnerFolder(self._inbox / partner)
        own.prepare()
        folders = [own, *(one for one in self._elsewhere if one.partner == partner)]
        return {
            claim: (folder, path) for folder in folders for claim, path in folder.claimed().items()
        }

    def _put(self, folder: PartnerFolder, one: Decided, said: Answer, claimed: Path | None) -> None:
        name = name_of(claimed) if claimed else one.name.replace("/", "_")
        mark = f".{one.id}" if one.namesake else ""  # an earlier answer of that name stays
        content = as_json(said)
        folder.answer(name, f"{mark}.answer.json", content)
        folder.answer(name, f"{mark}.answer.txt", as_text(said))
        if claimed is None:
            return
        if one.state == documents.QUARANTINED:
            folder.quarantine(claimed, one.id, content)
        else:
            folder.finish(claimed, one.received_at[:10], one.id)


def _answers(connection: Connection, decided: Sequence[Decided]) -> dict[int, Answer]:
    """Return the answers to files, that to an archive with those to its members."""
    within = members.of(connection, [one.id for one in decided if one.packed])
    paths = {one.document: one.path for several in within.values() for one in several}
    parts = _alone(connection, answering.decided(connection, paths)) if paths else {}
    told = {number: replace(one, file=paths[number]) for number, one in parts.items()}
    return {
        number: replace(one, members=tuple(told[each.document] for each in within.get(number, ())))
        for number, one in _alone(connection, decided).items()
    }


def _alone(connection: Connection, decided: Sequence[Decided]) -> dict[int, Answer]:
    numbers = [one.id for one in decided]
    sent = acknowledgments.answers_to(connection, numbers)
    by_document: dict[int, list[Became]] = {number: [] for number in numbers}
    for one in answering.became(connection, numbers):
        by_document[one.document_id].append(one)
    return {one.id: answer(one, by_document[one.id], sent.get(one.id, ())) for one in decided}
