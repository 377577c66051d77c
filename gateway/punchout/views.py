"""What the pages of punchout show: sessions, and a cart with its sums and its clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.clock import moment_of
from gateway.punchout.amounts import amount_of, price_text, rounded, total_of
from gateway.punchout.starting import Sent
from gateway.punchout.trading import Partner
from gateway.store import punchout
from gateway.store.punchout import PunchoutSession
from gateway.web import show
from gateway.web.show import Look
from mappers.canonical import Cart, CartLine, Problem

_LOOKS = {
    punchout.REQUESTED: Look(icon="clock", word="Asked for", tone="wait"),
    punchout.STARTED: Look(icon="eye", word="Shopping", tone="wait"),
    punchout.RETURNED: Look(icon="in", word="Cart is here", tone="good"),
    punchout.ORDERED: Look(icon="check", word="Ordered", tone="good"),
    punchout.CANCELLED: Look(icon="dash", word="Cancelled", tone="quiet"),
    punchout.EXPIRED: Look(icon="clock", word="Expired", tone="quiet"),
    punchout.FAILED: Look(icon="cross", word="Failed", tone="bad"),
}
_OLD = Look(icon="clock", word="Prices expired", tone="wait")
_TORN = Look(icon="torn", word="Incomplete", tone="wait")
_SENDING = {
    "waiting": Look(icon="clock", word="Being sent", tone="wait"),
    "accepted": Look(icon="check", word="Taken by the supplier", tone="good"),
    "confirmed": Look(icon="check", word="Confirmed by the supplier", tone="good"),
    "changed": Look(icon="about", word="Confirmed with changes", tone="wait"),
    "dropped": Look(icon="save", word="In the supplier's folder", tone="good"),
    "refused": Look(icon="cross", word="Refused by the supplier", tone="bad"),
    "failed": Look(icon="broken", word="Not delivered", tone="bad"),
}
_OPERATIONS = {"create": "New cart", "edit": "Changed cart", "inspect": "Look at a cart"}


class LineView(Struct, frozen=True, kw_only=True):
    """A line of a cart as it is shown."""

    place: int
    title: str
    part: str
    quantity: str
    price: str
    per: str
    amount: str
    lead: str


class CartView(Struct, frozen=True, kw_only=True):
    """A cart as it is shown; `sums` are pairs of a word and an amount, the last one stands out."""

    lines: tuple[LineView, ...]
    sums: tuple[tuple[str, str], ...]
    note: str
    problems: tuple[Problem, ...]
    currency: str
    total: str
    hold: str
    hold_over: bool


class SessionView(Struct, frozen=True, kw_only=True):
    """A session as it is shown; `orderable` is whether its cart can become an order now."""

    id: int
    supplier: str
    look: Look
    operation: str
    reason: str
    requester: str
    test: bool
    age: str
    created: str
    cart: CartView | None
    orderable: bool
    order_number: str
    sending: Look | None
    sending_note: str
    resend: bool
    posts: bool
    go_href: str
    href: str
    landing: str
    document: int | None
    order_document: int | None
    waits: bool
    reopens: str
    edits: int | None


def session_view(session: PunchoutSession, partner: Partner | None, now: datetime) -> SessionView:
    """Prepare a session for its page."""
    cart = cart_of(session)
    shown = _cart(cart, session, now) if cart is not None else None
    orderable = _is_orderable(session, cart, shown)
    sending = session.sending
    return SessionView(
        id=session.id,
        supplier=partner.title if partner else session.partner,
        look=_look(session, cart, shown),
        operation=_OPERATIONS.get(session.operation, session.operation),
        reason=session.reason or "",
        requester=session.requester or session.actor,
        test=session.test,
        age=show.age(moment_of(session.created_at), now),
        created=show.moment(moment_of(session.created_at)),
        cart=shown,
        orderable=orderable,
        order_number=session.order_number or f"PO-{now:%Y%m%d}-{session.id}",
        sending=_SENDING.get(sending) if sending else None,
        sending_note=session.sending_note or "",
        resend=sending in {"refused", "failed"},
        posts=bool(partner and partner.connection.order_url),
        go_href=f"/punchout/go/{session.landing}" if session.state == punchout.STARTED else "",
        href=f"/punchout/{session.id}",
        landing=session.landing,
        document=session.cart_document,
        order_document=session.order_document,
        waits=sending == "waiting",
        reopens=_reopens(session, cart),
        edits=session.edits,
    )


def cart_of(session: PunchoutSession) -> Cart | None:
    """Return the cart of a session, None where none came back."""
    return msgspec.json.decode(session.cart, type=Cart) if session.cart else None


def _is_orderable(session: PunchoutSession, cart: Cart | None, shown: CartView | None) -> bool:
    if session.state != punchout.RETURNED or cart is None or shown is None:
        return False
    return bool(cart.lines) and not cart.incomplete and not shown.hold_over


def _look(session: PunchoutSession, cart: Cart | None, shown: CartView | None) -> Look:
    if session.state == punchout.RETURNED and cart is not None and cart.incomplete:
        return _TORN
    if session.state == punchout.RETURNED and shown is not None and shown.hold_over:
        return _OLD
    return _LOOKS[session.state]


def _reopens(session: PunchoutSession, cart: Cart | None) -> str:
    """Return by which operation the shop can be entered again for this cart: edit or create."""
    if session.state != punchout.RETURNED:
        return ""
    is_editable = session.protocol == "cxml" and cart is not None and cart.operation == "edit"
    return "edit" if is_editable else "create"


def _cart(cart: Cart, session: PunchoutSession, now: datetime) -> CartView:
    total = total_of(cart)
    until = moment_of(session.hold_until) if session.hold_until else now
    return CartView(
        lines=tuple(_line(line, place, cart.currency) for place, line in enumerate(cart.lines, 1)),
        sums=tuple(_sums(cart, total)),
        note=_note(cart, total),
        problems=cart.problems,
        currency=cart.currency or "",
        total=show.money(cart.total if cart.total is not None else total, cart.currency),
        hold=_hold(until, now),
        hold_over=until <= now,
    )


def _hold(until: datetime, now: datetime) -> str:
    if until <= now:
        return f"The prices held until {show.moment(until)}."
    left = until - now
    days, hours = (left + timedelta(hours=12)) // timedelta(days=1), left // timedelta(hours=1)
    told = f"{days} days" if days > 1 else f"{hours} hours" if hours > 1 else "less than two hours"
    return f"The prices hold until {show.moment(until)}: {told} from now."


def _line(line: CartLine, place: int, currency: str | None) -> LineView:
    item = line.item
    basis = line.price_basis
    per = f"per {show.quantity(basis.quantity)} {basis.uom or ''}".strip() if basis else ""
    amount = amount_of(line)
    return LineView(
        place=place,
        title=(item.description if item else None) or "Without a description",
        part=(item.supplier_part if item else None) or "",
        quantity=f"{show.quantity(line.quantity)} {line.uom or ''}".strip(),
        price="" if line.unit_price is None else price_text(line.unit_price, currency),
        per=per,
        amount="" if amount is None else show.money(rounded(amount, currency), currency),
        lead="" if line.lead_time_days is None else _days(line.lead_time_days),
    )


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _sums(cart: Cart, total: Decimal | None) -> Sequence[tuple[str, str]]:
    currency = cart.currency
    sums = [("Lines", show.money(total, currency))]
    if cart.shipping is not None:
        sums.append(("Shipping, estimated", show.money(cart.shipping, currency)))
    if cart.tax is not None:
        sums.append(("Tax, estimated", show.money(cart.tax, currency)))
    stated = cart.total if cart.total is not None else total
    return [*sums, ("Total of the cart", show.money(stated, currency))]


def _note(cart: Cart, total: Decimal | None) -> str:
    """Say where the stated total is neither that of the lines nor that with tax and shipping."""
    if cart.total is None or total is None:
        return ""
    whole = total + (cart.tax or 0) + (cart.shipping or 0)
    if cart.total in {total, whole}:
        return ""
    stated, added = show.money(cart.total, cart.currency), show.money(total, cart.currency)
    return f"The shop states a total of {stated}, but the lines add up to {added}."


def user_of(session: PunchoutSession) -> dict[str, str]:
    """Return the names of the user that a session was asked for."""
    sent = msgspec.json.decode(session.sent, type=Sent) if session.sent else Sent()
    return dict(sent.user)
