"""Evidence of an invoice: a zip with everything its result rests on, which verifies by itself.

Sources as they came, records, result with its explanation, decisions, events, deliveries with the
receivers' answers, and the chain of seals from the first of the events to the newest. `verify.py`
in it is `gateway/audit/offline.py` and needs nothing but Python.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from gateway.archive import Archive
from gateway.audit import offline
from gateway.store import events, exception, retention, seals
from gateway.store.events import Event
from gateway.store.exception import Kept, Result
from gateway.store.schema import delivery, endpoint, record

_EVENTS_MAX = 10_000


class NoInvoiceError(Exception):
    """There is no invoice of that number."""


class _Inputs(Struct):
    inputs: tuple[str, ...] = ()


def evidence(connection: Connection, archive: Archive, number: str, now: str) -> bytes:
    """Return the zip for an invoice number; several suppliers' invoices of that number are all in.

    Raises NoInvoiceError, and FileNotFoundError or CorruptError where the archive lacks a source.
    """
    found = select(record.c.id).where(record.c.kind == "invoice", record.c.number == number)
    invoices = list(connection.execute(found.order_by(record.c.id)).scalars())
    if not invoices:
        message = f"there is no invoice {number}"
        raise NoInvoiceError(message)
    files = dict(_files(connection, archive, invoices))
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["manifest.json"] = _json({"invoice": number, "made_at": now, "files": hashes})
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return packed.getvalue()


def _files(
    connection: Connection, archive: Archive, invoices: Sequence[int]
) -> Iterator[tuple[str, bytes]]:
    asked = (exception.result(connection, number) for number in invoices)
    results = [result for result in asked if result is not None]
    kept = _kept(connection, invoices, results)
    for sha256, name in sorted({(one.sha256, one.file) for one in kept.values()}):
        with archive.open(sha256) as source:
            yield f"sources/{sha256[:12]}-{Path(name).name}", source.read()
    for one in kept.values():
        yield f"records/{one.id}-{one.kind}.json", _json(_told(one))
    for result in results:
        yield f"results/{result.record_id}.json", _json(json.loads(result.body))
    decided = [one for number in invoices for one in exception.decisions(connection, number)]
    yield "decisions.json", _json([msgspec.to_builtins(one) for one in decided])
    subjects = [f"record/{one}" for one in kept]
    subjects += sorted({f"document/{one.document_id}" for one in kept.values()})
    happened = events.about(connection, subjects, limit=_EVENTS_MAX)
    sequences = [one.sequence for one in happened]
    gone = retention.gone(connection, sequences)
    yield "events.jsonl", b"".join(_line(one, gone.get(one.sequence)) for one in happened)
    yield "deliveries.json", _json(list(_deliveries(connection, sequences)))
    yield "chain.json", _json(_chain(connection, sequences))
    yield "verify.py", Path(offline.__file__).read_bytes()
    yield "README.txt", _README


def _kept(
    connection: Connection, invoices: Sequence[int], results: Sequence[Result]
) -> dict[int, Kept]:
    """Return the invoices, and what their results rest on."""
    keys = {key for one in results for key in msgspec.json.decode(one.body, type=_Inputs).inputs}
    own = (exception.kept(connection, number) for number in invoices)
    found = [*(one for one in own if one), *exception.kept_by_key(connection, sorted(keys))]
    return {one.id: one for one in found}


def _told(one: Kept) -> dict[str, Any]:
    head = {"file": one.file, "sha256": one.sha256, "partner": one.partner, "door": one.door}
    return {**head, "received_at": one.received_at, "record": json.loads(one.body)}


def _line(one: Event, gone: str | None) -> bytes:
    """Return an event; of one whose data is forgotten, the hash that the data had."""
    head = {name: getattr(one, name) for name in ("sequence", "id", "at", "actor", "type")}
    told = {**head, "subject": one.subject, "body": one.data.decode()}
    told |= {"body_sha256": gone} if gone else {}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _deliveries(connection: Connection, sequences: Sequence[int]) -> Iterator[dict[str, Any]]:
    query = (
        select(
            delivery.c.event_sequence,
            endpoint.c.url,
            delivery.c.state,
            delivery.c.tries,
            delivery.c.status,
            delivery.c.answer,
            delivery.c.delivered_at,
        )
        .join(endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .where(delivery.c.event_sequence.in_(sequences))
        .order_by(delivery.c.event_sequence, delivery.c.endpoint_id)
    )
    yield from (dict(row) for row in connection.execute(query).mappings())


def _chain(connection: Connection, sequences: Sequence[int]) -> dict[str, Any]:
    """Return the seals from the first event on, and the hashes in the blocks that hold events."""
    chain = seals.seals_from(connection, min(sequences, default=0))
    hashes: dict[int, str] = {}
    for one in chain:
        if any(one.first <= sequence <= one.last for sequence in sequences):
            hashes |= seals.hashes(connection, one.first, one.last)
    return {"seals": [msgspec.to_builtins(one) for one in chain], "hashes": hashes}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


_README = b"""Evidence of an invoice, as dockmatch kept it.

sources/        the files as they came in, byte for byte
records/        what was read from them, and from whom and when each came
results/        the reconciliation, with every calculation behind it
decisions.json  what people decided
events.jsonl    what happened, in order
deliveries.json what was told to other systems, and what they answered
chain.json      the seals of the event log from the first of these events to the newest one

To verify all of it, unpack it and run: python3 verify.py
"""
