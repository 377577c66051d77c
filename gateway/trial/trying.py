"""Trying out a receiver: post what it will meet one day, and write down what it does wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

import aiohttp
from msgspec import Struct
from yarl import URL

from gateway.acceptance import said
from gateway.outbound import Outbound
from gateway.trial.posts import Check, Post

_ANSWER_BYTES = 4096
_SUCCESS, _REFUSAL = range(200, 300), range(400, 500)
_SLOW = "an answer in time"
_NUMBERS = "one document for one event"


class Row(Struct, frozen=True, kw_only=True):
    """A line of the table: how many were sent or looked at, and what was wrong with which."""

    check: str
    sent: int
    wrong: tuple[str, ...]


class _Answered(Struct, frozen=True, kw_only=True):
    """What came back, and after how many seconds; `status` None where nothing did."""

    post: Post
    status: int | None
    text: str
    seconds: float


async def tried(
    outbound: Outbound, url: URL, checks: Iterable[Check], slow_seconds: float
) -> list[Row]:
    """Post all `checks` to a receiver and return the table, with its speed and numbers besides."""
    rows, everything = [], []
    for check in checks:
        answers = [
            answer
            for posts in check.rounds
            for answer in await asyncio.gather(*(_posted(outbound, url, post) for post in posts))
        ]
        wrong = tuple(filter(None, map(_fault, answers)))
        rows.append(Row(check=check.name, sent=len(answers), wrong=wrong))
        everything += [one for one in answers if one.post.breaks is None]
    slow = tuple(
        f"{one.seconds:.1f} s for {one.post.id}" for one in everything if one.seconds > slow_seconds
    )
    rows.append(Row(check=_SLOW, sent=len(everything), wrong=slow))
    rows.append(_numbers(everything))
    return rows


def _fault(answer: _Answered) -> str | None:
    """Return what is wrong with an answer, None where it is as it should be."""
    if answer.post.breaks:
        return None
    if answer.status is None:
        return f"no answer: {answer.text}"
    owed = _SUCCESS if answer.post.owes == "taken" else _REFUSAL
    if answer.status in owed:
        return None
    return f"answered {answer.status}, owed {'2xx' if owed is _SUCCESS else '4xx'}"


def _numbers(answers: Iterable[_Answered]) -> Row:
    """Judge the receiver's document numbers: the same for the same event, whenever it comes."""
    known: dict[str, str] = {}
    count, wrong = 0, []
    for one in answers:
        took = one.post.owes == "taken" and one.status in _SUCCESS
        told = said(one.text) if took else None
        if told is None or told.document_number is None:
            continue
        count += 1
        first = known.setdefault(one.post.id, told.document_number)
        if first != told.document_number:
            wrong.append(f"{one.post.id} became {first} and {told.document_number}")
    return Row(check=_NUMBERS, sent=count, wrong=tuple(wrong))


async def _posted(outbound: Outbound, url: URL, post: Post) -> _Answered:
    begun = time.monotonic()
    try:
        status, text = await _exchange(outbound, url, post)
    except TimeoutError:
        status, text = None, "the time was over"
    except (aiohttp.ClientError, OSError) as error:
        status, text = None, str(error) or type(error).__name__
    return _Answered(post=post, status=status, text=text, seconds=time.monotonic() - begun)


async def _exchange(outbound: Outbound, url: URL, post: Post) -> tuple[int | None, str]:
    gone = asyncio.Event()
    sending = asyncio.create_task(_send(outbound, url, post, gone))
    if post.breaks != "unanswered":
        return await sending
    leaving = asyncio.create_task(gone.wait())
    await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, leaving):
        task.cancel()
    await asyncio.gather(sending, leaving, return_exceptions=True)
    return None, "we left"


async def _send(
    outbound: Outbound, url: URL, post: Post, gone: asyncio.Event
) -> tuple[int | None, str]:
    length = {"content-length": str(len(post.content))}
    content = _breaking(post, gone) if post.breaks else post.content
    async with outbound.to(url).post(
        url, data=content, headers=post.headers | length, allow_redirects=False
    ) as response:
        kept = await response.content.read(_ANSWER_BYTES)
        return response.status, kept.decode("utf-8", "replace")


async def _breaking(post: Post, gone: asyncio.Event) -> AsyncIterator[bytes]:
    """Yield a body, or half of it and then break the connection."""
    if post.breaks == "half":
        yield post.content[: len(post.content) // 2]
        message = "broken on purpose"
        raise ConnectionAbortedError(message)
    yield post.content
    gone.set()
