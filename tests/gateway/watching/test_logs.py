"""Lines of the log: what they are about, and what must not be in them."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from gateway.watching import logs
from gateway.webhooks import new_secret


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    before = structlog.get_config()
    written = io.StringIO()
    logs.configure(as_json=True, stream=written)
    yield written
    structlog.configure(**before)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_what_is_worked_on(stream: io.StringIO) -> None:
    log = structlog.get_logger()
    with logs.bound(job=7, partner="acme"), logs.bound(documents=[1, 2]):
        log.warning("job.failed", error="no")
    log.info("gateway.stopped")
    first, second = lines(stream)
    assert (first["job"], first["partner"], first["documents"]) == (7, "acme", [1, 2])
    assert (first["event"], first["level"]) == ("job.failed", "warning")
    assert "job" not in second


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("error", f"cannot sign with {new_secret()}"),
        ("database", "postgresql://me:hunter2@db.example/dockmatch"),
        ("error", "Authorization: Bearer abc.def"),
        ("url", "sftp://me:hunter2@files.example/"),
        ("shared_secret", "hunter2"),
        ("Authorization", "abc.def"),
        ("web_token", "hunter2"),
        ("key", "dm_" + "a" * 43),
    ],
)
def test_no_secret_is_logged(stream: io.StringIO, name: str, value: str) -> None:
    structlog.get_logger().warning("something", **{name: value})
    for secret in ("hunter2", "abc.def", "whsec_", "dm_a"):
        assert secret not in stream.getvalue()
    assert "***" in stream.getvalue()


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\x1b[2Jgone", "\u202etxt.exe", "\x9b31m"])
def test_nothing_breaks_out_of_its_line(stream: io.StringIO, text: str) -> None:
    logs.configure(as_json=False, stream=stream)
    structlog.get_logger().warning("document.read", file=text, files=[text])
    assert stream.getvalue().count("\n") == 1
    assert not any(character in stream.getvalue() for character in "\r\u202e\x9b")
    assert "\x1b[2J" not in stream.getvalue()
