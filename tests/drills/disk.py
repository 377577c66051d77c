"""What a disk holds after a power cut: replayed from the system calls that a process made.

Strict where file systems differ: written bytes are safe once their file was synced, names once
their folder was. Of what was not synced any part may be there: single writes, halves of them, and
the names that were given, in their order. (New folders count as safe.)
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

TRACED = (
    "openat,write,pwrite64,lseek,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,unlink,"
    "unlinkat"
)
_LINE = re.compile(r"^(\d+) +([\d.]+) (.*)$")
_FINISHED = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
_QUOTED = re.compile(r'<((?:\\x[0-9a-f]{2})*)>|"((?:\\x[0-9a-f]{2})*)"')
_SECTOR = 512
_CREATE, _TRUNCATE, _APPEND = 0o100, 0o1000, 0o2000


class Call(NamedTuple):
    """A system call that succeeded: when it ended, and how many calls had ended when it began."""

    at: float
    began: int
    name: str
    arguments: str
    result: int

    def texts(self) -> list[bytes]:
        """Return the paths and contents that stand in it."""
        pairs = _QUOTED.findall(self.arguments)
        return [bytes.fromhex((path or text).replace("\\x", "")) for path, text in pairs]

    def number(self, place: int) -> int:
        """Return the numeric argument at a place, counted from the end where negative."""
        return int(_QUOTED.sub("", self.arguments).split(",")[place].strip().split(" ")[0], 0)


def calls_of(lines: Iterable[str]) -> Iterator[Call]:
    """Yield the calls of a trace in the order in which they ended."""
    begun: dict[str, tuple[int, str]] = {}
    ended = 0
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        thread, at, text = found.groups()
        if text.endswith("<unfinished ...>"):
            begun[thread] = ended, text.removesuffix("<unfinished ...>").rstrip()
            continue
        began = ended
        resumed = _RESUMED.match(text)
        if resumed is not None and thread in begun:
            began, head = begun.pop(thread)
            text = head + resumed[1]
        finished = _FINISHED.match(text)
        if finished is not None and int(finished[3]) >= 0:
            yield Call(float(at), began, finished[1], finished[2], int(finished[3]))
            ended += 1


class _Write(NamedTuple):
    """Bytes at an offset; a new length where there are none."""

    number: int
    offset: int
    content: bytes | None


class _File:
    """A file: the bytes that are safe, and the writes that are not."""

    def __init__(self, safe: bytes = b"") -> None:
        self.safe = bytearray(safe)
        self.writes: list[_Write] = []
        self.size = len(safe)

    def write(self, number: int, offset: int, content: bytes | None) -> None:
        """Write, or cut to `offset`."""
        self.writes.append(_Write(number, offset, content))
        end = offset + len(content) if content is not None else offset
        self.size = end if content is None else max(self.size, end)

    def sync(self, began: int) -> None:
        """Make safe what was written before the call that began when `began` had ended."""
        for one in self.writes:
            if one.number < began:
                _apply(self.safe, one.offset, one.content)
        self.writes = [one for one in self.writes if one.number >= began]

    def after_cut(self, dice: Random, kept: float) -> bytes:
        """Return what may be there: of each write all, the beginning of it, or nothing."""
        content = bytearray(self.safe)
        for one in self.writes:
            if dice.random() >= kept:
                continue
            part = one.content
            if part is not None and len(part) > _SECTOR and dice.random() < kept / 4:
                part = part[: dice.randrange(len(part) // _SECTOR) * _SECTOR]
            _apply(content, one.offset, part)
        return bytes(content)


def _apply(content: bytearray, offset: int, written: bytes | None) -> None:
    if written is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(written)] = written


class _Named(NamedTuple):
    """A change of names: `file` gets the path, none takes it away."""

    number: int
    changes: tuple[tuple[Path, _File | None], ...]


class Disk:
    """The files below the folder `root`, as calls change them; at first those at `safe_at`."""

    def __init__(self, safe_at: Path, root: Path) -> None:
        self._root = root
        files = (path for path in safe_at.rglob("*") if path.is_file())
        safe = {root / path.relative_to(safe_at): _File(path.read_bytes()) for path in files}
        self._safe: dict[Path, _File] = dict(safe)
        self._names = safe
        self._changes: list[_Named] = []
        self._places: dict[tuple[int, _File], int] = {}
        self._number = 0

    def apply(self, call: Call) -> None:
        """Change the files as a call did."""
        act = {
            "openat": self._open,
            "write": self._write,
            "pwrite64": self._write_at,
            "lseek": self._seek,
            "ftruncate": self._cut,
            "fsync": self._sync,
            "fdatasync": self._sync,
            "rename": self._move,
            "renameat": self._move,
            "renameat2": self._move,
            "link": self._link,
            "unlink": self._remove,
            "unlinkat": self._remove,
        }
        act[call.name](call, call.texts())
        self._number += 1

    def after_cut(self, folder: Path, dice: Random) -> None:
        """Write to `folder` what may be there after a power cut now."""
        kept = dice.choice((0.0, 0.5, 1.0))
        names = dict(self._safe)
        for one in self._changes[: dice.randint(0, len(self._changes))]:
            _rename(names, one.changes)
        for path, file in names.items():
            place = folder / path.relative_to(self._root)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.after_cut(dice, kept))

    def _file(self, path: bytes) -> _File | None:
        return self._names.get(_path(path))

    def _open(self, call: Call, texts: list[bytes]) -> None:
        path, flags = _path(texts[1]), call.number(2)
        if not path.is_relative_to(self._root) or path.name.endswith("-shm"):
            return  # SQLite makes the shared memory anew
        file = self._names.get(path)
        if file is None and flags & _CREATE:
            file = _File()
            self._named((path, file))
        if file is None:
            return
        if flags & _TRUNCATE:
            file.write(self._number, 0, None)
        self._places[call.result, file] = file.size if flags & _APPEND else 0

    def _write(self, call: Call, texts: list[bytes]) -> None:
        file = self._file(texts[0]) if len(texts) > 1 else None
        if file is not None:
            key = call.number(0), file
            place = self._places.get(key, 0)
            file.write(self._number, place, texts[1][: call.result])
            self._places[key] = place + call.result

    def _write_at(self, call: Call, texts: list[bytes]) -> None:
        file = self._file(texts[0])
        if file is not None:
            file.write(self._number, call.number(-1), texts[1][: call.result])

    def _seek(self, call: Call, texts: list[bytes]) -> None:
        file = self._file(texts[0]) if texts else None
        if file is not None:
            self._places[call.number(0), file] = call.result

    def _cut(self, call: Call, texts: list[bytes]) -> None:
        file = self._file(texts[0])
        if file is not None:
            file.write(self._number, call.number(-1), None)

    def _sync(self, call: Call, texts: list[bytes]) -> None:
        file = self._file(texts[0])
        if file is not None:
            file.sync(call.began)
            return
        folder, rest = _path(texts[0]), []
        for one in self._changes:
            if one.number < call.began and any(path.parent == folder for path, _ in one.changes):
                _rename(self._safe, one.changes)
            else:
                rest.append(one)
        self._changes = rest

    def _move(self, _call: Call, texts: list[bytes]) -> None:
        old, new = [_path(text) for text in texts if text.startswith(b"/")][-2:]
        file = self._names.get(old)
        if file is not None:
            self._named((old, None), (new, file))

    def _link(self, _call: Call, texts: list[bytes]) -> None:
        file = self._file(texts[0])
        if file is not None:
            self._named((_path(texts[1]), file))

    def _remove(self, _call: Call, texts: list[bytes]) -> None:
        if self._file(texts[-1]) is not None:
            self._named((_path(texts[-1]), None))

    def _named(self, *changes: tuple[Path, _File | None]) -> None:
        _rename(self._names, changes)
        self._changes.append(_Named(self._number, changes))


def _path(text: bytes) -> Path:
    return Path(text.decode("utf-8", "surrogateescape"))


def _rename(names: dict[Path, _File], changes: Iterable[tuple[Path, _File | None]]) -> None:
    for path, file in changes:
        if file is None:
            names.pop(path, None)
        else:
            names[path] = file
