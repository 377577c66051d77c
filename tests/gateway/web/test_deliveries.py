"""Deliveries narrowed and sent again, what receivers made of them, and the balance of each day."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from gateway.events.versions import NEWEST
from gateway.store import acceptances, deliveries, endpoints
from gateway.store.acceptances import Acceptance
from gateway.store.endpoints import Wanted
from gateway.store.events import after
from gateway.webhooks import new_secret

Form = Callable[[str], dict[str, str]]
AT = "2026-10-30T09:00:00.000000Z"


@pytest.fixture
def two(workspace: Any) -> list[int]:
    """Give the workspace two endpoints to which everything was given up; returns their numbers."""
    with workspace.store.write() as connection:
        for url in ("https://erp.example/hook", "https://bi.example/hook"):
            wanted = Wanted(url=url, secret=new_secret())
            endpoints.declare(connection, wanted, AT, newest=NEWEST)
        connection.exec_driver_sql("UPDATE endpoint SET cursor = 0")
        known = endpoints.endpoints(connection)
        for one in known:
            deliveries.fan_out(connection, one, AT)
        connection.exec_driver_sql("UPDATE delivery SET state = 'dead', tries = 8, answer = 'no'")
    return [one.id for one in known]


async def shown(client: TestClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200
    return unescape(await answer.text())


def waiting(workspace: Any) -> set[tuple[int, str]]:
    with workspace.store.read() as connection:
        query = (
            "SELECT d.endpoint_id, e.type FROM delivery d"
            " JOIN event e ON e.sequence = d.event_sequence WHERE d.state = 'waiting'"
        )
        return {(row[0], row[1]) for row in connection.exec_driver_sql(query)}


async def test_what_a_list_shows_is_sent_again_at_once(
    client: TestClient, workspace: Any, two: list[int], form_of: Form
) -> None:
    query = f"state=dead&to={two[1]}&type=order.received"
    page = await shown(client, f"/deliveries?{query}")
    found = re.findall(r"Send all (\d+) again", page)
    assert found == [str(page.count("Send again</button>"))]
    sent = form_of("/deliveries") | {"state": "dead", "to": str(two[1]), "type": "order.received"}
    answer = await client.post("/deliveries/replay", data=sent)
    assert "Put back into the queue" in await answer.text()
    assert waiting(workspace) == {(two[1], "order.received")}
    again = await client.post("/deliveries/replay", data=sent)
    assert "There was nothing to do." in await again.text()
    assert "None of these." in await shown(client, f"/deliveries?{query}")


async def test_only_what_failed_is_sent_again_by_the_list(
    client: TestClient, workspace: Any, two: list[int], form_of: Form
) -> None:
    with workspace.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET state = 'delivered'")
    assert two
    await client.get("/deliveries")
    sent = form_of("/deliveries") | {"state": "delivered"}
    await client.post("/deliveries/replay", data=sent)
    assert waiting(workspace) == set()


async def test_what_receivers_made_of_it_is_shown(
    client: TestClient, workspace: Any, two: list[int], form_of: Form
) -> None:
    with workspace.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET state = 'delivered'")
        first, second = after(connection, 0, types=["invoice.matched", "invoice.exception"])[:2]
        for told, state, more in (
            (first, "accepted", {"number": "5105600123", "reason": None}),
            (second, "rejected", {"number": None, "reason": "no such vendor"}),
        ):
            said: dict[str, Any] = {"event_sequence": told.sequence, "subject": told.subject}
            said |= {"state": state, "actor": "erp", "at": AT, **more}
            acceptances.write(connection, Acceptance(**said))
    accepted = await shown(client, "/deliveries?state=accepted")
    assert accepted.count("Accepted as 5105600123") == len(two)
    assert "no such vendor" not in accepted
    refused = await shown(client, "/deliveries?state=refused")
    assert refused.count("Refused: no such vendor") == len(two)
    assert f"Send all {len(two)} again" in refused
    await client.post("/deliveries/replay", data=form_of("/deliveries") | {"state": "refused"})
    assert waiting(workspace) == {(one, second.type) for one in two}


@pytest.mark.parametrize("query", ["state=none", "to=x", "to=99999999999999999999", "before=x"])
async def test_an_odd_address_shows_a_page(client: TestClient, two: list[int], query: str) -> None:
    assert two
    await shown(client, f"/deliveries?{query}")


async def test_a_day_is_balanced_and_says_what_is_open(client: TestClient, workspace: Any) -> None:
    page = await shown(client, "/balance")
    assert "Every day below is balanced." in page
    (day,) = re.findall(r'<time datetime="([\d-]+)">', page)
    counted = re.findall(r'data-column="(\w+)">(\d+)<', page)
    found = {name: int(number) for name, number in counted}
    assert found["Received"] == found["Delivered"] + found["Open"] + found["Rejected"] > 0
    listed = await shown(client, f"/balance?day={day}")
    assert listed.count('class="row-became"') == found["Open"]
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO record (document_id, position, key, kind, incomplete, test, body,"
            " created_at) SELECT document_id, 99, 'nobody heard of it', kind, 0, 0, body,"
            " created_at FROM record ORDER BY id LIMIT 1"
        )
    assert "Not every day is" in await shown(client, "/balance")


@pytest.mark.parametrize(
    "query", ["to=2020-01-05", "to=x&day=y", "to=9999-12-31", "day=0001-01-01"]
)
async def test_a_week_without_anything_says_so(client: TestClient, query: str) -> None:
    page = await shown(client, f"/balance?{query}")
    assert ("Nothing came in during this week." in page) == query.startswith("to=2020")
