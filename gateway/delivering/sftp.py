"""The courier of SFTP servers: a file is put under a hidden name and renamed when it is whole.

The server proves itself by the host key that the configuration names, and we by a private key. Its
address is judged like that of a webhook, on the very address that is connected.
"""

import asyncio
import posixpath
import socket
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from yarl import URL

from gateway.delivering.parcel import Parcel, Sent, alike
from gateway.delivering.rendering import Rendered, rendered
from gateway.flows.retry import Answer
from gateway.outbound import Guard, Resolved
from gateway.store.endpoints import Endpoint

SCHEME = "sftp"
_PORT = 22
_SECONDS = 60


def server_of(url: str) -> URL:
    """Return an address such as `sftp://dockmatch@files.example/in`; raises ValueError."""
    found = URL(url)
    if found.scheme != SCHEME or not found.host or not found.user or found.password:
        message = f"{url!r} is no address such as sftp://USER@HOST/FOLDER; the key is in `key`"
        raise ValueError(message)
    return found


class Sftp:
    """Puts parcels onto SFTP servers that `guard` lets through; keys are files under `root`."""

    def __init__(self, root: Path, guard: Guard, source: str) -> None:
        self._root = root
        self._guard = guard
        self._source = source

    async def send(self, parcel: Parcel) -> Sent:
        """Put a parcel once."""
        file = await asyncio.to_thread(rendered, parcel, self._source)
        if file.content is None:
            return file.sent
        try:
            library = import_module("asyncssh")
        except ModuleNotFoundError:
            return alike(Answer(status=None, text="install dockmatch[sftp]"), parcel)
        try:
            async with asyncio.timeout(_SECONDS):
                await self._put(library, parcel.to, file)
        except TimeoutError:
            return alike(Answer(status=None, text="no answer in time"), parcel)
        except (library.Error, library.KeyImportError, OSError, ValueError) as error:
            return alike(Answer(status=None, text=str(error)), parcel)
        return file.sent

    async def _put(self, library: Any, to: Endpoint, file: Rendered) -> None:
        url = server_of(to.url)
        connected = await self._connected(url.host or "", url.port or _PORT)
        with connected:
            async with (
                library.connect(
                    sock=connected,
                    username=url.user,
                    client_keys=[str(self._root / (to.how.key or ""))],
                    known_hosts=_known_host(library, to.how.host_key or ""),
                    agent_path=None,
                    config=None,
                ) as connection,
                connection.start_sftp_client() as client,
            ):
                await _write(client, url.path.removeprefix("/") or ".", file)

    async def _connected(self, host: str, port: int) -> socket.socket:
        """Connect to the first address of a host that is allowed and answers."""
        loop = asyncio.get_running_loop()
        refusal = OSError(f"{host} has no address")
        for info in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                return await _connect(loop, self._guard.socket(cast("Resolved", info)), info[4])
            except OSError as error:
                refusal = error
        raise refusal


async def _connect(
    loop: asyncio.AbstractEventLoop, made: socket.socket, where: tuple[Any, ...]
) -> socket.socket:
    made.setblocking(False)  # noqa: FBT003 - the standard library's word for it
    try:
        await loop.sock_connect(made, where)
    except OSError:
        made.close()
        raise
    return made


def _known_host(library: Any, key: str) -> Any:
    """Return the one key that the server may show, as the library wants it."""
    return [library.import_public_key(key)], [], []


async def _write(client: Any, folder: str, file: Rendered) -> None:
    name = posixpath.join(folder, file.name)
    hidden = posixpath.join(folder, f".{file.name}.part")
    async with client.open(hidden, "wb") as put:
        await put.write(file.content)
    await client.posix_rename(hidden, name)
