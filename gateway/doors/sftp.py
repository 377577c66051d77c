"""The SFTP server: each partner signs in by its key and sees two folders, and nothing else.

    /in     what it sends; a file goes from there when it has its receipt
    /out    answers and documents for it, to be read

There is no shell, no forwarding, no link and no way out of the two: names are looked up here, and
never handed to the file system as they came. What a name ends with says whether it is still being
written (`.part`, `.filepart`): clients that rename at the end are taken at the rename, others when
they close the file and its format agrees (`gateway.doors.arriving`).
"""

import asyncio
import errno
import os
import posixpath
import stat
import threading
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import asyncssh
import structlog
from asyncssh.constants import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_TRUNC, FXF_WRITE
from sqlalchemy.exc import DBAPIError

from gateway.doors.arriving import Arrivals
from gateway.doors.board import Board
from gateway.doors.sftp_settings import SftpSettings

DOOR = "sftp"
_LOOK_SECONDS = 0.5
_RETRY_SECONDS = 5.0
_NAME_BYTES_MAX = 200  # a claim goes before it
_FOLDER_MODE, _FILE_MODE = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o644

_log = structlog.get_logger()


class Account:
    """Who may sign in, and what arrives from it; `names` are the files that are being written."""

    def __init__(self, name: str, keys: tuple[str, ...], arrivals: Arrivals) -> None:
        """Read the keys; raises ValueError where one is none."""
        self.name = name
        self.arrivals = arrivals
        self.names: Counter[str] = Counter()
        try:
            self.keys = [asyncssh.import_public_key(one) for one in keys]
        except asyncssh.KeyImportError as error:
            message = f"sftp.accounts.keys of {name}: {error}"
            raise ValueError(message) from error


class SftpDoor:
    """The server, in a thread and an event loop of its own."""

    def __init__(
        self,
        settings: SftpSettings,
        accounts: Mapping[str, Account],
        key: Path,
        board: Board,
        size_max: int,
    ) -> None:
        """Make the key of the server at `key` where there is none; raises OSError, ValueError."""
        self.settings = settings
        self.accounts = accounts
        self.size_max = size_max
        self.connections: Counter[str] = Counter()
        self._key = host_key(key)
        self._board = board
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sftp")
        self.listening = threading.Event()
        self.port = 0

    @property
    def fingerprint(self) -> str:
        """What partners compare when they connect for the first time."""
        return self._key.get_fingerprint()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Let nobody in any more, end what is open, and return."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self._serve())
            except (OSError, asyncssh.Error, DBAPIError) as error:
                self._board.say(DOOR, "failing", f"the SFTP server cannot listen: {error}")
                self._stopping.wait(_RETRY_SECONDS)
        self._board.take_down(DOOR)

    async def _serve(self) -> None:
        settings = self.settings
        server = await asyncssh.listen(
            settings.host,
            settings.port or 0,
            server_factory=lambda: _Server(self),
            server_host_keys=[self._key],
            sftp_factory=lambda channel: _Folders(self, channel),
            allow_scp=False,
            allow_pty=False,
            agent_forwarding=False,
            x11_forwarding=False,
            server_version="dockmatch",
            login_timeout=settings.login_seconds,
            keepalive_interval=settings.idle_seconds / 3,
            keepalive_count_max=3,
        )
        self.port = server.get_port()
        self._says_well()
        self.listening.set()
        async with server:
            while not self._stopping.is_set():
                await self._look()
                await asyncio.sleep(_LOOK_SECONDS)

    def _says_well(self) -> None:
        where = f"{self.settings.host}:{self.port}"
        self._board.say(DOOR, "well", f"SFTP at {where}, host key {self.fingerprint}")

    async def _look(self) -> None:
        """Take what came to rest after a connection broke."""
        try:
            for account in self.accounts.values():
                await asyncio.to_thread(account.arrivals.look, set(account.names))
        except (OSError, DBAPIError) as error:
            self._board.say(DOOR, "failing", f"nothing can be taken in: {error}")
        else:
            self._says_well()


