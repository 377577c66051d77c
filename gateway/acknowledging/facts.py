"""What is noted of interchanges while their documents are read, to be acknowledged afterwards.

The facts are plain data: they travel from the process that reads to the gateway, and are kept.
"""

import msgspec

from gateway.acknowledging.replies import KINDS, Reply, reply_of
from mappers.canonical import AnyRecord
from parsers.edifact.acknowledged import CODES as EDIFACT_CODES
from parsers.edifact.walk import machine_of as message_machine
from parsers.form import Document, Problem
from parsers.received import Collector, Received
from parsers.x12.acknowledged import CODES as X12_CODES
from parsers.x12.sets.machines import machine_of as set_machine

CODES = {"x12": X12_CODES, "edifact": EDIFACT_CODES}
"""How the standards tell our problems, by syntax."""

_MACHINES = {"x12": set_machine, "edifact": message_machine}
_WITHOUT_STRUCTURE = {"TA1", "interchange"}
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Received)


class Watched:
    """What is noted of a file: its interchanges, and the acknowledgments among its documents."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self._collector = Collector(CODES)

    @property
    def interchanges(self) -> list[Received]:
        """The interchanges, in the order of the file."""
        return self._collector.interchanges

    def take(self, document: Document, record: AnyRecord) -> None:
        """Take a document that was read and mapped."""
        machine = _MACHINES.get(document.format)
        if machine is None:
            return
        supported = document.kind in _WITHOUT_STRUCTURE or machine(document.kind) is not None
        self._collector.take(document, record.problems, supported=supported)
        if document.kind in KINDS:
            reply = reply_of(document, record)
            self.replies += [reply] if reply else []

    def break_off(self, problem: Problem) -> None:
        """Say that reading the file could not go on."""
        self._collector.break_off(problem)


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
