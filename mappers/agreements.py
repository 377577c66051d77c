"""What is agreed with a partner on acknowledgments and on what counts as sent twice."""

from typing import Literal

from msgspec import Struct

Sending = Literal["always", "on_error", "never"]
Told = Literal["error", "warning", "ignore"]


class Acknowledgments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a partner's documents are acknowledged, and how soon it is to acknowledge ours.

    `send` says when X12 groups are answered and `form` whether by a 997 or a 999, in the `version`
    of the group where none is named; `contrl` when EDIFACT is. `interchange` says when a TA1 is
    sent: `on_error` also where ISA14 asks for it. `application` says when an 824 or APERAK tells
    what was wrong with the business, `application_after_hours` how long an order may still come.
    Problems whose codes stand in `reject` reject a document, those in `accept` do not.
    `overdue_hours` is how long we wait for the acknowledgment of what we sent; 0 does not wait.
    """

    send: Sending = "always"
    form: Literal["997", "999"] = "997"
    version: str | None = None
    interchange: Sending = "on_error"
    contrl: Sending = "always"
    application: Sending = "never"
    application_after_hours: int = 1
    reject: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    overdue_hours: int = 24


class Duplicates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a control number that came before, for each level of the envelope.

    An interchange counts as repeated within `window_days`: numbers begin again one day. 0 is for
    ever. With `error` what repeats a number is kept for a person, and neither matched nor lost.
    """

    window_days: int = 365
    interchange: Told = "warning"
    group: Told = "warning"
    document: Told = "warning"
