"""Who sends a cXML document, on whose behalf, and to whom (cXML 1.2 Header).

Authentication is about `Sender`: it proves itself by a SharedSecret or a CredentialMac, and nothing
in `From` or `To` counts as proof. Then this Sender must be allowed to act for this `From`, and `To`
must be one of ours. Domains are compared without regard to case, identities exactly; a DUNS also
without its suffix.

The MAC of a hub (`CredentialMac`, HMAC-SHA1-96) is computed over domain and identity of From and of
Sender in lower case and the two dates, each ended by a zero byte, and cut to 96 bits.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from gateway.punchout.trading import Partner
from mappers.partners import PartnerError
from parsers.form import Form

_MAC_BYTES = 12
_NOBODY = "a secret that nobody has, compared where there is none"


class Mac(Struct, frozen=True, kw_only=True):
    """A CredentialMac as the document states it."""

    value: str
    kind: str
    algorithm: str
    created: str
    expires: str


class Named(Struct, frozen=True, kw_only=True):
    """One Credential: who it names, and what it proves itself with."""

    domain: str
    identity: str
    secret: str | None = None
    mac: Mac | None = None

    @property
    def key(self) -> tuple[str, str]:
        """By what it is compared."""
        return key_of(self.domain, self.identity)


class Header(Struct, frozen=True, kw_only=True):
    """The three parties of a document, each by all its credentials."""

    sender: tuple[Named, ...]
    from_: tuple[Named, ...]
    to: tuple[Named, ...]


class Refused(Struct, frozen=True, kw_only=True):
    """Why a document is not taken: a cXML status code, and its text."""

    code: int
    text: str


Secrets = Callable[[str | None], str | None]


def key_of(domain: str, identity: str) -> tuple[str, str]:
    """Return by what a credential is compared."""
    name = domain.strip().casefold()
    return name, identity.strip().partition("-")[0] if name == "duns" else identity.strip()


def header_of(form: Form) -> Header:
    """Return the parties of the document that `form` is part of."""
    return Header(
        sender=_credentials(form, "Sender"),
        from_=_credentials(form, "From"),
        to=_credentials(form, "To"),
    )


def _credentials(form: Form, party: str) -> tuple[Named, ...]:
    found = form.each(f"/Header/{party}/Credential")
    return tuple(one for credential in found if (one := _named(credential)) is not None)


def _named(credential: Form) -> Named | None:
    identity = _text(credential, "Identity") or _text(
        credential, "Identity/IdReference/@identifier"
    )
    if not identity:
        return None
    mac = _text(credential, "CredentialMac")
    return Named(
        domain=_text(credential, "@domain"),
        identity=identity,
        secret=_text(credential, "SharedSecret") or None,
        mac=Mac(
            value=mac,
            kind=_text(credential, "CredentialMac/@type"),
            algorithm=_text(credential, "CredentialMac/@algorithm"),
            created=_text(credential, "CredentialMac/@creationDate"),
            expires=_text(credential, "CredentialMac/@expirationDate"),
        )
        if mac
        else None,
    )


def _text(form: Form, path: str) -> str:
    found = form.find(path)
    return found.text.strip() if found else ""


def authenticated(
    header: Header, partners: Iterable[Partner], secret_of: Secrets, now: datetime
) -> Partner | Refused:
    """Return the partner for whom a document may be taken, or why none.

    Every known partner costs the same comparison, so that time tells nobody who is known.
    """
    proofs = [one for one in header.sender if one.secret or one.mac]
    if len(proofs) > 1:
        return Refused(code=401, text="Sender has several secrets; one is expected")
    proof = proofs[0] if proofs else None
    proven = [one for one in partners if _proves(header, proof, one, secret_of, now)]
    if not proven:
        return Refused(code=401, text="Sender is not known by this credential and secret")
    spoken = {one.key for one in header.from_}
    allowed = [one for one in proven if spoken & {key_of(c.domain, c.identity) for c in one.theirs}]
    if not allowed:
        return Refused(code=403, text="this Sender may not send for the organisation in From")
    return _addressed(header, allowed)


def _addressed(header: Header, allowed: Sequence[Partner]) -> Partner | Refused:
    meant = {one.key for one in header.to}
    for one in allowed:
        if meant & {key_of(c.domain, c.identity) for c in one.ours}:
            return one
    return Refused(code=403, text="To does not name us by an identity that is agreed")


def _proves(
    header: Header, proof: Named | None, partner: Partner, secret_of: Secrets, now: datetime
) -> bool:
    senders = {key_of(one.domain, one.identity) for one in partner.theirs}
    senders |= {key_of(one.domain, one.identity) for one in partner.connection.hubs}
    known = not senders.isdisjoint(one.key for one in header.sender)
    shared = _kept(secret_of, partner.connection.their_secret)
    right = hmac.compare_digest(
        _digest(shared or _NOBODY), _digest(proof.secret if proof else None)
    )
    if proof and proof.mac:
        key = _kept(secret_of, partner.connection.mac_secret)
        return known and key is not None and _is_mac(header, proof, key, now)
    return known and shared is not None and right


def _kept(secret_of: Secrets, reference: str | None) -> str | None:
    """Return a secret; one that is lost proves nobody."""
    try:
        return secret_of(reference)
    except PartnerError:
        return None


def _digest(secret: str | None) -> bytes:
    return hashlib.sha256((secret or "").encode()).digest()


def _is_mac(header: Header, proof: Named, key: str, now: datetime) -> bool:
    mac = proof.mac
    if mac is None or mac.kind != "FromSenderCredentials" or mac.algorithm != "HMAC-SHA1-96":
        return False
    created, expires = _moment(mac.created), _moment(mac.expires)
    if created is None or expires is None or not created <= now < expires:
        return False
    return any(
        hmac.compare_digest(mac_of(key, one, proof, mac.created, mac.expires), mac.value)
        for one in header.from_[:8]
    )


def mac_of(key: str, from_: Named, sender: Named, created: str, expires: str) -> str:
    """Return the MAC of a From and a Sender (cXML 1.2 CredentialMac, HMAC-SHA1-96)."""
    names = (from_.domain, from_.identity, sender.domain, sender.identity)
    parts = (*(name.lower() for name in names), created, expires)
    message = b"".join(part.encode() + b"\0" for part in parts)
    digest = hmac.new(key.encode(), message, hashlib.sha1).digest()  # the algorithm of the format
    return base64.b64encode(digest[:_MAC_BYTES]).decode()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
