"""What must hold whatever the bytes: records and problems, or `ParseError`; and soon."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import FrameType

import msgspec

from gateway.formats import read_documents
from mappers.rules import Mapped
from parsers.form import ParseError, Problem

SECONDS_PER_MB = 1.0
_LEAST_SECONDS = 1.0
_TRACED = 16
_ENCODER = msgspec.json.Encoder(decimal_format="string")


class HangError(Exception):
    """An input took longer than its size allows."""


def check(data: bytes, number: int) -> int:
    """Read one input, trace one in sixteen, and return how many documents it held.

    Raises `HangError` when it takes more processor time than a second a megabyte, `AssertionError`
    when a problem does not say what it must; any other error is the reader's own.
    """
    count = 0
    with _in_time(len(data)):
        try:
            found = read_documents(BytesIO(data), name="fuzz", sha256="0" * 64, year=2026)
            for index, mapped in enumerate(found):
                _check_record(mapped, index, traced=number % _TRACED == 0)
                count += 1
        except ParseError as failure:
            _check_problem(failure.problem)
    return count


def _check_record(mapped: Mapped, index: int, *, traced: bool) -> None:
    record = mapped.record
    assert record.source is not None
    assert record.source.index == index
    for problem in record.problems:
        _check_problem(problem)
    _ENCODER.encode(record)
    if traced:
        assert all(traced.at for traced in mapped.trace().values())


def _check_problem(problem: Problem) -> None:
    assert "." in problem.code, problem
    assert problem.message, problem


@contextmanager
def _in_time(size: int) -> Iterator[None]:
    allowed = max(_LEAST_SECONDS, SECONDS_PER_MB * size / 1_000_000)
    before = signal.signal(signal.SIGVTALRM, _hang)
    signal.setitimer(signal.ITIMER_VIRTUAL, allowed)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _hang(_signal: int, _frame: FrameType | None) -> None:
    message = "the input took longer than its size allows"
    raise HangError(message)
