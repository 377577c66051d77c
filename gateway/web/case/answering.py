"""The page that a question's link leads to: for a phone, without an account, without a script.

Looking at it changes nothing, since mail systems open links by themselves; only its form answers,
once. The address is the secret, so nothing else proves who it is.
"""

import asyncio
import contextlib
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

import msgspec
from aiohttp import web
from msgspec import Struct

from gateway.clock import moment_of
from gateway.doors.services import SERVICES, Services
from gateway.flows import asking
from gateway.flows.asking import About, Answer, Answered, Desk
from gateway.store import exception, questions
from gateway.store.questions import Question
from gateway.web import show
from gateway.web.posted import Posted, posted
from gateway.web.serving import PAGES

_TEXT_CHARACTERS_MAX = 2000
_NAME_CHARACTERS_MAX = 60
_QUANTITY_MAX = Decimal(10) ** 9
_TEMPLATES = {"receiver": "answer_receiver.html", "supplier": "answer_supplier.html"}
SAID = {
    "yes": "Yes, it arrived",
    "no": "No, it did not arrive",
    "damaged": "It came damaged, or not all of it",
    "credit": "A credit will be sent",
    "price_is_right": "The invoice is right",
    "corrected": "A corrected invoice was sent",
    "other": "Answered in words",
    "withdrawn": "Taken back",
}


class Page(Struct, frozen=True, kw_only=True):
    """A question as its reader sees it; `state` is open, answered, expired or withdrawn."""

    token: str
    words: str
    about: About
    amount: str
    state: str
    note: str
    answer: str
    said: Answer | None
    until: str


async def show_question(request: web.Request) -> web.Response:
    """Show a question, or what it was answered."""
    asked = await _question(request)
    state = asking.state_of(asked, request.app[SERVICES].clock())
    return _page(request, asked, state, "")


async def _question(request: web.Request) -> Question:
    services, token = request.app[SERVICES], request.match_info["token"]

    def find() -> Question | None:
        with services.store.read() as connection:
            return questions.by_token(connection, token)

    found = await asyncio.to_thread(find)
    if found is None:
        raise web.HTTPNotFound(text="This link leads to no question. Was it copied whole?")
    return found


def _page(request: web.Request, asked: Question, state: str, note: str) -> web.Response:
    about = asking.about_of(asked)
    said = (
        msgspec.json.decode(asked.said, type=Answer) if state == "answered" and asked.said else None
    )
    view = Page(
        token=asked.token,
        words=asked.words,
        about=about,
        amount=_amount(about),
        state=state,
        note=note,
        answer=SAID.get(asked.answer or "", ""),
        said=said,
        until=show.day(moment_of(asked.expires_at)),
    )
    status = 410 if state in {"expired", "withdrawn"} else 200
    return request.app[PAGES].answer(_TEMPLATES[asked.role], status=status, page=view)


def _amount(about: About) -> str:
    amount = about.missing or about.billed
    return f"{show.quantity(amount)} {about.uom or ''}".strip() if amount else ""


async def take_answer(request: web.Request) -> web.Response:
    """Take the answer of the form; the same one again changes nothing."""
    services, asked = request.app[SERVICES], await _question(request)
    with contextlib.ExitStack() as stack:
        sent = await posted(request, stack)
        answer = _answer(asked, sent)
        taken = await asyncio.to_thread(_take, services, asked, answer, sent.file)
    services.jobs.wake()
    services.announced()
    notes = {
        "already": "This was answered before; your answer now was not taken.",
        "taken": "Thank you. Your answer has arrived.",
        "same": "Thank you. Your answer has arrived.",
    }
    state = asking.state_of(taken.question, services.clock())
    return _page(request, taken.question, state, notes.get(taken.state, ""))


def _answer(asked: Question, sent: Posted) -> Answer:
    """Return the answer of a form; raises 422 where it is not filled in."""
    fields = sent.fields
    choice = fields.get("answer", "")
    if choice not in asking.ANSWERS[asked.role]:
        raise web.HTTPUnprocessableEntity(text="Choose an answer; go back.")
    text = fields.get("text", "").strip()[:_TEXT_CHARACTERS_MAX]
    name = " ".join(fields.get("name", "").split())[:_NAME_CHARACTERS_MAX]
    if asked.role == "supplier":
        return _of_supplier(choice, text, name, sent)
    about = asking.about_of(asked)
    whole = about.missing or about.billed or Decimal(0)
    came, damaged = whole, Decimal(0)
    if choice == "damaged":
        came = _quantity(fields, "came", whole)
        damaged = _quantity(fields, "damaged", Decimal(0))
    if choice == "no":
        came = Decimal(0)
    if damaged > came or came > whole or (choice == "damaged" and came == whole and not damaged):
        raise web.HTTPUnprocessableEntity(
            text=f"At most {show.quantity(whole)} can have come, and of these be damaged; go back."
        )
    is_final = "final" in fields and choice != "yes"
    return Answer(choice=choice, came=came, damaged=damaged, final=is_final, text=text, name=name)


def _of_supplier(choice: str, text: str, name: str, sent: Posted) -> Answer:
    has_file = sent.file is not None
    if choice == "corrected" and not has_file:
        raise web.HTTPUnprocessableEntity(text="Choose the corrected file; go back.")
    if choice in {"price_is_right", "other"} and not text:
        raise web.HTTPUnprocessableEntity(text="Say it in a few words; go back.")
    return Answer(choice=choice, text=text, name=name, file=sent.name[:255] if has_file else "")


def _quantity(fields: dict[str, str], name: str, default: Decimal) -> Decimal:
    text = fields.get(name, "").strip().replace(",", ".")
    if not text:
        return default
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise web.HTTPUnprocessableEntity(text="A quantity is a number; go back.") from error
    if not amount.is_finite() or not 0 <= amount <= _QUANTITY_MAX:
        raise web.HTTPUnprocessableEntity(text="That is no quantity; go back.")
    return amount


def _take(services: Services, asked: Question, answer: Answer, file: BinaryIO | None) -> Answered:
    """Take an answer, and a file with it as one of the partner's own."""
    desk = Desk(services.store, services.archive, services.intake, services.clock)
    if file is not None and asking.state_of(asked, services.clock()) == "open":
        with services.store.read() as connection:
            kept = exception.kept(connection, asked.record_id)
        partner = kept.partner if kept else asking.RECEIVERS
        receipt = services.intake.take(partner, answer.file, file, "question")
        answer = msgspec.structs.replace(answer, document=receipt.number)
    return desk.take(asked, answer)
