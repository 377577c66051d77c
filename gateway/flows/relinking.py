"""Re-linking: a person says which order line, and which receipt, a line of an invoice bills (S4).

It is an amendment like an accepted repair: the line stands in the place of itself, with the order
line named and its own part numbers and words left aside, for these led matching astray. The order
need not be one that the invoice names; the case is then gathered with it from now on.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import Clock
from gateway.flows.amending import Change, amend, in_force
from gateway.flows.deciding import Outcome
from gateway.flows.judging import Judge
from gateway.reading.wire import TEST
from gateway.store import cases, exception
from gateway.store.engine import Store
from gateway.store.exception import Kept, NewDecision
from mappers.canonical import AnyRecord, PurchaseOrder
from matcher.amending import amended_claim
from matcher.entries import Amendment, AnyClaim, ClaimLine
from matcher.facts import facts_of
from matcher.result import Reconciliation

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)
_LOOKED_AT = 50


class Link(Struct, frozen=True, kw_only=True):
    """A line of an invoice, the order line that it bills, and the receipt that it names, if any."""

    line: str
    order: str
    order_line: str
    receipt: str | None = None


def relink(store: Store, clock: Clock, judge: Judge, new: NewDecision, link: Link) -> Outcome:
    """Link a line, and match again; "changed" where there is no such line or order line."""

    def make(connection: Connection, _told: Reconciliation) -> Change | None:
        kept = exception.kept(connection, new.record_id)
        claim = claim_of(connection, kept) if kept else None
        order = order_of(connection, link.order)
        line = _line_of(claim, link.line) if claim else None
        if kept is None or claim is None or order is None or line is None:
            return None
        if link.order_line not in {_number(n, one.number) for n, one in enumerate(order.lines, 1)}:
            return None
        is_test = _record.decode(kept.body).source.test
        key = f"order:{link.order.strip().upper()}{TEST if is_test else ''}"
        cases.insert_touches(connection, {new.record_id: [key]})
        return Change(
            event="invoice.relinked",
            facts=(_amendment(claim, line, link),),
            reason=_words(link, new.reason),
        )

    return amend(store, clock, judge, new, make)


def claim_of(connection: Connection, kept: Kept) -> AnyClaim | None:
    """Return an invoice as a claim, as the decisions on it that hold have it."""
    facts = facts_of(_record.decode(kept.body), kept.key)
    claim = next((one for one in facts if isinstance(one, AnyClaim)), None)
    if claim is None:
        return None
    found = in_force(connection, kept.id)
    own = [replace(fact, id=key) for key, fact, _ in found if fact.claim == claim.id]
    return amended_claim(claim, own)[0]


def order_of(connection: Connection, number: str) -> PurchaseOrder | None:
    """Return the newest order of that number."""
    for found in cases.newest(connection, f"order:{number.strip().upper()}", _LOOKED_AT):
        record = _record.decode(cases.bodies(connection, [found])[found])
        if isinstance(record, PurchaseOrder) and record.operation != "cancel":
            return record
    return None


def _line_of(claim: AnyClaim, number: str) -> ClaimLine | None:
    found = [
        line for place, line in enumerate(claim.lines, 1) if _number(place, line.number) == number
    ]
    return found[0] if len(found) == 1 else None


def _number(place: int, number: str | None) -> str:
    return number or str(place)


def _amendment(claim: AnyClaim, line: ClaimLine, link: Link) -> Amendment:
    linked = replace(
        line,
        number=link.line,
        po=link.order,
        po_line=link.order_line,
        release=None,
        firm=True,
        receipt=link.receipt or line.receipt,
        vendor_part=None,
        buyer_part=None,
        gtin=None,
        description=None,
    )
    return Amendment(id="", shape="relinked", claim=claim.id, remove=(link.line,), add=(linked,))


def _words(link: Link, reason: str) -> str:
    receipt = f", receipt {link.receipt}" if link.receipt else ""
    said = f"Line {link.line} bills line {link.order_line} of order {link.order}{receipt}"
    return f"{said}: {reason}" if reason else f"{said}."
