"""What could not be read: why, byte by byte, and having it read again."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from gateway.store.events import after
from gateway.web.bytes import PAGE_BYTES, place_of

Form = Callable[[str], dict[str, str]]


async def shown(client: TestClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200
    return unescape(await answer.text())


def ids(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'id="file-(\d+)"', page)]


def states(workspace: Any) -> dict[int, str]:
    with workspace.store.read() as connection:
        return dict(connection.exec_driver_sql("SELECT id, state FROM document").all())


async def test_each_view_says_what_it_holds(client: TestClient) -> None:
    page = await shown(client, "/quarantine")
    assert ids(page)
    assert "Read it again" in page
    partly = await shown(client, "/quarantine?kind=partly")
    assert not set(ids(page)) & set(ids(partly))
    assert (ids(partly) != []) == ("Complete it" in partly)
    none = await shown(client, "/quarantine?cause=no.such.code")
    assert "Nothing has this cause any more." in none


async def test_one_file_is_read_again_and_its_caller_is_told(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    number = ids(await shown(client, "/quarantine"))[0]
    sent = form_of("/quarantine") | {"document": str(number)}
    answer = await client.post("/quarantine/reread", data=sent)
    assert "Being read again" in await answer.text()
    assert states(workspace)[number] == "received"
    with workspace.store.read() as connection:
        (told,) = after(connection, 0, types=["file.reread"])
    assert (told.subject, told.actor) == (f"document/{number}", "operator")
    again = await client.post("/quarantine/reread", data=sent)
    assert "There was nothing to do." in await again.text()


async def test_all_with_a_cause_are_read_again(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    page = await shown(client, "/quarantine")
    cause = re.findall(r'name="cause" value="([^"]+)"', page)
    assert cause == []  # of all causes, as long as none is chosen
    code = re.findall(r'<a class="chip" href="[^"]+"><code>([^<]+)</code>', page)[0]
    narrowed = await shown(client, f"/quarantine?cause={code}")
    assert re.findall(r'name="cause" value="([^"]+)"', narrowed) == [code]
    await client.post("/quarantine/reread", data=form_of("/quarantine") | {"cause": code})
    assert {states(workspace)[one] for one in ids(narrowed)} == {"received"}


async def test_reading_again_is_asked_for_by_our_own_form(client: TestClient) -> None:
    await client.get("/quarantine")
    assert (await client.post("/quarantine/reread", data={"document": "1"})).status == 403


async def test_the_bytes_of_a_file_are_shown_where_reading_stopped(
    client: TestClient, workspace: Any
) -> None:
    with workspace.store.read() as connection:
        query = "SELECT d.id, sha256 FROM document d JOIN record r ON r.document_id = d.id"
        found = connection.exec_driver_sql(f"{query} WHERE r.number = '88207'").one()
    number, sha256 = found
    with workspace.archive.open(sha256) as file:
        content = file.read()
    page = await shown(client, f"/documents/{number}/bytes?at=17")
    assert page.count("<mark>") == 2
    assert f"<mark>{content[17]:02X}</mark>" in page
    assert page.count('role="rowheader"') == min(-(-len(content) // 16), PAGE_BYTES // 16)
    assert "<mark>" not in await shown(client, f"/documents/{number}/bytes")
    beyond = await shown(client, f"/documents/{number}/bytes?at={'9' * 15}")
    assert f"{len(content) - 1:,}" in beyond
    assert (await client.get("/documents/999999/bytes")).status == 404


async def test_a_page_of_bytes_leads_to_the_next(client: TestClient, workspace: Any) -> None:
    with workspace.store.read() as connection:
        query = "SELECT d.id FROM document d JOIN blob b ON b.sha256 = d.sha256 ORDER BY b.size"
        number = connection.exec_driver_sql(query).scalars().all()[-1]
    first = await shown(client, f"/documents/{number}/bytes")
    following = re.findall(r'href="([^"]+)" rel="next"', first)
    second = await shown(client, following[0])
    assert f"Bytes {PAGE_BYTES:,} to" in second
    assert re.findall(r'href="([^"]+)" rel="prev"', second) == [f"/documents/{number}/bytes?at=0"]


@pytest.mark.parametrize(
    ("at", "byte"),
    [("byte 118", 118), ("segment 3 (BIG), byte 40 of it", 40), ("page 2", None), ("", None)],
)
def test_a_place_names_a_byte_or_none(at: str, byte: int | None) -> None:
    assert place_of(at) == byte
