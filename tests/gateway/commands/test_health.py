"""`dockmatch health` asks a real server."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main


class Handler(BaseHTTPRequestHandler):
    status = 200
    body = b'{"status": "as it is"}'

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server: HTTPServer, *words: str) -> Result:
    url = f"http://127.0.0.1:{server.server_port}"
    return CliRunner().invoke(main, ["health", "--url", url, *words])


def test_a_gateway_that_is_ready(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (ask(server).exit_code, ask(server).output) == (0, "ready\n")
    assert ask(server, "--json").output == '{"status": "as it is"}\n'
    monkeypatch.setattr(Handler, "status", 503)
    assert (ask(server).exit_code, ask(server).output) == (1, "not ready: Service Unavailable\n")


def test_a_gateway_that_is_not_there() -> None:
    result = CliRunner().invoke(main, ["health", "--url", "http://127.0.0.1:1"])
    assert result.exit_code == 1
    assert "does not answer" in result.output


def test_only_http_is_asked() -> None:
    result = CliRunner().invoke(main, ["health", "--url", "file:///etc/passwd"])
    assert result.exit_code == 2


def test_what_somebody_should_look_at_is_told(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Handler, "body", b'{"status": "ok", "notes": ["endpoints are paused: 1"]}')
    assert ask(server).output == "ready\nendpoints are paused: 1\n"


def test_with_the_token_every_door_is_told(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = (
        b'{"door": "sftp", "state": "failing", "says": "no port\\u001b",'
        b' "since": "2026-03-02T09:00:00Z"}'
    )
    told = (
        b'{"status": "ok", "notes": ["the door sftp takes nothing in"], "doors": [' + line + b"]}"
    )
    heard = []

    def do_get(handler: Handler) -> None:
        heard.append(handler.headers.get("Authorization"))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(told)

    monkeypatch.setattr(Handler, "do_GET", do_get)
    assert ask(server, "--token", "secret").output.splitlines() == [
        "ready",
        "the door sftp takes nothing in",
        "sftp: failing since 2026-03-02T09:00: no port\\x1b",
    ]
    assert heard == ["Bearer secret"]
