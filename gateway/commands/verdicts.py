"""Verdicts as a person reads them: a table of claims, and under it the reasons."""

from collections.abc import Iterable, Sequence

import click

from matcher.result import Finding, Reconciliation
from parsers.form import Problem

_COLOURS = {
    "matched": "green",
    "matched_within_tolerance": "green",
    "waiting": "yellow",
    "exception": "red",
    "unmatched": "red",
    "duplicate": "red",
}
_WORST_FIRST = ("critical", "block", "wait", "tolerance", "warning", "info")


def show(results: Sequence[Reconciliation], title: str = "") -> None:
    """Print a table of reconciliations, and the sentence of every finding."""
    if title:
        click.echo(click.style(title, bold=True))
    rows = [_row(one) for one in results]
    head = ("invoice", "order", "verdict", "approved", "pending", "disputed", "")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows] if rows else []:
        colour = _COLOURS.get(row[2])
        cells = [_aligned(text, widths[column], column) for column, text in enumerate(row)]
        cells[2] = click.style(cells[2], fg=colour)
        click.echo("  ".join(cells).rstrip())
    for one in results:
        _reasons(one)
    if not rows:
        click.echo("No invoices.")


def _row(result: Reconciliation) -> tuple[str, ...]:
    orders = ", ".join(result.orders) or "-"
    money = (result.approved, result.pending, result.disputed)
    return (
        result.invoice.number or result.invoice.id,
        orders,
        result.verdict,
        *(f"{amount:,f}" for amount in money),
        result.currency or "",
    )


_FIRST_AMOUNT, _LAST_AMOUNT = 3, 5


def _aligned(text: str, width: int, column: int) -> str:
    is_amount = _FIRST_AMOUNT <= column <= _LAST_AMOUNT
    return text.rjust(width) if is_amount else text.ljust(width)


def _reasons(result: Reconciliation) -> None:
    findings = sorted(result.findings, key=lambda one: _WORST_FIRST.index(one.severity))
    if findings:
        click.echo(f"\n{click.style(result.invoice.number or result.invoice.id, bold=True)}")
    for finding in findings:
        where = f"line {finding.line}: " if finding.line else ""
        click.echo(f"  {where}{finding.sentence} [{finding.code}]")
        _suggest(finding)


def _suggest(finding: Finding) -> None:
    who = f"{finding.role}: " if finding.role else ""
    for suggestion in finding.suggestions if finding.role else ():
        click.echo(f"      {who}{suggestion}")


def tell_failure(name: str, problems: Iterable[Problem]) -> None:
    """Say on standard error why a file could not be read."""
    for problem in problems:
        click.echo(f"{name}: {problem.message}. {problem.remedy}", err=True)
