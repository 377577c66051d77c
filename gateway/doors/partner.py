"""A partner's folders, and the moves between them: each an atomic rename on one file system.

    <inbox>/<partner>/in/                 partners write here
                      .dockmatch/claim/   files being worked on, as <claim>__<name>
                      .dockmatch/arriving/    files that come in by SFTP or are being fetched
                      done/<day>/         decided
                      quarantine/         not usable; beside each a .why.json
                      out/                answers and outbound documents

Names are the partner's own, whatever bytes they are; only their length is cut where ours is added.
"""

import os
import stat
import uuid
from pathlib import Path

from msgspec import Struct

from gateway.archive import sync
from parsers.form import Problem

FOLDERS = ("in", "out", "done", "quarantine", ".dockmatch/claim", ".dockmatch/arriving")
CLAIM_MARK = "__"
_NAME_BYTES = 255
_IGNORED_ENDS = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", ".lock", "~")
_IGNORED_STARTS = (".", "~$")
_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class Entry(Struct, frozen=True):
    """A name in a folder and what stands there, without following links."""

    name: str
    status: os.stat_result

    @property
    def fingerprint(self) -> tuple[int, int, int]:
        """What changes when somebody writes to the file or puts another in its place."""
        return self.status.st_ino, self.status.st_size, self.status.st_mtime_ns


class PartnerFolder:
    """The folders of one partner under `root`, whose name is the partner's where none is given."""

    def __init__(self, root: Path, partner: str | None = None) -> None:
        self.root = root
        self.partner = partner or root.name
        self.incoming = root / "in"
        self.arriving = root / ".dockmatch" / "arriving"
        self._claims = root / ".dockmatch" / "claim"

    def prepare(self) -> None:
        """Make the folders that are not there yet."""
        for name in FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def entries(self) -> list[Entry]:
        """Return what stands in `in/`, oldest first; half-written and hidden names are left out."""
        with os.scandir(self.incoming) as found:
            entries = [entry for one in found if (entry := _entry(one))]
        return sorted(entries, key=lambda entry: (entry.status.st_mtime_ns, entry.name))

    def claim(self, name: str) -> Path:
        """Take a file out of `in/`, so that nobody else can; raises OSError where it is gone."""
        return self.claim_from(self.incoming / name, uuid.uuid4().hex, name)

    def claim_from(self, path: Path, claim: str, name: str) -> Path:
        """Take a file of the same file system, which is to be called `name`, under a claim."""
        claimed = self._claims / cut(f"{claim}{CLAIM_MARK}{name}")
        path.rename(claimed)
        return claimed

    def claimed(self) -> dict[str, Path]:
        """Return the files being worked on, by their claim."""
        with os.scandir(self._claims) as found:
            names = [one.name for one in found if CLAIM_MARK in one.name]
        return {name.split(CLAIM_MARK, 1)[0]: self._claims / name for name in names}

    def keep_claims(self) -> None:
        """Force to disk that claimed files have left `in/`: a fall must not bring them back."""
        for folder in (self._claims, self.incoming):
            sync(folder)

    def release(self, claimed: Path) -> None:
        """Put a file back into `in/`, under another name where its own is taken by now."""
        back = self.incoming / name_of(claimed)
        claimed.rename(self.incoming / claimed.name if os.path.lexists(back) else back)

    def finish(self, claimed: Path, day: str, number: int) -> Path:
        """Move a file to `done/<day>/`; returns where it is."""
        folder = self.root / "done" / day
        folder.mkdir(exist_ok=True)
        return _move(claimed, folder, name_of(claimed), str(number))

    def quarantine(self, path: Path, number: int | None, why: bytes) -> Path:
        """Move a file to `quarantine/` and write beside it why it is there."""
        mark = str(number) if number else uuid.uuid4().hex[:8]
        moved = _move(path, self.root / "quarantine", name_of(path), mark)
        self._write(moved.with_name(cut(moved.name, ".why.json")), why)
        return moved

    def answer(self, name: str, ending: str, content: bytes) -> None:
        """Write an answer to the file `name` into `out/`, whole or not at all."""
        self._write(self.root / "out" / cut(name, ending), content)

    def send(self, name: str, content: bytes) -> None:
        """Put a file into `out/`, whole or not at all."""
        self._write(self.root / "out" / cut(name), content)

    def _write(self, path: Path, content: bytes) -> None:
        temporary = self.root / ".dockmatch" / f"{uuid.uuid4().hex}.tmp"
        temporary.write_bytes(content)
        temporary.rename(path)


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    if is_half_written(found.name):
        return None
    try:
        return Entry(found.name, found.stat(follow_symlinks=False))
    except FileNotFoundError:  # taken away since the folder was read
        return None


def objection(entry: Entry, size_max: int) -> Problem | None:
    """Return why an entry can never be taken in, None where it can."""
    status = entry.status
    if not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something special")
        return Problem(
            code="file.not_regular",
            message=f"this is {kind}, and only files are taken in",
            found=kind,
            expected="a file",
            remedy="Put the file itself into the folder.",
        )
    if status.st_nlink > 1:
        return Problem(
            code="file.hard_linked",
            message="this file has a second name somewhere, under which it could still change",
            found=f"{status.st_nlink} names",
            expected="1 name",
            remedy="Copy the file into the folder instead of linking it.",
        )
    if status.st_size > size_max:
        return Problem(
            code="file.too_big",
            message=f"this file is bigger than {size_max} bytes",
            found=f"{status.st_size} bytes",
            expected=f"at most {size_max} bytes",
            remedy="Split it, or ask the operator to raise folders.size_max_bytes.",
        )
    return None


def new_claim(door: str) -> str:
    """Return a claim for what comes by `door`."""
    return f"{door}-{uuid.uuid4().hex}"


def door_of(claim: str) -> str:
    """Return by which door a claim came; those of folders say nothing of it."""
    door, mark, _ = claim.partition("-")
    return door if mark else "folder"


def is_half_written(name: str) -> bool:
    """Whether a name says that its file is hidden, or still being written."""
    return name.startswith(_IGNORED_STARTS) or name.lower().endswith(_IGNORED_ENDS)


def name_of(path: Path) -> str:
    """Return the partner's own name of a file, claimed or not."""
    mark, _, name = path.name.partition(CLAIM_MARK)
    return name if path.parent.name == "claim" and mark else path.name


def readable(name: str) -> str:
    """Return a file's name as text: bytes that are no UTF-8 are shown as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def cut(name: str, ending: str = "") -> str:
    """Return `name` + `ending`, the name cut where both are longer than a file's name may be."""
    room = _NAME_BYTES - len(os.fsencode(ending))
    return os.fsdecode(os.fsencode(name)[:room]) + ending


def _move(path: Path, folder: Path, name: str, mark: str) -> Path:
    target = folder / name
    if os.path.lexists(target):
        target = folder / cut(f"{mark}{CLAIM_MARK}{name}")
    path.rename(target)
    return target
