"""What is synced stays, what is not may go; names go with their folders."""

from pathlib import Path
from random import Random

import pytest

from tests.drills.disk import Disk, calls_of

CUTS = 200


def hexed(text: bytes | str) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return "".join(f"\\x{byte:02x}" for byte in raw)


class Tape:
    """Calls as a tracer writes them, on files below a folder."""

    def __init__(self, tmp_path: Path) -> None:
        self.safe, self.root = tmp_path / "safe", tmp_path / "root"
        (self.safe / "in").mkdir(parents=True)
        self.lines: list[str] = []

    def call(self, name: str, arguments: str, result: int) -> None:
        self.lines.append(f"77 1700000000.5 {name}({arguments}) = {result}")

    def at(self, name: str) -> str:
        return hexed(str(self.root / name))

    def open(self, name: str, flags: int, descriptor: int = 5) -> None:
        self.call("openat", f'-100<{self.at("")}>, "{self.at(name)}", {flags:#x}, 0644', descriptor)

    def write(self, name: str, content: bytes, descriptor: int = 5) -> None:
        size = len(content)
        self.call("write", f'{descriptor}<{self.at(name)}>, "{hexed(content)}", {size}', size)

    def sync(self, name: str) -> None:
        self.call("fsync", f"5<{self.at(name)}>", 0)

    def rename(self, old: str, new: str) -> None:
        self.call("rename", f'"{self.at(old)}", "{self.at(new)}"', 0)

    def ends(self) -> list[dict[str, bytes]]:
        """Return what files there may be after a cut behind the last call."""
        disk = Disk(self.safe, self.root)
        for call in calls_of(self.lines):
            disk.apply(call)
        found = []
        for seed in range(CUTS):
            folder = self.safe.parent / f"after-{seed}"
            folder.mkdir()
            disk.after_cut(folder, Random(seed))  # noqa: S311 - the same each time
            files = [path for path in folder.rglob("*") if path.is_file()]
            found.append({str(path.relative_to(folder)): path.read_bytes() for path in files})
        return found


@pytest.fixture
def tape(tmp_path: Path) -> Tape:
    return Tape(tmp_path)


def test_a_file_that_was_synced_with_its_folder_stays(tape: Tape) -> None:
    tape.open("in/a", 0x41)
    tape.write("in/a", b"content")
    tape.sync("in/a")
    tape.sync("in")
    assert all(files == {"in/a": b"content"} for files in tape.ends())


def test_a_file_that_was_not_synced_may_be_empty_or_gone(tape: Tape) -> None:
    tape.open("in/a", 0x41)
    tape.write("in/a", b"content")
    ends = tape.ends()
    assert {} in ends
    assert {"in/a": b""} in ends
    assert {"in/a": b"content"} in ends


def test_writes_that_were_not_synced_may_come_without_the_ones_before(tape: Tape) -> None:
    (tape.safe / "in/a").write_bytes(b"....")
    tape.open("in/a", 0x1)
    tape.write("in/a", b"AA")
    tape.write("in/a", b"BB")
    assert {end["in/a"] for end in tape.ends()} == {b"....", b"AA..", b"..BB", b"AABB"}


def test_a_rename_holds_once_either_folder_was_synced(tape: Tape) -> None:
    (tape.safe / "in/a").write_bytes(b"x")
    tape.rename("in/a", "out/a")
    assert {tuple(end) for end in tape.ends()} == {("in/a",), ("out/a",)}


def test_a_synced_rename_stays(tape: Tape) -> None:
    (tape.safe / "in/a").write_bytes(b"x")
    tape.rename("in/a", "out/a")
    tape.sync("in")
    assert all(end == {"out/a": b"x"} for end in tape.ends())


def test_a_sync_covers_what_was_written_before_it_began(tape: Tape) -> None:
    tape.open("in/a", 0x41)
    tape.sync("in")
    tape.write("in/a", b"one")
    tape.lines.append(f"78 1700000000.6 fsync(6<{tape.at('in/a')}> <unfinished ...>")
    tape.write("in/a", b"two")
    tape.lines.append("78 1700000000.7 <... fsync resumed>) = 0")
    assert {end["in/a"] for end in tape.ends()} == {b"one", b"onetwo"}
