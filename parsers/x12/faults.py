"""Faults of the envelope, as problems: what is missing, stray or cut short, and what to do."""

from parsers.form import Problem
from parsers.x12.envelope import Spot
from parsers.x12.form import TransactionSet


def stray(spot: Spot) -> Problem:
    """Tell a segment that stands where none of its kind may."""
    return Problem(
        code="x12.segment_stray",
        severity="warning",
        message=f"{spot.name or 'a segment'} stands outside of what it belongs to",
        at=spot.at(),
        found=spot.piece.strip()[:40],
        expected="ISA, GS, ST ... SE, GE, IEA",
        remedy="Check whether a header segment is missing before it.",
    )


def no_group(spot: Spot) -> Problem:
    """Tell a transaction set that stands in no functional group."""
    return Problem(
        code="x12.no_group",
        severity="warning",
        message="the transaction set stands in no functional group",
        at=spot.at(),
        expected="GS",
        remedy="Put the sets between GS and GE.",
    )


def unterminated_set(root: TransactionSet, kind: str) -> Problem:
    """Tell a set that breaks off without SE: what it says may be only a part."""
    position = root.position(len(root.pieces) - 1)
    return Problem(
        code="x12.set_unterminated",
        message=f"the {kind} breaks off without its SE segment; what follows may be missing",
        at=position.at,
        expected="SE",
        remedy="Send the whole document again.",
    )


def unterminated_group(control: str) -> Problem:
    """Tell a functional group that ends without GE."""
    return Problem(
        code="x12.group_unterminated",
        severity="warning",
        message=f"the functional group {control} has no GE segment",
        at=f"group {control}",
        expected="GE",
        remedy="Check with the sender whether documents are missing from the group.",
    )


def unterminated_interchange(control: str, *, lost: bool) -> Problem:
    """Tell an interchange without IEA; `lost` where it breaks off within a group."""
    return Problem(
        code="x12.interchange_unterminated",
        severity="error" if lost else "warning",
        message=f"the interchange {control} breaks off without its IEA segment"
        + ("; documents may be missing from it" if lost else ""),
        at=f"interchange {control}",
        expected="IEA",
        remedy="Send the whole interchange again.",
    )


def nothing_inside(start: int) -> Problem:
    """Tell an interchange without any transaction set."""
    return Problem(
        code="x12.interchange_empty",
        message="the interchange holds no transaction set",
        at=f"byte {start}",
        expected="GS, ST ... SE, GE",
        remedy="Send the interchange again with its documents.",
    )


def trailing_text(text: str, start: int) -> Problem:
    """Tell text behind the last interchange."""
    return Problem(
        code="x12.text_after",
        severity="warning",
        message="text that is no segment stands behind the interchange",
        at=f"byte {start}",
        found=text.strip()[:40],
        expected="the end of the file, or ISA",
        remedy="Check whether a further interchange is damaged.",
    )
