"""What waiting may cost, for everything that needs a person: what the inbox is ordered by."""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, func

from gateway.store.looking import Look, Place, open_results, places, results, unjudged
from gateway.store.schema import reconciliation, record

_RESULT = reconciliation.c


class Stake(Struct, frozen=True, kw_only=True, gc=False):
    """What waiting for a row may cost: amounts are decimals as text, days ISO 8601.

    `cause` is the code of the finding shown first, `digest` names the result; both only invoices
    have.
    """

    place: Place
    supplier: str = ""
    cause: str | None = None
    digest: str = ""
    currency: str | None = None
    pending: str | None = None
    disputed: str | None = None
    due: str | None = None
    discount_until: str | None = None
    discount: str | None = None


def stakes(connection: Connection, look: Look) -> list[Stake]:
    """Return what waiting may cost for everything that needs a person, in no order."""
    found = _stakes(connection, open_results(look))
    for part in unjudged(look):
        found += [Stake(place=place) for place in places(connection.execute(part))]
    return found


def stake(connection: Connection, place: Place) -> Stake | None:
    """Return that of one row, needing a person or not; None where an invoice is not there."""
    if place.kind != "invoice":
        return Stake(place=place)
    found = _stakes(connection, results(Look()).where(_RESULT.record_id == place.id))
    return found[0] if found else None


def _stakes(connection: Connection, query: Select[Any]) -> list[Stake]:
    query = query.add_columns(
        func.coalesce(record.c.supplier, "").label("supplier"),
        _RESULT.cause,
        _RESULT.digest,
        _RESULT.currency,
        _RESULT.pending,
        _RESULT.disputed,
        _RESULT.due,
        _RESULT.discount_until,
        _RESULT.discount,
    )
    return [
        Stake(
            place=Place(at=at, kind=kind, id=id_),
            supplier=supplier,
            cause=cause,
            digest=digest,
            currency=currency,
            pending=pending,
            disputed=disputed,
            due=due,
            discount_until=until,
            discount=discount,
        )
        for (
            at,
            kind,
            id_,
            supplier,
            cause,
            digest,
            currency,
            pending,
            disputed,
            due,
            until,
            discount,
        ) in connection.execute(query).all()
    ]
