"""The envelopes of X12 and EDIFACT: who sends to whom, and how it is written to a partner.

What the caller says goes before the partner's profile, and that before what the records say of
their own parties. Identifiers are given by scheme (`duns`, `gln`, ...) or by the qualifier of the
standard itself (`ZZ`, `12`, `ZZZ`).
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import structs

from mappers.canonical import AnyRecord, Invoice, Party, Payment, PurchaseOrder, Receipt
from mappers.profile import EdifactWriting, Identifier, Profile, X12Writing
from mappers.writing import Outgoing, UnwritableError
from parsers.edifact.write import Envelope as EdifactEnvelope
from parsers.x12.delimiters import Delimiters
from parsers.x12.write import Envelope as X12Envelope

_ISA = {"duns": "01", "scac": "02", "duns4": "14"}
_UNB = {"duns": "1", "gln": "14"}
_X12_BY_AGREEMENT, _EDIFACT_BY_AGREEMENT = "ZZ", "ZZZ"
_QUALIFIER_LENGTH = 2
_SINCE = {"999": "005010"}
"""The first version of sets that came late."""

_X12_VERSION = re.compile("00(?:40[1-9]|4[1-9][0-9]|[5-9][0-9]{2})[0-9][A-Z0-9]{0,6}")
_DIRECTORY = re.compile(r"[DS]\.[0-9]{2}[A-Z]")


def x12_envelope(
    records: Sequence[AnyRecord], kind: str, outgoing: Outgoing, profile: Profile
) -> X12Envelope:
    """Return the envelope of an X12 interchange. Raises `UnwritableError` where nobody sends it."""
    how = profile.writing.x12
    version = outgoing.version or how.sets.get(kind) or max(how.version, _SINCE.get(kind, ""))
    if version < _SINCE.get(kind, ""):
        message = f"a {kind} is written from version {_SINCE[kind]} on, not in {version}"
        raise UnwritableError(message)
    if not _X12_VERSION.fullmatch(version):
        message = f"{version!r} is no version that is written: 004010 or later, such as 005010"
        raise UnwritableError(message)
    ours, theirs = profile.ours, profile.identifiers
    sender = _x12_party(outgoing.sender, ours.isa, _sender_of(records), "sender")
    receiver = _x12_party(outgoing.receiver, theirs.isa, _receiver_of(records), "receiver")
    same = version == how.version
    return X12Envelope(
        sender=sender,
        receiver=receiver,
        sent_at=outgoing.sent_at,
        control=outgoing.control,
        group_sender=next(iter(ours.gs), None),
        group_receiver=next(iter(theirs.gs), None),
        version=version,
        interchange_version=how.interchange_version if same else None,
        test=outgoing.test or profile.writing.test,
        acknowledgment_requested=how.acknowledgment_requested,
        delimiters=_agreed(how),
        line_end="\n" if how.line_break else "",
    )


def edifact_envelope(
    records: Sequence[AnyRecord], kind: str, outgoing: Outgoing, profile: Profile
) -> EdifactEnvelope:
    """Return the envelope of an EDIFACT interchange; raises as `x12_envelope` does."""
    how = profile.writing.edifact
    agreed = how.messages.get(kind, how.directory)
    directory, _, association = (outgoing.version or agreed).partition("/")
    if not _DIRECTORY.fullmatch(directory):
        message = f"{directory!r} is no directory, such as D.96A or D.01B/EAN010"
        raise UnwritableError(message)
    ours, theirs = profile.ours.unb, profile.identifiers.unb
    is_default = structs.replace(how, always_una=False) == EdifactWriting()
    return EdifactEnvelope(
        sender=_edifact_party(outgoing.sender, ours, _sender_of(records), "sender"),
        receiver=_edifact_party(outgoing.receiver, theirs, _receiver_of(records), "receiver"),
        sent_at=outgoing.sent_at,
        control=str(outgoing.control),
        directory=directory,
        association=association or how.association,
        syntax=None if is_default else (how.syntax, how.syntax_version),
        service=None if is_default else how.service_string,
        una=how.always_una,
        test=outgoing.test or profile.writing.test,
        acknowledgment_requested=how.acknowledgment_requested,
        line_end="\n" if how.line_break else "",
    )


def _agreed(how: X12Writing) -> Delimiters | None:
    """Return the delimiters that a profile names; None for the usual ones, which may give way."""
    usual = X12Writing()
    mine = (how.element, how.component, how.repetition, how.segment)
    if mine == (usual.element, usual.component, usual.repetition, usual.segment):
        return None
    return Delimiters(
        element=how.element,
        component=how.component,
        repetition=how.repetition,
        terminator=how.segment,
    )


def _x12_party(
    given: Mapping[str, str], agreed: Sequence[Identifier], party: Party | None, role: str
) -> tuple[str, str]:
    """Return qualifier and identifier: ISA05 and ISA06, or ISA07 and ISA08."""
    for scheme, identifier in given.items():
        qualifier = scheme if len(scheme) == _QUALIFIER_LENGTH else _ISA.get(scheme)
        return qualifier or _X12_BY_AGREEMENT, identifier
    for one in agreed:
        return one.qualifier or _X12_BY_AGREEMENT, one.id
    ids = _ids_of(party, role)
    scheme = next((one for one in _ISA if one in ids), next(iter(ids)))
    return _ISA.get(scheme, _X12_BY_AGREEMENT), ids[scheme]


def _edifact_party(
    given: Mapping[str, str], agreed: Sequence[Identifier], party: Party | None, role: str
) -> tuple[str, str]:
    """Return identifier and qualifier: UNB 0004 or 0010, and 0007."""
    for scheme, identifier in given.items():
        own = scheme if scheme.isdigit() or scheme.isupper() else None
        return identifier, own or _UNB.get(scheme, _EDIFACT_BY_AGREEMENT)
    for one in agreed:
        return one.id, one.qualifier or ""
    ids = _ids_of(party, role)
    scheme = next((one for one in reversed(_UNB) if one in ids), next(iter(ids)))
    return ids[scheme], _UNB.get(scheme, _EDIFACT_BY_AGREEMENT)


def _ids_of(party: Party | None, role: str) -> Mapping[str, str]:
    if party is None or not party.ids:
        message = f"nobody is named as {role}: give --{role} SCHEME=ID, or a partner's profile"
        raise UnwritableError(message)
    return party.ids


def _sender_of(records: Sequence[AnyRecord]) -> Party | None:
    return _parties_of(records)[0]


def _receiver_of(records: Sequence[AnyRecord]) -> Party | None:
    return _parties_of(records)[1]


def _parties_of(records: Sequence[AnyRecord]) -> tuple[Party | None, Party | None]:
    """Return who sends and who receives documents like the first of these."""
    first = records[0]
    if isinstance(first, PurchaseOrder):
        return first.buyer, first.supplier
    if isinstance(first, Invoice):
        return first.supplier, first.buyer
    if isinstance(first, Payment):
        return first.payer, first.payee
    if isinstance(first, Receipt) and first.evidence == "received":
        return first.buyer, first.supplier
    if isinstance(first, Receipt):
        return first.supplier, first.buyer
    return None, None
