"""Work is done in chunks: a commit costs as much as a hundred small documents.

A chunk holds documents of one partner that are expected to take two seconds together, so that a
partner with few waits for no one's many, and a slow scan does not hold up what came with it. What
is packed is unpacked by a job of its own, and its members are then work like any other.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct

from gateway.jobs.port import Job, NewJob
from gateway.store.documents import Waiting

KIND, UNPACK = "match", "unpack"
DOCUMENTS_MAX = 100
COST_MAX_MS = 2000
_PAGES_MS = 1500  # a PDF: its pages may have to be read by eye
_SMALL_MS = 3
_BYTES_PER_MS = 3000


class Work(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a job has to do: `documents` together, or one of them record by record.

    In the second case `skip` holds the places of the records that are only kept, not matched.
    """

    documents: tuple[int, ...]
    skip: tuple[int, ...] | None = None


def cost_ms(name: str, size: int) -> int:
    """Estimate what it takes to read and match a file of `size` bytes."""
    if name.lower().endswith((".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg")):
        return _PAGES_MS + size // _BYTES_PER_MS
    return _SMALL_MS + size // _BYTES_PER_MS


def plan(documents: Iterable[Waiting]) -> list[tuple[NewJob, list[int]]]:
    """Return jobs that cover `documents`, each with the numbers of those it has."""
    by_partner: dict[str, list[Waiting]] = {}
    packed: list[Waiting] = []
    for one in documents:
        (packed if one.packed else by_partner.setdefault(one.partner, [])).append(one)
    return [(_job(UNPACK, one.partner, [one], None), [one.id]) for one in packed] + [
        (job_for(partner, chunk), [one.id for one in chunk])
        for partner, several in by_partner.items()
        for chunk in _chunks(several)
    ]


def _chunks(documents: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    chunk: list[Waiting] = []
    cost = 0
    for one in documents:
        own = cost_ms(one.name, one.size)
        if chunk and (cost + own > COST_MAX_MS or len(chunk) == DOCUMENTS_MAX):
            yield chunk
            chunk, cost = [], 0
        chunk.append(one)
        cost += own
    if chunk:
        yield chunk


def job_for(partner: str, chunk: Sequence[Waiting], skip: tuple[int, ...] | None = None) -> NewJob:
    """Return the job that reads and matches `chunk`."""
    return _job(KIND, partner, chunk, skip)


def _job(kind: str, partner: str, chunk: Sequence[Waiting], skip: tuple[int, ...] | None) -> NewJob:
    numbers = tuple(one.id for one in chunk)
    return NewJob(
        kind=kind,
        key=f"document/{numbers[0]}",
        partner=partner,
        args=msgspec.json.encode(Work(documents=numbers, skip=skip)),
        cost_ms=sum(cost_ms(one.name, one.size) for one in chunk),
    )


def work_of(job: Job) -> Work:
    """Return what a job has to do."""
    return msgspec.json.decode(job.args, type=Work)
