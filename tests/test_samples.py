"""The samples are golden: every document reads as told, every story ends as told."""

import hashlib
import importlib
import json
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from gateway.demo.stories import SampleDocument, Story, interleaved, samples, stories
from gateway.formats import read_documents
from mappers.canonical import AnyRecord, Invoice
from matcher.assess import assess
from matcher.entries import Fact, Master
from matcher.facts import facts_of
from matcher.policy import Policy, policy_of
from matcher.result import Reconciliation
from parsers.form import ParseError

ROOT = samples()
STORIES = stories(ROOT)
DOCUMENTS = [(story, document) for story in STORIES for document in story.told.documents]
JSON = msgspec.json.Encoder(decimal_format="string")
TABLES = ("x12", "cxml", "ubl", "oci")
READ_WITHOUT_TABLES = {("pdf", "invoice"), ("scan", "invoice")}


def read(story: Story, document: SampleDocument) -> list[AnyRecord]:
    path = story.folder / document.file
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with path.open("rb") as file:
        found = read_documents(
            file, name=path.name, sha256=digest, year=2026, partner=document.partner
        )
        return [mapped.record for mapped in found]


def told(story: Story, document: SampleDocument) -> list[Any]:
    path = story.folder / f"{document.file}.expected.json"
    expected: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    return expected


def as_json(record: object) -> Any:
    return json.loads(JSON.encode(record))


def missing(want: Any, got: Any, path: str = "") -> Iterator[str]:
    """What `want` says and `got` does not; a scan's letters beside it may come out otherwise."""
    if isinstance(want, dict):
        for name, value in want.items():
            yield from missing(value, (got or {}).get(name), f"{path}/{name}")
    elif isinstance(want, list):
        if len(want) != len(got or []):
            yield f"{path}: {len(got or [])} instead of {len(want)}"
        for index, value in enumerate(want[: len(got or [])]):
            yield from missing(value, got[index], f"{path}/{index}")
    elif want != got:
        yield f"{path}: {got!r} instead of {want!r}"


READABLE = [(story, one) for story, one in DOCUMENTS if one.becomes != "unreadable"]
UNREADABLE = [(story, one) for story, one in DOCUMENTS if one.becomes == "unreadable"]


@pytest.mark.parametrize(("story", "document"), READABLE, ids=[d.file for _, d in READABLE])
def test_a_document_reads_as_told(story: Story, document: SampleDocument) -> None:
    records = read(story, document)
    if records[0].source.format == "scan":
        assert not list(missing(told(story, document), as_json(records)))
    else:
        assert as_json(records) == told(story, document)
    codes = {problem.code for record in records for problem in record.problems}
    assert document.quarantined is None or document.quarantined in codes


@pytest.mark.parametrize(("story", "document"), UNREADABLE, ids=[d.file for _, d in UNREADABLE])
def test_what_nobody_can_read_is_refused_as_told(story: Story, document: SampleDocument) -> None:
    with pytest.raises(ParseError) as refused:
        read(story, document)
    problem = refused.value.problem
    assert told(story, document) == [{"kind": "unreadable", "problems": [as_json(problem)]}]
    assert problem.code == document.quarantined


def policy() -> Policy:
    return policy_of(tomllib.loads((ROOT / "policy.toml").read_text(encoding="utf-8")))


def facts(story: Story) -> Iterator[Fact]:
    """The facts of a story; the same bytes again are the same fact."""
    for document in story.told.documents:
        if document.becomes != "unreadable" and not document.repeats:
            for record in read(story, document):
                yield from facts_of(record, f"{story.name}/{document.file}")


def judged(results: list[Reconciliation]) -> dict[str, dict[str, Any]]:
    names = ("verdict", "currency", "approved", "pending", "disputed", "codes")
    lines = ("number", "verdict", "approved", "pending", "disputed", "codes")
    return {
        one.invoice.number: {
            **{name: getattr(one, name) for name in names},
            "orders": one.orders,
            "lines": [
                {
                    **{name: getattr(line, name) for name in lines},
                    "order": (line.order.number, line.order.line) if line.order else None,
                }
                for line in one.lines
            ],
        }
        for one in results
    }


def due(story: Story) -> dict[str, dict[str, Any]]:
    return {
        one.invoice.number: {
            "verdict": one.verdict,
            "currency": one.currency,
            "approved": one.approved,
            "pending": one.pending,
            "disputed": one.disputed,
            "codes": one.codes,
            "orders": one.orders,
            "lines": [
                {
                    "number": line.number,
                    "verdict": line.verdict,
                    "approved": line.approved,
                    "pending": line.pending,
                    "disputed": line.disputed,
                    "codes": line.codes,
                    "order": (line.order["number"], line.order["line"]),
                }
                for line in one.lines
            ],
        }
        for one in story.told.reconciliations
    }


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_ends_as_told(story: Story) -> None:
    results = assess(facts(story), policy(), story.told.as_of, Master())
    assert judged(results) == due(story)


def test_all_stories_together_end_as_each_alone() -> None:
    everything = [fact for story in STORIES for fact in facts(story)]
    results = assess(reversed(everything), policy(), STORIES[0].told.as_of, Master())
    assert judged(results) == {
        number: one for story in STORIES for number, one in due(story).items()
    }


def is_credit(record: Invoice) -> bool:
    return record.type == "credit_memo"


def test_money_is_conserved_in_what_is_told() -> None:
    for story in STORIES:
        billed = {
            record.number: -record.totals.total if is_credit(record) else record.totals.total
            for document in story.told.documents
            if document.becomes != "unreadable" and not document.quarantined
            for record in read(story, document)
            if isinstance(record, Invoice) and record.totals and record.totals.total
        }
        for one in story.told.reconciliations:
            assert one.approved + one.pending + one.disputed == billed[one.invoice.number]


def test_every_kind_of_document_has_a_sample() -> None:
    known = {
        (module, kind)
        for module in TABLES
        for kind in importlib.import_module(f"mappers.{module}.tables").TABLES
    }
    shown = {
        (record["source"]["format"], record["source"]["type"])
        for story, document in DOCUMENTS
        for record in told(story, document)
        if "source" in record
    }
    by_module = {("ubl" if form == "cii" else form, kind) for form, kind in shown}
    assert known | READ_WITHOUT_TABLES <= by_module


def test_every_story_is_told_to_people() -> None:
    for story in STORIES:
        text = (story.folder / "README.md").read_text(encoding="utf-8")
        for document in story.told.documents:
            assert f"`{document.file}`" in text


def test_nothing_lies_in_a_story_that_nobody_tells_of() -> None:
    for story in STORIES:
        files = {document.file for document in story.told.documents}
        lying = {
            path.relative_to(story.folder).as_posix()
            for path in story.folder.rglob("*")
            if path.is_file()
        }
        expected = {f"{file}.expected.json" for file in files}
        assert lying == files | expected | {"README.md", "expected.json"}


def test_stories_are_mixed_and_each_keeps_its_order() -> None:
    mixed = list(interleaved(STORIES))
    assert len(mixed) == len(DOCUMENTS)
    for story in STORIES:
        assert [document for one, document in mixed if one is story] == list(story.told.documents)
    assert len({story.name for story, _ in mixed[: len(STORIES)]}) == len(STORIES)
