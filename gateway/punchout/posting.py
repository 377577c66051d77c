"""A cXML document on its way to a partner, and what its answer means.

Two layers of status: the one of HTTP says whether the transport worked, the one in the document
whether the request did. A document in the answer decides, whatever HTTP says; without one HTTP
does; a web page is a failure whose beginning is kept.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Literal

import aiohttp
from msgspec import Struct
from yarl import URL

from gateway.outbound import AddressRefusedError, Outbound, target
from gateway.punchout.opening import record_of, with_type
from mappers.canonical import Acknowledgment, Other, Session
from parsers.form import ParseError

ANSWER_BYTES_MAX = 1 << 20
_SHOWN = 200
_PROFILE = "ProfileResponse"
_OK = 200
_RETRIED = {408, 425, 429}
_SERVER_FAULT = 500
_PAGE = re.compile(rb"\s*(?:<!doctype\s+html|<html)", re.IGNORECASE)

Verdict = Literal["done", "refused", "again"]


class Reply(Struct, frozen=True, kw_only=True):
    """What a partner answered: done, refused for good, or worth another try; `text` says why."""

    verdict: Verdict
    text: str
    code: int | None = None
    start_url: str | None = None


Post = Callable[[str, bytes], Awaitable[Reply]]


def reply_of(status: int, content_type: str | None, body: bytes) -> Reply:
    """Return what an answer of HTTP means."""
    if _PAGE.match(body):
        return _page(status, body)
    try:
        record = record_of(with_type(body, content_type), 2000, "")
    except ParseError:
        return _bare(status, body)
    if isinstance(record, Session) and record.start_url:
        return _of_code(record.fields.get("status", "200"), "OK", record.start_url)
    if isinstance(record, Acknowledgment) and "status" in record.fields:
        text = "; ".join(filter(None, (one.text for one in record.errors)))
        said = _of_code(record.fields["status"], text or "OK", None)
        rejected = said.verdict == "done" and record.status == "rejected"
        return Reply(verdict="refused", text=said.text, code=said.code) if rejected else said
    if isinstance(record, Other) and record.source.type == _PROFILE:
        return Reply(verdict="done", text=f"it takes {', '.join(record.fields) or 'nothing'}")
    return Reply(verdict="refused", text="the answer is a document of another kind")


def _of_code(stated: str, text: str, start_url: str | None) -> Reply:
    digits = stated.strip()
    if not digits.isdigit():
        return Reply(verdict="refused", text=f"the answer has the status {stated[:20]!r}")
    code = int(digits[:6])
    told = f"status {code}: {text}"
    if _OK <= code < 300:  # noqa: PLR2004 - success
        return Reply(verdict="done", text=told, code=code, start_url=start_url)
    verdict: Verdict = "again" if code >= _SERVER_FAULT else "refused"
    return Reply(verdict=verdict, text=told, code=code)


def _bare(status: int, body: bytes) -> Reply:
    """Return what HTTP says where the answer holds no document."""
    shown = " ".join(body[:_SHOWN].decode("utf-8", "replace").split())
    if _OK <= status < 300:  # noqa: PLR2004 - success
        if body.strip():
            return Reply(verdict="refused", text=f"the answer is no cXML: {shown}")
        return Reply(verdict="done", text=f"HTTP {status}, without a document")
    again = status >= _SERVER_FAULT or status in _RETRIED
    verdict: Verdict = "again" if again else "refused"
    return Reply(verdict=verdict, text=f"HTTP {status} {shown}".strip())


def _page(status: int, body: bytes) -> Reply:
    shown = " ".join(body[:_SHOWN].decode("utf-8", "replace").split())
    verdict: Verdict = "again" if status >= _SERVER_FAULT else "refused"
    return Reply(verdict=verdict, text=f"HTTP {status} with a web page: {shown}")


async def post(outbound: Outbound, address: str, body: bytes) -> Reply:
    """Post a document through the guarded way out, and judge the answer."""
    try:
        url = target(address)
    except ValueError as fault:
        return Reply(verdict="refused", text=str(fault))
    try:
        return await _exchange(outbound, url, body)
    except AddressRefusedError as fault:
        return Reply(verdict="refused", text=str(fault))
    except aiohttp.ClientConnectorError as fault:
        refused = isinstance(fault.os_error, AddressRefusedError)
        return Reply(verdict="refused" if refused else "again", text=str(fault.os_error))
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        return Reply(verdict="again", text=f"{url.host} could not be reached: {_named(fault)}")


def _named(fault: BaseException) -> str:
    return str(fault) or type(fault).__name__


async def _exchange(outbound: Outbound, url: URL, body: bytes) -> Reply:
    headers = {"Content-Type": "text/xml; charset=UTF-8", "Accept": "text/xml, application/xml"}
    async with outbound.to(url).post(
        url, data=body, headers=headers, allow_redirects=False
    ) as answer:
        content = await answer.content.read(ANSWER_BYTES_MAX + 1)
        while len(content) <= ANSWER_BYTES_MAX and not answer.content.at_eof():
            content += await answer.content.read(ANSWER_BYTES_MAX + 1 - len(content))
        if len(content) > ANSWER_BYTES_MAX:
            return Reply(verdict="refused", text=f"the answer is over {ANSWER_BYTES_MAX} bytes")
        return await asyncio.to_thread(
            reply_of, answer.status, answer.headers.get("Content-Type"), content
        )
