"""A small ERP: takes in dockmatch's webhooks, verifies each signature, writes down what is genuine.

    python receive.py --secret-file secret.txt --log events.jsonl [--port 8900]

The secret is the one in `dockmatch.toml`, `whsec_...`, in a file of its own.

Written from the Standard Webhooks 1.0.0 specification with the standard library alone and without a
line of dockmatch, so it judges independently and can be copied into a receiver of your own:

* the signature is HMAC-SHA256 over `webhook-id.webhook-timestamp.body`, byte for byte as received,
  under the base64 key that follows `whsec_`; `webhook-signature` is a list of `v1,<base64>`;
* a timestamp more than five minutes away from our clock is refused (a replay);
* a `webhook-id` that is already written down is answered with success and not written again:
  delivery is at least once, and the id is what makes it count once.

`GET /` answers with the counts. The first line on stdout is the address it listens on.
"""

import argparse
import base64
import contextlib
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

TOLERANCE_SECONDS = 300
BODY_LIMIT = 1_000_000


class RefusedError(Exception):
    """A call does not prove that it comes from the sender we share the secret with."""


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Return the webhook id of a genuine call; raise `RefusedError` with the reason otherwise."""
    identifier, stamp, signatures = (
        headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature")
    )
    if not (identifier and stamp and signatures):
        message = "a webhook- header is missing"
        raise RefusedError(message)
    if not (stamp.isascii() and stamp.isdigit() and abs(now - int(stamp)) <= TOLERANCE_SECONDS):
        message = "the timestamp is more than five minutes away"
        raise RefusedError(message)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((identifier.encode(), stamp.encode(), body))
    due = hmac.new(key, signed, hashlib.sha256).digest()
    if not any(hmac.compare_digest(due, given) for given in _versions(signatures)):
        message = "no signature fits the body"
        raise RefusedError(message)
    return identifier


def _versions(signatures: str) -> list[bytes]:
    """Return the v1 signatures of the header; whatever is no base64 fits nothing."""
    found = []
    for one in signatures.split():
        version, _, value = one.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(value, validate=True))
            except ValueError:
                continue
    return found


class Ledger:
    """The events taken in, a JSON line each, fsynced before the sender hears that we have them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ids = set(_ids(path))
        self.refused = self.repeats = 0
        self._lock = Lock()

    def take(self, identifier: str, body: bytes) -> bool:
        """Write the event down; False if it had been before."""
        event = json.loads(body)
        with self._lock:
            if identifier in self.ids:
                self.repeats += 1
                return False
            with self.path.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"webhook_id": identifier, "event": event}) + "\n")
                log.flush()
                os.fsync(log.fileno())
            self.ids.add(identifier)
            return True

    def counts(self) -> dict[str, int]:
        """Return how many calls were genuine and new, genuine repeats, and refused."""
        return {"verified": len(self.ids), "repeats": self.repeats, "refused": self.refused}


def _ids(path: Path) -> list[str]:
    if not path.exists():
        return []
    whole, _, torn = path.read_bytes().rpartition(b"\n")
    if torn:  # we were killed in the middle of a line: it was never confirmed, so it comes again
        path.write_bytes(whole + b"\n" if whole else b"")
    return [json.loads(line)["webhook_id"] for line in whole.splitlines()]


class Handler(BaseHTTPRequestHandler):
    """One call: verified over the bytes as they came, before anything looks into them."""

    server: "Receiver"
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        """Take one event in."""
        length = self.headers.get("content-length") or ""
        if not (length.isdigit() and int(length) <= BODY_LIMIT):
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "no length, or too long"})
            return
        body, ledger = self.rfile.read(int(length)), self.server.ledger
        if len(body) < int(length):  # the sender is gone, and will come again
            self.close_connection = True
            return
        try:
            identifier = verify(self.server.secret, self.headers, body, time.time())
            fresh = ledger.take(identifier, body)
        except RefusedError as refusal:
            ledger.refused += 1
            self._answer(HTTPStatus.UNAUTHORIZED, {"error": str(refusal)})
        except ValueError:
            ledger.refused += 1
            self._answer(HTTPStatus.BAD_REQUEST, {"error": "the body is no JSON"})
        else:
            self._answer(HTTPStatus.OK, {"id": identifier, "repeat": not fresh})

    def do_GET(self) -> None:
        """Tell the counts."""
        self._answer(HTTPStatus.OK, self.server.ledger.counts())

    def _answer(self, status: HTTPStatus, content: Mapping[str, object]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        with contextlib.suppress(ConnectionError):  # a sender who hears no answer comes again
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_message: object) -> None:
        """Keep quiet: the ledger is the log."""


class Receiver(ThreadingHTTPServer):
    """The listening side, on the loopback address only."""

    daemon_threads = True

    def __init__(self, port: int, secret: str, ledger: Ledger) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.secret, self.ledger = secret, ledger

    @property
    def url(self) -> str:
        """Where webhooks are to be sent."""
        return f"http://127.0.0.1:{self.server_address[1]}/webhooks"


def _end_with_stdin(receiver: Receiver) -> None:
    sys.stdin.buffer.read()
    receiver.shutdown()


def main() -> None:
    """Listen until told to stop."""
    parser = argparse.ArgumentParser(description="Take in and verify dockmatch's webhooks.")
    parser.add_argument(
        "--secret-file", type=Path, required=True, help="holds the whsec_... secret"
    )
    parser.add_argument("--log", type=Path, required=True, help="events are appended here")
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    parser.add_argument(
        "--until-stdin-ends", action="store_true", help="end with the program that started it"
    )
    given = parser.parse_args()
    secret = given.secret_file.read_text(encoding="ascii").strip()
    with Receiver(given.port, secret, Ledger(given.log)) as receiver:
        sys.stdout.write(receiver.url + "\n")
        sys.stdout.flush()
        if given.until_stdin_ends:
            Thread(target=_end_with_stdin, args=(receiver,), daemon=True).start()
        try:
            receiver.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
