"""Where each value of a record stood.

What is slow to read (PDF, scans) has its trace stored. Any other file is read again when somebody
looks at it, which yields the same trace; the last ones are kept in memory.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import BinaryIO

import msgspec
import zstandard

from gateway.clock import moment_of
from gateway.formats import read_documents
from gateway.naming import named
from gateway.store.exception import Kept
from mappers.canonical import Traced
from parsers.form import ParseError

TRACE_BYTES_MAX = 64_000_000
VALUES_KEPT = 200_000

Trace = dict[str, Traced]


class Traces:
    """Traces of records; `contents` opens an archived file by its hash."""

    def __init__(self, contents: Callable[[str], BinaryIO]) -> None:
        self._contents = contents
        self._kept: OrderedDict[str, Trace] = OrderedDict()
        self._values = 0
        self._lock = threading.Lock()

    def of(self, record: Kept) -> Trace:
        """Return the trace of a record by JSON pointer; empty where its file cannot be read."""
        with self._lock:
            known = self._kept.get(record.key)
            if known is not None:
                self._kept.move_to_end(record.key)
                return known
        trace = _stored(record.trace) if record.trace else self._read_again(record)
        self._keep(record.key, trace)
        return trace

    def _read_again(self, record: Kept) -> Trace:
        with self._contents(record.sha256) as file:
            found = read_documents(
                file,
                name=record.file,
                sha256=record.sha256,
                year=moment_of(record.received_at).year,
                partner=record.partner,
            )
            try:
                mapped = next(islice(found, record.position, None), None)
            except ParseError:
                return {}
            return named(mapped.record.source.format, mapped.trace()) if mapped else {}

    def _keep(self, key: str, trace: Trace) -> None:
        with self._lock:
            self._kept[key] = trace
            self._values += len(trace)
            while self._values > VALUES_KEPT and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._values -= len(dropped)


def _stored(packed: bytes) -> Trace:
    whole = zstandard.ZstdDecompressor().decompress(packed, max_output_size=TRACE_BYTES_MAX)
    return msgspec.json.decode(whole, type=Trace)
