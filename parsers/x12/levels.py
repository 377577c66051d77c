"""The hierarchy of HL loops: which level stands in which, by HL02.

The tree is built from the parents that HL02 names, never from nesting, HL04 or BSN05. Where HL02 is
empty, the parent is the nearest earlier level that is higher in the order in which the levels of
this set first appear (shipment, order, tare, pack, item and whatever else there is).
X12 004010 856, HL01 to HL03.
"""

from collections.abc import Iterator

from parsers.form import Problem
from parsers.x12.form import Group, TransactionSet, element_of


def link_levels(root: TransactionSet) -> Iterator[Problem]:
    """Give each HL loop its parent, and yield what is wrong with the hierarchy."""
    known: dict[str, Group] = {}
    orphans: list[tuple[Group, str]] = []
    levels = [one for one in root.members.get("HL", ()) if isinstance(one, Group)]
    for level in levels:
        row = level.row
        number, parent = row[1].strip() if len(row) > 1 else "", element_of(row, 2)
        holder = known.get(parent)
        if holder is None:
            orphans.append((level, parent))
        else:
            level.parent = holder
        if number in known:
            yield _repeated(root, level, number)
        known[number] = level
    if len(orphans) > 1 or (orphans and orphans[0][1].strip("0")):
        yield from _adopt(root, levels, {id(level): parent for level, parent in orphans})


def _adopt(root: TransactionSet, levels: list[Group], orphans: dict[int, str]) -> Iterator[Problem]:
    """Give each level whose parent is not known the next higher one before it."""
    ranks: dict[str, int] = {}
    trail: list[tuple[int, Group]] = []
    guessed: Group | None = None
    for level in levels:
        rank = ranks.setdefault(element_of(level.row, 3), len(ranks))
        while trail and trail[-1][0] >= rank:
            trail.pop()
        if id(level) in orphans:
            level.parent = trail[-1][1] if trail else None
            if orphans[id(level)].strip("0"):
                yield _unknown_parent(root, level, orphans[id(level)])
            elif trail:
                guessed = guessed or level
        trail.append((rank, level))
    if guessed is not None:
        yield _no_parent(root, guessed)


def _unknown_parent(root: TransactionSet, level: Group, parent: str) -> Problem:
    return Problem(
        code="x12.hl_unknown_parent",
        message=f"the level names {parent!r} as its parent, which is no level before it",
        at=root.position(root.index_of(level.row), 2).at,
        found=parent,
        expected="the HL01 of an earlier HL segment",
        remedy="Number the HL segments in order and name in HL02 the level that holds each.",
    )


def _no_parent(root: TransactionSet, level: Group) -> Problem:
    return Problem(
        code="x12.hl_no_parent",
        severity="warning",
        message="levels name no parent; each is taken to belong to the next higher level before it",
        at=root.position(root.index_of(level.row)).at,
        expected="the HL01 of the level above",
        remedy="Name in HL02 the level that holds each.",
    )


def _repeated(root: TransactionSet, level: Group, number: str) -> Problem:
    return Problem(
        code="x12.hl_repeated",
        severity="warning",
        message=f"the level number {number!r} is given twice; it means the later one from here on",
        at=root.position(root.index_of(level.row), 1).at,
        found=number,
        expected="a number of its own for each level",
        remedy="Number the HL segments in order.",
    )
