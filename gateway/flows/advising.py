"""Advising: what was wrong with the business of an interchange is told by an 824 or an APERAK.

The matcher's first word is not the last: an order may come after its invoice. So the advice waits
as long as the partner's profile says, as a job with its time, and then tells how things stand. It
is sent once; a result that changes later is in the answers and on the screens.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec
import structlog
from sqlalchemy import Connection

from gateway.acknowledging import advice, facts, naming
from gateway.acknowledging.advice import Advised
from gateway.acknowledging.business import judged
from gateway.acknowledging.replies import KINDS
from gateway.acknowledging.states import APPLICATION
from gateway.answers import document_answer
from gateway.clock import Clock, stamp
from gateway.jobs.port import Failure, Job, Jobs, NewJob
from gateway.store import acknowledgments, answering
from gateway.store.acknowledgments import NewOutgoing, NewSet
from gateway.store.answering import Became
from gateway.store.engine import Store
from mappers.agreements import Acknowledgments
from parsers.received import Received

KIND = "advice"
_BUSINESS = {"invoice", "purchase_order", "order_response", "receipt"}
_NAMES = {"x12": ("824",), "edifact": ("APERAK",)}
_log = structlog.get_logger()


def advice_job(
    number: int, partner: str, received: Received, agreed: Acknowledgments, now: dt.datetime
) -> NewJob | None:
    """Return the job that will advise the sender of an interchange; None where nothing is due."""
    sets = [one for group in received.groups for one in group.sets]
    if agreed.application == "never" or all(one.kind in KINDS for one in sets):
        return None
    return NewJob(
        kind=KIND,
        key=f"interchange/{number}",
        partner=partner,
        args=msgspec.json.encode({"interchange": number, "send": agreed.application}),
        due=now + dt.timedelta(hours=agreed.application_after_hours),
    )


class Advising:
    """The handler of those jobs."""

    def __init__(self, store: Store, jobs: Jobs, clock: Clock) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock

    def work(self, job: Job) -> None:
        """Write what the sender is told, if anything, and end the job, in one transaction."""
        args = msgspec.json.decode(job.args)
        with self._store.write() as connection:
            self._advise(connection, args["interchange"], only_errors=args["send"] == "on_error")
            self._jobs.done(connection, job)

    def failed(self, _connection: Connection, _job: Job, _failure: Failure) -> bool:
        """Leave it to another try."""
        return False

    def _advise(self, connection: Connection, number: int, *, only_errors: bool) -> None:
        document_id = acknowledgments.document_of(connection, number)
        known = acknowledgments.interchanges_of(connection, document_id)
        one = next(found for found in known if found.id == number)
        received = facts.decoded(one.facts)
        became = answering.became(connection, [document_id])
        advised = [
            found for found in _advised(received, became) if found.judged.faults or not only_errors
        ]
        if not advised:
            return
        theirs, ours, _ = facts.identity(received)
        groups = len(advice.groups_of(advised)) if received.syntax == "x12" else 0
        take = acknowledgments.take_numbers
        (control,) = take(connection, (ours, theirs, f"{received.syntax} interchange"), 1)
        taken = take(connection, (ours, theirs, f"{received.syntax} group"), groups)
        now = self._clock()
        name = acknowledgments.name_of(connection, document_id)
        has_namesake = bool(acknowledgments.namesakes(connection, [document_id]))
        kinds = _NAMES[received.syntax]
        mark = f".{document_id}" if has_namesake else ""
        content = advice.spelled(received, advised, control, taken, now)
        new = NewOutgoing(
            partner_id=one.partner_id,
            purpose=APPLICATION,
            answers=number,
            syntax=received.syntax,
            kind=kinds[0],
            sender=ours,
            receiver=theirs,
            control=str(control),
            test=received.test,
            name=naming.answer_name(name, mark, kinds, one.position, received.syntax),
            content=content.encode(),
            created_at=stamp(now),
            said=msgspec.json.encode({"kind": kinds[0], "status": _worst(advised)}),
        )
        acknowledgments.add_outgoing(connection, new, _sets(received.syntax, taken, advised))


def _sets(syntax: str, groups: tuple[int, ...], advised: Sequence[Advised]) -> list[NewSet]:
    """Return how an acknowledgment of the advice would name what is in it."""
    if syntax == "x12":
        return [NewSet(code="AG", group=str(one), kind="824", control="0001") for one in groups]
    return [NewSet(kind="APERAK", control=str(place)) for place, _ in enumerate(advised, 1)]


def _worst(advised: Sequence[Advised]) -> str:
    found = {one.judged.outcome for one in advised}
    return next(one for one in ("rejected", "accepted_with_errors", "accepted") if one in found)


def _advised(received: Received, became: list[Became]) -> Iterator[Advised]:
    """Yield the documents of an interchange that syntax let pass, and what is told of each."""
    records = {one.position: one for one in became}
    for group in received.groups:
        for one in group.sets:
            record = records.get(one.index)
            if record is None or record.kind not in _BUSINESS:
                continue
            if one.supported and not any(fault.is_error for fault in one.faults):
                told = judged(document_answer(record), received.syntax)
                yield Advised(
                    group=group, received=one, kind=record.kind, number=record.number, judged=told
                )
