"""Fetching from partners' SFTP servers, and bringing them what lies in their `out/`.

A file is taken when two looks agree on it; its bytes come into `.dockmatch/arriving` under a name
made of what it is (server, path, size, time), so that what broke off goes on where it stopped, and
what was taken is never taken again: not after a crash between the receipt and the note of it
either, because the claim is made of the same. Only the server whose key was agreed is believed, and
only addresses that webhooks may go to are connected to (`gateway.outbound`).
"""

import asyncio
import fnmatch
import hashlib
import os
import posixpath
import socket
import threading
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

import asyncssh
import structlog
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from gateway.clock import stamp
from gateway.doors.bringing import due
from gateway.doors.complete import shape
from gateway.doors.fetching_settings import FetchSettings
from gateway.doors.household import House
from gateway.doors.partner import PartnerFolder, is_half_written
from gateway.doors.settled import ends_of
from gateway.doors.taking import Claimed, Taking
from gateway.outbound import Guard
from gateway.store import fetched

DOOR = "fetch"
_PIECE = 1 << 18
_CONNECT_SECONDS, _ANSWER_SECONDS, _VISIT_SECONDS = 30.0, 60.0, 3600.0
_SOURCE_CHARACTERS_MAX = 200
_LISTED_MAX = 100_000
_TROUBLES = (OSError, asyncssh.Error, DBAPIError)  # a TimeoutError is an OSError

_log = structlog.get_logger()


class _Remote(Struct, frozen=True):
    """A file on the server, as it was when somebody looked."""

    name: str
    size: int
    mtime: int


class Limits(Struct, frozen=True):
    """A bigger file is not fetched; one that looks cut off is taken when it stays so for long."""

    size_max_bytes: int
    give_up_seconds: float


class Source:
    """One folder of one server: visit it again and again."""

    def __init__(
        self, settings: FetchSettings, root: Path, folder: PartnerFolder, guard: Guard
    ) -> None:
        self.settings = settings
        self.folder = folder
        self._root = root
        self._guard = guard
        self._first_seen: dict[str, float] = {}
        one = settings
        self.name = f"{one.user}@{one.host}:{one.port}/{one.folder}"[:_SOURCE_CHARACTERS_MAX]
        self._mark = hashlib.sha256(self.name.encode()).hexdigest()[:8]

    @property
    def door(self) -> str:
        """What the board calls it."""
        return f"{DOOR}/{self.settings.partner}@{self.settings.host}"

    def item(self, remote: _Remote) -> str:
        """Return what names a file for good."""
        told = f"{self.name}\0{remote.name}\0{remote.size}\0{remote.mtime}"
        return hashlib.sha256(told.encode()).hexdigest()[:40]

    def seen_for(self, item: str) -> float:
        """Return for how many seconds a file has been as it is."""
        now = time.monotonic()
        return now - self._first_seen.setdefault(item, now)

    def arriving(self, item: str) -> Path:
        """Return where a file comes in: hidden, because it is nobody's business yet."""
        return self.folder.arriving / f".{self._mark}-{item}.part"

    def forget_others(self, items: Collection[str]) -> None:
        """Keep of what is being fetched only `items`, which are still to be had."""
        self._first_seen = {k: v for k, v in self._first_seen.items() if k in items}
        kept = {self.arriving(item).name for item in items}
        for path in self.folder.arriving.glob(f".{self._mark}-*.part"):
            if path.name not in kept:
                path.unlink(missing_ok=True)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[asyncssh.SFTPClient]:
        """Connect to the server; raises what is wrong with it."""
        one = self.settings
        keys = [str(self._root / one.key_file)] if one.key_file else None
        async with (
            asyncssh.connect(
                one.host,
                one.port,
                sock=await self._socket(),
                username=one.user,
                client_keys=keys,
                password=one.password,
                known_hosts=str(self._root / one.known_hosts),
                config=None,
                agent_path=None,
                login_timeout=_CONNECT_SECONDS,
            ) as connection,
            connection.start_sftp_client() as client,
        ):
            yield client

    async def _socket(self) -> socket.socket:
        """Return a socket to the first address that may be connected to, and answers."""
        loop, one = asyncio.get_running_loop(), self.settings
        fault: OSError = OSError(f"{one.host} has no address")
        for info in await loop.getaddrinfo(one.host, one.port, type=socket.SOCK_STREAM):
            refusal = self._guard.refusal(ip_address(str(info[4][0])))
            if refusal:
                fault = PermissionError(refusal)
                continue
            made = socket.socket(info[0], info[1], info[2])
            made.setblocking(False)  # noqa: FBT003 - the socket's own way
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await loop.sock_connect(made, info[4])
            except OSError as error:
                made.close()
                fault = error
            else:
                return made
        raise fault


