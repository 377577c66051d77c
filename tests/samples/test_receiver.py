"""The sample receiver: it takes genuine calls once, and refuses everything else."""

import importlib.util
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the test's own
SCRIPT = Path(__file__).resolve().parents[2] / "samples" / "receiver" / "receive.py"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BODY = json.dumps({"id": "evt_1", "type": "invoice.matched", "data": {"approved": "10.00"}})


@pytest.fixture(scope="module")
def receive() -> ModuleType:
    spec = importlib.util.spec_from_file_location("receive", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def signed(
    body: str = BODY, identifier: str = "evt_1", at: datetime | None = None
) -> dict[str, str]:
    """Headers by the reference library, which shares no line with the receiver."""
    at = at or NOW
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(identifier, at, body),
    }


def test_a_genuine_call_is_known_by_its_signature(receive: ModuleType) -> None:
    assert receive.verify(SECRET, signed(), BODY.encode(), NOW.timestamp()) == "evt_1"


def test_one_good_signature_in_a_list_is_enough(receive: ModuleType) -> None:
    headers = signed()
    headers["webhook-signature"] = f"v1a,xx v1,!!! v1,AAAA {headers['webhook-signature']}"
    assert receive.verify(SECRET, headers, BODY.encode(), NOW.timestamp()) == "evt_1"


@pytest.mark.parametrize(
    ("change", "body", "later"),
    [
        ({}, BODY.replace("10.00", "99.00"), 0),
        ({"webhook-id": "evt_2"}, BODY, 0),
        ({}, BODY, 301),
        ({}, BODY, -301),
        ({"webhook-timestamp": "1_0"}, BODY, 0),
        ({"webhook-timestamp": "²"}, BODY, 0),
        ({"webhook-signature": ""}, BODY, 0),
        ({"webhook-signature": "v1"}, BODY, 0),
        ({"webhook-signature": "v1,é"}, BODY, 0),
        ({"webhook-signature": "v2," + "A" * 44}, BODY, 0),
    ],
)
def test_whatever_does_not_prove_itself_is_refused(
    receive: ModuleType, change: dict[str, str], body: str, later: int
) -> None:
    with pytest.raises(receive.RefusedError):
        receive.verify(SECRET, signed() | change, body.encode(), NOW.timestamp() + later)


@pytest.fixture
def server(receive: ModuleType, tmp_path: Path) -> Iterator[HTTPConnection]:
    with receive.Receiver(0, SECRET, receive.Ledger(tmp_path / "events.jsonl")) as listening:
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        connection = HTTPConnection(*listening.server_address)
        yield connection
        connection.close()
        listening.shutdown()
        thread.join()


def post(
    server: HTTPConnection, body: str, headers: dict[str, str]
) -> tuple[int, dict[str, object]]:
    server.request("POST", "/webhooks", body.encode(), headers)
    answer = server.getresponse()
    return answer.status, json.loads(answer.read())


def test_a_repeat_counts_once_and_a_forgery_never(server: HTTPConnection, tmp_path: Path) -> None:
    assert post(server, BODY, signed(at=datetime.now(UTC))) == (
        200,
        {"id": "evt_1", "repeat": False},
    )
    assert post(server, BODY, signed(at=datetime.now(UTC))) == (
        200,
        {"id": "evt_1", "repeat": True},
    )
    assert post(server, BODY + " ", signed(at=datetime.now(UTC)))[0] == 401
    assert post(server, "{", signed("{", "evt_3", datetime.now(UTC)))[0] == 400
    server.request("GET", "/")
    counts = json.loads(server.getresponse().read())
    assert counts == {"verified": 1, "repeats": 1, "refused": 2}
    lines = (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines] == [json.loads(BODY)]


def test_a_body_that_is_too_long_is_not_read(server: HTTPConnection) -> None:
    server.putrequest("POST", "/webhooks")
    server.putheader("content-length", "1000001")
    server.endheaders()
    assert server.getresponse().status == 413


def test_a_line_that_a_kill_tore_is_dropped_and_taken_again(
    receive: ModuleType, tmp_path: Path
) -> None:
    log = tmp_path / "events.jsonl"
    assert receive.Ledger(log).take("evt_1", BODY.encode())
    with log.open("a", encoding="utf-8") as file:
        file.write('{"webhook_id": "evt_2", "ev')
    ledger = receive.Ledger(log)
    assert not ledger.take("evt_1", BODY.encode())
    assert ledger.take("evt_2", BODY.encode())
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2
