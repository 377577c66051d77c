"""Acknowledging: each interchange that came in is answered once, in the commit that decides on it.

A file's envelopes are noted with its first records, so that a control number that came before is
known before anything is used; its answers are kept, with their control numbers, in the transaction
that decides the file. So a crash leaves neither a number without its answer nor an answer twice.
What was kept is written into the partner's folder afterwards (`gateway.flows.outbox`). Files are
noted and answered by the chunk: a statement costs as much for a hundred of them as for one.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection

from gateway.acknowledging import facts, naming, syntax
from gateway.acknowledging.states import SYNTAX
from gateway.acknowledging.syntax import Draft
from gateway.clock import moment_of, stamp
from gateway.flows.advising import advice_job
from gateway.flows.settling import settle
from gateway.jobs.port import Jobs
from gateway.partners import profile_of
from gateway.reading.wire import ReadFile
from gateway.store import acknowledgments
from gateway.store.acknowledgments import NewInterchange, NewOutgoing, Series
from gateway.store.documents import QUARANTINED, Waiting
from gateway.store.events import NewEvent
from mappers.partners import PartnerError
from mappers.profile import Profile
from parsers.form import Problem
from parsers.received import Fault, Received

_json = msgspec.json.Encoder()
_log = structlog.get_logger()
_REPEATED = {"x12": "025", "edifact": "26"}
_CUT_OFF, _NOT_USED = {"x12": "023", "edifact": "13"}, {"x12": "024", "edifact": "18"}
_PLACES = {"x12": "ISA13", "edifact": "UNB 0020"}
_FIRST_VERSION = 1  # of a file that is decided for the first time
_STATUS = {"A": "accepted", "E": "accepted_with_errors", "R": "rejected"}


class Decided(Struct, frozen=True):
    """A file that is decided: what was read of it, and its state."""

    document: Waiting
    read: ReadFile
    state: str


class _Due(Struct, frozen=True):
    """An answer that is due: to the interchange `number`, at a place of a file."""

    document: Waiting
    number: int
    position: int
    draft: Draft

    @property
    def series(self) -> tuple[Series, Series]:
        """Whose numbers it takes: of interchanges, and of groups."""
        received = self.draft.received
        theirs, ours, _ = facts.identity(received)
        kind = received.syntax
        return (ours, theirs, f"{kind} interchange"), (ours, theirs, f"{kind} group")


class Acknowledging:
    """Notes what came in and answers it, in the transactions of its caller."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def note(
        self, connection: Connection, files: Sequence[tuple[Waiting, ReadFile]]
    ) -> dict[int, dict[int, Problem]]:
        """Keep the interchanges of files; returns what is said of their records, by their place.

        A control number that came before is told of the first record of its interchange, or of all
        where that rejects it. What is kept already is not kept again, and told again.
        """
        files = [(one, read) for one, read in files if read.interchanges]
        if not files:
            return {}
        kept = acknowledgments.repeats_of(connection, [one.id for one, _ in files])
        repeats = {
            number: {place for place, (_, first) in enumerate(several) if first is not None}
            for number, several in kept.items()
        }
        fresh = [(one, read) for one, read in files if one.id not in kept]
        repeats |= _keep(connection, fresh) if fresh else {}
        told: dict[int, dict[int, Problem]] = {}
        for document, read in files:
            again = sorted(repeats.get(document.id, ()))
            profile = profile_for(document.partner) if again else Profile()
            if profile.duplicates.interchange != "ignore":
                received = [read.interchanges[place] for place in again]
                told[document.id] = _problems(received, profile)
        return told

    def answer(
        self, connection: Connection, decided: Sequence[Decided], now: dt.datetime
    ) -> list[NewEvent]:
        """Keep the answers to files that are decided; returns what is to be announced.

        Acknowledgments among them are matched with what we sent.
        """
        told: list[NewEvent] = []
        due: list[_Due] = []
        numbers = [one.document.id for one in decided if one.read.interchanges]
        kept = acknowledgments.repeats_of(connection, numbers) if numbers else {}
        again = [one.document.id for one in decided if one.document.version > _FIRST_VERSION]
        rows = [number for document in again for number, _ in kept.get(document, ())]
        answered = acknowledgments.answered(connection, rows) if rows else set()
        for one in decided:
            if one.read.replies:
                told += settle(connection, one.document, one.read.replies, stamp(now))
            if one.read.interchanges:
                several = [
                    (place, *row)
                    for place, row in enumerate(kept[one.document.id])
                    if row[0] not in answered  # an interchange is answered once, however often read
                ]
                due += self._due(connection, one, several, now)
        return told + _answered(connection, due, now) if due else told

    def _due(
        self,
        connection: Connection,
        one: Decided,
        kept: Sequence[tuple[int, int, int | None]],
        now: dt.datetime,
    ) -> Iterator[_Due]:
        """Yield the answers to a file, and see that its business is answered in its time."""
        document, agreed = one.document, profile_for(one.document.partner)
        for place, number, first in kept:
            received = one.read.interchanges[place]
            if first is not None:
                _tell_repeat(received, agreed)
            if one.state == QUARANTINED:
                _tell_unused(received, document)
            draft = syntax.draft(received, agreed.acknowledgments)
            if draft is not None:
                yield _Due(document, number, place, draft)
            job = advice_job(number, document.partner, received, agreed.acknowledgments, now)
            if job is not None and one.state != QUARANTINED:
                self._jobs.put(connection, [job])


def profile_for(partner: str) -> Profile:
    """Return what is agreed with a partner; a faulty file agrees nothing, and is told elsewhere."""
    try:
        return profile_of(partner) or Profile()
    except PartnerError as error:
        _log.warning("partner.faulty", partner=partner, error=str(error))
        return Profile()


