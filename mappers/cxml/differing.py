"""The finding that a figure is not what the others make it."""

from decimal import Decimal

from mappers.canonical import Problem


def differs(  # noqa: PLR0913 - the parts of a Problem
    code: str, message: str, at: str, *, found: Decimal, due: Decimal, pointer: str | None = None
) -> Problem:
    """Return the warning that a figure is not what the others make it."""
    return Problem(
        code=code,
        severity="warning",
        message=message,
        at=at,
        found=f"{found:f}",
        expected=f"{due.normalize():f}",
        pointer=pointer,
        remedy="Compare with the order; ask the supplier to correct the document if it is wrong.",
    )
