"""The table of the demo: every document, what it became, and why, for people to read.

Whatever documents say is shown as text: no markup of the terminal's, no control characters.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.answers import plain
from gateway.demo.outcome import Money, Row, Summary

_COLOURS = {
    "matched": "green",
    "matched_within_tolerance": "green",
    "waiting": "yellow",
    "exception": "red",
    "unmatched": "red",
    "duplicate": "magenta",
}
_WIDE, _NARROW = 150, 120  # columns of the terminal
_AMOUNTS = ("approved", "pending", "disputed")


def show(console: Console, rows: Sequence[Row]) -> None:
    """Print the table of `rows`, a section for each story; a narrow terminal gets it stacked."""
    narrow = console.width < _NARROW
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="What the samples became")
    for name in ("document", "verdict") if narrow else ("document", "became", "verdict"):
        table.add_column(name, overflow="fold", ratio=1 if narrow and name == "document" else None)
    for name in ("amounts",) if narrow else _AMOUNTS:
        table.add_column(name, justify="right", no_wrap=True)
    if not narrow:
        table.add_column("reason", overflow="fold", ratio=1)
    story = ""
    for row in rows:
        if row.story != story:
            story = row.story
            table.add_section()
            table.add_row(Text(_title(story), style="bold"))
        table.add_row(*(_stacked(row) if narrow else _cells(row, console.width)))
    console.print(table)


def _title(story: str) -> str:
    number, _, name = story.partition("-")
    return f"{number} {name.replace('-', ' ')}"


def _cells(row: Row, width: int) -> Iterable[Text]:
    yield Text(plain(f"{row.partner}/{row.file}" if width >= _WIDE else row.file))
    yield _became(row)
    yield _verdict(row)
    for name in _AMOUNTS:
        amount = getattr(row, name)
        yield Text("" if amount is None else money(amount), style="" if amount else "dim")
    yield _reason(row)


def _stacked(row: Row) -> Iterable[Text]:
    parts = (Text(plain(row.file)), _became(row), _reason(row))
    yield Text("\n").join(part for part in parts if part)
    yield _verdict(row)
    amounts = ((name, getattr(row, name)) for name in _AMOUNTS)
    yield Text("\n".join(f"{money(amount)} {name}" for name, amount in amounts if amount))


def _became(row: Row) -> Text:
    return Text(plain(" ".join(filter(None, (row.became, row.number)))))


def _verdict(row: Row) -> Text:
    verdict = row.verdict or ""
    return Text(verdict.replace("_", " "), style=_COLOURS.get(verdict, ""))


def _reason(row: Row) -> Text:
    return Text(plain(row.reason), style="red" if row.surprises else "")


def money(amount: Decimal) -> str:
    """Return an amount as people write it."""
    return f"{amount:,}"


def tell(console: Console, one: Summary, seconds: float) -> None:
    """Print the whole in three lines, and what came out differently than it should."""
    files = f"{one.files_in} files in, {one.answered} answered: {one.quarantined} quarantined"
    judged = f"{one.repeated} repeated, {one.invoices} invoices judged, in {seconds:.0f} seconds"
    events = f"{one.events_announced} events announced, {one.events_verified} taken in by the ERP"
    sums = [_sums(sums_of) for sums_of in one.money]
    for line in (f"{files}, {judged}.", f"{events} with a good signature.", *sums):
        console.print(Text(line))
    for surprise in one.surprises:
        console.print(Text(f"Not as expected: {plain(surprise)}", style="red"))
    if one.good:
        console.print(Text("Everything came out as the stories say.", style="green"))


def _sums(one: Money) -> str:
    parts = f"{money(one.approved)} approved + {money(one.pending)} pending"
    whole = f"{one.currency} {money(one.billed)} billed"
    return f"{whole} = {parts} + {money(one.disputed)} disputed."
