"""What one result of an invoice says differently from another: the changed cells, and no others."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.web import show
from matcher.result import Finding, LineResult, TermsResult

_NOTHING = Decimal(0)
SHOWN_MAX = 60


class Told(Struct, frozen=True, kw_only=True):
    """What is compared of a result: from its own JSON, or from the event that told of it."""

    verdict: str = ""
    currency: str | None = None
    approved: Decimal = _NOTHING
    pending: Decimal = _NOTHING
    disputed: Decimal = _NOTHING
    lines: tuple[LineResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    terms: TermsResult | None = None
    inputs: tuple[str, ...] = ()
    policy_version: str = ""
    shortened: bool = False


class Changed(Struct, frozen=True, kw_only=True):
    """A cell that changed: where it stands, what it said and says; empty where it was not there."""

    place: str
    name: str
    before: str
    after: str


def told_of(body: bytes) -> Told:
    """Return what is compared, of the JSON of a result or of its event's data."""
    return msgspec.json.decode(body, type=Told)


def changes(before: Told, after: Told) -> tuple[Changed, ...]:
    """Return the cells that changed, the invoice first and then its lines."""
    found = [*_whole(before, after)]
    if not (before.shortened or after.shortened):
        found += [*_lines(before, after), *_reasons(before, after)]
    return tuple(found[:SHOWN_MAX])


def _whole(before: Told, after: Told) -> Iterator[Changed]:
    yield from _cell("Invoice", "Verdict", _word(before.verdict), _word(after.verdict))
    for name in ("approved", "pending", "disputed"):
        was, now = (show.money(getattr(one, name), one.currency) for one in (before, after))
        yield from _cell("Invoice", name.capitalize(), was, now)
    if before.terms and after.terms:
        yield from _cell("Invoice", "Due", show.day(before.terms.due), show.day(after.terms.due))


def _lines(before: Told, after: Told) -> Iterator[Changed]:
    old = {one.number: one for one in before.lines}
    new = {one.number: one for one in after.lines}
    for number in dict.fromkeys((*old, *new)):
        place, was, now = f"Line {number}", old.get(number), new.get(number)
        yield from _cell(place, "Order line", _ordered(was), _ordered(now))
        yield from _cell(place, "Verdict", _verdict(was), _verdict(now))
        for name in ("approved", "pending", "disputed"):
            cells = (_money(was, name, before), _money(now, name, after))
            yield from _cell(place, name.capitalize(), *cells)


def _reasons(before: Told, after: Told) -> Iterator[Changed]:
    old = {(one.line, one.code): one for one in before.findings}
    new = {(one.line, one.code): one for one in after.findings}
    for line, code in dict.fromkeys((*old, *new)):
        was, now = old.get((line, code)), new.get((line, code))
        place = f"Line {line}" if line else "Invoice"
        cells = (was.sentence if was else "", now.sentence if now else "")
        yield from _cell(place, show.cause(code), *cells)


def _cell(place: str, name: str, before: str, after: str) -> Iterator[Changed]:
    if before != after:
        yield Changed(place=place, name=name, before=before, after=after)


def _word(verdict: str) -> str:
    return show.LOOKS[verdict].word if verdict in show.LOOKS else verdict


def _verdict(line: LineResult | None) -> str:
    return _word(line.verdict) if line else ""


def _ordered(line: LineResult | None) -> str:
    order = line.order if line else None
    return f"{order.number or ''}/{order.line or ''}".strip("/") if order else ""


def _money(line: LineResult | None, name: str, told: Told) -> str:
    return show.money(getattr(line, name), told.currency) if line else ""
