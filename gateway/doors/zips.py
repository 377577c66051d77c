"""ZIP archives, read as what strangers send: bounded, and never by the names they carry.

Nothing is written under a member's name, so that no name can lead anywhere; a name that tries to
is refused all the same, because nobody honest sends it. What is too much is found out twice: from
the directory, before anything is unpacked, and while unpacking, because directories lie. Members
that share their bytes ("zip bombs" of overlapping files) are no archive.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from msgspec import Struct

from parsers.form import Problem

_END = b"PK\x05\x06"
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_LONGEST_END = 22 + 0xFFFF + _LOCATOR_BYTES
_ENTRY_BYTES_MAX = 46 + 1024  # of a member in the directory, on average
_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}  # of bounded memory
_FREE_BYTES = 1 << 20  # so much may come out of however little
_FAULTS = (  # RuntimeError is raised for what is encrypted, and for what zipfile does not know
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_NOISE = re.compile(r"(^|/)(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_OFFICE = "[Content_Types].xml"  # ECMA-376: a workbook or a text, which is one document
_OPEN_DOCUMENT = (b"application/vnd.oasis.opendocument", b"application/epub")


class UnpackingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an archive may hold, all levels together; with a `depth_max` of 1, no other archive."""

    members_max: int = 10_000
    bytes_max: int = 1 << 30
    ratio_max: int = 100
    depth_max: int = 2


class RefusedError(Exception):
    """Nothing is taken out of an archive; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class MemberError(Exception):
    """A member cannot be unpacked; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Budget:
    """What may still come out of an archive and all archives within it."""

    def __init__(self, settings: UnpackingSettings) -> None:
        self._settings = settings
        self._members = settings.members_max
        self._bytes = settings.bytes_max

    @property
    def members_left(self) -> int:
        """How many members may still come."""
        return self._members

    def take_members(self, count: int) -> None:
        """Count members; raises RefusedError where they are too many."""
        self._members -= count
        if self._members < 0:
            raise RefusedError(_too_much("members", f"at most {self._settings.members_max} in all"))

    def take_bytes(self, count: int) -> None:
        """Count unpacked bytes; raises RefusedError where they are too many."""
        self._bytes -= count
        if self._bytes < 0:
            raise RefusedError(_too_much("bytes", f"at most {self._settings.bytes_max} in all"))

    def look_ahead(self, count: int) -> None:
        """Raise RefusedError where `count` bytes, which are announced, would be too many."""
        if count > self._bytes:
            raise RefusedError(_too_much("bytes", f"at most {self._settings.bytes_max} in all"))

    def check_ratio(self, unpacked: int, packed: int) -> None:
        """Raise RefusedError where too much comes out of too little."""
        if unpacked > _FREE_BYTES and unpacked > packed * self._settings.ratio_max:
            expected = f"at most {self._settings.ratio_max} bytes out of one"
            raise RefusedError(_too_much("bytes for its size", expected))


class Source:
    """One member as it is unpacked, piece by piece, within the budget."""

    def __init__(self, file: BinaryIO, packed: int, budget: Budget) -> None:
        self._file = file
        self._packed = packed
        self._budget = budget
        self._size = 0

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; raises MemberError, and RefusedError at the limits."""
        try:
            piece = self._file.read(size)
        except _FAULTS as error:
            raise MemberError(_damaged_member(str(error))) from error
        self._size += len(piece)
        self._budget.take_bytes(len(piece))
        self._budget.check_ratio(self._size, self._packed)
        return piece


class ZipArchive:
    """An archive that is open and within its limits; use it as a context.

    `is_document` is whether the whole is one document, such as a workbook, and not to be unpacked.
    """

    def __init__(self, source: BinaryIO, budget: Budget) -> None:
        """Read the directory; raises RefusedError."""
        self._budget = budget
        _check_directory(source, budget.members_left)
        try:
            self._zip = zipfile.ZipFile(source)
        except _FAULTS as error:
            raise RefusedError(_damaged(str(error))) from error
        self._all = self._zip.infolist()
        self.is_document = self._is_document()

    def members(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """Yield the path of each member, as it is shown, and its entry; raises RefusedError."""
        entries = [one for one in self._all if not _is_noise(one)]
        self._budget.take_members(len(entries))
        self._budget.look_ahead(sum(one.file_size for one in entries))
        if _overlap(self._all):
            raise RefusedError(_damaged("members share the same bytes"))
        if not entries:
            raise RefusedError(EMPTY)
        self._names = Counter(one.filename for one in entries)
        for one in entries:
            yield shown(one.filename), one

    def open(self, entry: zipfile.ZipInfo) -> Source:
        """Return the bytes of a member; raises MemberError where it cannot be taken."""
        problem = self._objection(entry)
        if problem:
            raise MemberError(problem)
        try:
            file = self._zip.open(entry)
        except _FAULTS as error:
            raise MemberError(_damaged_member(str(error))) from error
        return Source(file, entry.compress_size, self._budget)  # type: ignore[arg-type]

    def _objection(self, entry: zipfile.ZipInfo) -> Problem | None:
        if entry.flag_bits & _ENCRYPTED:
            return _ENCRYPTED_MEMBER
        if _kind_of(entry):
            return _not_regular(_kind_of(entry))
        if _leads_elsewhere(entry):
            return _MISLEADING
        if self._names[entry.filename] > 1:
            return _TWICE
        if entry.compress_type not in _METHODS:
            return _damaged_member(f"compression method {entry.compress_type}")
        return None

    def _is_document(self) -> bool:
        if any(one.filename == _OFFICE for one in self._all):
            return True
        first = self._all[0] if self._all else None
        if first is None or first.filename != "mimetype" or first.compress_type:
            return False
        try:
            return self._zip.open(first).read(64).startswith(_OPEN_DOCUMENT)
        except _FAULTS:
            return False


def shown(name: str) -> str:
    """Return a member's name as text without controls."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def name_of(path: str) -> str:
    """Return the last part of a path, whichever way its slashes lean."""
    return PurePosixPath(path.replace("\\", "/")).name or path