class _Server(asyncssh.SSHServer):
    """One connection: who it is."""

    def __init__(self, door: SftpDoor) -> None:
        self._door = door
        self._user = ""
        self._counted: str | None = None
        self._address = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._address = str(conn.get_extra_info("peername", ("?",))[0])
        if self._door.connections.total() >= self._door.settings.connections_max:
            _log.warning("sftp.too_many_connections", address=self._address)
            conn.abort()
            return
        self._count("")

    def connection_lost(self, _exc: Exception | None) -> None:
        self._uncount()

    def _count(self, name: str) -> None:
        self._uncount()
        self._door.connections[name] += 1
        self._counted = name

    def _uncount(self) -> None:
        if self._counted is not None:
            self._door.connections[self._counted] -= 1
            self._counted = None

    def begin_auth(self, username: str) -> bool:
        self._user = username
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return False

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        account = self._door.accounts.get(username)
        known = account is not None and key in account.keys
        if not known:
            _log.warning("sftp.refused", user=username[:64], address=self._address)
        return known

    def auth_completed(self) -> None:
        if self._door.connections[self._user] >= self._door.settings.connections_each_max:
            _log.warning("sftp.too_many_connections", user=self._user)
            self._connection.disconnect(
                asyncssh.DISC_TOO_MANY_CONNECTIONS, "too many connections of this account"
            )
            return
        self._count(self._user)
        _log.info("sftp.signed_in", user=self._user, address=self._address)


class _Open:
    """A file that is open; `name` is that of one being written, else ""."""

    def __init__(self, descriptor: int, name: str = "", *, appends: bool = False) -> None:
        self.descriptor = descriptor
        self.name = name
        self.appends = appends


class _Folders(asyncssh.SFTPServer):
    """The two folders, for one connection."""

    def __init__(self, door: SftpDoor, channel: "asyncssh.SSHServerChannel[bytes]") -> None:
        super().__init__(channel)
        self._door = door
        name = channel.get_extra_info("username")
        self._account = door.accounts[name]
        self._arrivals = self._account.arrivals
        self._out = self._arrivals.folder.root / "out"

    # Names.

    def _parts(self, path: bytes) -> tuple[str, ...]:
        """Return where a name leads: () is the top, else the folder and perhaps the file."""
        if b"\0" in path:
            message = "there is no such name"
            raise asyncssh.SFTPNoSuchFile(message)
        whole = posixpath.normpath(posixpath.join("/", os.fsdecode(path)))
        parts = tuple(part for part in whole.split("/") if part)
        if len(parts) > 2 or (parts and parts[0] not in {"in", "out"}):  # noqa: PLR2004 - in/name
            message = f"there is no {whole}"
            raise asyncssh.SFTPNoSuchFile(message)
        if parts and len(os.fsencode(parts[-1])) > _NAME_BYTES_MAX:
            message = "this name is too long"
            raise asyncssh.SFTPFailure(message)
        return parts

    def _file(self, path: bytes) -> tuple[str, Path]:
        """Return in which folder a file is, and where that is; raises where it is none."""
        parts = self._parts(path)
        if len(parts) < 2:  # noqa: PLR2004 - as above
            message = "this is a folder"
            raise asyncssh.SFTPPermissionDenied(message)
        folder, name = parts
        return folder, (self._arrivals.path(name) if folder == "in" else self._out / name)

    def _incoming(self, path: bytes) -> Path:
        folder, where = self._file(path)
        if folder != "in":
            message = "files in /out can only be read"
            raise asyncssh.SFTPPermissionDenied(message)
        return where

    def realpath(self, path: bytes) -> bytes:
        return os.fsencode("/" + "/".join(self._parts(path)))

    # Looking.

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        parts = self._parts(path)
        if len(parts) < 2:  # noqa: PLR2004 - as above
            return asyncssh.SFTPAttrs(permissions=_FOLDER_MODE, size=0, uid=0, gid=0)
        return _told(self._file(path)[1].lstat())

    lstat = stat

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        return _told(os.fstat(_opened(file_obj).descriptor))

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        parts = self._parts(path)
        if not parts:
            for name in (b"in", b"out"):
                yield asyncssh.SFTPName(name, attrs=self.stat(b"/" + name))
            return
        where = self._arrivals.folder.arriving if parts[0] == "in" else self._out
        with os.scandir(where) as found:
            for one in found:
                status = one.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield asyncssh.SFTPName(os.fsencode(one.name), attrs=_told(status))

    # Reading and writing.

    def open(self, path: bytes, pflags: int, _attrs: asyncssh.SFTPAttrs) -> object:
        if not pflags & FXF_WRITE:
            return _Open(os.open(self._file(path)[1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK))
        where = self._incoming(path)
        if self._account.names[where.name]:
            message = "this file is being written by another connection"
            raise asyncssh.SFTPFailure(message)
        self._make_sure_of_room(where)
        flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        flags |= os.O_CREAT * bool(pflags & FXF_CREAT) | os.O_TRUNC * bool(pflags & FXF_TRUNC)
        flags |= os.O_EXCL * bool(pflags & FXF_EXCL)
        descriptor = os.open(where, flags, 0o600)
        self._account.names[where.name] += 1
        return _Open(descriptor, where.name, appends=bool(pflags & FXF_APPEND))

    def _make_sure_of_room(self, where: Path) -> None:
        self._arrivals.make_sure_of_room()
        files_max = self._door.settings.files_each_max
        if not where.exists() and sum(1 for _ in where.parent.iterdir()) >= files_max:
            message = f"more than {files_max} files are unfinished"
            raise asyncssh.SFTPFailure(message)

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        return os.pread(_opened(file_obj).descriptor, size, offset)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        file = _opened(file_obj)
        offset = os.fstat(file.descriptor).st_size if file.appends else offset
        if offset + len(data) > self._door.size_max:
            message = f"a file may have {self._door.size_max} bytes"
            raise asyncssh.SFTPFailure(message)
        rest = memoryview(data)
        while rest:
            written = os.pwrite(file.descriptor, rest, offset)
            rest, offset = rest[written:], offset + written
        return len(data)

    def fsync(self, file_obj: object) -> None:
        os.fsync(_opened(file_obj).descriptor)

    async def close(self, file_obj: object) -> None:
        file = _opened(file_obj)
        os.close(file.descriptor)
        if file.name:
            del self._account.names[file.name]
            await self._ended(file.name)

    async def _ended(self, name: str) -> None:
        """Take a file that is whole; the sender hears where that fails, and it is kept."""
        try:
            receipt = await asyncio.to_thread(self._arrivals.ended, name)
        except (OSError, DBAPIError) as error:
            _log.warning("sftp.not_taken", user=self._account.name, file=name, error=str(error))
            message = "nothing can be taken in now; send it again later"
            raise asyncssh.SFTPFailure(message) from error
        if receipt is not None:
            user = self._account.name
            _log.info("sftp.received", user=user, file=name, receipt=receipt.number)

    # Changing names.

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        old, new = self._incoming(oldpath), self._incoming(newpath)
        if _is_there(new):
            message = "there is a file of this name"
            raise asyncssh.SFTPFailure(message)
        old.rename(new)
        await self._ended(new.name)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        old, new = self._incoming(oldpath), self._incoming(newpath)
        old.replace(new)
        await self._ended(new.name)

    def remove(self, path: bytes) -> None:
        self._incoming(path).unlink()

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Let times and modes be: they are ours."""
        if attrs.size is not None:
            os.truncate(self._incoming(path), min(attrs.size, self._door.size_max))

    lsetstat = setstat

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Let times and modes be; a client that resumes may cut what it sent before."""
        file = _opened(file_obj)
        if attrs.size is not None and file.name:
            os.truncate(file.descriptor, min(attrs.size, self._door.size_max))

    def mkdir(self, _path: bytes, _attrs: asyncssh.SFTPAttrs) -> None:
        raise _refused()

    def rmdir(self, _path: bytes) -> None:
        raise _refused()

    def readlink(self, _path: bytes) -> bytes:
        raise _refused()

    def symlink(self, _oldpath: bytes, _newpath: bytes) -> None:
        raise _refused()

    def link(self, _oldpath: bytes, _newpath: bytes) -> None:
        raise _refused()

    def statvfs(self, _path: bytes) -> os.statvfs_result:
        raise _refused()

    def fstatvfs(self, _file_obj: object) -> os.statvfs_result:
        raise _refused()


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)


