"""Deciding on several, taking back, saying something, naming views: as forms without a script."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace

from gateway.doors.http import build_app
from gateway.store import exception
from gateway.store.events import after
from gateway.web import words
from gateway.web.risk import ReviewSettings, Targets

Form = Callable[[str], dict[str, str]]
SAMPLES = Path(__file__).resolve().parents[3] / "samples"
SUBSTITUTE = b"IT1*2*40*RL*118**BP*ZZ-9*VP*OTHER-1"
KEY = "0123456789abcdef" * 2


async def shown(client: TestClient, path: str, **query: str) -> str:
    answer = await client.get(path, params=query)
    assert answer.status == 200
    return await answer.text()


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def items_of(page: str) -> list[str]:
    return re.findall(r'name="item" value="([^"]+)"', page)


def events(workspace: Any, *types: str) -> list[tuple[str, str]]:
    with workspace.store.read() as connection:
        return [(one.type, one.subject) for one in after(connection, 0, types=types)]


def twins(workspace: Any) -> tuple[int, int]:
    """Give two exceptions one supplier and one cause."""
    records = workspace.record("88207"), workspace.record("Q2291")
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE reconciliation SET cause='PRICE_OVER', verdict='exception'"
            " WHERE record_id IN (?, ?)",
            records,
        )
        connection.exec_driver_sql(
            "UPDATE record SET supplier='Twin Co' WHERE id IN (?, ?)", records
        )
    return records


async def test_what_costs_most_a_day_comes_first(client: TestClient, workspace: Any) -> None:
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE reconciliation SET discount='90.00', discount_until='2026-10-31'"
            " WHERE record_id = ?",
            (workspace.record("Q2291"),),
        )
    page = text_of((await shown(client, "/inbox")).partition("<tbody")[2])
    assert page.index("Q2291") < page.index("88207")
    assert "45.00 discount ends in 1 d" in page
    newest = text_of((await shown(client, "/inbox", q="order:newest")).partition("<tbody")[2])
    assert "discount ends" not in newest


async def test_one_decision_clears_a_cause(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    records = twins(workspace)
    page = await shown(client, "/inbox", q="group:cause")
    assert "Twin Co" in page
    href = re.search(r'href="(/inbox/group[^"]+)"', page)
    assert href
    page = await shown(client, unescape(href[1]))
    items = items_of(page)
    assert len(items) == 2
    assert page.count(" checked>") == 2
    sent = [*form_of("/inbox").items(), *(("item", one) for one in items)]
    sent += [("key", KEY), ("action", "accept"), ("reason", "prices agreed")]
    for _ in range(2):  # sent twice, decided once
        done = await client.post("/inbox/decisions", data=sent)
        assert "2 of 2 decided" in await done.text()
    told = events(workspace, "invoice.exception_resolved")
    assert sorted(told) == sorted(
        ("invoice.exception_resolved", f"record/{one}") for one in records
    )


async def test_of_several_each_says_what_became_of_it(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    first, second = twins(workspace)
    items = dict(one.split(".") for one in items_of(await shown(client, "/inbox")))
    alone = form_of("/inbox") | {"action": "reject", "reason": "no", "key": "k" * 32}
    await client.post(f"/x/{first}/decision", data=alone | {"digest": items[str(first)]})
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE reconciliation SET digest='new' WHERE record_id=?", (second,)
        )
    sent = [*form_of("/inbox").items(), ("key", KEY), ("action", "accept"), ("reason", "yes")]
    sent += [("item", f"{one}.{items[str(one)]}") for one in (first, second)]
    page = await (await client.post("/inbox/decisions", data=sent)).text()
    assert "0 of 2 decided" in page
    assert "already, by operator" in page
    assert "changed meanwhile; not decided" in page
    assert events(workspace, "invoice.exception_resolved") == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([], 422),
        ([("item", "x.y")], 400),
        ([("item", "1.d"), ("key", "short")], 400),
        ([("item", "1.d"), ("reason", " ")], 422),
        ([("item", "1.d"), ("token", "wrong")], 403),
    ],
)
async def test_a_form_that_is_not_filled_decides_nothing(
    client: TestClient, workspace: Any, form_of: Form, fields: list[tuple[str, str]], status: int
) -> None:
    await shown(client, "/inbox")
    whole = form_of("/inbox") | {"key": KEY, "action": "accept", "reason": "yes"} | dict(fields)
    assert (await client.post("/inbox/decisions", data=whole)).status == status
    assert events(workspace, "invoice.exception_resolved") == []


async def test_a_decision_is_taken_back_from_the_notice(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}")
    digest = dict(re.findall(r'name="(digest)" value="([^"]*)"', page))
    sent = form_of("/inbox") | digest | {"action": "accept", "reason": "ok", "key": KEY}
    notice = await (await client.post(f"/x/{record}/decision", data=sent)).text()
    assert f'action="/x/{record}/undo"' in notice
    back = form_of("/inbox") | digest | {"key": f"{KEY}-undo"}
    for _ in range(2):
        done = await client.post(f"/x/{record}/undo", data=back)
        assert "Taken back" in await done.text()
    page = text_of(await shown(client, f"/x/{record}"))
    assert "Decision taken back by operator" in page
    assert "Reason It is kept with your name" in page
    assert len(events(workspace, "invoice.decision_undone")) == 1


async def test_a_repair_that_is_not_offered_is_not_accepted(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}")
    digest = dict(re.findall(r'name="(digest)" value="([^"]*)"', page))
    sent = form_of("/inbox") | digest | {"key": KEY, "shape": "merged lines", "lines": "1"}
    done = await client.post(f"/x/{record}/repair", data=sent)
    assert "nothing was decided" in await done.text()
    assert events(workspace, "invoice.repaired") == []


async def test_saying_something_hands_it_on(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    await shown(client, f"/x/{record}")
    sent = form_of("/inbox") | {"key": KEY, "text": "@quality look <b>", "assigned": "nobody"}
    page = await (await client.post(f"/x/{record}/comment", data=sent)).text()
    assert "Handed to: Quality by operator @quality look <b>" in text_of(page)
    assert "88207" in await shown(client, "/inbox", q="role:quality")
    assert (await client.post(f"/x/{record}/comment", data=sent | {"text": ""})).status == 422


async def test_words_are_kept_under_a_name(client: TestClient, form_of: Form) -> None:
    await shown(client, "/inbox")
    sent = form_of("/inbox") | {"q": "supplier:copperline", "name": "My <copper>"}
    page = await (await client.post("/inbox/views", data=sent)).text()
    assert "My &lt;copper&gt;</a>" in page
    gone = await client.post("/inbox/views", data=sent | {"forget": "1"})
    assert "My &lt;copper&gt;" not in await gone.text()


async def test_keys_are_told_who_was_first(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}")
    digest = dict(re.findall(r'name="(digest)" value="([^"]*)"', page))
    sent = form_of("/inbox") | digest | {"action": "accept", "reason": "yes"}
    first = await client.post(f"/x/{record}/intent", data=sent | {"key": KEY})
    assert (await first.json())["state"] == "decided"
    second = await client.post(f"/x/{record}/intent", data=sent | {"key": KEY[::-1]})
    assert await second.json() == {"state": "already", "by": "operator", "ago": "0 s ago"}


def test_a_word_is_replaced_and_taken_away() -> None:
    assert words.with_word("a group:cause", "group", None) == "a"
    assert words.with_word('"supplier:B C"', "cause", "X") == '"supplier:B C" cause:X'
    (told,) = words.read("order:sideways group:cause").unknown
    assert told.why == "order: knows risk, newest"


async def test_a_repair_is_accepted_and_matched_again(
    client: TestClient, workspace: Any, form_of: Form, tmp_path: Path
) -> None:
    path = tmp_path / "copperline" / "substitute.x12"
    path.parent.mkdir()
    content = (SAMPLES / "03-over-billing/copperline/810-88207.x12").read_bytes()
    for before, after_ in (
        (b"88207", b"88288"),
        (b"IT1*2*44*", b"IT1*2*40*"),
        (b"IT1*2*40*RL*118**BP*TFS-55274*VP*CL-THHN12-500BK*UP*614141003020", SUBSTITUTE),
        (b"THHN 12 AWG STRANDED BLACK, 500 FT REEL", b"WIRE, OTHER MAKE"),
        (b"TDS*679200", b"TDS*632000"),
    ):
        assert before in content
        content = content.replace(before, after_)
    path.write_bytes(content)
    with workspace.store.write() as connection:  # its twin has billed the order already
        connection.exec_driver_sql(
            "UPDATE record SET test = 1 WHERE id = ?", (workspace.record("88207"),)
        )
        connection.exec_driver_sql(
            "DELETE FROM touch WHERE record_id = ?", (workspace.record("88207"),)
        )
    workspace.take_in([path])
    record = workspace.record("88288")
    page = await shown(client, f"/x/{record}")
    assert "Repairs that balance" in page
    form = page.partition(f'action="/x/{record}/repair"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(key|digest|shape|lines)" value="([^"]*)"', form))
    done = await client.post(f"/x/{record}/repair", data=form_of("/inbox") | fields)
    page = text_of(await done.text())
    assert "Repair accepted, and matched again." in page
    assert "Repair accepted by operator" in page
    assert "Repairs that balance" not in page
    assert [kind for kind, _ in events(workspace, "invoice.repaired")] == ["invoice.repaired"]
    with workspace.store.read() as connection:
        result = exception.result(connection, record)
    assert result
    assert result.verdict in {"matched", "matched_within_tolerance"}


async def test_an_empty_inbox_says_why_it_is_empty(client: TestClient, workspace: Any) -> None:
    assert "Nothing matches these words." in await shown(client, "/inbox", q="no such thing")
    with workspace.store.write() as connection:
        connection.exec_driver_sql("UPDATE reconciliation SET decided = digest")
        connection.exec_driver_sql("UPDATE record SET incomplete = 0")
        connection.exec_driver_sql("UPDATE document SET state = 'read'")
    assert "All done: nothing needs you." in await shown(client, "/inbox")
    with workspace.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM decision")
        connection.exec_driver_sql("DELETE FROM reconciliation")
    assert "No invoice has arrived yet." in await shown(client, "/inbox")


async def test_rows_say_how_surely_they_were_read(client: TestClient) -> None:
    page = await shown(client, "/invoices")
    assert 'title="every value was read from its X12 elements"' in page


async def test_a_role_has_a_target_of_its_own(client: TestClient, workspace: Any) -> None:
    page = text_of(await shown(client, "/inbox", q="verdict:exception"))
    assert "of 2 d" in page
    settings = ReviewSettings(targets=Targets(buyer=1))
    services = replace(workspace.services(), review=settings)
    async with TestClient(TestServer(build_app(services))) as other:
        page = text_of(await shown(other, "/inbox", q="verdict:exception role:buyer"))
    assert "of 1 d" in page
    assert "of 2 d" not in page


async def test_mine_is_what_is_on_me_or_my_roles(client: TestClient, workspace: Any) -> None:
    record = workspace.record("88207")
    with workspace.store.write() as connection:
        connection.exec_driver_sql("UPDATE reconciliation SET assigned = 'somebody else'")
    assert items_of(await shown(client, "/inbox", q="mine")) == []
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE reconciliation SET assigned = 'operator' WHERE record_id = ?", (record,)
        )
    (item,) = items_of(await shown(client, "/inbox", q="mine"))
    assert item.startswith(f"{record}.")
    assert items_of(await shown(client, "/inbox", q="mine age:<1h")) == [item]
    assert items_of(await shown(client, "/inbox", q="mine age:>1h")) == []
