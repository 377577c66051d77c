"""What can go wrong with a request, each with a stable code, and what helps (RFC 9457).

A code is part of the contract: machines choose by it, so it never changes its meaning. Its words
may. `type` is its address, which nobody has to be able to open.
"""

from enum import StrEnum, auto
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web
from msgspec import Struct

_TYPE = "urn:dockmatch:problem:"


class Code(StrEnum):
    """The name of a kind of problem, as machines are told it."""

    BAD_REQUEST = auto()
    BAD_QUERY = auto()
    BAD_JSON = auto()
    NOT_SIGNED_IN = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    METHOD_NOT_ALLOWED = auto()
    TOO_SLOW = auto()
    CONFLICT = auto()
    STILL_AT_WORK = auto()
    GONE = auto()
    CHANGED = auto()
    TOO_LARGE = auto()
    WRONG_CONTENT_TYPE = auto()
    WRONG_HOST = auto()
    INVALID = auto()
    KEY_USED_OTHERWISE = auto()
    NOT_SAID_WHICH = auto()
    TOO_MANY = auto()
    FAULT = auto()
    UNAVAILABLE = auto()


class Kind(Struct, frozen=True):
    """A kind of problem: the status that it is answered with, and what helps."""

    status: int
    remedy: str


class ProblemDetails(Struct, frozen=True, kw_only=True):
    """The body of an answer that is a problem: which, in general and this time, and what helps."""

    type: str
    status: int
    title: str
    detail: str
    code: str
    remedy: str


KINDS: Final = {
    Code.BAD_REQUEST: Kind(400, "Correct what the detail names, and send it again."),
    Code.BAD_QUERY: Kind(400, "Correct or leave out the parameter that the detail names."),
    Code.BAD_JSON: Kind(400, "Send one JSON object, each name once, in UTF-8."),
    Code.NOT_SIGNED_IN: Kind(401, "Send a key that is alive as Authorization: Bearer."),
    Code.FORBIDDEN: Kind(403, "Ask an administrator for a key with this right."),
    Code.NOT_FOUND: Kind(404, "Look the number up in the list it is from."),
    Code.METHOD_NOT_ALLOWED: Kind(405, "Use a method that the header Allow names."),
    Code.TOO_SLOW: Kind(408, "Send the request in one go; large ones over a better line."),
    Code.CONFLICT: Kind(409, "Read the current state, and decide anew."),
    Code.STILL_AT_WORK: Kind(409, "Wait as Retry-After says, then repeat the same request."),
    Code.GONE: Kind(410, "Restore the archive from a backup."),
    Code.CHANGED: Kind(412, "Read it again, and send its new ETag as If-Match."),
    Code.TOO_LARGE: Kind(413, "Send less at a time; the operator can raise the limit."),
    Code.WRONG_CONTENT_TYPE: Kind(
        415, "Send application/json, as it is, without Content-Encoding."
    ),
    Code.WRONG_HOST: Kind(421, "Use the name that the operator has put into web.hosts."),
    Code.INVALID: Kind(422, "Correct the fields that the detail names."),
    Code.KEY_USED_OTHERWISE: Kind(422, "Take a new Idempotency-Key for another request."),
    Code.NOT_SAID_WHICH: Kind(428, "Send the ETag of what you saw as If-Match."),
    Code.TOO_MANY: Kind(429, "Wait as Retry-After says; spread requests out."),
    Code.FAULT: Kind(500, "Tell the operator the number: the log knows more."),
    Code.UNAVAILABLE: Kind(503, "Try again in a minute."),
}
_USUAL: Final = {
    400: Code.BAD_REQUEST,
    409: Code.CONFLICT,
    422: Code.INVALID,
} | {kind.status: code for code, kind in KINDS.items() if kind.status not in {400, 409, 422}}


class RefusedError(Exception):
    """A request is refused with the problem `code`, told in `detail`."""

    def __init__(self, code: Code, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.headers = headers or {}


def refused(code: Code, detail: str, headers: dict[str, str] | None = None) -> RefusedError:
    """Return the refusal of a request with the problem `code`, to be raised."""
    return RefusedError(code, detail, headers)


def refusal(code: Code, detail: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return the answer that tells of the problem `code`."""
    kind = KINDS[code]
    return _answer(kind.status, code, detail, kind.remedy, headers)


def problem_of(status: int, detail: str) -> web.Response:
    """Return the answer that tells of a failure which is known by its status alone."""
    code = _USUAL.get(status)
    if code is not None:
        return refusal(code, detail)
    name = HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
    return _answer(status, name, detail, "")


def _answer(
    status: int, code: str, detail: str, remedy: str, headers: dict[str, str] | None = None
) -> web.Response:
    told = ProblemDetails(
        type=f"{_TYPE}{code}",
        status=status,
        title=HTTPStatus(status).phrase,
        detail=detail,
        code=code,
        remedy=remedy,
    )
    return web.Response(
        status=status,
        body=msgspec.json.encode(told),
        content_type="application/problem+json",
        headers=headers,
    )
