"""A parcel: what goes to an endpoint in one try, one event or a batch of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.events.choosing import thinned
from gateway.flows.retry import Answer
from gateway.store.deliveries import Due
from gateway.store.endpoints import Endpoint
from gateway.store.events import Event
from gateway.webhooks import CloudEvent, batch_id, body

_RECORD = "record/"


class Parcel(Struct, frozen=True, kw_only=True):
    """Deliveries to `to`; `records` are the records that they are about, JSON by number."""

    to: Endpoint
    dues: tuple[Due, ...]
    records: Mapping[int, bytes] = {}

    @property
    def is_batch(self) -> bool:
        """Whether it goes as a list, even with one event inside."""
        return self.to.how.batch > 1

    @property
    def name(self) -> str:
        """Its `webhook-id`: the event's, or one that stands for all of them."""
        ids = [due.event.id for due in self.dues]
        return batch_id(ids) if self.is_batch else ids[0]


class Sent(Struct, frozen=True, kw_only=True):
    """What came of a try: for the endpoint as a `whole`, and for `each` delivery in order."""

    whole: Answer
    each: tuple[Answer, ...]


class Courier(Protocol):
    """Takes parcels to one kind of place."""

    async def send(self, parcel: Parcel) -> Sent:
        """Try once; a failure is an answer."""


def alike(answer: Answer, parcel: Parcel) -> Sent:
    """Return the same answer for every delivery of a parcel."""
    return Sent(whole=answer, each=(answer,) * len(parcel.dues))


def record_of(event: Event) -> int | None:
    """Return the number of the record that an event is about."""
    number = event.subject.removeprefix(_RECORD)
    return int(number) if number != event.subject and number.isdigit() else None


def document_of(parcel: Parcel) -> int | None:
    """Return the document that a parcel with one event is about, None where it says none."""
    if len(parcel.dues) != 1:
        return None
    try:
        return _about.decode(parcel.dues[0].event.data).document
    except msgspec.ValidationError:
        return None


class _About(Struct):
    document: int | None = None


_about = msgspec.json.Decoder(_About)


def about(dues: Sequence[Due]) -> list[int]:
    """Return the numbers of the records that deliveries are about."""
    return [number for due in dues if (number := record_of(due.event)) is not None]


def written(parcel: Parcel, source: str) -> bytes:
    """Return a parcel as the JSON that its endpoint gets."""
    told = [_event(parcel, due, source) for due in parcel.dues]
    return msgspec.json.encode(told if parcel.is_batch else told[0])


def _event(parcel: Parcel, due: Due, source: str) -> CloudEvent:
    event, thin = due.event, parcel.to.content == "thin"
    told = body(
        thinned(event) if thin else event,
        source,
        due.sequence,
        thin=thin,
        version=parcel.to.version,
    )
    if parcel.to.content != "record":
        return told
    return replace(told, data=_with_record(bytes(told.data), parcel.records.get(_number(event))))


def _number(event: Event) -> int:
    return record_of(event) or 0


def _with_record(data: bytes, record: bytes | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: msgspec.Raw(value)
        for name, value in msgspec.json.decode(data, type=dict[str, msgspec.Raw]).items()
    }
    return told | {"content": msgspec.Raw(record) if record else None}
