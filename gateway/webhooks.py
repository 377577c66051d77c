"""What goes over the wire when an event is delivered: one body, and the headers that sign it.

The body is one JSON that is both a CloudEvents 1.0 event and a Standard Webhooks 1.0.0 payload.
Its `id` is the `webhook-id`, the same on every try, on a replay and in the pull feed. `sequence` is
the event's place in the log (the cursor of `GET /v1/events`); `deliverysequence` counts what this
endpoint gets, without gaps, so that a receiver sees a missing one.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from gateway.events.versions import NEWEST, address, told_in
from gateway.store.events import Event

_PREFIX = "whsec_"
ONE, SEVERAL = "application/json", "application/cloudevents-batch+json"
"""The types of a body with one event, and of one with a list of them (CloudEvents 1.0, JSON)."""

_KEY_BYTES = range(24, 65)  # Standard Webhooks 1.0.0, "Signature scheme": 24 to 64 bytes


class CloudEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of a delivery: CloudEvents 1.0 attributes, extensions in lower case, and `data`."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    dataschema: str | None = None
    timestamp: str
    sequence: int
    deliverysequence: int | None = None
    actor: str
    data: Any


def new_secret() -> str:
    """Return a fresh signing secret: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def key_of(secret: str) -> bytes:
    """Return the key that `secret` stands for; raises ValueError where it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        message = "a signing secret is 'whsec_' and base64"
        raise ValueError(message) from error
    if not secret.startswith(_PREFIX) or len(key) not in _KEY_BYTES:
        message = "a signing secret is 'whsec_' and 24 to 64 bytes in base64"
        raise ValueError(message)
    return key


def headers(
    event_id: str, at: datetime, body: bytes, signing: Iterable[str], kind: str = ONE
) -> dict[str, str]:
    """Sign `body` with each of the secrets `signing`, as Standard Webhooks 1.0.0; `at` is now."""
    seconds = str(int(at.timestamp()))
    signed = f"{event_id}.{seconds}.".encode() + body
    digests = (hmac.digest(key_of(secret), signed, hashlib.sha256) for secret in signing)
    return {
        "content-type": kind,
        "webhook-id": event_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(d).decode('ascii')}" for d in digests),
    }


def batch_id(ids: Iterable[str]) -> str:
    """Return the `webhook-id` of a batch: the same for the same events in the same order."""
    return "bat_" + hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]


def body(
    event: Event,
    source: str,
    delivery_sequence: int | None = None,
    *,
    thin: bool = False,
    version: str = NEWEST,
) -> CloudEvent:
    """Return the body of `event` in a version; `source` is the URI reference of this gateway.

    A thin event has not the data that the schema describes, so it names none.
    """
    return CloudEvent(
        specversion="1.0",
        id=event.id,
        source=source,
        type=event.type,
        subject=event.subject,
        time=event.at,
        datacontenttype="application/json",
        dataschema=None if thin else address(event.type, version),
        timestamp=event.at,
        sequence=event.sequence,
        deliverysequence=delivery_sequence,
        actor=event.actor,
        data=msgspec.Raw(event.data if thin else told_in(event, version)),
    )
