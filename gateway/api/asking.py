"""Parameters that several lists share."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from msgspec import Meta, Struct

from gateway.clock import stamp
from gateway.doors.problems import Code, refused

LIMIT_DEFAULT, LIMIT_MAX = 100, 1000

After = Annotated[
    int, Meta(ge=0, le=10**18 - 1, description="The last one that you have: `next` of the answer.")
]
Limit = Annotated[int, Meta(ge=0, le=10**18 - 1, description="How many; at most 1000 come.")]
Before = Annotated[
    int, Meta(ge=0, le=10**18 - 1, description="The last one that you have: `next` of the answer.")
]
Moment = Annotated[
    str,
    Meta(
        extra_json_schema={"anyOf": [{"format": "date"}, {"format": "date-time"}]},
        description="A day (its end, in UTC), or a time such as 2026-11-20T08:30:00Z.",
        examples=["2026-11-20", "2026-11-20T08:30:00Z"],
    ),
]


class Paging(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list."""

    after: After = 0
    limit: Limit = LIMIT_DEFAULT

    @property
    def size(self) -> int:
        """How many may come."""
        return min(max(self.limit, 1), LIMIT_MAX)


class Backwards(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list whose newest comes first."""

    before: Before | None = None
    limit: Limit = LIMIT_DEFAULT

    @property
    def size(self) -> int:
        """How many may come."""
        return min(max(self.limit, 1), LIMIT_MAX)


def moment(text: str, name: str) -> str:
    """Return the moment that a query names, as the tables have it; raises RefusedError.

    A day stands for its end, so that what happened on it counts.
    """
    try:
        if len(text) == len("2026-11-20"):
            return stamp(datetime.combine(date.fromisoformat(text), time.max, UTC))
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return stamp(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        message = f"{name} is a day such as 2026-11-20, or a time such as 2026-11-20T08:30:00Z."
        raise refused(Code.BAD_QUERY, message) from error


def begin(text: str, name: str) -> str:
    """Return the moment from which on something counts: of a day its beginning."""
    found = moment(text, name)
    return f"{found[:10]}T00:00:00.000000+00:00" if len(text) == len("2026-11-20") else found
