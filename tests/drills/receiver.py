"""A receiver of webhooks: it notes every id it gets, and fails the first try of every fifth."""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def serve(log: Path, ready: Path) -> None:
    """Listen on a free port, which is written to `ready`; deliveries are noted in `log`."""
    refused: set[str] = set()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            event = json.loads(body)
            with lock:
                fails = int(event["id"][-2:], 16) % 5 == 0 and event["id"] not in refused
                refused.add(event["id"])
                if not fails:
                    with log.open("ab") as file:
                        file.write(json.dumps(event | {"came": time.time()}).encode() + b"\n")
            self.send_response(500 if fails else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ready.with_suffix(".tmp").write_text(str(server.server_address[1]))
    ready.with_suffix(".tmp").rename(ready)
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]))
