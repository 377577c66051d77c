"""What went out and how it stands, on a page that works without a script."""

from collections.abc import Callable
from typing import Any

from aiohttp.test_utils import TestClient
from sqlalchemy import update

from gateway.clock import stamp
from gateway.flows.outbox import Outbox
from gateway.flows.sending import Sending
from gateway.store.schema import outgoing
from tests.gateway.flows.test_matching import interchange, order

ORDER = interchange("850", "PO", [order(1)], 77)


async def page_of(client: TestClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    return await answer.text()


def sent(workspace: Any, **changes: object) -> int:
    """Send an order, and change what is kept of it."""
    number = Sending(workspace.store, workspace.services().clock).send("acme", ORDER).outgoing
    with workspace.store.write() as connection:
        query = update(outgoing).where(outgoing.c.id == number)
        at = stamp(workspace.services().clock())
        connection.execute(query.values(written_at=at, **changes))
    return number


async def test_what_is_awaited_overdue_and_rejected(client: TestClient, workspace: Any) -> None:
    sent(workspace)
    at = stamp(workspace.services().clock())
    sent(workspace, due_at="2026-10-30T04:00:00.000000+00:00", overdue_at=at)
    said = b'{"kind": "997", "status": "rejected", "errors": ["<b>set 850</b>: faulty"]}'
    sent(workspace, state="rejected", said=said, acknowledged_at=at, acknowledged_by=1)
    page = await page_of(client, "/acknowledgments")
    assert "Overdue" in page
    assert "overdue for 5 h" in page
    assert "due in 1 d" in await page_of(client, "/acknowledgments?view=awaited")
    rejected = await page_of(client, "/acknowledgments?view=rejected")
    assert "&lt;b&gt;set 850&lt;/b&gt;: faulty" in rejected
    assert '<a href="/documents/1/file">997, 30 Oct 2026, 09:00 UTC</a>' in rejected
    assert 'aria-current="page">Acknowledgments <span class="count">2</span>' in rejected


async def test_our_answers_name_the_files_that_they_are_for(client: TestClient) -> None:
    page = await page_of(client, "/acknowledgments?view=answers")
    assert "997 for " in page
    assert "To be written" in page  # nothing writes into folders here


async def test_what_was_not_taken_is_sent_again(
    client: TestClient, workspace: Any, form_of: Callable[[str], dict[str, str]]
) -> None:
    number = sent(workspace, state="rejected")
    await page_of(client, "/acknowledgments")
    fields = form_of("/inbox") | {"outgoing": str(number)}
    done = await client.post("/acknowledgments/resend", data=fields)
    assert "Sent again, under new control numbers." in await done.text()
    nothing = await client.post("/acknowledgments/resend", data=fields | {"outgoing": "x"})
    assert "There was nothing to do." in await nothing.text()


async def test_a_sent_file_is_saved_and_never_opened(client: TestClient, workspace: Any) -> None:
    number = sent(workspace)
    answer = await client.get(f"/acknowledgments/{number}/file")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="850-')
    assert (await answer.read()).startswith(b"ISA*")
    assert (await client.get("/acknowledgments/99999/file")).status == 404


async def test_a_page_that_holds_nothing_says_so(client: TestClient) -> None:
    assert "Nothing is overdue." in await page_of(client, "/acknowledgments?view=overdue")


def test_the_outbox_writes_what_waits(workspace: Any, tmp_path: Any) -> None:
    outbox = Outbox(workspace.store, tmp_path / "inbox", workspace.services().clock)
    assert outbox.write() > 0
    assert outbox.write() == 0
