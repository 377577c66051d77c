"""Facts that people decide: written with their event and their result, once, and taken back."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.flows import allowing, amending, relinking, short_paying
from gateway.flows.allowing import Limit
from gateway.flows.deciding import UNDO_FOR
from gateway.flows.relinking import Link
from gateway.flows.trying import attempt
from gateway.store import memos, runs
from gateway.store.engine import Store
from matcher.policy import PolicyError
from tests.gateway.flows.reviewed import Case, invoice, order, receipt


@pytest.fixture
def case(store: Store, clock: Any) -> Case:
    return Case(store, clock)


def freight_line() -> Any:
    return invoice("INV-2", "1", "5.00", part="Z-9")


# Paying short.


def test_a_debit_memo_settles_what_it_deducts(case: Case) -> None:
    assert case.told().disputed == Decimal("20.00")
    asked = case.decision("short_pay", "a")
    for _ in range(2):
        outcome = short_paying.short_pay(case.store, case.clock, case.judge, asked)
        assert outcome.state == "decided"
    after = case.told()
    assert (after.verdict, after.approved, after.disputed) == ("matched", 120, 0)
    with case.store.read() as connection:
        (memo,) = memos.of_record(connection, case.invoice)
        (before,) = runs.of_record(connection, case.invoice)
    assert (memo.amount, memo.paid, memo.number) == ("20.00", "100.00", "DM-000001")
    assert before.version == 1
    (event,) = case.events("invoice.short_paid")
    assert event["debit_memo"]["lines"][0]["quantity"] == "2"
    assert event["disputed"] == "20.00", "told as it was judged"


def test_what_was_deducted_can_be_billed_when_it_comes(case: Case) -> None:
    asked = case.decision("short_pay", "a")
    short_paying.short_pay(case.store, case.clock, case.judge, asked)
    (_, second) = case.add([receipt("2", number="GR-2"), invoice("INV-3", "2", "10.00")])
    assert case.told(second).verdict == "matched"


def test_a_memo_is_taken_back_and_its_number_is_not_given_again(case: Case, clock: Any) -> None:
    asked = case.decision("short_pay", "a")
    short_paying.short_pay(case.store, case.clock, case.judge, asked)
    late = clock() + UNDO_FOR * 2
    back = case.decision("withdraw", "b")
    too_late = short_paying.withdraw(case.store, lambda: late, case.judge, back, 1)
    assert too_late.state == "changed"
    done = short_paying.withdraw(case.store, case.clock, case.judge, back, 1)
    assert done.state == "decided"
    assert (case.told().verdict, case.result().open) == ("exception", True)
    again = case.decision("short_pay", "c")
    short_paying.short_pay(case.store, case.clock, case.judge, again)
    with case.store.read() as connection:
        first, second = memos.of_record(connection, case.invoice)
    assert (first.withdrawn_at is None, second.number) == (False, "DM-000002")


def test_a_stale_or_second_decision_pays_nothing(case: Case) -> None:
    stale = case.decision("short_pay", "a", digest="another")
    outcome = short_paying.short_pay(case.store, case.clock, case.judge, stale)
    assert outcome.state == "changed"
    first, second = case.decision("short_pay", "b"), case.decision("short_pay", "c", actor="ben")
    assert short_paying.short_pay(case.store, case.clock, case.judge, first).state == "decided"
    assert short_paying.short_pay(case.store, case.clock, case.judge, second).state == "changed"
    with case.store.read() as connection:
        assert len(memos.of_record(connection, case.invoice)) == 1


def test_a_price_is_deducted_by_money_alone(store: Store, clock: Any) -> None:
    case = Case(store, clock)
    (case.invoice,) = case.add([invoice("INV-9", "2", "11.00")])
    told = case.told()
    assert [one.code for one in told.findings if one.line]  # over the receipt of the first
    case = _priced(store, clock)
    short_paying.short_pay(case.store, case.clock, case.judge, case.decision("short_pay", "p"))
    (event,) = case.events("invoice.short_paid")
    (line,) = event["debit_memo"]["lines"]
    assert (line.get("quantity"), line["amount"]) == (None, "2.00")
    assert case.told().verdict == "matched"


def _priced(store: Store, clock: Any) -> Case:
    """Return a case with another order, of which two came and are billed too dear."""
    case = Case.__new__(Case)
    case.store, case.clock = store, clock
    case.judge = Case.judge_of()
    dear = replace(invoice("INV-8", "2", "11.00"), orders=("46",))
    (line,) = dear.lines
    line = replace(line, order=replace(line.order, number="46"))  # type: ignore[type-var]
    came = receipt("2", number="GR-8")
    goods = replace(came.lines[0], order=replace(came.lines[0].order, number="46"))  # type: ignore[type-var]
    records = [order("46"), replace(came, lines=(goods,)), replace(dear, lines=(line,))]
    case.invoice = case.add(records)[-1]
    return case


# Adjusting once, and as policy.


def test_a_tolerance_is_as_wide_as_the_invoice_needs(case: Case) -> None:
    (offered,) = allowing.allowances(case.told())
    preview = allowing.preview_once(case.store, case.clock, case.judge, case.invoice, offered)
    assert preview.trial.own
    assert preview.trial.own[1].disputed == 0
    assert not preview.trial.others
    assert case.told().disputed == 20, "a trial keeps nothing"
    assert preview.way
    asked = case.decision("allow", "a")
    allowing.allow_once(case.store, case.clock, case.judge, asked, preview.way)
    assert case.told().verdict == "matched_within_tolerance"
    (more,) = case.add([invoice("INV-4", "1", "10.00")])
    assert case.told(more).approved == 0, "nothing beyond it passes"


def test_an_allowance_is_taken_back(case: Case) -> None:
    (offered,) = allowing.allowances(case.told())
    allowing.allow_once(
        case.store, case.clock, case.judge, case.decision("allow", "a"), offered.ways[0]
    )
    with case.store.read() as connection:
        ((key, _, actor),) = amending.in_force(connection, case.invoice)
    assert actor == "ann"
    back = case.decision("withdraw", "b")
    for _ in range(2):
        done = amending.withdraw(case.store, case.clock, case.judge, back, key)
        assert done.state == "decided"
    assert case.told().disputed == 20
    with case.store.read() as connection:
        assert amending.in_force(connection, case.invoice) == []
    nothing = case.decision("withdraw", "c")
    assert amending.withdraw(case.store, case.clock, case.judge, nothing, key).state == "changed"


def test_a_way_that_is_not_offered_is_not_taken(case: Case) -> None:
    (offered,) = allowing.allowances(case.told())
    wide = replace(offered.ways[0], tolerances={"qty": {"received_pct": "unlimited"}})
    asked = case.decision("allow", "a")
    outcome = allowing.allow_once(case.store, case.clock, case.judge, asked, wide)
    assert outcome.state == "changed"


def test_a_limit_holds_for_its_supplier_until_it_is_ended(case: Case) -> None:
    assert allowing.proposed(case.told()) == ("qty.received_pct", "20")
    limit = Limit(key="qty.received_pct", value="20", supplier="100387")
    tried = allowing.preview_limit(case.store, case.clock, case.judge, case.invoice, limit)
    assert tried.trial.own
    assert tried.trial.own[1].disputed == 0
    asked = case.decision("allow", "a")
    allowing.set_limit(case.store, case.clock, case.judge, asked, limit)
    assert case.told().verdict == "matched_within_tolerance"
    (event,) = case.events("policy.limit_set")
    assert event["limit"] == {"key": "qty.received_pct", "value": "20", "supplier": "100387"}
    elsewhere = Case.judge_of()  # another process
    with case.store.write() as connection:
        found = elsewhere.results(connection, [case.invoice], case.clock().date())
    assert found[case.invoice].disputed == 0
    ended = allowing.end_limit(
        case.store, case.clock, case.judge, case.decision("withdraw", "b"), 1
    )
    assert ended.state == "decided"
    assert case.told().verdict == "exception"


@pytest.mark.parametrize(
    ("key", "value"),
    [("price.over_pct", "dear"), ("price.over_pct", "-1"), ("pair.min", "0.1"), ("", "1")],
)
def test_a_limit_that_cannot_be_is_refused(case: Case, key: str, value: str) -> None:
    with pytest.raises(PolicyError):
        allowing.set_limit(
            case.store,
            case.clock,
            case.judge,
            case.decision("allow", "a"),
            Limit(key=key, value=value, supplier=None),
        )
    assert case.events("policy.limit_set") == []


def test_a_trial_names_what_else_would_move(case: Case) -> None:
    other = replace(order("77"), lines=order("77").lines)
    case.add([other])
    (second,) = case.add([invoice("INV-6", "5", "10.00")])
    limit = Limit(key="qty.received_pct", value="70", supplier=None)
    trial = allowing.preview_limit(case.store, case.clock, case.judge, case.invoice, limit).trial
    assert second in trial.others
    assert trial.moves
    untouched = attempt(case.store, case.judge, case.invoice, (), case.clock().date())
    assert not untouched.others


# Linking.


def test_a_line_is_linked_to_the_order_line_that_a_person_names(case: Case) -> None:
    (case.invoice,) = case.add([freight_line()])
    assert case.told().lines[0].order is None or "ITEM_NOT_ON_PO" in case.result().body.decode()
    link = Link(line="1", order="45", order_line="2")
    asked = case.decision("relink", "a")
    assert relinking.relink(case.store, case.clock, case.judge, asked, link).state == "decided"
    (line,) = case.told().lines
    assert line.order
    assert (line.order.number, line.order.line) == ("45", "2")
    (event,) = case.events("invoice.relinked")
    assert event["decision"]["reason"].startswith("Line 1 bills line 2 of order 45")


def test_a_line_is_linked_to_another_order(case: Case) -> None:
    case.add([order("46", second="A-1")])
    link = Link(line="1", order="46", order_line="1")
    asked = case.decision("relink", "a")
    relinking.relink(case.store, case.clock, case.judge, asked, link)
    (line,) = case.told().lines
    assert line.order
    assert line.order.number == "46"


@pytest.mark.parametrize(
    "link",
    [
        Link(line="9", order="45", order_line="2"),
        Link(line="1", order="99", order_line="2"),
        Link(line="1", order="45", order_line="9"),
    ],
)
def test_what_is_not_there_is_not_linked(case: Case, link: Link) -> None:
    asked = case.decision("relink", "a")
    outcome = relinking.relink(case.store, case.clock, case.judge, asked, link)
    assert outcome.state == "changed"
    assert case.events("invoice.relinked") == []


# Repairs.


def test_a_repair_is_one_decision_and_a_fact(case: Case) -> None:
    whole = invoice("INV-7", "1", "400.00", part="KIT")
    (case.invoice,) = case.add([whole])
    (offer,) = case.told().repairs
    assert offer.shape == "merged_lines"
    asked = case.decision("repair", "a")
    refused = amending.repair(case.store, case.clock, case.judge, asked, "merged_lines", "9")
    assert refused.state == "changed"
    for _ in range(2):
        done = amending.repair(case.store, case.clock, case.judge, asked, offer.shape, "1")
        assert done.state == "decided"
    (event,) = case.events("invoice.repaired")
    assert event["decision"]["reason"] == offer.sentence
    assert len(case.told().lines) == 2, "read as the two lines of the order"
