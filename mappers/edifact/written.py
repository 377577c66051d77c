"""Records written as EDIFACT messages, by the tables that read them and what the standard asks.

UN/EDIFACT D.96A to D.01B. A window of the payment terms is a PAT of its own; packages are levels of
CPS, each with its PAC, PCI and GIN.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from mappers.canonical import (
    Acknowledgment,
    Invoice,
    OrderResponse,
    Package,
    Payment,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Terms,
)
from mappers.codes.other_standard import TAXES_OF_EDIFACT, exchanged
from mappers.inverse import NOT_HERE, Draft, Prefer, Way, fill, made
from mappers.rows import Table

_EVERYWHERE = {
    "BGM/31": "9",
    "CTA/11": "IC",
    "CUX/11": "2",
    "FII/11": "BF",
    "FTX/11": "AAI",
    "GIN/11": "BJ",
    "IMD/11": "F",
    "PAC/11": "1",
    "PAT/11": "1",
    "PAT/31": "5",
    "PAT/21 with 24": "ZZZ",
    "PAT/33 with 34": "D",
    "PCD/11": "3",
    "PCI/11": "33E",
    "PIA/11": "1",
    "TDT/11": "20",
}
"""Components that must not be empty, and what stands there where the record says nothing."""

_SINCE_GTIN = "D.01B"


class Kind(Struct, frozen=True, kw_only=True):
    """How a message is written: of which record, and with what besides.

    `opening` stands at the head of a message whose record says nothing there. `arrange` makes
    levels in the draft and returns the record in their order; messages with
    `sections` part their lines from their summary (UNS), those `counted` say how many (CNT).
    `echoed` fields say in words what others say in codes.
    """

    record: type[Struct]
    defaults: Mapping[str, str]
    opening: tuple[str, str] | None = None
    sections: bool = True
    counted: bool = True
    arrange: Callable[[Any, Draft], tuple[Any, Mapping[str, list[Draft]]]] | None = None
    echoed: frozenset[str] = frozenset()


def _levels(receipt: Receipt, draft: Draft) -> tuple[Receipt, Mapping[str, list[Draft]]]:
    """Make a level for each package, and one above for what is in none."""
    shipment = made(draft, "CPS")
    places: dict[str | None, Draft] = {}
    packages: list[tuple[Package, Draft]] = []
    for package in _in_levels(receipt.packages):
        level = made(draft, "CPS").under(places.get(package.parent, shipment))
        packages.append((package, made(level, "PAC/PCI/GIN[BJ]")))
        if package.id:
            places[package.id] = level
    homes: dict[int, list[tuple[ReceiptLine, Draft]]] = {id(shipment): []}
    homes |= {id(level): [] for level in places.values()}
    for line in receipt.lines:
        home = places[line.packages[0]] if _is_in_one(line, places) else shipment
        homes[id(home)].append((line, home))
    lines = [(line, made(home, "LIN")) for inside in homes.values() for line, home in inside]
    arranged = structs.replace(
        receipt,
        packages=tuple(one for one, _ in packages),
        lines=tuple(one for one, _ in lines),
    )
    marks = [made(mark, "GIN/2*") for _, mark in packages]
    return arranged, {"packages": marks, "lines": [one for _, one in lines]}


def _is_in_one(line: ReceiptLine, places: Mapping[str | None, Draft]) -> bool:
    return len(line.packages) == 1 and line.packages[0] in places


def _in_levels(packages: tuple[Package, ...]) -> list[Package]:
    """Return packages in the order of their levels: each is followed by those in it."""
    inside: dict[str | None, list[Package]] = {}
    known = {package.id for package in packages}
    for package in packages:
        holder = package.parent if package.parent in known else None
        inside.setdefault(holder, []).append(package)
    ordered: list[Package] = []
    waiting = list(reversed(inside.pop(None, [])))
    while waiting or inside:
        if not waiting:  # packages that hold each other: one must begin
            waiting = list(reversed(inside.pop(next(iter(inside)))))
        package = waiting.pop()
        ordered.append(package)
        waiting += reversed(inside.pop(package.id, []) if package.id else [])
    return ordered


def _windows(record: Invoice | PurchaseOrder) -> tuple[Terms, ...]:
    """Return terms one window each: a discount, or the net day; an invoice's due day is one."""
    windows = tuple(window for one in record.terms for window in _split(one))
    due = record.due_date if isinstance(record, Invoice) else None
    if due is None or any(one.net_date == due for one in windows):
        return windows
    return (Terms(net_date=due), *windows)


