"""The outcome: what became of each sample document, and whether that is what was due."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.answers import called
from gateway.demo.stories import Expected, SampleDocument, Story
from gateway.store import answering
from gateway.store.answering import Became
from gateway.store.documents import DUPLICATE, QUARANTINED
from gateway.store.engine import Store
from gateway.store.outcomes import Outcome, event_ids, outcomes
from mappers.canonical import Totals
from matcher.result import Reconciliation
from parsers.form import Problem

_result = msgspec.json.Decoder(Reconciliation)
_problems = msgspec.json.Decoder(tuple[Problem, ...])
_ZERO = Decimal("0.00")


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document: what it became, and for an invoice the verdict and where its money went.

    `surprises` says in words where that differs from what the story expects.
    """

    story: str
    partner: str
    file: str
    state: str
    became: str
    number: str | None = None
    verdict: str | None = None
    currency: str | None = None
    billed: Decimal | None = None
    approved: Decimal | None = None
    pending: Decimal | None = None
    disputed: Decimal | None = None
    codes: tuple[str, ...] = ()
    reason: str = ""
    surprises: tuple[str, ...] = ()


class Money(Struct, frozen=True, kw_only=True):
    """All money of one currency: what was billed, and where it went."""

    currency: str
    billed: Decimal
    approved: Decimal
    pending: Decimal
    disputed: Decimal

    @property
    def adds_up(self) -> bool:
        """Whether nothing was lost and nothing invented."""
        return self.billed == self.approved + self.pending + self.disputed


class Summary(Struct, frozen=True, kw_only=True, tag_field="kind", tag="summary"):
    """The whole: files, events, and money, which must add up in each case."""

    files_in: int
    answered: int
    quarantined: int
    repeated: int
    invoices: int
    events_announced: int
    events_verified: int
    money: tuple[Money, ...]
    surprises: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether everything came out as it should."""
        return not self.surprises


class _Said(Struct):
    """What the table needs of a record."""

    evidence: str | None = None
    operation: str | None = None
    type: str | None = None
    totals: Totals | None = None


_said = msgspec.json.Decoder(_Said)


def rows(store: Store, stories: Iterable[Story]) -> list[Row]:
    """Return what became of every document of `stories`, story by story."""
    with store.read() as connection:
        files = outcomes(connection)
        became: dict[int, list[Became]] = {}
        for one in answering.became(connection, [file.id for file in files]):
            became.setdefault(one.document_id, []).append(one)
    by_name = {(one.partner, one.name): one for one in files}
    return [
        _row(story, document, by_name.get((document.partner, document.name)), became)
        for story in stories
        for document in story.told.documents
    ]


def _row(
    story: Story, due: SampleDocument, file: Outcome | None, became: Mapping[int, Sequence[Became]]
) -> Row:
    found = next(iter(became.get(file.id, ())), None) if file else None
    result = _result.decode(found.result) if found and found.result else None
    said = _said.decode(found.body) if found and result else None
    row = Row(
        story=story.name,
        partner=due.partner,
        file=due.name,
        state=file.state if file else "missing",
        became=_became(file, found),
        number=found.number if found else None,
        verdict=result.verdict if result else None,
        currency=result.currency if result else None,
        billed=_billed(said) if said else None,
        approved=result.approved if result else None,
        pending=result.pending if result else None,
        disputed=result.disputed if result else None,
        codes=_codes(result) if result else (),
        reason=_reason(file, found),
    )
    return msgspec.structs.replace(row, surprises=tuple(_surprises(story, due, file, row, result)))


def _billed(said: _Said) -> Decimal | None:
    """Return the total of an invoice; a credit memo's is money that comes back."""
    total = said.totals.total if said.totals else None
    return -total if total is not None and said.type == "credit_memo" else total


