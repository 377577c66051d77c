"""Rows of a guide that say the same of several fields, said once."""

from collections.abc import Iterable

from msgspec import structs

from gateway.guide.view import Row

_MANY = 3


def merged(rows: Iterable[Row], *, is_inner: bool) -> tuple[Row, ...]:
    """Return rows with those of one place and field together, and those of many parties as one.

    Inside of a loop the conditions of parties are left out: they stand where the loop begins.
    """
    by_field: dict[tuple[str, str, bool], list[Row]] = {}
    for row in rows:
        by_field.setdefault((row.place, row.field, row.own), []).append(row)
    by_tail: dict[tuple[str, str, bool], list[Row]] = {}
    for (place, field, own), same in by_field.items():
        tail = field.partition(".")[2]
        by_tail.setdefault((place, tail or field, own), []).append(_either(same))
    found = [
        one
        for (_, tail, _), same in by_tail.items()
        for one in ([_parties(same, tail, is_inner=is_inner)] if len(same) >= _MANY else same)
    ]
    return tuple(sorted(found, key=lambda row: row.place))


def _either(rows: list[Row]) -> Row:
    """Return rows of one field as one that counts under any of their conditions."""
    conditions = list(dict.fromkeys(row.condition for row in rows))
    said = "" if "" in conditions else " or ".join(conditions)
    return structs.replace(rows[0], condition=said, required=any(row.required for row in rows))


def _parties(rows: list[Row], tail: str, *, is_inner: bool) -> Row:
    """Return rows of the same field of several parties as one."""
    names = [row.field.partition(".")[0] for row in rows]
    chosen = zip(names, rows, strict=True)
    said = "; ".join(f"{name} where {row.condition}" for name, row in chosen if row.condition)
    field = f"{', '.join(names)}: {tail}"
    return structs.replace(rows[0], field=field, condition="" if is_inner else said)
