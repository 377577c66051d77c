"""`dockmatch webhooks`, on a database whose events one receiver got and another did not."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.clock import stamp, system_clock
from gateway.delivering.posting import Poster
from gateway.events.versions import NEWEST
from gateway.flows.delivery import Dispatcher
from gateway.outbound import Outbound
from gateway.store import deliveries, endpoints, events
from gateway.store.deliveries import Due
from gateway.store.endpoints import Endpoint, Wanted
from gateway.store.engine import Store
from gateway.store.events import NewEvent
from gateway.store.migrate import upgrade
from gateway.vault import Vault
from gateway.webhooks import new_secret

URL, NEW_URL = "https://erp.example/hook", "https://new.example/hook"
DAY = datetime(2026, 3, 1, tzinfo=UTC)
SECRET = new_secret()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "dockmatch.toml").write_text('[gateway]\ndata = "data"\n')
    opened = Store(tmp_path / "data" / "dockmatch.db")
    upgrade(opened, tmp_path)
    with opened.write() as connection:
        declare(connection, Wanted(url=URL, secret=SECRET), DAY)
        for day in range(6):
            kind = "file.received" if day % 2 else "invoice.matched"
            new = NewEvent(type=kind, subject=f"record/{day}", data=b"{}")
            events.announce(connection, [new], stamp(DAY + timedelta(days=day)))
        declare(connection, Wanted(url=NEW_URL, secret=SECRET, types=("invoice.matched",)), DAY)
        deliveries.fan_out(connection, endpoint(connection, URL), stamp(DAY))
        for one in heads(connection, URL):
            tried = {"state": "delivered", "tries": 1, "due_at": one.due_at, "status": 200}
            done = deliveries.Tried(id=one.id, answer="", delivered_at=stamp(DAY), **tried)
            deliveries.write_tries(connection, [done])
    return opened


def declare(connection: Any, wanted: Wanted, at: datetime) -> None:
    endpoints.declare(connection, wanted, stamp(at), newest=NEWEST)


def endpoint(connection: Any, url: str) -> Endpoint:
    return next(one for one in endpoints.endpoints(connection) if one.url == url)


def heads(connection: Any, url: str, at: str = "9999") -> list[Due]:
    return deliveries.heads(connection, endpoint(connection, url).id, at, (), 100)


def waiting(store: Store, url: str, at: str = "9999") -> list[tuple[int, int]]:
    with store.read() as connection:
        return [(one.event.sequence, one.sequence) for one in heads(connection, url, at)]


def webhooks(store: Store, *words: str) -> Result:
    config = Path(store.name).parent.parent / "dockmatch.toml"
    return CliRunner().invoke(main, ["webhooks", "--config", str(config), *words])


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["--from", "2", "--to", "4"], [2, 3, 4]),
        (["--from", "5"], [5, 6]),
        (["--since", "2026-03-02", "--until", "2026-03-04T00:00"], [2, 3]),
        (["--since", "2026-03-05", "--to", "5"], [5]),
    ],
)
def test_events_go_again_under_their_numbers(
    store: Store, words: list[str], numbers: list[int]
) -> None:
    assert waiting(store, URL) == []
    tried = webhooks(store, "replay", URL, *words, "--dry-run")
    assert tried.exit_code == 0
    assert f"{len(numbers)} would go again" in tried.output
    assert waiting(store, URL) == []
    assert webhooks(store, "replay", URL, *words).exit_code == 0
    assert waiting(store, URL) == [(one, one) for one in numbers]
    assert webhooks(store, "replay", URL, *words).exit_code == 1  # they are on their way


def test_one_event_goes_again_and_only_one(store: Store) -> None:
    with store.read() as connection:
        name = events.after(connection, 2, limit=1)[0].id
    assert webhooks(store, "replay", URL, "--event", name).exit_code == 0
    assert waiting(store, URL) == [(3, 3)]
    assert webhooks(store, "replay", URL, "--event", "evt_none").exit_code == 1


def test_a_new_receiver_gets_what_it_missed_of_its_types(store: Store) -> None:
    assert webhooks(store, "replay", NEW_URL, "--from", "1").exit_code == 0
    assert waiting(store, NEW_URL) == [(1, 1), (3, 2), (5, 3)]
    with store.write() as connection:
        news = [NewEvent(type="invoice.matched", subject="record/9", data=b"{}")]
        events.announce(connection, news, stamp(DAY))
        deliveries.fan_out(connection, endpoint(connection, NEW_URL), stamp(DAY))
    assert waiting(store, NEW_URL)[-1] == (7, 4)  # its numbers go on without a gap


def test_events_go_at_the_rate_that_was_said(store: Store) -> None:
    begun = datetime.now(UTC)
    webhooks(store, "replay", URL, "--from", "1", "--rate", "0.1")
    assert len(waiting(store, URL, stamp(begun + timedelta(seconds=25)))) in {2, 3}
    assert len(waiting(store, URL, stamp(begun + timedelta(minutes=5)))) == 6


def test_a_paused_receiver_gets_nothing_until_it_is_resumed(store: Store) -> None:
    webhooks(store, "replay", URL, "--from", "1")
    result = webhooks(store, "pause", URL, "--reason", "month end")
    assert result.output == f"{URL} is paused; its events wait\n"
    line = webhooks(store, "list").output.splitlines()[0]
    assert line == f"1  {URL}  paused by hand  delivered 0  waiting 6  dead 0  month end"
    asyncio.run(drained(store))
    assert len(waiting(store, URL)) == 6
    webhooks(store, "resume", "1")  # by its number
    told = json.loads(webhooks(store, "list", "--json").output.splitlines()[0])
    assert (told["state"], told["note"], told["waiting"]) == ("active", None, 6)
    with store.read() as connection:
        news = events.about(connection, ["endpoint/1"])
    assert [one.type for one in news] == ["endpoint.paused", "endpoint.resumed"]
    assert {one.actor for one in news} == {"command line"}


async def drained(store: Store) -> None:
    outbound = Outbound((), timeout_seconds=1)
    posting = Poster(outbound, Vault(), "urn:dockmatch", system_clock)
    await Dispatcher(store, {"https": posting}).drain()
    await outbound.close()


def test_a_rotated_secret_stands_until_the_configuration_says_another(store: Store) -> None:
    secret = webhooks(store, "rotate", URL, "--hours", "2").output.splitlines()[0]

    def secrets(configured: str) -> tuple[str, str | None]:
        with store.write() as connection:
            declare(connection, Wanted(url=URL, secret=configured), datetime.now(UTC))
            one = endpoint(connection, URL)
        return one.secret, one.secret_before

    assert secrets(SECRET) == (secret, SECRET)  # a start with the old file
    assert secrets(secret) == (secret, SECRET)
    assert "two secrets until" in webhooks(store, "list").output
    another = new_secret()
    assert secrets(another) == (another, secret)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["replay", URL], "say which"),
        (["replay", URL, "--since", "yesterday"], "is no time"),
        (["pause", "https://nobody.example/"], "there is no receiver"),
    ],
)
def test_wrong_use_says_what_is_wrong(store: Store, words: list[str], told: str) -> None:
    result = webhooks(store, *words)
    assert result.exit_code == 2
    assert told in result.output


def test_a_version_is_told_and_changed(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE endpoint SET version = '2026-11-25'")
    told = webhooks(store, "version", URL).output
    assert f"{URL} gets version 2026-11-25" in told
    assert "  delivery.dead_lettered: +tries +status +answer" in told
    assert "dead_lettered" not in webhooks(store, "version", NEW_URL).output  # it gets none
    assert "2026-11-25" in webhooks(store, "version", URL, NEWEST, "--dry-run").output
    assert NEWEST in webhooks(store, "version", URL, NEWEST).output
    with store.read() as connection:
        assert endpoint(connection, URL).version == NEWEST
    assert "-answer" in webhooks(store, "version", URL, "2026-11-25", "--dry-run").output
    assert "is no version" in webhooks(store, "version", URL, "2020-01-01").output