def _became(file: Outcome | None, found: Became | None) -> str:
    if file is None:
        return "nothing"
    if file.state == DUPLICATE:
        return f"repeat of receipt {file.repeat_of}"
    if file.state == QUARANTINED:
        return "quarantined"
    if found is None:
        return "nothing"
    said = _said.decode(found.body)
    return called(found.kind, said.evidence, said.operation, said.type)


def _reason(file: Outcome | None, found: Became | None) -> str:
    if file and file.problems and file.state == QUARANTINED:
        first, *more = (one for one in _problems.decode(file.problems) if one.is_error)
        return f"{first.message} (and {len(more)} more)" if more else first.message
    return (found.reason or "") if found else ""


def _codes(result: Reconciliation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.code for finding in result.findings))


def _surprises(
    story: Story,
    due: SampleDocument,
    file: Outcome | None,
    row: Row,
    result: Reconciliation | None,
) -> Iterable[str]:
    where = due.file
    if file is None or not file.answered:
        yield f"{where}: no answer"
    elif due.quarantined:
        codes = {problem.code for problem in _problems.decode(file.problems or b"[]")}
        if row.state != QUARANTINED or due.quarantined not in codes:
            yield f"{where}: {row.state} for {sorted(codes)}, due is {due.quarantined}"
    elif due.repeats:
        if row.state != DUPLICATE:
            yield f"{where}: {row.state}, due is a repeat of {due.repeats}"
    elif row.became != due.becomes:
        yield f"{where}: became {row.became}, due is {due.becomes}"
    elif result:
        expected = {one.invoice.number: one for one in story.told.reconciliations}
        yield from _differences(where, expected.get(row.number or ""), result)


def _differences(where: str, due: Expected | None, result: Reconciliation | None) -> Iterable[str]:
    if due is None or result is None:
        yield f"{where}: {'no result' if due else 'no result is due'}"
        return
    for name in ("verdict", "approved", "pending", "disputed", "currency", "codes"):
        if getattr(result, name) != getattr(due, name):
            yield f"{where}: {name} {getattr(result, name)}, due is {getattr(due, name)}"
    lines = {one.number: one for one in result.lines}
    for line in due.lines:
        got = lines.get(line.number)
        for name in ("verdict", "approved", "pending", "disputed", "codes"):
            if getattr(got, name, None) != getattr(line, name):
                yield f"{where}: line {line.number} {name} {getattr(got, name, None)}"


def summary(store: Store, found: Sequence[Row], inbox: Path, verified: Sequence[str]) -> Summary:
    """Count what came in against what went out; `verified` are the events that the ERP took in."""
    with store.read() as connection:
        announced = event_ids(connection)
    judged = [one for one in found if one.verdict]
    partners = {one.partner for one in found}
    answers = sum(len(list((inbox / one / "out").glob("*.answer.json"))) for one in partners)
    money = tuple(_money(judged))
    surprises = [surprise for one in found for surprise in one.surprises]
    if answers != len(found):
        surprises.append(f"{len(found)} files came in, {answers} answers went out")
    if sorted(announced) != sorted(verified):
        surprises.append(f"{len(announced)} events announced, {len(verified)} verified")
    surprises += [f"money in {one.currency} does not add up" for one in money if not one.adds_up]
    return Summary(
        files_in=len(found),
        answered=answers,
        quarantined=sum(one.state == QUARANTINED for one in found),
        repeated=sum(one.state == DUPLICATE for one in found),
        invoices=len(judged),
        events_announced=len(announced),
        events_verified=len(verified),
        money=money,
        surprises=tuple(surprises),
    )


def _money(judged: Sequence[Row]) -> Iterable[Money]:
    names = ("billed", "approved", "pending", "disputed")
    for currency in sorted({one.currency or "" for one in judged}):
        own = [one for one in judged if (one.currency or "") == currency]
        sums = {name: sum((getattr(one, name) or _ZERO for one in own), _ZERO) for name in names}
        yield Money(currency=currency, **sums)
