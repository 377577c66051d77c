"""An operation of the API: its address, what it takes and gives, the right that it needs.

`op` makes one of a function. Everything else follows from it: the route, the reading of query and
body, the check of the right, the page of documentation and the OpenAPI file. There is no second
place in which an address could be described differently from what it does.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

from gateway.api.calls import Call, Reply
from gateway.doors.problems import Code

Handler = Callable[[Call], Awaitable[Reply]]
Takes = Literal["nothing", "json", "documents"]


class NoQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


class Operation(Struct, frozen=True, kw_only=True):
    """What can be asked for at one address.

    `gives` are the types that the answer's body may have, `status` its status where all is well;
    `problems` are the codes of what can go wrong beside what can always go wrong; `also` are the
    types of answers with other statuses. One that `makes` something takes
    an Idempotency-Key. With `by_partner` it shows an actor with a partner only what is theirs.
    """

    method: str
    path: str
    handler: Handler
    name: str
    summary: str
    description: str
    group: str
    right: str | None
    query: type[Struct] = NoQuery
    takes: Takes = "nothing"
    body: type[Struct] | None = None
    gives: tuple[Any, ...] = ()
    media: str = "application/json"
    status: int = 200
    also: dict[int, Any] = {}
    problems: tuple[Code, ...] = ()
    makes: bool = False
    by_partner: bool = False
    if_match: bool = False
    etag: bool = False
    example: Struct | None = None
    by_number: bool = True


def op(address: str, *, gives: Any = (), **about: Any) -> Callable[[Handler], Operation]:
    """Return what makes an operation of a function; `address` is such as `GET /v1/records/{id}`.

    The first line of its docstring is the summary, the rest the description.
    """
    method, path = address.split(" ", 1)

    def made(handler: Handler) -> Operation:
        name = str(getattr(handler, "__qualname__", ""))
        summary, _, rest = (handler.__doc__ or "").partition("\n")
        return Operation(
            method=method,
            path=path,
            handler=handler,
            name=name,
            summary=summary.strip().rstrip("."),
            description=" ".join(rest.split()),
            takes=about.pop("takes", "json" if "body" in about else "nothing"),
            gives=gives if isinstance(gives, tuple) else (gives,) if gives else (),
            **about,
        )

    return made
