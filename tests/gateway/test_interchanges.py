"""Records written as X12 and EDIFACT interchanges, and read back."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from gateway.formats import read_documents
from gateway.writing import INTERCHANGES, write_records
from mappers.canonical import AnyRecord, Source, Terms
from mappers.differences import differences
from mappers.writing import Outgoing

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
YEAR = 2026
OUTGOING = Outgoing(
    identifier="1@test",
    sent_at=dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    sender={"ZZ": "NORTHWIND"},
    receiver={"duns": "123456789"},
)
MESSAGES = {
    "850": "edifact-orders",
    "860": "edifact-ordchg",
    "855": "edifact-ordrsp",
    "856": "edifact-desadv",
    "861": "edifact-recadv",
    "810": "edifact-invoic",
}


def read(data: bytes) -> list[Any]:
    documents = read_documents(io.BytesIO(data), name="test", sha256="", year=YEAR)
    return [mapped.record for mapped in documents]


def plain(record: AnyRecord, **changes: Any) -> AnyRecord:
    """A record without what is about itself."""
    return structs.replace(record, source=Source(), problems=(), derived=(), **changes)


def sample_sets() -> list[Any]:
    found = []
    for path in sorted(SAMPLES.rglob("*.x12")):
        for record in read(path.read_bytes()):
            if f"x12-{record.source.type}" in INTERCHANGES and not record.incomplete:
                name = f"{path.parent.parent.name}/{path.name}"
                found.append(pytest.param(record, id=name))
    return found


def sample_messages_of_edifact() -> list[Any]:
    return [
        pytest.param(record, id=path.name)
        for path in sorted(SAMPLES.rglob("*.edi"))
        for record in read(path.read_bytes())
        if f"edifact-{record.source.type.lower()}" in INTERCHANGES and not record.incomplete
    ]


@pytest.mark.parametrize("record", sample_sets())
def test_a_sample_reads_back_the_same(record: AnyRecord) -> None:
    data, problems = write_records((record,), f"x12-{record.source.type}", OUTGOING)
    (found,) = read(data)
    assert problems == ()
    assert {one.code for one in found.problems} <= {one.code for one in record.problems}
    assert plain(found) == plain(record)


@pytest.mark.parametrize("record", sample_messages_of_edifact())
def test_a_sample_of_edifact_reads_back_the_same(record: Any) -> None:
    to = f"edifact-{record.source.type.lower()}"
    data, problems = write_records((record,), to, OUTGOING)
    (found,) = read(data)
    assert problems == ()
    assert plain(found) == plain(record)


def sample_messages() -> list[Any]:
    """Those whose like EDIFACT has; it cannot say that a line is on back order."""
    return [
        one
        for one in sample_sets()
        if one.values[0].source.type in MESSAGES
        and not any(getattr(line, "status", "") == "backordered" for line in one.values[0].lines)
    ]


@pytest.mark.parametrize("record", sample_messages())
def test_a_sample_survives_the_other_standard(record: Any) -> None:
    """What EDIFACT has a place for comes back, and what it has none for is told."""
    data, problems = write_records((record,), MESSAGES[record.source.type], OUTGOING)
    (message,) = read(data)
    assert not message.incomplete
    told = {problem.pointer for problem in problems}
    again, _ = write_records((message,), f"x12-{record.source.type}", OUTGOING)
    (found,) = read(again)
    assert differing(windowed(record), windowed(found)) <= told


def windowed(record: Any) -> Any:
    """A record whose terms are a window each: a PAT says one."""
    if not getattr(record, "terms", ()):
        return record
    terms = []
    for one in record.terms:
        net = {"net_days": None, "net_date": None}
        terms += [structs.replace(one, text=None, **net)] if one.discount_percent else []
        terms += [Terms(net_days=one.net_days, net_date=one.net_date, text=one.text)]
    return structs.replace(record, terms=tuple(one for one in terms if one != Terms()))


def differing(asked: Any, found: Any) -> set[str]:
    """The pointers at which a record differs from what was asked."""
    return {one.pointer for one in differences(asked, found)}


SETS = {"ORDERS": "850", "DESADV": "856", "INVOIC": "810", "RECADV": "861"}


@pytest.mark.parametrize(
    "record",
    [one for one in sample_messages_of_edifact() if one.values[0].source.type in SETS],
)
def test_a_sample_of_edifact_becomes_x12(record: Any) -> None:
    """Units and types of taxes are those of X12, and what has no place is told."""
    data, problems = write_records((record,), f"x12-{SETS[record.source.type]}", OUTGOING)
    (found,) = read(data)
    assert {line.uom for line in found.lines} == {"PC"}
    assert {tax.type for tax in getattr(found, "taxes", ())} <= {"VA"}
    assert all(problem.code.startswith("written.") for problem in problems)
