"""The archive gives back the very bytes it was given, or says that it cannot."""

import hashlib
import os
from io import BytesIO
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.archive import Archive, CorruptError, path_of


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive")
    made.prepare()
    return made


def files(archive_root: Path) -> list[Path]:
    return sorted(path for path in archive_root.rglob("*") if path.is_file())


@given(contents=st.lists(st.binary(max_size=300), max_size=8))
@settings(max_examples=25, deadline=None)
def test_what_goes_in_comes_out(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    archive.prepare()
    with archive.batch() as batch:
        stored = [batch.add(BytesIO(content)) for content in contents]
        batch.settle()
    for content, one in zip(contents, stored, strict=True):
        assert one.sha256 == hashlib.sha256(content).hexdigest()
        assert one.size == len(content)
        assert archive.open(one.sha256).read() == content


def test_a_content_has_its_place_and_is_read_only(archive: Archive, tmp_path: Path) -> None:
    stored = archive.put(BytesIO(b"ISA*00~"))
    path = path_of(tmp_path / "archive", stored.sha256)
    assert path.parent.parent.name == stored.sha256[:2]
    assert path.stat().st_mode & 0o777 == 0o440
    assert files(tmp_path / "archive") == [path]


def test_the_same_content_is_stored_once(archive: Archive, tmp_path: Path) -> None:
    first = archive.put(BytesIO(b"same"))
    before = path_of(tmp_path / "archive", first.sha256).stat().st_ino
    assert archive.put(BytesIO(b"same")) == first
    assert path_of(tmp_path / "archive", first.sha256).stat().st_ino == before
    assert len(files(tmp_path / "archive")) == 1


def test_a_big_content_is_seekable(archive: Archive) -> None:
    content = b"0123456789" * 2_000_000
    with archive.open(archive.put(BytesIO(content)).sha256) as source:
        source.seek(19_999_990)
        assert source.read() == b"0123456789"


def holds(root: Path, sha256: str) -> bool:
    return path_of(root, sha256).exists()


def test_an_unsettled_batch_leaves_nothing(archive: Archive, tmp_path: Path) -> None:
    with archive.batch() as batch:
        stored = batch.add(BytesIO(b"half-way"))
    assert not holds(tmp_path / "archive", stored.sha256)
    assert files(tmp_path / "archive") == []


def test_leftovers_of_a_crash_are_cleared(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "archive" / ".tmp" / "leftover").write_bytes(b"x")
    archive.prepare()
    assert files(tmp_path / "archive") == []


@pytest.mark.parametrize("packed", [b"no zstd at all", zstandard.compress(b"other bytes"), b""])
def test_damage_is_noticed(archive: Archive, tmp_path: Path, packed: bytes) -> None:
    stored = archive.put(BytesIO(b"the original"))
    path = path_of(tmp_path / "archive", stored.sha256)
    path.chmod(0o640)
    path.write_bytes(packed)
    with pytest.raises(CorruptError, match="restore it from a backup"):
        archive.open(stored.sha256)


def test_bytes_and_folders_are_synced_before_settle_returns(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    stored = archive.put(BytesIO(b"precious"))
    root = tmp_path / "archive"
    assert str(root / ".tmp") in synced[0]  # the bytes, before they have their name
    folder = path_of(root, stored.sha256).parent
    assert {str(root), str(folder.parent), str(folder)} <= set(synced[1:])


def test_a_disk_that_cannot_sync_is_an_error_not_a_receipt(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output error"):
        archive.put(BytesIO(b"lost"))
    assert not holds(tmp_path / "archive", hashlib.sha256(b"lost").hexdigest())
