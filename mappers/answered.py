"""What an acknowledgment says of each group, set, segment and element that it answers.

Codes are those of the standard and places count from 1; they stay the texts that they are, since
whoever answers may be as wrong as whoever asked. X12 997 and 999, EDIFACT CONTRL.
"""

from typing import Literal

from msgspec import Struct

Verdict = Literal["accepted", "accepted_with_errors", "partially_accepted", "rejected"]


class ElementFault(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A fault of an element (X12 AK4 and IK4, EDIFACT UCD).

    `reference` is the number of the data element, `value` a copy of what stood there.
    """

    element: str | None = None
    component: str | None = None
    repetition: str | None = None
    reference: str | None = None
    code: str | None = None
    value: str | None = None


class SegmentFault(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A segment with faults (X12 AK3 and IK3, EDIFACT UCS); `position` counts ST or UNH as 1."""

    segment: str | None = None
    position: str | None = None
    loop: str | None = None
    code: str | None = None
    elements: tuple[ElementFault, ...] = ()


class SetResult(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What became of one transaction set (X12 AK2 to AK5) or message (EDIFACT UCM).

    `action` is the code of its status where that says more than the status does; `service` is the
    service segment that the codes speak of.
    """

    type: str | None = None
    number: str | None = None
    version: str | None = None
    status: Verdict | None = None
    action: str | None = None
    codes: tuple[str, ...] = ()
    service: str | None = None
    segments: tuple[SegmentFault, ...] = ()


class GroupResult(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What became of one group of an interchange (EDIFACT UCF)."""

    number: str | None = None
    sender: str | None = None
    receiver: str | None = None
    status: Verdict | None = None
    action: str | None = None
    codes: tuple[str, ...] = ()
    service: str | None = None
    sets: tuple[SetResult, ...] = ()


class SetCounts(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How many sets the sender says there are, how many came, and how many were accepted."""

    sent: int | None = None
    received: int | None = None
    accepted: int | None = None
