"""The hierarchy of consignment packing (CPS): which package stands in which.

CPS element 1 numbers a level, element 2 names the level that holds it; the items of a message stand
in the level that their LIN follows. D.96A DESADV, segment group 10.
"""

from collections.abc import Iterator

from parsers.form import Problem
from parsers.x12.form import Group, TransactionSet


def link_levels(root: TransactionSet) -> Iterator[Problem]:
    """Give each CPS group its parent, and yield what is wrong with the hierarchy."""
    known: dict[str, Group] = {}
    for level in root.members.get("CPS", ()):
        if not isinstance(level, Group):
            continue
        number, parent = _element(level, 11), _element(level, 21)
        level.parent = known.get(parent)
        if level.parent is None and parent:
            yield Problem(
                code="edifact.cps_unknown_parent",
                severity="warning",
                message=f"the level {number!r} names {parent!r} as its parent, which is no level",
                at=root.position(root.index_of(level.row), 21).at,
                found=parent,
                expected="the number of an earlier CPS segment",
                remedy="Number the CPS segments in order and name the level that holds each.",
            )
        known[number] = level


def _element(level: Group, place: int) -> str:
    return level.row[place] if len(level.row) > place else ""
