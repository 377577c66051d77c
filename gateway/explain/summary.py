"""A record in a few sentences: what it is, from whom to whom, what it comes to and what became."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappers.canonical import AnyRecord, Invoice, Other, Receipt

_ROLES = ("buyer", "supplier", "ship_to", "bill_to", "remit_to", "ship_from")


def title_of(record: AnyRecord) -> str:
    """Name a document: its kind, its number, and its day."""
    number = getattr(record, "number", None) or getattr(record, "buyer_cookie", None)
    day = getattr(record, "date", None)
    parts = [record.source.type, _kind(record), number, f"of {day}" if day else None]
    return " ".join(filter(None, dict.fromkeys(parts)))


def sentences(record: AnyRecord) -> tuple[str, ...]:
    """Say in sentences what a record says."""
    return tuple(filter(None, (*_origin(record), _parties(record), _content(record), _end(record))))


def _kind(record: AnyRecord) -> str:
    if isinstance(record, Receipt) and record.evidence == "shipped":
        return "ship notice"
    kind = str(record.__struct_config__.tag).replace("_", " ")
    return "" if isinstance(record, Other) else kind


def _origin(record: AnyRecord) -> Iterator[str]:
    source = record.source
    version = f" {source.version}" if source.version else ""
    test = ", a test" if source.test else ""
    yield f"{source.format.upper()} {source.type}{version}{test}."
    if source.sender or source.receiver:
        yield f"From {source.sender or 'nobody named'} to {source.receiver or 'nobody named'}."


def _parties(record: AnyRecord) -> str:
    known = ((role, getattr(record, role, None)) for role in _ROLES)
    said = [f"{role.replace('_', ' ')} {_party(one)}" for role, one in known if one is not None]
    return f"{_capital('; '.join(said))}." if said else ""


def _party(party: Any) -> str:
    ids = ", ".join(f"{scheme} {value}" for scheme, value in party.ids.items())
    return " ".join(filter(None, (party.name, f"({ids})" if ids else None))) or "without a name"


def _content(record: AnyRecord) -> str:
    parts = [_order(record), _count(record), _amount(record)]
    said = ", ".join(filter(None, parts))
    return f"{_capital(said)}." if said else ""


def _order(record: AnyRecord) -> str:
    if isinstance(record, Invoice):
        return f"for order {', '.join(record.orders)}" if record.orders else "for no order"
    order = getattr(record, "order", None)
    return f"for order {order.number}" if order and order.number else ""


def _count(record: AnyRecord) -> str:
    lines = getattr(record, "lines", None)
    if lines is None:
        return ""
    return f"{len(lines)} line{'' if len(lines) == 1 else 's'}"


def _amount(record: AnyRecord) -> str:
    totals = getattr(record, "totals", None)
    total = totals.total if totals else getattr(record, "total", None)
    currency = getattr(record, "currency", None)
    return f"{total:,f} {currency or ''}".strip() if isinstance(total, Decimal) else ""


def _end(record: AnyRecord) -> str:
    errors = sum(problem.is_error for problem in record.problems)
    warnings = len(record.problems) - errors
    told = [f"{errors} error{'' if errors == 1 else 's'}"] if errors else []
    told += [f"{warnings} warning{'' if warnings == 1 else 's'}"] if warnings else []
    if isinstance(record, Other):
        became = "It is archived, and no record is made of it"
    elif record.incomplete:
        became = "It is kept as incomplete until a person completes it"
    else:
        became = f"It became a complete record ({record.__struct_config__.tag})"
    return f"{became}{': ' if told else ''}{', '.join(told)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