def _split(terms: Terms) -> Iterator[Terms]:
    net = Terms(net_days=terms.net_days, net_date=terms.net_date, text=terms.text)
    has_net = terms.net_days is not None or terms.net_date is not None
    discount = structs.replace(terms, net_days=None, net_date=None)
    if has_net and structs.replace(discount, text=None) != Terms():
        yield structs.replace(discount, text=None)
        yield net
    else:
        yield terms


def _paid(payment: Payment, _draft: Draft) -> tuple[Payment, Mapping[str, list[Draft]]]:
    """Give what is paid a code of EDIFACT (1001), as far as there is one."""
    lines = (
        one
        if (one.type or "").isdigit()
        else structs.replace(one, type=_DOCUMENTS.get(one.type or ""))
        for one in payment.lines
    )
    return structs.replace(payment, lines=tuple(lines)), {}


_DOCUMENTS = {"IV": "380", "CM": "381", "CR": "381", "DM": "383"}
"""What is paid (1001) by its code in X12 (element 128)."""

KINDS: Mapping[str, Kind] = {
    "APERAK": Kind(
        record=Acknowledgment,
        defaults={"RFF/11": "ACW"},
        opening=("BGM/11", "313"),
        sections=False,
        counted=False,
    ),
    "CONTRL": Kind(
        record=Acknowledgment,
        defaults={},
        sections=False,
        counted=False,
        echoed=frozenset({"errors"}),
    ),
    "DESADV": Kind(record=Receipt, defaults={"BGM/11": "351"}, sections=False, arrange=_levels),
    "INVOIC": Kind(record=Invoice, defaults={"BGM/11": "380", "CUX/13": "4"}),
    "ORDCHG": Kind(record=PurchaseOrder, defaults={"BGM/11": "230", "BGM/31": "4", "CUX/13": "9"}),
    "ORDERS": Kind(record=PurchaseOrder, defaults={"BGM/11": "220", "CUX/13": "9"}),
    "ORDRSP": Kind(record=OrderResponse, defaults={"BGM/11": "231"}),
    "RECADV": Kind(record=Receipt, defaults={"BGM/11": "632"}, sections=False),
    "REMADV": Kind(
        record=Payment,
        defaults={"BGM/11": "481", "CUX/13": "11", "DOC/11": "380", "RFF/11": "ZZZ"},
        counted=False,
        arrange=_paid,
    ),
}


class Message(Struct, frozen=True):
    """A message to be written: by which table, in which directory; `refused` as in `Way`."""

    kind: str
    table: Table
    directory: str
    refused: dict[str, str]


def write_message(message: Message, record: Any, draft: Draft) -> Any:
    """Put a record into the draft of a message; return it in the order in which it stands."""
    kind = KINDS[message.kind]
    groups: Mapping[str, list[Draft]] = {}
    record = exchanged(record, {}, TAXES_OF_EDIFACT)
    if hasattr(record, "terms"):
        record = structs.replace(record, terms=_windows(record))
    if kind.arrange is not None:
        record, groups = kind.arrange(record, draft)
    if kind.opening is not None:
        draft.put(kind.opening)
    if kind.sections:
        draft.put(("UNS/11", "S"))
    if kind.counted:
        draft.put(("CNT/11", "2"), ("CNT/12", "1"))  # counted in the end
    way = Way(prefer=_qualifiers(message.directory), groups=groups, refused=message.refused)
    left = dict.fromkeys(kind.echoed, ())
    due = {"due_date": None} if hasattr(record, "due_date") else {}  # a window of the terms
    fill(message.table, structs.replace(record, **left, **due), draft, way)
    return record


def _qualifiers(directory: str) -> Prefer:
    """Return which qualifier an item number has in a directory: what is no GTIN stands in PIA."""
    is_late = not directory.startswith("D.9") and directory >= _SINCE_GTIN

    def prefer(path: str, field: str, _value: str) -> str | None:
        if field == "gtin":
            return "SRS" if is_late else "EN"
        return NOT_HERE if path == "LIN" else None

    return prefer


def defaults_of(kind: str) -> dict[str, str]:
    """Return what stands in components of a message that must not be empty."""
    return {**_EVERYWHERE, **KINDS[kind].defaults}