def _keep(connection: Connection, files: Sequence[tuple[Waiting, ReadFile]]) -> dict[int, set[int]]:
    """Keep the interchanges of files; returns the places of those that repeat a number."""
    rows = [
        _row(document, place, received)
        for document, read in files
        for place, received in enumerate(read.interchanges)
    ]
    partners, controls = {one.partner_id for one in rows}, {one.control for one in rows}
    newest = acknowledgments.used_before(connection, partners, controls)
    numbers = acknowledgments.add_interchanges(connection, rows)
    days = {one.partner_id: _window_days(one.partner) for one, _ in files}
    repeats: dict[int, int] = {}
    places: dict[int, set[int]] = {}
    for number, row in zip(numbers, rows, strict=True):
        before = newest.get(row.key) if row.control else None
        if before is not None and before[0] >= _since(row.received_at, days[row.partner_id]):
            repeats[number] = before[1]
            places.setdefault(row.document_id, set()).add(row.position)
        newest[row.key] = (row.received_at, number)
    acknowledgments.mark_repeats(connection, repeats)
    return places


def _row(document: Waiting, place: int, received: Received) -> NewInterchange:
    sender, receiver, control = facts.identity(received)
    return NewInterchange(
        document_id=document.id,
        position=place,
        partner_id=document.partner_id,
        syntax=received.syntax,
        sender=sender,
        receiver=receiver,
        control=control,
        test=received.test,
        facts=facts.encoded(received),
        received_at=document.received_at,
    )


def _window_days(partner: str) -> int:
    return profile_for(partner).duplicates.window_days


def _since(received_at: str, days: int) -> str:
    return stamp(moment_of(received_at) - dt.timedelta(days=days)) if days else ""


def _repeated_code(received: Received) -> str:
    return f"{received.syntax}.interchange_repeated"


def _tell_repeat(received: Received, profile: Profile) -> None:
    told, code = profile.duplicates.interchange, _repeated_code(received)
    if told == "ignore" or any(one.problem == code for one in received.faults):
        return
    received.faults.append(
        Fault(
            problem=code,
            level="interchange",
            code=_REPEATED[received.syntax],
            is_error=told == "error",
            tag="" if received.syntax == "x12" else "UNB",
        )
    )


def _tell_unused(received: Received, document: Waiting) -> None:
    """Say that nothing of the file is used: what is quarantined is rejected."""
    codes = _CUT_OFF if document.truncated else _NOT_USED
    code = "file.truncated" if document.truncated else "file.no_documents"
    fault = Fault(problem=code, level="interchange", code=codes[received.syntax], is_error=True)
    received.faults.insert(0, fault)


def _problems(interchanges: Iterable[Received], profile: Profile) -> dict[int, Problem]:
    """Return what is said of the records of interchanges whose numbers came before."""
    told: dict[int, Problem] = {}
    rejects = profile.duplicates.interchange == "error"
    for received in interchanges:
        _, _, control = facts.identity(received)
        problem = Problem(
            code=_repeated_code(received),
            severity="error" if rejects else "warning",
            message=f"the interchange control number {control} came before, with other contents",
            at=_PLACES[received.syntax],
            found=control,
            expected="a number of its own for each interchange",
            remedy="Check that the interchange was not sent twice, and number each of them.",
        )
        count = received.count if rejects else 1
        told |= dict.fromkeys(range(received.first, received.first + count), problem)
    return told


def _answered(connection: Connection, due: Sequence[_Due], now: dt.datetime) -> list[NewEvent]:
    """Keep answers with their control numbers; returns the events that tell of them."""
    wanted: Counter[Series] = Counter()
    for one in due:
        interchange, group = one.series
        wanted[interchange] += 1
        wanted[group] += one.draft.groups
    given = acknowledgments.take_several(connection, +wanted)
    numbers = {series: iter(several) for series, several in given.items()}
    namesakes = acknowledgments.namesakes(connection, {one.document.id for one in due})
    rows: list[NewOutgoing] = []
    for one in due:
        interchange, group = one.series
        groups = tuple(next(numbers[group]) for _ in range(one.draft.groups))
        mark = f".{one.document.id}" if one.document.id in namesakes else ""
        rows.append(_outgoing(one, next(numbers[interchange]), groups, mark, now))
    kept = acknowledgments.add_several(connection, rows)
    told = zip(due, rows, kept, strict=True)
    return [_news(*one) for one in told if one[0].draft.status != "A"]


def _outgoing(
    one: _Due, control: int, groups: tuple[int, ...], mark: str, now: dt.datetime
) -> NewOutgoing:
    draft, received = one.draft, one.draft.received
    (ours, theirs, _), _ = one.series
    name = one.document.name
    return NewOutgoing(
        partner_id=one.document.partner_id,
        purpose=SYNTAX,
        answers=one.number,
        syntax=received.syntax,
        kind=" ".join(draft.kinds),
        sender=ours,
        receiver=theirs,
        control=str(control),
        test=received.test,
        name=naming.answer_name(name, mark, draft.kinds, one.position, received.syntax),
        content=syntax.spelled(draft, control, groups, now).encode(),
        created_at=stamp(now),
        said=_json.encode({"kind": " ".join(draft.kinds), "status": _STATUS[draft.status]}),
    )


def _news(one: _Due, new: NewOutgoing, number: int) -> NewEvent:
    data = {
        "document": one.document.id,
        "outgoing": number,
        "kind": new.kind,
        "status": _STATUS[one.draft.status],
        "file": new.name,
        "test": new.test,
    }
    subject = f"document/{one.document.id}"
    return NewEvent(type="file.acknowledged", subject=subject, data=_json.encode(data))
