"""One connection to a gateway: requests out, answers in, again where that is safe.

What failed on the way, or was told to wait, is asked again: a `GET` always, anything else where it
carries an Idempotency-Key. `Retry-After` is honoured, else the pauses grow.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import BinaryIO
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from gateway.doors.problems import Code, ProblemDetails

PIECE_BYTES = 1 << 18
PAUSE_SECONDS_MAX = 60.0
_FIRST_PAUSE_SECONDS = 0.5
_FAILED = 400
_WAITING = frozenset({408, 429, 503, 504})
_SAFE = frozenset({"GET", "DELETE"})
_problem = msgspec.json.Decoder(ProblemDetails)

Pairs = Iterable[tuple[str, str | int | bool | None]]


class ApiError(Exception):
    """The gateway refused a request; `code` is stable, `remedy` says what helps."""

    def __init__(self, problem: ProblemDetails) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail} {problem.remedy}")
        self.status = problem.status
        self.code = problem.code
        self.detail = problem.detail
        self.remedy = problem.remedy


class UnreachableError(Exception):
    """The gateway did not answer, after the last try."""


class Request(Struct, frozen=True, kw_only=True):
    """What is asked; a `body` that is a file is sent from where it stands, piece by piece."""

    method: str
    path: str
    query: Pairs = ()
    body: bytes | BinaryIO | None = None
    headers: dict[str, str] = {}

    @property
    def target(self) -> str:
        """The address with its query, without what is not said."""
        told = [(name, _text(value)) for name, value in self.query if value is not None]
        return f"{self.path}?{urlencode(told)}" if told else self.path

    @property
    def may_be_repeated(self) -> bool:
        """Whether asking twice does no more than asking once."""
        return self.method in _SAFE or "Idempotency-Key" in self.headers


class Answered(Struct, frozen=True, kw_only=True):
    """An answer, all of it."""

    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """A connection to the gateway at `address`, by one key; for one thread at a time."""

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout_seconds: float = 60,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect when something is asked; raises ValueError where `address` is none."""
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"{address!r} is no http or https address"
            raise ValueError(message)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._http = kind(parts.hostname, parts.port, timeout=timeout_seconds)
        self._base = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "User-Agent": "dockmatch-client"}
        self._tries = tries
        self._sleep = sleep

    def close(self) -> None:
        """Close it; it opens again when something is asked."""
        self._http.close()

    def ask(self, request: Request) -> Answered:
        """Return the answer; raises ApiError and UnreachableError."""
        with self.answer(request) as response:
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answered(status=response.status, headers=headers, body=response.read())

    @contextmanager
    def answer(self, request: Request) -> Iterator[HTTPResponse]:
        """Hold the answer while it is read; raises ApiError and UnreachableError."""
        response = self._answered(request)
        try:
            yield response
        finally:
            if not response.isclosed():
                self._http.close()  # what was not read would be taken for the next answer

    def _answered(self, request: Request) -> HTTPResponse:
        start = _start_of(request.body)
        for left in range(self._tries - 1, -1, -1):
            pause = _FIRST_PAUSE_SECONDS * 2 ** (self._tries - 1 - left)
            try:
                response = self._once(request)
            except (OSError, HTTPException) as error:
                self._http.close()
                if not left or not request.may_be_repeated:
                    message = f"{self._http.host} did not answer: {error}"
                    raise UnreachableError(message) from error
            else:
                problem = _problem_of(response)
                if problem is None:
                    return response
                if not left or not _may_wait(request, problem):
                    raise ApiError(problem)
                pause = _pause(response, pause)
            self._sleep(min(pause, PAUSE_SECONDS_MAX))
            _rewind(request.body, start)
        message = "no try is left"
        raise UnreachableError(message)

    def _once(self, request: Request) -> HTTPResponse:
        headers = self._headers | request.headers
        self._http.request(
            request.method, self._base + request.target, body=request.body, headers=headers
        )
        return self._http.getresponse()


def _text(value: str | int | bool) -> str:  # noqa: FBT001 - a value of any kind
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem_of(response: HTTPResponse) -> ProblemDetails | None:
    """Return the problem that an answer tells of, None where it is none."""
    is_problem = "problem+json" in response.headers.get("Content-Type", "")
    if response.status < _FAILED or (not is_problem and response.status == 502):  # noqa: PLR2004
        return None
    body = response.read()
    try:
        return _problem.decode(body)
    except msgspec.DecodeError:
        return ProblemDetails(
            type="about:blank",
            status=response.status,
            title=response.reason,
            detail=body[:200].decode(errors="replace"),
            code="",
            remedy="",
        )


def _may_wait(request: Request, problem: ProblemDetails) -> bool:
    busy = problem.status in _WAITING or problem.code == Code.STILL_AT_WORK
    return busy and (request.may_be_repeated or problem.status == 429)  # noqa: PLR2004 - not done


def _pause(response: HTTPResponse, otherwise: float) -> float:
    told = response.headers.get("Retry-After", "")
    return float(told) if told.isascii() and told.isdigit() else otherwise


def _start_of(body: bytes | BinaryIO | None) -> int:
    return body.tell() if body is not None and not isinstance(body, bytes) else 0


def _rewind(body: bytes | BinaryIO | None, start: int) -> None:
    if body is not None and not isinstance(body, bytes):
        body.seek(start)
