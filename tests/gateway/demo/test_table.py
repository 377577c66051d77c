"""The demo's table and its sums: whatever a document says is shown, and does nothing."""

import io
from decimal import Decimal

import pytest
from rich.console import Console

from gateway.demo.outcome import Money, Row, Summary
from gateway.demo.table import show, tell

HOSTILE = "[bold red]PAID[/] \x1b[2J\u202etxt.exe [link=file:///etc/passwd]here[/link]"


def row(**said: object) -> Row:
    base = {"story": "03-over-billing", "partner": "copperline", "file": "a.x12", "state": "read"}
    return Row(**{**base, "became": "invoice", **said})  # type: ignore[arg-type]


def printed(width: int, *rows: Row) -> str:
    screen = io.StringIO()
    show(Console(file=screen, width=width, force_terminal=False), rows)
    return screen.getvalue()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_hostile_text_is_shown_as_it_is(width: int) -> None:
    text = printed(width, row(reason=HOSTILE, number="[b]1[/b]"))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold" in text


def test_money_is_written_for_people() -> None:
    text = printed(
        160,
        row(verdict="exception", approved=Decimal("6320.00"), disputed=Decimal("472.00")),
    )
    assert "6,320.00" in text
    assert "472.00" in text
    assert "03 over billing" in text


def summary(*surprises: str) -> Summary:
    money = Money(
        currency="EUR",
        billed=Decimal("1140.00"),
        approved=Decimal("1000.00"),
        pending=Decimal("100.00"),
        disputed=Decimal("40.00"),
    )
    counts = {
        "files_in": 2,
        "answered": 2,
        "quarantined": 0,
        "repeated": 0,
        "invoices": 1,
        "events_announced": 3,
        "events_verified": 3,
    }
    return Summary(money=(money,), surprises=surprises, **counts)


def told(one: Summary) -> str:
    screen = io.StringIO()
    tell(Console(file=screen, width=160), one, 4.2)
    return screen.getvalue()


def test_the_sums_are_told_for_each_currency() -> None:
    text = told(summary())
    assert "EUR 1,140.00 billed = 1,000.00 approved + 100.00 pending + 40.00 disputed." in text
    assert "Everything came out as the stories say." in text


def test_a_surprise_is_told_and_is_no_success() -> None:
    one = summary("copperline/a.x12: no answer")
    assert not one.good
    assert "Not as expected: copperline/a.x12: no answer" in told(one)


def test_money_that_got_lost_is_noticed() -> None:
    lost = Money(
        currency="EUR",
        billed=Decimal("10.00"),
        approved=Decimal("9.99"),
        pending=Decimal(0),
        disputed=Decimal(0),
    )
    assert not lost.adds_up