def _refused() -> asyncssh.SFTPError:
    return asyncssh.SFTPOpUnsupported("files can be sent and read here, and nothing else")


def _opened(file_obj: object) -> _Open:
    if not isinstance(file_obj, _Open):
        message = "this file is not open"
        raise asyncssh.SFTPFailure(message)
    return file_obj


def _told(status: os.stat_result) -> asyncssh.SFTPAttrs:
    """Return what a client is told of a file: neither owners nor inodes."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.ENOENT, "no file")
    return asyncssh.SFTPAttrs(
        size=status.st_size,
        uid=0,
        gid=0,
        permissions=_FILE_MODE,
        atime=int(status.st_mtime),
        mtime=int(status.st_mtime),
    )


def host_key(path: Path) -> asyncssh.SSHKey:
    """Return the key of this server, made once and readable by nobody else; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        fresh = asyncssh.generate_private_key("ssh-ed25519", comment="dockmatch")
        temporary = path.with_suffix(".new")
        with suppress(FileNotFoundError):
            temporary.unlink()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
            file.write(fresh.export_private_key())
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    if path.stat().st_mode & 0o077:
        message = f"{path} can be read by others; chmod 600 it, or make a new key"
        raise PermissionError(errno.EACCES, message)
    return asyncssh.read_private_key(str(path))
