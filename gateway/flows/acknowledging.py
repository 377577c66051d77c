"""Acknowledging: each interchange that came in is answered once, in the commit that decides on it.

A file's envelopes are noted with its first records, so that a control number that came before is
known before anything is used; its answers are kept, with their control numbers, in the transaction
that decides the file. So a crash leaves neither a number without its answer nor an answer twice.
What was kept is written into the partner's folder afterwards (`gateway.flows.sending`).
"""

import datetime as dt
from collections.abc import Iterable

import msgspec
import structlog
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
from gateway.store.acknowledgments import KnownInterchange, NewInterchange, NewOutgoing
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
_NUMBERS = {"x12": "ISA13", "edifact": "UNB 0020"}


class Acknowledging:
    """Notes what came in and answers it, in the transactions of its caller."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def note(self, connection: Connection, document: Waiting, read: ReadFile) -> dict[int, Problem]:
        """Keep the interchanges of a file; returns what is said of its records, by their place.

        A control number that came before is told of the first record of its interchange, or of all
        where that rejects it. Noting again tells the same.
        """
        if not read.interchanges:
            return {}
        profile = profile_for(document.partner)
        kept = acknowledgments.interchanges_of(connection, document.id)
        if not kept:
            self._keep(connection, document, read.interchanges, profile)
            kept = acknowledgments.interchanges_of(connection, document.id)
        told: dict[int, Problem] = {}
        for one, received in zip(kept, read.interchanges, strict=True):
            if one.repeat_of is not None and profile.duplicates.interchange != "ignore":
                told |= _repeats(received, profile)
        return told

    def _keep(
        self,
        connection: Connection,
        document: Waiting,
        interchanges: Iterable[Received],
        profile: Profile,
    ) -> None:
        owner = acknowledgments.partner_of(connection, document.id)
        for position, received in enumerate(interchanges):
            sender, receiver, control = facts.identity(received)
            key = (received.syntax, sender, receiver, control, received.test)
            since = _window(document.received_at, profile.duplicates.window_days)
            before = acknowledgments.used_before(connection, owner, key, since) if control else None
            if before is not None:
                _tell_repeat(received, profile)
            new = NewInterchange(
                document_id=document.id,
                position=position,
                partner_id=owner,
                syntax=received.syntax,
                sender=sender,
                receiver=receiver,
                control=control,
                test=received.test,
                repeat_of=before,
                facts=facts.encoded(received),
                received_at=document.received_at,
            )
            acknowledgments.add_interchange(connection, new)

    def answer(
        self,
        connection: Connection,
        document: Waiting,
        read: ReadFile,
        state: str,
        now: dt.datetime,
    ) -> list[NewEvent]:
        """Keep the answers to a file that is decided, to be written; returns what to announce."""
        told = settle(connection, document, read.replies, stamp(now)) if read.replies else []
        if not read.interchanges:
            return told
        profile = profile_for(document.partner)
        for one in acknowledgments.interchanges_of(connection, document.id):
            received = facts.decoded(one.facts)
            if state == QUARANTINED:
                _tell_unused(received, document)
            draft = syntax.draft(received, profile.acknowledgments)
            if draft is not None:
                told.append(_answered(connection, document, one, draft, now))
            job = advice_job(one.id, document.partner, received, profile.acknowledgments, now)
            if job is not None and state != QUARANTINED:
                self._jobs.put(connection, [job])
        return told


def profile_for(partner: str) -> Profile:
    """Return what is agreed with a partner; a faulty file agrees nothing, and is told elsewhere."""
    try:
        return profile_of(partner) or Profile()
    except PartnerError as error:
        _log.warning("partner.faulty", partner=partner, error=str(error))
        return Profile()


def _window(received_at: str, days: int) -> str:
    return stamp(moment_of(received_at) - dt.timedelta(days=days)) if days else ""


def _tell_repeat(received: Received, profile: Profile) -> None:
    told = profile.duplicates.interchange
    code = _repeated_code(received)
    if told != "ignore" and not any(one.problem == code for one in received.faults):
        received.faults.append(
            Fault(
                problem=code,
                level="interchange",
                code=_REPEATED[received.syntax],
                is_error=told == "error",
                tag="" if received.syntax == "x12" else "UNB",
            )
        )


def _repeated_code(received: Received) -> str:
    return f"{received.syntax}.interchange_repeated"


def _tell_unused(received: Received, document: Waiting) -> None:
    """Say that nothing of the file is used: what is quarantined is rejected."""
    codes = _CUT_OFF if document.truncated else _NOT_USED
    code = "file.truncated" if document.truncated else "file.no_documents"
    fault = Fault(problem=code, level="interchange", code=codes[received.syntax], is_error=True)
    received.faults.insert(0, fault)


def _repeats(received: Received, profile: Profile) -> dict[int, Problem]:
    rejects = profile.duplicates.interchange == "error"
    _, _, control = facts.identity(received)
    number = _NUMBERS[received.syntax]
    problem = Problem(
        code=_repeated_code(received),
        severity="error" if rejects else "warning",
        message=f"the interchange control number {control} came before, with other contents",
        at=number,
        found=control,
        expected="a number of its own for each interchange",
        remedy="Check that the interchange was not sent twice, and number each of them.",
    )
    count = received.count if rejects else 1
    return dict.fromkeys(range(received.first, received.first + count), problem)


def _answered(
    connection: Connection,
    document: Waiting,
    one: KnownInterchange,
    draft: Draft,
    now: dt.datetime,
) -> NewEvent:
    """Keep an answer with its control numbers; returns the event that tells of it."""
    received = draft.received
    theirs, ours, _ = facts.identity(received)
    take = acknowledgments.take_numbers
    (control,) = take(connection, ours, theirs, f"{received.syntax} interchange", 1)
    groups = take(connection, ours, theirs, f"{received.syntax} group", draft.groups)
    _, has_namesake = acknowledgments.name_of(connection, document.id)
    mark = f".{document.id}" if has_namesake else ""
    new = NewOutgoing(
        partner_id=one.partner_id,
        purpose=SYNTAX,
        answers=one.id,
        syntax=received.syntax,
        kind=" ".join(draft.kinds),
        sender=ours,
        receiver=theirs,
        control=str(control),
        test=received.test,
        name=naming.answer_name(document.name, mark, draft.kinds, one.position, received.syntax),
        content=syntax.spelled(draft, control, groups, now).encode(),
        created_at=stamp(now),
        said=_json.encode({"kind": " ".join(draft.kinds), "status": _STATUS[draft.status]}),
    )
    number = acknowledgments.add_outgoing(connection, new)
    data = {
        "document": document.id,
        "outgoing": number,
        "kind": new.kind,
        "status": _STATUS[draft.status],
        "file": new.name,
        "test": new.test,
    }
    return NewEvent(
        type="file.acknowledged", subject=f"document/{document.id}", data=_json.encode(data)
    )


_STATUS = {"A": "accepted", "E": "accepted_with_errors", "R": "rejected"}
