"""Readers read what they are given, and their death is an answer, never a hang."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from gateway.archive import Archive
from gateway.reading.pool import (
    ReaderDiedError,
    Readers,
    ReadingSettings,
    forget,
    records_of,
)
from gateway.reading.wire import ITEM, File

ISA = "ISA*00*          *00*          *ZZ*ACME           *ZZ*BUYER          *260302*0900*U*00401*"


def interchange(kind: str, group: str, sets: list[list[str]]) -> bytes:
    lines = [f"{ISA}000000007*0*P*>", f"GS*{group}*A*B*20260302*0900*7*X*004010"]
    for number, segments in enumerate(sets, 1):
        closing = f"SE*{len(segments) + 2}*{number:04}"
        lines += [f"ST*{kind}*{number:04}", *segments, closing]
    return "".join(f"{one}~\n" for one in [*lines, f"GE*{len(sets)}*7", "IEA*1*000000007"]).encode()


def order(number: str) -> list[str]:
    return [f"BEG*00*NE*{number}**20260301", "PO1*1*10*EA*5**VP*A-1", "CTT*1"]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive")
    made.prepare()
    return made


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[Readers]:
    with running(tmp_path, ReadingSettings(readers=1)) as some:
        yield some


class running:  # noqa: N801 - reads as what it is in a with statement
    def __init__(self, folder: Path, settings: ReadingSettings) -> None:
        self.readers = Readers(folder / "archive", folder / "spool", settings)

    def __enter__(self) -> Readers:
        self.readers.start()
        return self.readers

    def __exit__(self, *_: object) -> None:
        self.readers.stop()


def file(archive: Archive, content: bytes, document: int = 1) -> File:
    stored = archive.put(BytesIO(content))
    return File(document=document, sha256=stored.sha256, name="a", partner="acme", year=2026)


def test_files_come_back_as_records_in_order(readers: Readers, archive: Archive) -> None:
    good = file(archive, interchange("850", "PO", [order("PO1"), order("PO2")]), 1)
    junk = file(archive, b"\x00junk", 2)
    one, two = readers.read([good, junk])
    assert (one.document, one.format, one.count, one.problems) == (1, "x12", 2, ())
    first, second = one.records
    assert (first.position, first.kind, first.number) == (0, "purchase_order", "PO1")
    assert second.position == 1
    assert "order:PO1" in first.touches
    assert any(key.startswith(ITEM) for key in first.touches)
    assert (two.document, two.count) == (2, 0)
    assert two.problems[0].code == "file.unknown_format"


def test_many_records_pass_through_the_spool(
    readers: Readers, archive: Archive, tmp_path: Path
) -> None:
    many = interchange("850", "PO", [order(f"PO{n}") for n in range(1100)])
    (read,) = readers.read([file(archive, many)])
    assert (read.count, read.records) == (1100, ())
    assert [one.number for one in records_of(read)] == [f"PO{n}" for n in range(1100)]
    forget(read)
    assert list((tmp_path / "spool").iterdir()) == []


def test_an_incomplete_record_touches_nothing(readers: Readers, archive: Archive) -> None:
    bad = [["BEG*00*NE***20260301", "PO1*1*10*EA*5**VP*A-1", "CTT*1"]]
    (read,) = readers.read([file(archive, interchange("850", "PO", bad))])
    assert read.records[0].incomplete
    assert read.records[0].touches == ()


def test_content_that_the_archive_lost_kills_only_its_reader(
    readers: Readers, archive: Archive
) -> None:
    gone = File(document=1, sha256="0" * 64, name="a", partner="acme", year=2026)
    with pytest.raises(ReaderDiedError, match="FileNotFoundError"):
        readers.read([gone])
    (read,) = readers.read([file(archive, interchange("850", "PO", [order("PO1")]))])
    assert read.count == 1  # by its successor


def test_a_reader_that_takes_too_long_is_stopped(tmp_path: Path, archive: Archive) -> None:
    slow = file(archive, interchange("850", "PO", [order("PO1")]))
    with (
        running(tmp_path, ReadingSettings(readers=1, task_max_seconds=0)) as readers,
        pytest.raises(ReaderDiedError, match="too long"),
    ):
        readers.read([slow])


def test_a_reader_has_only_so_much_memory(tmp_path: Path, archive: Archive) -> None:
    too_little = ReadingSettings(readers=1, memory_max_bytes=40 << 20)
    with running(tmp_path, too_little) as readers, pytest.raises(ReaderDiedError, match="died"):
        readers.read([file(archive, b"junk")])


def test_readers_end_with_the_pool(tmp_path: Path, archive: Archive) -> None:
    with running(tmp_path, ReadingSettings(readers=1)) as readers:
        readers.read([file(archive, b"junk")])
        mine = children()
        assert mine
    assert not [pid for pid in mine if Path(f"/proc/{pid}/cmdline").exists()]


def children() -> list[str]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [
        pid for pid in listed if b"gateway.reading" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
