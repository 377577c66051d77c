"""The pages about one invoice, without a script: ask, link, adjust, pay short, compare."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from gateway.flows.chunks import KIND
from gateway.store import exception, memos, questions
from gateway.store.events import after

Form = Callable[[str], dict[str, str]]
SAMPLES = Path(__file__).resolve().parents[4] / "samples"
KEY = "0123456789abcdef" * 2
LATE = (SAMPLES / "02-partial-shipment").glob("*/*")


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def shown(client: TestClient, path: str, status: int = 200, **query: str) -> str:
    answer = await client.get(path, params=query)
    assert answer.status == status
    return await answer.text()


def fields_of(page: str, action: str) -> dict[str, str]:
    """Return what the form with this action would send as it stands."""
    form = page.partition(f'method="post" action="{action}"')[2].partition("</form>")[0]
    assert form, f"there is no form for {action}"
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def told(workspace: Any, kind: str) -> list[dict[str, Any]]:
    with workspace.store.read() as connection:
        found = after(connection, 0, types=[kind], limit=1000)
    return [msgspec.json.decode(one.data) for one in found]


@pytest.fixture
def waiting(workspace: Any) -> int:
    """Return an invoice that bills 800 of which 500 have come."""
    workspace.take_in(sorted(p for p in LATE_FILES if not p.name.endswith(".expected.json")))
    return int(workspace.record("55120"))


LATE_FILES = tuple(LATE)


def work_off(workspace: Any) -> None:
    workspace.readers.start()
    workspace.jobs.work_off({KIND: workspace.matching})
    workspace.readers.stop()


async def asked(
    client: TestClient, workspace: Any, form_of: Form, record: int, role: str
) -> questions.Question:
    """Ask as a person does, and return the question."""
    page = await shown(client, f"/x/{record}/ask", role=role)
    words = re.search(r"<textarea[^>]*>([^<]*)</textarea>", page)
    assert words
    sent = form_of("/inbox") | fields_of(page, f"/x/{record}/ask") | {"words": unescape(words[1])}
    for _ in range(2):  # sent twice, asked once
        done = await client.post(f"/x/{record}/ask", data=sent)
        assert done.status == 200
    with workspace.store.read() as connection:
        (found,) = questions.of_record(connection, record)
    return found


async def test_what_the_receiver_says_arrived_is_matched(
    client: TestClient, workspace: Any, form_of: Form, waiting: int
) -> None:
    question = await asked(client, workspace, form_of, waiting, "receiver")
    assert question.words.startswith("Did the 300 EA of ")
    page = await shown(client, f"/x/{waiting}")
    assert f"/ask/{question.token}" in page
    assert "Not answered yet" in page
    (event,) = told(workspace, "question.asked")
    assert event["link"].endswith(f"/ask/{question.token}")
    stranger = await shown(client, f"/ask/{question.token}")
    assert question.words in unescape(stranger)
    assert "Accept" not in stranger
    for _ in range(2):
        done = await client.post(f"/ask/{question.token}", data={"answer": "yes", "name": "Ben"})
        assert "Your answer has arrived" in await done.text()
    later = await client.post(f"/ask/{question.token}", data={"answer": "no"})
    assert "answered before" in await later.text()
    work_off(workspace)
    with workspace.store.read() as connection:
        result = exception.result(connection, waiting)
    assert result
    assert result.verdict == "matched"
    (answer,) = told(workspace, "question.answered")
    assert (answer["answer"], answer["came"]) == ("yes", "300")
    page = text_of(await shown(client, f"/x/{waiting}"))
    assert "The receiver answered: Yes, it arrived by Ben" in page
    assert "ASK-1" in page, "the answer is a receipt that can be looked at"


async def test_damaged_goods_are_disputed(
    client: TestClient, workspace: Any, form_of: Form, waiting: int
) -> None:
    question = await asked(client, workspace, form_of, waiting, "receiver")
    sent = {"answer": "damaged", "came": "300", "damaged": "20", "text": "crushed"}
    assert (await client.post(f"/ask/{question.token}", data=sent)).status == 200
    work_off(workspace)
    with workspace.store.read() as connection:
        result = exception.result(connection, waiting)
    assert result
    assert result.verdict == "exception"
    assert "RETURN_NOT_CREDITED" in result.body.decode()


async def test_what_will_not_come_is_disputed_and_paid_short(
    client: TestClient, workspace: Any, form_of: Form, waiting: int
) -> None:
    question = await asked(client, workspace, form_of, waiting, "receiver")
    await client.post(f"/ask/{question.token}", data={"answer": "no", "final": "1"})
    work_off(workspace)
    page = await shown(client, f"/x/{waiting}/short-pay")
    assert "2,545.00" in page
    assert "645.00" in page
    sent = form_of("/inbox") | fields_of(page, f"/x/{waiting}/short-pay") | {"reason": "300 short"}
    done = await (await client.post(f"/x/{waiting}/short-pay", data=sent)).text()
    assert "the debit memo is written" in text_of(done)
    with workspace.store.read() as connection:
        result = exception.result(connection, waiting)
        (memo,) = memos.of_record(connection, waiting)
    assert result
    assert result.verdict == "matched", "the memo is a fact: 300 units are credited"
    assert (memo.number, memo.amount, memo.paid) == ("DM-000001", "645.00", "2545.00")
    (event,) = told(workspace, "invoice.short_paid")
    assert event["debit_memo"]["amount"] == "645.00"
    assert event["debit_memo"]["lines"][0]["quantity"] == "300"
    printed = await shown(client, f"/memos/{memo.id}")
    assert "DM-000001" in printed
    formats = re.findall(r"/memos/1/file\?format=([\w-]+)", printed)
    assert set(formats) == {"json", "cxml-invoice", "ubl-invoice"}
    for name in formats:
        content = await shown(client, f"/memos/{memo.id}/file", format=name)
        assert "DM-000001" in content
    runs = text_of(await shown(client, f"/x/{waiting}/runs"))
    assert "Receipt ASK-1 came" in runs
    assert "operator: a debit memo was written" in runs
    page = await shown(client, f"/x/{waiting}")
    back = form_of("/inbox") | fields_of(page, f"/x/{waiting}/short-pay/withdraw")
    await client.post(f"/x/{waiting}/short-pay/withdraw", data=back)
    with workspace.store.read() as connection:
        again = exception.result(connection, waiting)
    assert again
    assert (again.verdict, again.open) == ("exception", True)
    assert len(told(workspace, "invoice.short_pay_undone")) == 1


async def test_what_no_fact_settles_is_closed_by_the_memo(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    workspace.take_in(
        [p for p in sorted((SAMPLES / "11-freight-over-plan").glob("*/*")) if p.suffix != ".json"]
    )
    record = workspace.record("GH-7719")
    page = await shown(client, f"/x/{record}/short-pay")
    sent = form_of("/inbox") | fields_of(page, f"/x/{record}/short-pay") | {"reason": "as planned"}
    await client.post(f"/x/{record}/short-pay", data=sent)
    with workspace.store.read() as connection:
        result = exception.result(connection, record)
    assert result
    assert not result.open
    page = text_of(await shown(client, f"/x/{record}"))
    assert "Paid short by operator: as planned" in page


async def test_the_supplier_answers_in_words_and_by_file(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    question = await asked(client, workspace, form_of, record, "supplier")
    page = await shown(client, f"/ask/{question.token}")
    assert "We will send a credit" in page
    refused = await client.post(f"/ask/{question.token}", data={"answer": "price_is_right"})
    assert refused.status == 422
    path = SAMPLES / "03-over-billing/copperline/810-88207.x12"
    content = path.read_bytes().replace(b"88207", b"88299").replace(b"IT1*2*44*", b"IT1*2*40*")
    content = content.replace(b"TDS*679200", b"TDS*632000")
    sent = {"answer": "corrected", "text": "sorry", "name": "Copperline", "file": content}
    done = await client.post(f"/ask/{question.token}", data=multipart(sent))
    assert "Your answer has arrived" in await done.text()
    work_off(workspace)
    assert workspace.record("88299")
    page = text_of(await shown(client, f"/x/{record}"))
    assert "A corrected invoice was sent. sorry" in page
    assert "Accounts payable" in page
    (event,) = told(workspace, "question.answered")
    assert event["file"] == "810.x12"


def multipart(fields: dict[str, Any]) -> Any:
    from aiohttp import FormData  # noqa: PLC0415 - only here

    form = FormData()
    for name, value in fields.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename="810.x12", content_type="application/edi-x12")
        else:
            form.add_field(name, value)
    return form


async def test_a_question_ends(client: TestClient, workspace: Any, form_of: Form) -> None:
    record = workspace.record("88207")
    question = await asked(client, workspace, form_of, record, "supplier")
    back = form_of("/inbox") | {"question": question.token}
    await client.post(f"/x/{record}/ask/withdraw", data=back)
    assert "taken back" in await shown(client, f"/ask/{question.token}", status=410)
    with workspace.store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE question SET answer=NULL, expires_at='2026-10-01T00:00:00.000000+00:00'"
        )
    assert "expired" in await shown(client, f"/ask/{question.token}", status=410)
    late = await client.post(f"/ask/{question.token}", data={"answer": "credit"})
    assert late.status == 410
    await shown(client, "/ask/no-such-token-at-all-here", status=404)


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "maybe"},
        {"answer": "damaged"},
        {"answer": "damaged", "came": "9999"},
        {"answer": "damaged", "came": "10", "damaged": "11"},
        {"answer": "damaged", "came": "many"},
        {"answer": "damaged", "came": "NaN"},
        {"answer": "damaged", "came": "1E+30"},
    ],
)
async def test_an_answer_that_cannot_be_is_not_taken(
    client: TestClient,
    workspace: Any,
    form_of: Form,
    waiting: int,
    fields: dict[str, str],
) -> None:
    question = await asked(client, workspace, form_of, waiting, "receiver")
    assert (await client.post(f"/ask/{question.token}", data=fields)).status == 422
    assert told(workspace, "question.answered") == []


async def test_a_tolerance_is_adjusted_once_and_taken_back(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}/allow")
    assert "+472.00 approved" in page
    assert "Nothing else." in page
    sent = form_of("/inbox") | fields_of(page, f"/x/{record}/allow") | {"reason": "as agreed"}
    posted = page.partition('method="post" action')[2]
    sent |= dict(re.findall(r'name="(allow|key|digest)" value="([^"]*)"', posted))
    await client.post(f"/x/{record}/allow", data=sent)
    with workspace.store.read() as connection:
        result = exception.result(connection, record)
    assert result
    assert result.verdict == "matched_within_tolerance"
    page = await shown(client, f"/x/{record}")
    assert "Tolerance adjusted once" in page
    back = form_of("/inbox") | fields_of(page, f"/x/{record}/withdraw")
    done = await (await client.post(f"/x/{record}/withdraw", data=back)).text()
    assert "Taken back, and matched again." in done
    with workspace.store.read() as connection:
        again = exception.result(connection, record)
    assert again
    assert again.verdict == "exception"
    assert [one["decision"]["reason"] for one in told(workspace, "invoice.tolerance_allowed")] == [
        "as agreed"
    ]
    assert len(told(workspace, "invoice.amendment_withdrawn")) == 1


async def test_a_limit_is_tried_set_and_ended(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("Q2291")
    query = {"mode": "limit", "limit_key": "price.over_pct", "value": "x"}
    assert "must be a number" in await shown(client, f"/x/{record}/allow", **query)
    page = await shown(client, f"/x/{record}/allow", mode="limit")
    assert "What it would change" in page
    posted = page.partition('method="post" action')[2]
    sent = form_of("/inbox") | {"reason": "agreed for the year"}
    sent |= dict(re.findall(r'name="(limit_key|value|scope|key|digest)" value="([^"]*)"', posted))
    done = await (await client.post(f"/x/{record}/limit", data=sent)).text()
    assert "The limit is set" in done
    with workspace.store.read() as connection:
        result = exception.result(connection, record)
    assert result
    assert result.verdict == "matched_within_tolerance"
    assert "The limits changed: price.over_pct" in await shown(client, f"/x/{record}/runs")
    page = await shown(client, f"/x/{record}")
    back = form_of("/inbox") | fields_of(page, f"/x/{record}/limit/end")
    await client.post(f"/x/{record}/limit/end", data=back)
    with workspace.store.read() as connection:
        again = exception.result(connection, record)
    assert again
    assert again.verdict == "exception"
    (event,) = told(workspace, "policy.limit_set")
    assert event["limit"]["key"] == "price.over_pct"
    assert len(told(workspace, "policy.limit_ended")) == 1


async def test_a_line_is_linked_to_another(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}/relink", line="2")
    assert "billed by line 2" in page
    targets = re.findall(r'name="target" value="([^"]+)"', page)
    assert len(targets) == 2
    sent = form_of("/inbox") | fields_of(page, f"/x/{record}/relink") | {"target": targets[0]}
    post = page.partition('method="post" action')[2]
    sent |= dict(re.findall(r'name="(line|key|digest)" value="([^"]*)"', post))
    done = await (await client.post(f"/x/{record}/relink", data=sent)).text()
    assert "Linked, and matched again." in done
    with workspace.store.read() as connection:
        result = exception.result(connection, record)
    assert result
    lines = msgspec.json.decode(result.body)["lines"]
    assert [one["order"]["line"] for one in lines] == ["1", "1"]
    assert "Lines 1 and 2 bill one order line" in await shown(client, f"/x/{record}")
    missing = await shown(client, f"/x/{record}/relink", order="nothing")
    assert "There is no order nothing." in missing


async def test_who_comes_second_is_told_who_was_first(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}")
    sent = form_of("/inbox") | fields_of(page, f"/x/{record}/decision")
    first = sent | {"action": "accept", "reason": "yes"}
    await client.post(f"/x/{record}/decision", data=first)
    second = sent | {"action": "reject", "reason": "no", "key": KEY}
    done = await (await client.post(f"/x/{record}/decision", data=second)).text()
    assert "Already accepted by operator 0 s ago; your decision was not written." in done


async def test_the_sentence_leads_to_its_sources(client: TestClient, workspace: Any) -> None:
    page = await shown(client, f"/x/{workspace.record('88207')}")
    headline = page.partition('<h1 class="headline">')[2].partition("</h1>")[0]
    linked = dict(re.findall(r'href="#([\w-]+)" title="[^"]*">([\d.,]+)</a>', headline))
    assert sorted(linked.values()) == ["40", "44"]
    cards = re.findall(r'<a class="lit-card" href="#([\w-]+)">', page)
    assert len(cards) == 3, "order, receipt and invoice"
    assert set(linked) <= set(cards)
    assert "<mark>44</mark>" in page


async def test_a_pdf_shows_the_place_cut_out(client: TestClient, workspace: Any) -> None:
    record = workspace.record("KMW-3318")
    page = await shown(client, f"/x/{record}")
    places = re.findall(r'<a class="lit-card"', page)
    cuts = re.findall(r'<svg class="lit-cut"', page)
    assert bool(places) == bool(cuts)


async def test_nothing_is_decided_twice_by_the_same_form(
    client: TestClient, workspace: Any, form_of: Form
) -> None:
    record = workspace.record("88207")
    page = await shown(client, f"/x/{record}/short-pay")
    sent = form_of("/inbox") | fields_of(page, f"/x/{record}/short-pay") | {"reason": "short"}
    for _ in range(2):
        await client.post(f"/x/{record}/short-pay", data=sent)
    stale = await client.post(f"/x/{record}/short-pay", data=sent | {"key": KEY})
    assert stale.status == 200
    with workspace.store.read() as connection:
        assert len(memos.of_record(connection, record)) == 1


@pytest.mark.parametrize("page", ["ask", "allow", "relink", "short-pay", "runs"])
async def test_pages_of_what_is_not_there(client: TestClient, page: str) -> None:
    await shown(client, f"/x/999999/{page}", status=404)
