"""The API from Python, typed: what the server answers with is what the functions return.

    with Client("https://dockmatch.example", key) as client:
        for event in client.events(after=cursor):
            ...

Lists are iterators that go from page to page by themselves. What makes something carries an
Idempotency-Key, so that it is safe to ask again; who wants to ask again after a crash gives the
key.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, Literal, Self, TypeVar

import msgspec
from msgspec import Struct

from gateway.api import types
from gateway.client.connection import PIECE_BYTES, Answered, Connection, Pairs, Request
from gateway.webhooks import CloudEvent

PAGE = 500
_T = TypeVar("_T")


class Seen(Struct, frozen=True, kw_only=True):
    """A reconciliation as it was seen: `etag` is what a decision on it needs."""

    result: types.Result
    etag: str


class Client:
    """A gateway, as seen by the holder of one key. Close it when done, or use it in a `with`.

    All functions raise ApiError where the gateway refuses, UnreachableError where it is not there.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout_seconds: float = 60,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect when something is asked; raises ValueError where `address` is none."""
        self._connection = Connection(
            address, key, timeout_seconds=timeout_seconds, tries=tries, sleep=sleep
        )

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    # Documents.

    def send(
        self, content: bytes | BinaryIO, *, partner: str, name: str, key: str | None = None
    ) -> types.DocumentReceipt:
        """Send a document; a file is sent piece by piece, and must be seekable."""
        request = Request(
            method="POST",
            path="/v1/documents",
            query=(("partner", partner), ("name", name)),
            body=content,
            headers=_once(key) | {"Content-Type": "application/octet-stream"},
        )
        return _decoded(self._connection.ask(request), types.DocumentReceipt)

    def document(self, receipt: int) -> types.Document:
        """Return what became of a document."""
        return self._get(f"/v1/documents/{receipt}", types.Document)

    def documents(  # noqa: PLR0913 - filters
        self,
        *,
        partner: str | None = None,
        name: str | None = None,
        states: Iterable[str] = (),
        since: date | datetime | None = None,
        until: date | datetime | None = None,
        after: int = 0,
    ) -> Iterator[types.DocumentBrief]:
        """Yield the documents that came in, in their order."""
        query = [("partner", partner), ("name", name), *(("state", one) for one in states)]
        query += [("since", _when(since)), ("until", _when(until))]
        return self._pages("/v1/documents", query, types.DocumentPage, after)

    def content(self, receipt: int) -> Iterator[bytes]:
        """Yield the bytes of a document as they came in, piece by piece."""
        request = Request(method="GET", path=f"/v1/documents/{receipt}/content")
        with self._connection.answer(request) as response:
            while piece := response.read(PIECE_BYTES):
                yield piece

    # Records and reconciliations.

    def record(self, number: int) -> types.StoredRecord:
        """Return a canonical record."""
        return self._get(f"/v1/records/{number}", types.StoredRecord)

    def records(
        self, *, kind: str | None = None, number: str | None = None, after: int = 0
    ) -> Iterator[types.StoredRecord]:
        """Yield canonical records, by kind and number where given."""
        query = [("kind", kind), ("number", number)]
        return self._pages("/v1/records", query, types.RecordPage, after)

    def reconciliation(self, record: int, *, as_of: date | datetime | None = None) -> Seen:
        """Return the result for an invoice record, now or as it was (then without an ETag)."""
        path = f"/v1/reconciliations/{record}"
        query = [("as_of", _when(as_of))]
        answered = self._connection.ask(Request(method="GET", path=path, query=query))
        return Seen(result=_decoded(answered, types.Result), etag=answered.headers.get("etag", ""))

    def reconciliations(
        self, *, verdicts: Iterable[str] = (), after: int = 0
    ) -> Iterator[types.Result]:
        """Yield the results for invoices, by verdict where given."""
        query = [("verdict", one) for one in verdicts]
        return self._pages("/v1/reconciliations", query, types.ResultPage, after)

    def decide(
        self,
        seen: Seen,
        action: Literal["accept", "reject", "undo"],
        reason: str,
        *,
        key: str | None = None,
    ) -> types.Decision:
        """Decide on what was seen; where it has changed meanwhile, ApiError says `changed`."""
        path = f"/v1/reconciliations/{seen.result.record}/decisions"
        headers = _once(key) | {"If-Match": seen.etag}
        return self._post(path, {"action": action, "reason": reason}, headers, types.Decision)

    def decisions(self, record: int) -> list[types.Decision]:
        """Return what was decided on an invoice, oldest first."""
        return self._get(f"/v1/reconciliations/{record}/decisions", types.Decisions).items

    # Events.

    def events(
        self,
        *,
        after: int = 0,
        kinds: Iterable[str] = (),
        wait_seconds: int = 0,
        as_of: date | datetime | None = None,
    ) -> Iterator[CloudEvent]:
        """Yield the events behind `after`; at the end, wait so long for another one."""
        query: list[tuple[str, Any]] = [("type", one) for one in kinds]
        query += [("wait", wait_seconds), ("as_of", _when(as_of)), ("limit", PAGE)]
        while True:
            page = self._get("/v1/events", types.EventPage, [*query, ("after", after)])
            yield from page.events
            if not page.events:
                return
            after = page.next

    def settle(
        self,
        event: str,
        *,
        document_number: str | None = None,
        rejected: str | None = None,
        key: str | None = None,
    ) -> types.Settled:
        """Say what was made of an event: one of both."""
        told = {"document_number": document_number, "rejected": rejected}
        said = {name: value for name, value in told.items() if value is not None}
        return self._post(f"/v1/events/{event}/acceptance", said, _once(key), types.Settled)

    def balance(self, day: date | None = None) -> types.Balance:
        """Tell where everything is that came in on a day."""
        return self._get("/v1/balance", types.Balance, [("day", _when(day))])

    # Partners and deliveries.

    def partner(self, name: str) -> types.PartnerDetail:
        """Tell of a partner."""
        return self._get(f"/v1/partners/{name}", types.PartnerDetail)

    def deliveries(
        self, state: Literal["waiting", "delivered", "dead"] = "waiting"
    ) -> Iterator[types.Delivery]:
        """Yield deliveries in a state, newest first."""
        before: int | None = None
        while True:
            query: Pairs = [("state", state), ("before", before), ("limit", PAGE)]
            page = self._get("/v1/deliveries", types.DeliveryPage, query)
            yield from page.items
            if not page.items:
                return
            before = page.next

    def _get(self, path: str, kind: type[_T], query: Pairs = ()) -> _T:
        return _decoded(self._connection.ask(Request(method="GET", path=path, query=query)), kind)

    def _post(self, path: str, said: object, headers: dict[str, str], kind: type[_T]) -> _T:
        request = Request(
            method="POST",
            path=path,
            body=msgspec.json.encode(said),
            headers=headers | {"Content-Type": "application/json"},
        )
        return _decoded(self._connection.ask(request), kind)

    def _pages(
        self, path: str, query: Iterable[tuple[str, Any]], kind: type[Any], after: int
    ) -> Iterator[Any]:
        fixed = [*query, ("limit", PAGE)]
        while True:
            page = self._get(path, kind, [*fixed, ("after", after)])
            yield from page.items
            if not page.items:
                return
            after = page.next


def _decoded(answered: Answered, kind: type[_T]) -> _T:
    return msgspec.json.decode(answered.body, type=kind)


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key or uuid.uuid4().hex}


def _when(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
