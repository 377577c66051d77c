"""What the tests of the API find: a held invoice, its document, and a file in quarantine."""

import hashlib
import io
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import insert, update

from gateway.clock import stamp
from gateway.doors.services import Services
from gateway.flows.news import ResultNews
from gateway.store.events import NewEvent, announce
from gateway.store.schema import document, reconciliation, record
from mappers.canonical import Invoice, Party, Source
from matcher.result import Finding, InvoiceRef, Reconciliation
from parsers.form import Problem

DIGEST = hashlib.sha256(b"the result").hexdigest()
CONTENT = b"ISA*00* an invoice"


def invoice() -> bytes:
    """The canonical invoice, as JSON."""
    source = Source(file="inv.x12", sha256=hashlib.sha256(CONTENT).hexdigest(), format="x12")
    told = Invoice(number="BFC-208841", source=source, supplier=Party(name="Bellweather"))
    return msgspec.json.encode(told)


def result(verdict: Any = "exception") -> Reconciliation:
    """Its reconciliation."""
    held = Finding(
        code="QTY_OVER_RECEIVED",
        severity="block",
        role="receiver",
        sentence="Billed 12, received 10.",
    )
    return Reconciliation(
        invoice=InvoiceRef(number="BFC-208841", supplier="bellweather", id="d9f2"),
        verdict=verdict,
        currency="USD",
        approved=Decimal("190.00"),
        pending=Decimal("38.00"),
        disputed=Decimal("0.00"),
        findings=(held,),
        lines=(),
        codes=(),
    )


def store_some(services: Services) -> None:
    """Store two documents, a record, its reconciliation, and the events that tell of it."""
    at = stamp(services.clock())
    services.intake.take("bellweather", "inv.x12", io.BytesIO(CONTENT), "http")
    services.intake.take("osprey", "noise.bin", io.BytesIO(b"noise"), "http")
    problems = msgspec.json.encode([Problem(code="file.unknown", message="What is this?")])
    with services.store.write() as connection:
        done = update(document).values(decided_at=at, version=2)
        connection.execute(done.where(document.c.id == 1).values(state="read", format="x12"))
        torn = done.where(document.c.id == 2).values(state="quarantined", problems=problems)
        connection.execute(torn)
        connection.execute(
            insert(record).values(
                id=1,
                document_id=1,
                position=0,
                key="d9f2",
                kind="invoice",
                number="BFC-208841",
                supplier="bellweather",
                body=invoice(),
                created_at=at,
            )
        )
        connection.execute(
            insert(reconciliation).values(
                record_id=1,
                verdict="exception",
                currency="USD",
                approved="190.00",
                pending="38.00",
                disputed="0.00",
                reason="Billed 12, received 10.",
                digest=DIGEST,
                body=msgspec.json.encode(result()),
                changed_at=at,
            )
        )
        announce(connection, [announced("exception", 1)], at)


def announced(verdict: Any, version: int) -> NewEvent:
    """The event that tells of a result."""
    told = result(verdict)
    news = ResultNews(
        document=1,
        record=1,
        version=version,
        invoice=told.invoice,
        type="invoice",
        verdict=verdict,
        currency=told.currency,
        approved=told.approved,
        pending=told.pending,
        disputed=told.disputed,
        findings=told.findings,
    )
    return NewEvent(type=f"invoice.{verdict}", subject="record/1", data=msgspec.json.encode(news))
