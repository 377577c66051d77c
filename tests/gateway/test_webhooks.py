"""Signatures are judged by the library that receivers use, bodies by what CloudEvents asks for."""

import base64
import json
from datetime import UTC, datetime

import msgspec
import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st

from gateway.store.events import Event
from gateway.webhooks import body, headers, key_of, new_secret

EVENT = Event(
    sequence=7,
    id="evt_1",
    at="2026-03-02T09:00:00.000000+00:00",
    actor="gateway",
    type="invoice.matched",
    subject="invoice/12",
    data=b'{"invoice":{"number":"INV-1001"}}',
)


def verify(secret: str, content: bytes, signed: dict[str, str]) -> object:
    return standardwebhooks.Webhook(secret).verify(content, signed)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=40), max_size=4))
def test_the_receivers_library_accepts_what_we_sign(data: dict[str, str]) -> None:
    secret, content = new_secret(), json.dumps(data).encode()
    signed = headers("evt_1", datetime.now(UTC), content, [secret])
    assert verify(secret, content, signed) == data


def test_both_secrets_verify_while_one_replaces_the_other() -> None:
    old, new = new_secret(), new_secret()
    signed = headers("evt_1", datetime.now(UTC), b"{}", [new, old])
    assert signed["webhook-signature"].count("v1,") == 2
    assert verify(old, b"{}", signed) == {}
    assert verify(new, b"{}", signed) == {}


@pytest.mark.parametrize("change", ["body", "id", "timestamp", "secret"])
def test_nothing_signed_can_be_changed(change: str) -> None:
    secret, content = new_secret(), b'{"total":"10.00"}'
    signed = headers("evt_1", datetime.now(UTC), content, [secret])
    if change == "id":
        signed["webhook-id"] = "evt_2"
    if change == "timestamp":
        signed["webhook-timestamp"] = str(int(signed["webhook-timestamp"]) - 1)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verify(
            new_secret() if change == "secret" else secret,
            b'{"total":"99.00"}' if change == "body" else content,
            signed,
        )


def test_the_timestamp_is_the_moment_whatever_its_zone() -> None:
    moment = datetime.fromisoformat("2026-03-02T11:00:00+02:00")
    secret = new_secret()
    assert headers("e", moment, b"", [secret]) == headers(
        "e", moment.astimezone(UTC), b"", [secret]
    )


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_@@@@", "whsec_YWJj"],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        key_of(secret)


def test_a_secret_holds_32_random_bytes() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()
    assert base64.b64encode(key_of(secret := new_secret())).decode() == secret[6:]


def test_the_body_is_a_cloud_event_and_a_standard_webhook_at_once() -> None:
    told = json.loads(msgspec.json.encode(body(EVENT, "urn:dockmatch", 3)))
    assert told == {
        "specversion": "1.0",
        "id": "evt_1",
        "source": "urn:dockmatch",
        "type": "invoice.matched",
        "subject": "invoice/12",
        "time": EVENT.at,
        "datacontenttype": "application/json",
        "dataschema": "urn:dockmatch:event:invoice.matched:2026-11-25",
        "timestamp": EVENT.at,
        "sequence": 7,
        "deliverysequence": 3,
        "actor": "gateway",
        "data": {"invoice": {"number": "INV-1001"}},
    }
    assert all(name.isalnum() and name.islower() for name in told)
