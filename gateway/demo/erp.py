"""The ERP of the demo: the sample receiver, a program of its own that shares no code with us."""

import base64
import secrets
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

_BIND_TRIES, _BIND_PAUSE_SECONDS = 50, 0.1
_END_SECONDS = 5


class ErpError(Exception):
    """The receiver could not be started."""


class Erp:
    """A receiver with its own folder, where its secret, its port and the events it took in lie.

    Started again on the same folder it is the same receiver: same address, same secret, same log.
    It ends with the process that started it, however that ends.
    """

    def __init__(self, script: Path, folder: Path) -> None:
        self._script = script
        self._secret = folder / "secret.txt"
        self._port = folder / "port.txt"
        self._log = folder / "events.jsonl"
        self.url = ""

    @property
    def secret(self) -> str:
        """The signing secret that both sides share."""
        return self._secret.read_text(encoding="ascii")

    def __enter__(self) -> Self:
        """Start it; raises ErpError."""
        self._secret.parent.mkdir(parents=True, exist_ok=True)
        if not self._secret.exists():
            key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
            self._secret.write_text(f"whsec_{key}", encoding="ascii")
        for _ in range(_BIND_TRIES):  # one that has just lost its parent may still hold the port
            self._process = self._start()
            self.url = self._first_line()
            if self.url:
                self._port.write_text(self.url.split(":")[2].split("/")[0], encoding="ascii")
                return self
            self._process.wait()
            time.sleep(_BIND_PAUSE_SECONDS)
        message = f"the receiver does not start; try: {' '.join(self._command())}"
        raise ErpError(message)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _command(self) -> list[str]:
        port = self._port.read_text(encoding="ascii") if self._port.exists() else "0"
        own = ["--secret-file", str(self._secret), "--log", str(self._log), "--port", port]
        return [sys.executable, str(self._script), *own, "--until-stdin-ends"]

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own script, by the interpreter that runs us
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; it hears by its standard input
            text=True,
        )

    def _first_line(self) -> str:
        return self._process.stdout.readline().strip() if self._process.stdout else ""

    def events(self) -> list[str]:
        """Return the ids of the events that it has verified, in the order in which they came."""
        if not self._log.exists():
            return []
        decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
        lines = self._log.read_bytes().splitlines()
        return [msgspec.json.decode(decoder.decode(line)["webhook_id"]) for line in lines]
