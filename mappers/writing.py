"""What every writer of documents needs to know besides the record, and how it says no."""

import datetime as dt

from msgspec import Struct

from mappers.canonical import Party
from parsers.form import Problem


class UnwritableError(ValueError):
    """The record does not say what the format cannot do without; the message names it.

    `problems` say more of it, where there is more to say.
    """

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class Outgoing(Struct, frozen=True, kw_only=True):
    """The envelope of a document to be written.

    `identifier` is unique over space and time and kept on every retry; `sent_at` has an offset;
    `sender` and `receiver` are party ids by scheme, used where the record has none of its own; in
    the envelopes of X12 and EDIFACT they go before. `control` is the control number of such an
    interchange, `version` that of its documents (`005010`, `D.01B/EAN010`).
    """

    identifier: str
    sent_at: dt.datetime
    test: bool = False
    sender: dict[str, str] = {}
    receiver: dict[str, str] = {}
    control: int = 1
    version: str | None = None


def ids_of(party: Party | None, given: dict[str, str], role: str) -> dict[str, str]:
    """Return the identifiers of a party, its own before those given. Raises `UnwritableError`."""
    own = {key: value for key, value in (party.ids if party else {}).items() if key != "address_id"}
    found = own or given
    if not found:
        message = f"the {role} has no identifier (duns, gln, network_id, ...) to be addressed by"
        raise UnwritableError(message)
    return found
