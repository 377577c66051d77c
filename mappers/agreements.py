"""What is agreed with a partner on acknowledgments and on what counts as sent twice."""

from typing import Literal

from msgspec import Struct

Sending = Literal["always", "on_error", "never"]
Told = Literal["error", "warning", "ignore"]


class Acknowledgments(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a partner's documents are acknowledged, and how soon it is to acknowledge ours.

    `send` says when we answer; `form` answers an X12 group by a 997 or a 999; `interchange` says
    when a TA1 is sent beside what ISA14 asks for. `overdue_hours` is how long we wait for the
    acknowledgment of what we sent; 0 does not wait.
    """

    send: Sending = "always"
    form: Literal["997", "999"] = "997"
    interchange: Sending = "on_error"
    overdue_hours: int = 24


class Duplicates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of a control number that came before, for each level of the envelope.

    An interchange counts as repeated within `window_days`: numbers begin again one day. 0 is for
    ever.
    """

    window_days: int = 365
    interchange: Told = "error"
    group: Told = "warning"
    document: Told = "error"
