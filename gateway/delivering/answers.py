"""What a receiver answers to a batch: for all of it, or event by event.

A 2xx takes the whole batch, unless its body has `results`: a list with the `id` of each event that
fared otherwise, and its `status`. What the list does not name was taken. A result may also say what
the event became (`document_number`, `rejected`), as the answer to a single event does. An event
behind one of the same subject that was not taken is sent again after that one.
"""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from msgspec import Struct

from gateway.flows.retry import Answer
from gateway.store.deliveries import Due

_OUT_OF_TURN = "an earlier event of the same subject was not taken"


class _Result(Struct):
    id: str
    status: int = HTTPStatus.OK
    document_number: str | int | None = None
    rejected: str | None = None


class _Results(Struct):
    results: tuple[_Result, ...] = ()


_results = msgspec.json.Decoder(_Results)


def one_by_one(dues: Sequence[Due], whole: Answer, body: bytes) -> tuple[Answer, ...]:
    """Return the answer to each of `dues`, whose batch got the answer `whole` with `body`."""
    if not whole.delivered:
        return (whole,) * len(dues)
    try:
        told = {one.id: one for one in _results.decode(body or b"{}").results}
    except (msgspec.DecodeError, UnicodeDecodeError):
        told = {}
    behind: set[str] = set()
    answers = []
    for due in dues:
        answer = _answer(whole, told.get(due.event.id))
        if due.event.subject in behind and answer.delivered:
            answer = Answer(status=None, text=_OUT_OF_TURN, counts=False)
        elif not answer.delivered:
            behind.add(due.event.subject)
        answers.append(answer)
    return tuple(answers)


def _answer(whole: Answer, result: _Result | None) -> Answer:
    if result is None:
        return Answer(status=whole.status)
    return Answer(status=result.status, text=msgspec.json.encode(result).decode())