class FetchDoor:
    """Visits every source by its schedule, in a thread and an event loop of its own."""

    def __init__(
        self, sources: Sequence[Source], taking: Taking, house: House, limits: Limits
    ) -> None:
        self._sources = sources
        self._taking = taking
        self._store = house.store
        self._board = house.board
        self._clock = house.clock
        self._limits = limits
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="fetching")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a file in hand is given up, and goes on from there the next time."""
        self._stopping.set()
        self._thread.join()

    async def _run(self) -> None:
        visits = [asyncio.create_task(self._keep_visiting(one)) for one in self._sources]
        await asyncio.to_thread(self._stopping.wait)
        for one in visits:
            one.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    async def _keep_visiting(self, source: Source) -> None:
        while True:
            try:
                async with asyncio.timeout(_VISIT_SECONDS):
                    taken = await self.visit(source)
            except _TROUBLES as error:
                why = str(error) or type(error).__name__
                self._board.say(source.door, "failing", f"the visit failed: {why}")
            else:
                at = stamp(self._clock())[:16]
                self._board.say(source.door, "well", f"last visit {at}, {taken} files taken")
            await asyncio.sleep(source.settings.every_seconds)

    async def visit(self, source: Source) -> int:
        """Take what is there and bring what is due; returns how many files were taken.

        Raises OSError, asyncssh.Error and DBAPIError.
        """
        async with source.connected() as client:
            taken = 0
            found = await _at_rest(client, source.settings)
            await asyncio.to_thread(source.forget_others, {source.item(one) for one in found})
            for remote in found:
                taken += await self._deal_with(client, source, remote)
            if source.settings.deliver_to is not None:
                await self._deliver(client, source, source.settings.deliver_to)
        return taken

    async def _deal_with(
        self, client: asyncssh.SFTPClient, source: Source, remote: _Remote
    ) -> bool:
        item = source.item(remote)
        known = await asyncio.to_thread(self._known, source.name, item)
        if known is None:
            if not await self._fetch(client, source, remote, item):
                return False
            known = await asyncio.to_thread(self._take, source, remote, item)
            _log.info("fetch.dealt_with", source=source.name, file=remote.name, outcome=known)
            fresh = True
        else:
            fresh = False
        if known == fetched.TAKEN:
            await _put_away(client, source.settings, remote, item)
        return fresh and known == fetched.TAKEN

    def _known(self, source: str, item: str) -> str | None:
        with self._store.read() as connection:
            found = fetched.outcomes(connection, source, [item]).get(item)
        if found is None and self._taking.known([_claim(item)]):  # and a crash kept it from here
            self._remember(source, item, fetched.TAKEN)
            return fetched.TAKEN
        return found

    def _remember(self, source: str, item: str, outcome: str, note: str | None = None) -> None:
        with self._store.write() as connection:
            one = fetched.Outcome(source=source, item=item, outcome=outcome, note=note)
            fetched.remember(connection, one, stamp(self._clock()))

    async def _fetch(
        self, client: asyncssh.SFTPClient, source: Source, remote: _Remote, item: str
    ) -> bool:
        """Bring the rest of a file here; returns whether it may be taken now."""
        if remote.size > self._limits.size_max_bytes:
            why = f"{remote.size} bytes are more than folders.size_max_bytes"
            _log.warning("fetch.refused", source=source.name, file=remote.name, why=why)
            await asyncio.to_thread(self._remember, source.name, item, fetched.REFUSED, why)
            return False
        await asyncio.to_thread(self._taking.make_sure_of_room)
        path = source.arriving(item)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_APPEND, 0o600)
        try:
            await _read_on(client, _remote_path(source.settings, remote), descriptor, remote.size)
            whole = shape(*ends_of(descriptor)) != "incomplete"
        finally:
            os.close(descriptor)
        return whole or source.seen_for(item) >= self._limits.give_up_seconds

    def _take(self, source: Source, remote: _Remote, item: str) -> str:
        folder = source.folder
        claimed = folder.claim_from(source.arriving(item), _claim(item), remote.name)
        receipts = self._taking.take_in([Claimed(folder, claimed)])
        outcome = fetched.TAKEN if receipts else fetched.REFUSED
        self._remember(source.name, item, outcome)
        return outcome

    async def _deliver(self, client: asyncssh.SFTPClient, source: Source, target: str) -> None:
        """Bring what lies in `out/` and was not brought yet, oldest first."""
        name = f"to {source.name}"[:_SOURCE_CHARACTERS_MAX]
        limit = source.settings.files_max
        for path, item in await asyncio.to_thread(due, self._store, source.folder, name, limit):
            temporary = posixpath.join(target, f".{item[:16]}.part")
            with suppress(asyncssh.SFTPNoSuchFile):
                await client.remove(temporary)
            await client.put(str(path), temporary)
            await client.posix_rename(temporary, posixpath.join(target, path.name))
            await asyncio.to_thread(self._remember, name, item, fetched.SENT)
            _log.info("fetch.delivered", source=source.name, file=path.name)


def _claim(item: str) -> str:
    return f"{DOOR}-{item}"


def _remote_path(settings: FetchSettings, remote: _Remote) -> str:
    return posixpath.join(settings.folder, remote.name)


async def _at_rest(client: asyncssh.SFTPClient, settings: FetchSettings) -> list[_Remote]:
    """Look twice, and return what did not change in between, oldest first."""
    before = await _listed(client, settings)
    if not before:
        return []
    await asyncio.sleep(settings.quiet_seconds)
    after = await _listed(client, settings)
    return sorted(before & after, key=lambda one: (one.mtime, one.name))[: settings.files_max]


async def _listed(client: asyncssh.SFTPClient, settings: FetchSettings) -> set[_Remote]:
    found: set[_Remote] = set()
    async with asyncio.timeout(_ANSWER_SECONDS):
        async for one in client.scandir(settings.folder):
            name, attrs = str(one.filename), one.attrs
            plain = attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and "/" not in name
            wanted = fnmatch.fnmatchcase(name, settings.pattern) and not is_half_written(name)
            if plain and wanted:
                found.add(_Remote(name, attrs.size or 0, int(attrs.mtime or 0)))
            if len(found) > _LISTED_MAX:
                break
    return found


async def _read_on(client: asyncssh.SFTPClient, name: str, descriptor: int, size: int) -> None:
    """Read a file from where the last visit stopped; raises OSError where it is another by now."""
    at = os.fstat(descriptor).st_size
    async with client.open(name, "rb") as file:
        while at < size:
            async with asyncio.timeout(_ANSWER_SECONDS):
                piece = await file.read(min(_PIECE, size - at), at)
            if not piece:
                message = f"{name} became shorter while it was fetched"
                raise OSError(message)
            at += os.write(descriptor, piece if isinstance(piece, bytes) else piece.encode())


async def _put_away(
    client: asyncssh.SFTPClient, settings: FetchSettings, remote: _Remote, item: str
) -> None:
    """Do at the server what is to be done with a file that was taken."""
    path = _remote_path(settings, remote)
    if settings.after == "delete":
        with suppress(asyncssh.SFTPNoSuchFile):
            await client.remove(path)
    elif settings.after == "move" and settings.moved_to:
        target = posixpath.join(settings.moved_to, remote.name)
        if await client.exists(target):
            target = posixpath.join(settings.moved_to, f"{item[:8]}__{remote.name}")
        with suppress(asyncssh.SFTPNoSuchFile):
            await client.rename(path, target)
