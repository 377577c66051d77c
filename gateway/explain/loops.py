"""How far in each segment of a document stands: by its loops, and by the levels it names itself."""

from parsers.x12.form import Group, TransactionSet


def depths_of(root: TransactionSet) -> dict[int, int]:
    """Return the depth of each segment, by the identity of its row.

    A loop begins at the depth of the segments before it, and what is in it stands further in;
    levels (HL, CPS) stand by the tree that they name.
    """
    depths = {id(root.rows[0]): 0} if root.rows else {}
    _deepen(root, 1, depths)
    return depths


def _deepen(group: Group, depth: int, depths: dict[int, int]) -> None:
    for entries in group.members.values():
        for entry in entries:
            if isinstance(entry, Group):
                here = _depth(entry, depth, depths)
                depths[id(entry.row)] = here
                _deepen(entry, here + 1, depths)
            else:
                depths.setdefault(id(entry), depth)


def _depth(group: Group, depth: int, depths: dict[int, int]) -> int:
    """Return the depth of a loop: that of its place, or one more than that of its parent level."""
    parent = group.parent
    return depth if parent is None else depths.get(id(parent.row), depth - 1) + 1
