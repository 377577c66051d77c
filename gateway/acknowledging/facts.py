"""What is noted of interchanges while their documents are read, to be acknowledged afterwards.

The facts are plain data: they travel from the process that reads to the gateway, and are kept.
"""

from collections.abc import Callable, Iterable

import msgspec

from parsers.edifact.acknowledged import CODES as EDIFACT_CODES
from parsers.edifact.walk import machine_of as message_machine
from parsers.form import Document, Problem
from parsers.received import Collector, Received
from parsers.x12.acknowledged import CODES as X12_CODES
from parsers.x12.sets.machines import machine_of as set_machine

CODES = {"x12": X12_CODES, "edifact": EDIFACT_CODES}
"""How the standards tell our problems, by syntax."""

_MACHINES = {"x12": set_machine, "edifact": message_machine}
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Received)

Watch = Callable[[Document, Iterable[Problem]], None]


def collector() -> Collector:
    """Return a collector that knows the tables of all syntaxes."""
    return Collector(CODES)


def watching(collected: Collector) -> Watch:
    """Return what tells a collector of each document that was read and mapped."""

    def watch(document: Document, problems: Iterable[Problem]) -> None:
        machine = _MACHINES.get(document.format)
        if machine is not None:
            collected.take(document, problems, supported=machine(document.kind) is not None)

    return watch


def encoded(received: Received) -> bytes:
    """Return the facts of an interchange as they are kept."""
    return _encoder.encode(received)


def decoded(facts: bytes) -> Received:
    """Return facts that were kept."""
    return _decoder.decode(facts)


def identity(received: Received) -> tuple[str, str, str]:
    """Return sender, receiver and control number, the parties as `qualifier:identifier`.

    X12 ISA05 to ISA08 and ISA13; EDIFACT S002, S003 and 0020. Blanks around them say nothing.
    """
    row = received.header
    if received.syntax == "x12":
        return _party(row, 5, 6), _party(row, 7, 8), _at(row, 13)
    return _party(row, 22, 21), _party(row, 32, 31), _at(row, 51)


def _party(row: tuple[str, ...], qualifier: int, identifier: int) -> str:
    return f"{_at(row, qualifier)}:{_at(row, identifier)}"[:80]


def _at(row: tuple[str, ...], place: int) -> str:
    return row[place].strip()[:40] if len(row) > place else ""
