"""A kind of document for the guide: its segments in order, each with the rows that read it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from msgspec import structs

from gateway.guide.merging import merged
from gateway.guide.rows import Placed, placed_rows, plain_rows
from gateway.guide.view import Row, SegmentGuide, SetGuide
from gateway.partner_tables import ours
from mappers.guide import Entry, entries
from mappers.rows import Table
from parsers.edifact.meanings import MEANINGS as EDIFACT_MEANINGS
from parsers.edifact.names import NAMES as EDIFACT_NAMES
from parsers.edifact.structures import STRUCTURES as EDIFACT_STRUCTURES
from parsers.x12.meanings import MEANINGS as X12_MEANINGS
from parsers.x12.names import NAMES as X12_NAMES
from parsers.x12.sets.structures import STRUCTURES as X12_STRUCTURES
from parsers.x12.structure import MANY, Loop, Machine, Node

_NAMES = {"x12": X12_NAMES, "edifact": EDIFACT_NAMES}
_STRUCTURES: Mapping[str, Mapping[str, str]] = {
    "x12": X12_STRUCTURES,
    "edifact": EDIFACT_STRUCTURES,
}
_KINDS = {
    "x12": ("kind of document", X12_MEANINGS),
    "edifact": ("kind of message", EDIFACT_MEANINGS),
}


def set_guide(
    form: str, kind: str, table: Table, required: Collection[str] = frozenset()
) -> SetGuide:
    """Return the guide of a kind of document as `table` reads it.

    `required` are the fields that were agreed besides those that the table wants.
    """
    own = [_wanted(entry, required) for entry in entries(table)]
    known = list(entries(ours(form)[kind]))
    record = str(table.record.__struct_config__.tag)
    words = _words(form, kind)
    structure = _STRUCTURES.get(form, {}).get(kind)
    if structure is None:
        rows = tuple(plain_rows(own, known))
        return SetGuide(form=form, kind=kind, words=words, record=record, rows=rows)
    root = Machine(structure).root
    read = _by_node(root, placed_rows(form, own, known))
    segments = tuple(_segments(form, root, read, 0))
    listed = {segment.name for segment in segments}
    unread = tuple(name for name in _all(root) if name not in listed)
    return SetGuide(
        form=form, kind=kind, words=words, record=record, segments=segments, unread=unread
    )


def _wanted(entry: Entry, required: Collection[str]) -> Entry:
    return structs.replace(entry, required=True) if entry.field in required else entry


def _words(form: str, kind: str) -> str:
    name, meanings = _KINDS.get(form, ("", X12_MEANINGS))
    return meanings.meaning("", name, kind) if name else ""


def _by_node(root: Loop, placed: Iterator[Placed]) -> dict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for one in placed:
        node = _node(root, one.chain)
        if node is not None and one.row not in found[id(node)]:
            found[id(node)].append(one.row)
    return found


def _node(root: Loop, chain: tuple[str, ...]) -> Node | None:
    """Return the segment that a chain of names leads to, or the last one of it anywhere."""
    loop, node = root, None
    for name in chain:
        if node is not None and name in node.names:
            continue  # the segment that begins the loop
        node = _in(loop, name)
        if node is None:
            return _in(root, chain[-1])
        loop = node.loop or loop
    return node


def _in(loop: Loop, name: str) -> Node | None:
    """Return the nearest node of a name: in the loop itself, then in those inside of it."""
    for node in loop.nodes[1:] if loop.over else loop.nodes:
        if name in node.names:
            return node
    inner = (_in(node.loop, name) for node in loop.nodes if node.loop is not None)
    return next((node for node in inner if node is not None), None)


def _segments(
    form: str, loop: Loop, read: Mapping[int, list[Row]], depth: int
) -> Iterator[SegmentGuide]:
    """Yield the segments that are read or must be there, and those that begin their loops."""
    for node in loop.nodes[1:] if loop.over else loop.nodes:
        inner = list(_segments(form, node.loop, read, depth + 1)) if node.loop else []
        rows = merged(read.get(id(node), ()), is_inner=depth > 0)
        if rows or inner or node.required:
            yield SegmentGuide(
                name="|".join(node.names),
                words=_NAMES[form].segment(node.names[0]).name,
                depth=depth,
                required=node.required,
                repeats=_repeats(node),
                rows=rows,
            )
            yield from inner


def _repeats(node: Node) -> str:
    if node.loop is not None or node.limit == MANY:
        return "any"
    return "1" if node.limit == 1 else f"up to {node.limit}"


def _all(loop: Loop) -> list[str]:
    names: dict[str, None] = {}
    for node in loop.nodes:
        names |= dict.fromkeys(node.names)
        names |= dict.fromkeys(_all(node.loop)) if node.loop else {}
    return list(names)
