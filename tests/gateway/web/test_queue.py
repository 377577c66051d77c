"""The list that a person works through: on and back, in its order, past what was decided."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

Form = Callable[[str], dict[str, str]]
KEY = "0123456789abcdef" * 2


async def order(client: TestClient, query: str) -> list[int]:
    page = await (await client.get("/inbox", params={"q": query})).text()
    found = re.findall(r'class="row-reason">\s*<a href="/x/(\d+)', page)
    return [int(one) for one in found]


async def went(client: TestClient, path: str, query: str) -> str:
    answer = await client.get(path, params={"q": query}, allow_redirects=False)
    assert answer.status == 303
    return answer.headers["Location"]


@pytest.mark.parametrize("query", ["", "order:newest", "verdict:exception", "mine", "age:<9d"])
async def test_on_and_back_go_through_the_list_as_it_stands(client: TestClient, query: str) -> None:
    listed = await order(client, query)
    assert listed
    for here, there in zip(listed, [*listed[1:], listed[0]], strict=True):
        if here == there:
            assert (await went(client, f"/x/{here}/next", query)).startswith("/inbox?")
            continue
        on = await went(client, f"/x/{here}/next", query)
        assert re.match(rf"/x/{there}\b", on)
        back = await went(client, f"/x/{there}/previous", query)
        assert re.match(rf"/x/{here}\b", back)


async def test_a_decision_leads_to_what_followed_it(client: TestClient, form_of: Form) -> None:
    query = "age:<9d"
    listed = await order(client, query)
    first, second = listed[:2]
    page = await (await client.get(f"/x/{first}")).text()
    digest = dict(re.findall(r'name="(digest)" value="([^"]*)"', page))
    sent = form_of("/inbox") | digest
    sent |= {"action": "accept", "reason": "yes", "key": KEY, "q": query}
    answer = await client.post(f"/x/{first}/decision", data=sent, allow_redirects=False)
    assert answer.headers["Location"].startswith(f"/x/{second}?")
    assert first not in await order(client, query)
    # From what is in the list no more, on and back go on as before.
    assert (await went(client, f"/x/{first}/next", query)).startswith(f"/x/{second}?")
    last = (await order(client, query))[-1]
    assert (await went(client, f"/x/{first}/previous", query)).startswith(f"/x/{last}?")


@pytest.mark.parametrize("query", ["verdict:unreadable", "supplier:nobody"])
async def test_where_nothing_follows_it_is_said_in_the_inbox(
    client: TestClient, workspace: Any, query: str
) -> None:
    record = workspace.record("88207")
    for step in ("next", "previous"):
        end = await went(client, f"/x/{record}/{step}", query)
        assert end.startswith("/inbox?")
        assert "done=last" in end
    assert (await client.get("/x/999999/next")).status == 200  # the inbox
