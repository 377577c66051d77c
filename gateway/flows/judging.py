"""Judging: gather the cases that new records touch, assess each, and keep what changed.

Assessment is a function of a set of facts, so the set must not change between gathering and
writing: both happen inside the caller's write transaction. A result that says what it said before
is neither written nor announced.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

import msgspec
from sqlalchemy import Connection

from gateway.flows import news
from gateway.store import cases
from gateway.store.cases import Known, Result, StoredRecord
from gateway.store.events import NewEvent
from mappers.canonical import AnyRecord
from matcher.assess import assess
from matcher.entries import Fact, Master
from matcher.facts import facts_of
from matcher.policy import Policy
from matcher.result import Finding, Reconciliation

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_json = msgspec.json.Encoder()
_NOTHING_FOUND = "Everything that is billed was ordered, and what had to come has come."
_WORST_FIRST = ("critical", "block", "wait", "tolerance", "warning", "info")


class Judge:
    """Judges by one policy and one set of master data."""

    def __init__(self, policy: Policy, master: Master) -> None:
        self._policy = policy
        self._master = master

    def judge(
        self, connection: Connection, keys: Collection[str], today: date, at: str
    ) -> list[NewEvent]:
        """Assess again what has one of `keys`, write what changed, and return its events."""
        touched = gather(connection, keys)
        stored = {one.id: one for one in cases.records(connection, touched)}
        by_key = {one.key: one for one in stored.values()}
        found = [
            (by_key[result.invoice.id], result)
            for numbers in apart(touched)
            for result in self._assess([stored[number] for number in numbers], today)
        ]
        known = cases.known_results(connection, [one.id for one, _ in found])
        changed = [
            (one, result, row)
            for one, result in found
            if (row := _row(one, result, known.get(one.id))) is not None
        ]
        cases.write_results(connection, [row for _, _, row in changed], at)
        return [
            news.of_result(
                one.document_id, one.id, result, row.version, _verdict(known.get(one.id))
            )
            for one, result, row in changed
        ]

    def _assess(self, records: Iterable[StoredRecord], today: date) -> list[Reconciliation]:
        facts: list[Fact] = []
        for one in records:
            facts += facts_of(_record.decode(one.body), one.key)
        return assess(facts, self._policy, today, self._master)


def gather(connection: Connection, keys: Collection[str]) -> dict[int, list[str]]:
    """Return all records that `keys` lead to, directly or by each other, with their own keys."""
    found: dict[int, list[str]] = {}
    followed: set[str] = set()
    ahead = set(keys)
    while ahead:
        fresh = cases.touching(connection, ahead) - found.keys()
        followed |= ahead
        touched = cases.touched_by(connection, fresh)
        found |= touched
        ahead = {key for several in touched.values() for key in several} - followed
    return found


def apart(touched: Mapping[int, Collection[str]]) -> Iterator[list[int]]:
    """Split records into the cases they form: those that no key connects stand apart."""
    by_key: dict[str, list[int]] = {}
    for number, keys in touched.items():
        for key in keys:
            by_key.setdefault(key, []).append(number)
    left = set(touched)
    for number in touched:
        if number in left:
            yield sorted(_reach(number, touched, by_key, left))


def _reach(
    start: int,
    touched: Mapping[int, Collection[str]],
    by_key: dict[str, list[int]],
    left: set[int],
) -> Iterator[int]:
    ahead = [start]
    left.discard(start)
    while ahead:
        number = ahead.pop()
        yield number
        for key in touched[number]:
            near = [other for other in by_key.pop(key, ()) if other in left]
            left.difference_update(near)
            ahead += near


def _row(one: StoredRecord, result: Reconciliation, known: Known | None) -> Result | None:
    """Return what is to be stored of a result; None where it is known already."""
    body = _json.encode(result)
    digest = hashlib.sha256(body).hexdigest()
    if known is not None and known.digest == digest:
        return None
    gravest = _gravest(result)
    return Result(
        record_id=one.id,
        verdict=result.verdict,
        currency=result.currency,
        approved=str(result.approved),
        pending=str(result.pending),
        disputed=str(result.disputed),
        reason=gravest.sentence if gravest else _NOTHING_FOUND,
        codes=" ".join(dict.fromkeys(finding.code for finding in result.findings)),
        role=gravest.role if gravest else None,
        digest=digest,
        body=body,
        version=known.version + 1 if known else 1,
    )


def _verdict(known: Known | None) -> str | None:
    return known.verdict if known else None


def _gravest(result: Reconciliation) -> Finding | None:
    return min(result.findings, key=lambda one: _WORST_FIRST.index(one.severity), default=None)