def _check_directory(source: BinaryIO, members_left: int) -> None:
    """Refuse a directory too big to be read into memory (APPNOTE 4.3.16, 4.3.14)."""
    size = source.seek(0, 2)
    source.seek(max(size - _LONGEST_END, 0))
    tail = source.read()
    source.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise RefusedError(_damaged("its end is missing"))
    length = struct.unpack_from("<L", tail, at + 12)[0]
    if tail[max(at - _LOCATOR_BYTES, 0) : at].startswith(_LOCATOR):
        length = max(length if length < 0xFFFF_FFFF else 0, _long_directory(source, tail, at))  # noqa: PLR2004 - see 4.4.1.4
    if length > (members_left + 1) * _ENTRY_BYTES_MAX:
        raise RefusedError(_too_much("members", f"at most {members_left}"))


def _long_directory(source: BinaryIO, tail: bytes, at: int) -> int:
    """Return the size of the directory as the ZIP64 record says."""
    offset = struct.unpack_from("<Q", tail, at - _LOCATOR_BYTES + 8)[0]
    source.seek(0, 2)
    if offset >= source.tell():
        raise RefusedError(_damaged("its ZIP64 record is missing"))
    source.seek(offset)
    record = source.read(56)
    source.seek(0)
    if len(record) < 56:  # noqa: PLR2004 - APPNOTE 4.3.14
        raise RefusedError(_damaged("its ZIP64 record is cut off"))
    length: int = struct.unpack_from("<Q", record, 40)[0]
    return length


def _is_noise(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or bool(_NOISE.search(entry.filename))


def _kind_of(entry: zipfile.ZipInfo) -> str:
    """Return what a member is, where it is no plain file; Unix keeps it in the upper half."""
    mode = entry.external_attr >> 16
    if not stat.S_IFMT(mode) or stat.S_ISREG(mode):
        return ""
    return "a symbolic link" if stat.S_ISLNK(mode) else "something special"


def _leads_elsewhere(entry: zipfile.ZipInfo) -> bool:
    """Whether a name, as it stands in the directory, points out of where it would be unpacked."""
    name = entry.orig_filename.replace("\\", "/")
    parts = name.split("/")
    return name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether members share bytes: each begins with its header, name and content."""
    end = 0
    for one in sorted(entries, key=lambda one: one.header_offset):
        if one.header_offset < end:
            return True
        end = one.header_offset + _LOCAL_HEADER_BYTES + one.compress_size
    return False


def _too_much(what: str, expected: str) -> Problem:
    return Problem(
        code="archive.too_much",
        message=f"more {what} would come out of this archive than one may hold",
        expected=expected,
        remedy="Send several smaller archives, or ask the operator about [unpacking].",
    )


def too_deep(depth_max: int) -> Problem:
    """Return the problem of an archive within too many others."""
    return Problem(
        code="archive.too_deep",
        message="this archive lies within too many others",
        expected=f"at most {depth_max} levels",
        remedy="Send it by itself.",
    )


def _damaged(found: str) -> Problem:
    return Problem(
        code="archive.damaged",
        message="this archive cannot be unpacked",
        found=found,
        remedy="Pack it again and send it again.",
    )


def _damaged_member(found: str) -> Problem:
    return Problem(
        code="archive.member_damaged",
        message="this member of the archive cannot be unpacked",
        found=found,
        remedy="Pack it again, with the usual compression, and send it again.",
    )


def _not_regular(found: str) -> Problem:
    return Problem(
        code="archive.member_not_regular",
        message="only files are taken out of an archive",
        found=found,
        remedy="Pack the file itself.",
    )


EMPTY = Problem(
    code="archive.empty",
    message="there is no file in this archive",
    remedy="Pack the documents and send it again.",
)
_ENCRYPTED_MEMBER = Problem(
    code="archive.member_encrypted",
    message="this member of the archive is encrypted",
    remedy="Send it without a password; the way that it takes here is protected.",
)
_MISLEADING = Problem(
    code="archive.member_name",
    message="the name of this member leads out of the archive",
    expected="a name without '..', a drive or a leading slash",
    remedy="Pack it again under a plain name.",
)
_TWICE = Problem(
    code="archive.member_twice",
    message="several members of the archive have this name, and nobody can tell which is meant",
    remedy="Give each a name of its own.",
)
