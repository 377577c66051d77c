"""What is posted to a receiver that is tried out, and what it owes to each post.

Every event is a sample of the catalogue under a fresh id, from the source `urn:dockmatch:trial`.
A check is a list of rounds; the posts of a round go out at once, the rounds one after the other.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.events.catalogue import CATALOGUE
from gateway.events.samples import sample
from gateway.webhooks import body, headers, new_secret

SOURCE = "urn:dockmatch:trial"
STALE = timedelta(minutes=10)
AT_ONCE = 4
BIG_BYTES = 200_000
_UNKNOWN = "an.event.of.tomorrow"
_KIND = "invoice.matched"


class Post(Struct, frozen=True, kw_only=True):
    """A request: `owes` is whether it is to be taken (2xx) or refused (4xx).

    With `breaks`, the connection ends in the middle of the body or before the answer, and whatever
    the receiver does with it is right.
    """

    id: str
    content: bytes
    headers: dict[str, str]
    owes: Literal["taken", "refused"] = "taken"
    breaks: Literal["half", "unanswered"] | None = None


Round = tuple[Post, ...]


class Check(Struct, frozen=True, kw_only=True):
    """What is tried, in words, and the posts that try it."""

    name: str
    rounds: tuple[Round, ...]


def checks(secret: str, now: datetime) -> Iterator[Check]:
    """Yield everything that a receiver with that signing secret is tried with, signed at `now`."""
    yield Check(
        name="every kind of event",
        rounds=tuple((_genuine(secret, now, kind),) for kind in CATALOGUE),
    )
    once, many = _genuine(secret, now), _genuine(secret, now)
    yield Check(name="the same event again", rounds=((once,), (once,)))
    yield Check(name="the same event at once", rounds=((many,) * AT_ONCE,))
    later = _genuine(secret, now, "invoice.matched", 3)
    earlier = _genuine(secret, now, "invoice.received", 2)
    yield Check(name="a later event of a subject first", rounds=((later,), (earlier,)))
    yield Check(name="a wrong signature", rounds=tuple((one,) for one in _forged(secret, now)))
    old, ahead = (_genuine(secret, now + by) for by in (-STALE, STALE))
    yield Check(name="a stale signature", rounds=((_refused(old),), (_refused(ahead),)))
    yield Check(name="a missing header", rounds=tuple((one,) for one in _bare(secret, now)))
    yield Check(name="a secret being changed", rounds=tuple((p,) for p in _rotated(secret, now)))
    yield Check(name="an unknown type and field", rounds=((_unknown(secret, now),),))
    yield Check(name="a big body", rounds=((_big(secret, now),),))
    half, unanswered = _genuine(secret, now), _genuine(secret, now)
    yield Check(
        name="a broken connection, then again",
        rounds=(
            (replace(half, breaks="half"),),
            (half,),
            (replace(unanswered, breaks="unanswered"),),
            (unanswered,),
        ),
    )


def _genuine(secret: str, at: datetime, kind: str = _KIND, number: int = 1) -> Post:
    return _signed(_content(kind, number), (secret,), at)


def _content(kind: str, number: int = 1) -> dict[str, object]:
    event = replace(sample(kind, number), id=f"evt_{uuid.uuid4().hex}")
    told: dict[str, object] = msgspec.to_builtins(
        msgspec.json.decode(msgspec.json.encode(body(event, SOURCE, number)))
    )
    return told


def _signed(told: dict[str, object], secrets: tuple[str, ...], at: datetime) -> Post:
    content, name = msgspec.json.encode(told), str(told["id"])
    return Post(id=name, content=content, headers=headers(name, at, content, secrets))


def _refused(post: Post) -> Post:
    return replace(post, owes="refused")


def _forged(secret: str, at: datetime) -> Iterator[Post]:
    """Yield posts that somebody without the secret could make, or that were altered on the way."""
    yield _refused(_genuine(new_secret(), at))
    genuine = _genuine(secret, at)
    altered = genuine.content.replace(b'"approved":"', b'"approved":"9')
    yield _refused(replace(genuine, content=altered))
    other = f"evt_{uuid.uuid4().hex}"
    yield _refused(replace(genuine, id=other, headers=genuine.headers | {"webhook-id": other}))
    signature = genuine.headers["webhook-signature"]
    for spoilt in ("v1," + "A" * 43 + "=", signature.replace("v1,", "v2,"), "v1", "v1,%%%", ","):
        yield _refused(replace(genuine, headers=genuine.headers | {"webhook-signature": spoilt}))


def _bare(secret: str, at: datetime) -> Iterator[Post]:
    genuine = _genuine(secret, at)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        left = {key: value for key, value in genuine.headers.items() if key != name}
        yield _refused(replace(genuine, headers=left))


def _rotated(secret: str, at: datetime) -> Iterator[Post]:
    """Yield events that are signed by another secret too, before and behind the one it knows."""
    yield _signed(_content(_KIND), (secret, new_secret()), at)
    yield _signed(_content(_KIND), (new_secret(), secret), at)


def _unknown(secret: str, at: datetime) -> Post:
    told = _content(_KIND) | {"type": _UNKNOWN, "dataschema": None, "tomorrow": {"a": [1]}}
    return _signed(told, (secret,), at)


def _big(secret: str, at: datetime) -> Post:
    return _signed(_content(_KIND) | {"data": {"note": "x" * BIG_BYTES}}, (secret,), at)
