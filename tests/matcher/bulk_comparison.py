"""Compares bulk matching with single matching: amounts, codes and sentences of every line."""

from typing import Any

from matcher.assess import assess
from matcher.bulk import CODES
from matcher.bulk_documents import DOCUMENT_CODES
from matcher.bulk_tables import Tables
from matcher.bulk_words import codes_of, findings_of
from matcher.entries import Fact
from matcher.policy import Policy
from tests.matcher.bulk_cases import AS_OF


def compare(facts: list[Fact], policy: Policy, tables: Tables, rows: list[dict[str, Any]]) -> int:
    """Insist that `rows` say what `assess` says; return how many there are."""
    results = {one.invoice.id: one for one in assess(facts, policy, AS_OF)}
    assert len(rows) == len(tables.claims)
    for row in rows:
        document, index = tables.keys[row["claim"]]
        result = results[document]
        line = result.lines[index]
        single = tuple(int(one * 100) for one in (line.approved, line.pending, line.disputed))
        assert (row["approved"], row["pending"], row["disputed"]) == single, (document, row)
        assert set(codes_of(row)) == set(line.codes) & set(CODES), (document, row)
        said = {one.sentence for one in result.findings if one.line == line.number}
        assert _sentences(row, tables, policy) <= said
    return len(rows)


def compare_documents(
    facts: list[Fact], policy: Policy, tables: Tables, rows: list[dict[str, Any]]
) -> tuple[int, int]:
    """Insist on what `assess` says of whole invoices; return how many there are, and are left."""
    results = {one.invoice.id: one for one in assess(facts, policy, AS_OF)}
    assert {row["document"] for row in rows} == tables.invoices.keys()
    assert len(rows) == len(tables.documents)
    for row in rows:
        result = results[tables.invoices[row["document"]]]
        single = tuple(int(one * 100) for one in (result.approved, result.pending, result.disputed))
        assert (row["approved"], row["pending"], row["disputed"]) == single, (result, row)
        said = {code for n, code in enumerate(DOCUMENT_CODES) if row["codes"] >> n & 1}
        assert said == set(result.codes) & set(DOCUMENT_CODES), (result, row)
    return len(rows), len(results) - len(rows)


def _sentences(row: dict[str, int], tables: Tables, policy: Policy) -> set[str]:
    place = row["line"]
    found = findings_of(row, tables.order_lines[place], tables.names[place], policy, AS_OF)
    return {one.sentence for one in found}
