"""The page of one record as the template sees it: what is wrong, the documents, what happened."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.flows import amending
from gateway.flows.deciding import CLOSING, undoable
from gateway.flows.news import subject_of
from gateway.store import events, exception
from gateway.store.events import Event
from gateway.store.exception import Decided, Kept, Result
from gateway.web import show
from gateway.web.case import lighting
from gateway.web.case.lighting import Part
from gateway.web.case.ways import Asker, Ways, ways
from gateway.web.cells import Held, Origin, Value
from gateway.web.grid import Case, Grid, grid
from gateway.web.rows import Money, link, money_of
from gateway.web.source import Originals, SourceView, anchor_of, source_view
from gateway.web.timeline import Moment, timeline
from mappers.canonical import AnyRecord, Invoice, PurchaseOrder, Receipt
from matcher.entries import Amendment
from matcher.result import Finding, Reconciliation
from parsers.form import Problem

_SEVERITIES = {
    "critical": show.Look(icon="cross", word="Stop", tone="bad"),
    "block": show.Look(icon="cross", word="Holds money", tone="bad"),
    "wait": show.Look(icon="clock", word="Waits", tone="wait"),
    "tolerance": show.Look(icon="about", word="Within tolerance", tone="good"),
    "warning": show.Look(icon="eye", word="Look", tone="wait"),
    "info": show.Look(icon="dash", word="For information", tone="quiet"),
}


_GRAVEST = tuple(_SEVERITIES)
_ORDER = {"purchase_order": 0, "receipt": 1, "order_response": 2, "invoice": 3}


class Fact(Struct, frozen=True, kw_only=True):
    """A word about the document, and where it stands."""

    label: str
    text: str
    origin: Origin | None = None


class Lit(Struct, frozen=True, kw_only=True):
    """A value that a finding rests on: its document, what it is, where it stands."""

    document: str
    text: str
    origin: Origin


class FindingView(Struct, frozen=True, kw_only=True):
    """One reason, with who can resolve it, what is at stake, and what to do."""

    look: show.Look
    sentence: str
    code: str
    role: str
    line: str
    money: str
    rule: str
    suggestions: tuple[str, ...]
    sources: tuple[Lit, ...]
    parts: tuple[Part, ...] = ()


class RepairView(Struct, frozen=True, kw_only=True):
    """A way to make lines fit, with its balance: what they bill before and after is the same."""

    shape: str
    title: str
    lines: str
    sentence: str
    order: str
    money: str


class Page(Struct, frozen=True, kw_only=True):
    """The whole page. `digest` names the result that the person sees; empty where there is none."""

    id: int
    title: str
    look: show.Look
    headline: str
    parts: tuple[Part, ...]
    lit: tuple[lighting.Lit, ...]
    ways: Ways
    beaten: str
    has_runs: bool
    subject: str
    facts: tuple[Fact, ...]
    money: Money | None
    grid: Grid | None
    findings: tuple[FindingView, ...]
    problems: tuple[Problem, ...]
    sources: tuple[SourceView, ...]
    timeline: tuple[Moment, ...]
    decided: Decided | None
    can_undo: bool
    repairs: tuple[RepairView, ...]
    assigned: str
    digest: str
    can_decide: bool
    query: str
    back_href: str
    next_href: str
    previous_href: str
    places: dict[Origin, str]

    def anchor(self, origin: Origin | None) -> str:
        """Return the anchor of the place where a value stands; empty where it is not shown."""
        return self.places.get(origin, "") if origin else ""


class _Documents(Struct, frozen=True, kw_only=True):
    """The records of a case, decoded; the one the page is about comes first."""

    own: Kept
    others: tuple[Kept, ...]
    records: dict[int, AnyRecord]

    def all(self) -> tuple[Kept, ...]:
        """Return them in the order in which a person looks at them."""
        return (self.own, *sorted(self.others, key=lambda one: _ORDER.get(one.kind, len(_ORDER))))

    def by_key(self, key: str) -> Kept | None:
        return next((one for one in self.all() if one.key == key), None)


def page(connection: Connection, record_id: int, originals: Originals, asker: Asker) -> Page | None:
    """Prepare the page of a record; None where there is no such record."""
    own = exception.kept(connection, record_id)
    if own is None:
        return None
    result = exception.result(connection, record_id)
    told = msgspec.json.decode(result.body, type=Reconciliation) if result else None
    documents = _documents(connection, own, told)
    decisions = exception.decisions(connection, record_id)
    case = _case(documents, told, amending.in_force(connection, record_id))
    laid = grid(case) if case else None
    findings = sorted(told.findings, key=lambda one: _GRAVEST.index(one.severity)) if told else []
    headline = _headline(documents, result, told)
    views = tuple(_finding(one, documents, headline) for one in findings)
    used = _used(laid, views)
    sources = _sources(documents, originals, used)
    shown = _shown_documents(documents, sources)
    views = tuple(_with_links(*pair, shown) for pair in zip(views, findings, strict=True))
    places = lighting.lit(findings[0], shown) if findings else ()
    decided = _decided(result, decisions)
    state = _state(own, documents, result, decided)
    return Page(
        id=record_id,
        title=_title(documents),
        look=show.LOOKS[state],
        headline=headline,
        parts=_headline_parts(headline, findings, places),
        lit=places,
        ways=ways(connection, result, told, documents.records[record_id], asker)
        if result and told
        else Ways(),
        beaten=_beaten(decided, asker),
        has_runs=bool(result and result.version > 1),
        subject=_supplier(documents.records[record_id]) or own.partner,
        facts=tuple(_facts(documents, told)),
        money=_money(told),
        grid=laid,
        findings=views,
        problems=documents.records[record_id].problems,
        sources=tuple(sources),
        timeline=timeline(_happened(connection, documents), asker.now),
        decided=decided,
        can_undo=decided is not None and undoable(decided, asker.now),
        repairs=tuple(_repairs(told)) if result and result.open else (),
        assigned=show.role(result.assigned) if result else "",
        digest=result.digest if result else "",
        can_decide=bool(result and result.open and result.verdict not in _SETTLED),
        query=asker.query,
        back_href=link("/inbox", q=asker.query),
        next_href=link(f"/x/{record_id}/next", q=asker.query),
        previous_href=link(f"/x/{record_id}/previous", q=asker.query),
        places=_places(sources, used),
    )


def _repairs(told: Reconciliation | None) -> Iterable[RepairView]:
    for one in told.repairs if told else ():
        yield RepairView(
            shape=one.shape,
            title=one.shape.replace("_", " ").capitalize(),
            lines=" ".join(one.lines),
            sentence=one.sentence,
            order=one.order.number or "",
            money=show.money(one.money, told.currency if told else None),
        )


_SETTLED = {"matched", "matched_within_tolerance"}


def _documents(connection: Connection, own: Kept, told: Reconciliation | None) -> _Documents:
    keys = [key for key in told.inputs if key != own.key] if told else []
    others = exception.kept_by_key(connection, keys)
    decoded = {one.id: msgspec.json.decode(one.body, type=AnyRecord) for one in (own, *others)}
    return _Documents(own=own, others=tuple(others), records=decoded)


def _state(own: Kept, documents: _Documents, result: Result | None, decided: Decided | None) -> str:
    if result is None:
        return "incomplete" if documents.records[own.id].incomplete else "unknown"
    return decided.action if decided else result.verdict


def _decided(result: Result | None, decisions: Sequence[Decided]) -> Decided | None:
    """Return the decision that settled the current result, if one did."""
    closing = [one for one in decisions if one.action in CLOSING]
    return closing[-1] if closing and result and not result.open else None


def _beaten(decided: Decided | None, asker: Asker) -> str:
    """Say who was first, to somebody whose decision came second."""
    if asker.done != "already" or decided is None:
        return ""
    ago = show.ago(moment_of(decided.at), asker.now)
    word = show.LOOKS[decided.action].word.lower()
    return f"Already {word} by {decided.actor} {ago}; your decision was not written."


def _shown_documents(
    documents: _Documents, sources: Sequence[SourceView]
) -> dict[str, lighting.Document]:
    by_record = {one.record: one for one in sources}
    return {
        one.key: lighting.Document(
            record=one.id,
            kind=one.kind,
            name=_named(one, documents),
            source=by_record[one.id],
        )
        for one in documents.all()
    }


def _with_links(
    view: FindingView, finding: Finding, documents: dict[str, lighting.Document]
) -> FindingView:
    places = lighting.lit(finding, documents)
    parts = lighting.sentence(finding, places) if view.sentence else ()
    return replace(view, parts=parts)


def _headline_parts(
    headline: str, findings: Sequence[Finding], places: Sequence[lighting.Lit]
) -> tuple[Part, ...]:
    if findings and findings[0].sentence == headline:
        return lighting.sentence(findings[0], places)
    return (Part(text=headline),)


def _case(
    documents: _Documents,
    told: Reconciliation | None,
    in_force: Sequence[tuple[str, Amendment, str]],
) -> Case | None:
    own = documents.records[documents.own.id]
    if not isinstance(own, Invoice):
        return None
    others = [(one.id, documents.records[one.id]) for one in documents.others]
    return Case(
        invoice=Held(documents.own.id, own),
        orders=tuple(Held(id_, one) for id_, one in others if isinstance(one, PurchaseOrder)),
        receipts=tuple(Held(id_, one) for id_, one in others if isinstance(one, Receipt)),
        result=told,
        amended=tuple(replace(fact, id=key) for key, fact, _ in in_force),
    )


def _title(documents: _Documents) -> str:
    own = documents.own
    number = getattr(documents.records[own.id], "number", None) or own.file
    return f"{show.kind_of(documents.records[own.id])} {number}"


def _headline(documents: _Documents, result: Result | None, told: Reconciliation | None) -> str:
    if result and result.reason:
        return result.reason
    problem = next(iter(documents.records[documents.own.id].problems), None)
    if told is None and problem:
        return f"{problem.message[:1].upper()}{problem.message[1:]}"
    return "Nothing to object to." if told else "Stored; there was nothing to match it with."


def _supplier(record: AnyRecord) -> str:
    party = getattr(record, "supplier", None) or getattr(record, "payee", None)
    return (party.name or next(iter(party.ids.values()), "")) if party else ""


def _facts(documents: _Documents, told: Reconciliation | None) -> Iterable[Fact]:
    own, at = documents.records[documents.own.id], documents.own.id
    if isinstance(own, Invoice):
        yield Fact(label="Dated", text=show.day(own.date), origin=Origin(at, "/date"))
        due = (told.terms.due if told and told.terms else None) or own.due_date
        if due:
            yield Fact(label="Due", text=show.day(due), origin=Origin(at, "/due_date"))
        for n, order in enumerate(own.orders):
            yield Fact(label="Order", text=order, origin=Origin(at, f"/orders/{n}"))
    for one in documents.others:
        record = documents.records[one.id]
        if isinstance(record, Receipt):
            label = show.kind_of(record)
            yield Fact(label=label, text=record.number or "", origin=Origin(one.id, "/number"))
    yield Fact(label="File no.", text=str(documents.own.document_id))


def _money(told: Reconciliation | None) -> Money | None:
    if told is None:
        return None
    approved, pending, disputed = str(told.approved), str(told.pending), str(told.disputed)
    return money_of(approved, pending, disputed, told.currency)


def _finding(one: Finding, documents: _Documents, headline: str) -> FindingView:
    """Prepare a finding; one that the headline has told already does not say it again."""
    currency = getattr(documents.records[documents.own.id], "currency", None)
    return FindingView(
        look=_SEVERITIES[one.severity],
        sentence="" if one.sentence == headline else one.sentence,
        code=one.code,
        role=show.role(one.role),
        line=one.line or "",
        money=show.money(one.money, currency) if one.money else "",
        rule=one.rule or "",
        suggestions=one.suggestions,
        sources=tuple(_lit(one, documents)),
    )


def _lit(finding: Finding, documents: _Documents) -> Iterable[Lit]:
    for one in finding.sources:
        document = documents.by_key(one.document)
        if document:
            yield Lit(
                document=_named(document, documents),
                text=show.pointer_words(one.pointer),
                origin=Origin(document.id, one.pointer),
            )


def _named(document: Kept, documents: _Documents) -> str:
    """Name a document: by its kind, and by its number where the case has others of the kind."""
    kind = show.kind_of(documents.records[document.id])
    alone = sum(show.kind_of(one) == kind for one in documents.records.values()) == 1
    return kind if alone else f"{kind} {document.number or document.file}"


def _sources(
    documents: _Documents, originals: Originals, used: dict[int, list[str]]
) -> list[SourceView]:
    return [
        source_view(one, documents.records[one.id], originals, used.get(one.id, ()))
        for one in documents.all()
    ]


def _used(laid: Grid | None, findings: Iterable[FindingView]) -> dict[int, list[str]]:
    """Return by record the pointers that the page links to."""
    used: dict[int, list[str]] = {}
    lit = (one.origin for finding in findings for one in finding.sources)
    for origin in (*_origins(laid), *lit):
        used.setdefault(origin.record, []).append(origin.pointer)
    return used


def _origins(laid: Grid | None) -> Iterable[Origin]:
    values: list[Value] = []
    for line in laid.lines if laid else ():
        values += [*line.order, *line.receipt, *line.invoice]
    for total in laid.totals if laid else ():
        values += [total.order, total.invoice]
    return (value.origin for value in values if value.origin)


def _places(sources: Sequence[SourceView], used: dict[int, list[str]]) -> dict[Origin, str]:
    """Return where on this page each value stands: of long documents some are not shown."""
    places = {}
    for source in sources:
        shown = {piece.anchor for line in source.lines for piece in line.pieces}
        shown |= {box.anchor for one in source.pages for box in one.boxes}
        wanted = (*source.anchors, *used.get(source.record, ()))
        for pointer in dict.fromkeys(wanted):
            anchor = anchor_of(source.anchors, pointer)
            if anchor in shown:
                places[Origin(source.record, pointer)] = anchor
    return places


def _happened(connection: Connection, documents: _Documents) -> list[Event]:
    # What became of another invoice of the case is that one's story.
    told = [one for one in documents.all() if one is documents.own or one.kind != "invoice"]
    records = [subject_of(one.id) for one in told]
    files = [f"document/{one.document_id}" for one in documents.all()]
    return events.about(connection, list(dict.fromkeys([*records, *files])))
