"""Who is let in: Sender proves itself, may act for From, and To is us."""

import hmac
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from gateway.punchout.credentials import (
    Named,
    Refused,
    authenticated,
    header_of,
    key_of,
    mac_of,
)
from gateway.punchout.trading import Partner
from mappers.connection import Connection, Hub
from mappers.profile import Credential, Identifiers, Profile
from parsers.xml.read import documents

NOW = datetime(2003, 1, 15, 18, 0, tzinfo=UTC)
CREATED, EXPIRES = "2003-01-15T08:42:46-08:00", "2003-01-15T11:42:46-08:00"


def partner(**connection: Any) -> Partner:
    return Partner(
        name="osprey",
        profile=Profile(
            identifiers=Identifiers(cxml=(Credential(domain="DUNS", identity="111111111"),)),
            ours=Identifiers(cxml=(Credential(domain="NetworkID", identity="AN01"),)),
            connection=Connection(**{"their_secret": "abracadabra", **connection}),
        ),
    )


def credential(domain: str, identity: str, proof: str = "") -> str:
    return f'<Credential domain="{domain}"><Identity>{identity}</Identity>{proof}</Credential>'


def secret(text: str) -> str:
    return f"<SharedSecret>{text}</SharedSecret>"


FROM = credential("DUNS", "111111111")
TO = credential("NetworkID", "AN01")
SENDER = credential("DUNS", "111111111", secret("abracadabra"))


def verdict(sender: str = SENDER, from_: str = FROM, to: str = TO, **connection: Any) -> Any:
    text = (
        f'<cXML payloadID="1" timestamp="t"><Header><From>{from_}</From><To>{to}</To>'
        f"<Sender>{sender}<UserAgent>x</UserAgent></Sender></Header>"
        "<Request><ProfileRequest/></Request></cXML>"
    )
    header = header_of(next(iter(documents(BytesIO(text.encode())))).form)
    return authenticated(header, [partner(**connection)], lambda said: said, NOW)


def refused(answer: Any) -> int | None:
    return answer.code if isinstance(answer, Refused) else None


def test_the_right_secret_lets_a_partner_in() -> None:
    found = verdict()
    assert isinstance(found, Partner)
    assert found.name == "osprey"


@pytest.mark.parametrize(
    "sender",
    [
        credential("DUNS", "111111111", secret("wrong")),
        credential("DUNS", "111111111", "<SharedSecret/>"),
        credential("DUNS", "111111111"),
        credential("DUNS", "222222222", secret("abracadabra")),
        credential("NetworkID", "111111111", secret("abracadabra")),
        SENDER + credential("NetworkID", "AN77", secret("abracadabra")),
        "",
    ],
)
def test_whoever_proves_nothing_stays_outside(sender: str) -> None:
    assert refused(verdict(sender)) == 401


def test_a_partner_without_a_secret_is_let_in_by_none() -> None:
    assert refused(verdict(credential("DUNS", "111111111"), their_secret=None)) == 401
    assert refused(verdict(credential("DUNS", "111111111", secret("")), their_secret="")) == 401


def test_a_secret_in_from_or_to_proves_nothing() -> None:
    proving = credential("DUNS", "111111111", secret("abracadabra"))
    assert refused(verdict(credential("DUNS", "111111111"), from_=proving, to=TO)) == 401


def test_domains_are_compared_without_case_and_duns_without_suffix() -> None:
    sender = credential("duns", " 111111111-T ", secret("abracadabra"))
    found = verdict(
        sender, from_=credential("Duns", "111111111"), to=credential("networkid", "AN01")
    )
    assert isinstance(found, Partner)
    assert key_of("NetworkID", "AN01-T") != key_of("NetworkID", "AN01")


def test_a_sender_speaks_for_itself_or_as_its_hub() -> None:
    foreign = credential("DUNS", "999999999")
    assert refused(verdict(from_=foreign)) == 403
    hub = credential("NetworkID", "AN99", secret("abracadabra"))
    assert refused(verdict(hub)) == 401
    assert isinstance(verdict(hub, hubs=(Hub(domain="NetworkId", identity="AN99"),)), Partner)


def test_what_is_not_addressed_to_us_is_not_taken() -> None:
    assert refused(verdict(to=credential("NetworkID", "AN02"))) == 403


def mac(value: str, created: str = CREATED, expires: str = EXPIRES, **said: str) -> str:
    kind = said.get("kind", "FromSenderCredentials")
    algorithm = said.get("algorithm", "HMAC-SHA1-96")
    return (
        f'<CredentialMac type="{kind}" algorithm="{algorithm}" creationDate="{created}"'
        f' expirationDate="{expires}">{value}</CredentialMac>'
    )


def test_the_mac_is_the_one_that_others_compute() -> None:
    one = Named(domain="NetworkID", identity="AN9900000100")
    assert mac_of("abracadabra", one, one, CREATED, EXPIRES) == "cR6Jpz58nriXERDN"
    assert mac_of("password", one, one, CREATED, EXPIRES) == "5KMM/p4KtK5oAf/B"


def hub_sender(**said: str) -> str:
    from_ = Named(domain="DUNS", identity="111111111")
    hub = Named(domain="NetworkID", identity="AN99")
    created, expires = said.pop("created", CREATED), said.pop("expires", EXPIRES)
    value = said.pop("value", mac_of("hub key", from_, hub, created, expires))
    return credential("NetworkID", "AN99", mac(value, created, expires, **said))


HUB = {"mac_secret": "hub key", "hubs": (Hub(domain="NetworkID", identity="AN99"),)}


def test_a_hub_proves_itself_by_its_mac() -> None:
    assert isinstance(verdict(hub_sender(), **HUB), Partner)


@pytest.mark.parametrize(
    "said",
    [
        {"value": "AAAAAAAAAAAAAAAA"},
        {"expires": "2003-01-15T09:00:00-08:00"},
        {"created": "2003-01-15T10:30:00-08:00"},
        {"created": "yesterday"},
        {"algorithm": "HMAC-MD5"},
        {"kind": "Other"},
    ],
)
def test_a_mac_that_is_wrong_early_late_or_another_is_refused(said: dict[str, str]) -> None:
    assert refused(verdict(hub_sender(**said), **HUB)) == 401


def test_a_mac_counts_for_its_from_alone() -> None:
    other = credential("DUNS", "111111112")
    assert refused(verdict(hub_sender(), from_=other, **HUB)) == 401
    assert refused(verdict(hub_sender(), hubs=HUB["hubs"])) == 401  # no key is agreed


@pytest.mark.parametrize(
    "sender",
    [
        SENDER,
        credential("DUNS", "111111111", secret("wrong")),
        credential("DUNS", "222222222", secret("abracadabra")),
        credential("DUNS", "111111111"),
    ],
)
def test_known_and_unknown_cost_the_same_comparison(
    sender: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def counted(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    verdict(sender)
    assert compared == [(32, 32)]  # digests: neither the length of a secret shows
