"""The fields of accounting by the names that buyers give them, and as one text.

A profile names what a partner calls them (`[accounting]`, `cost_center = ["KST"]`), besides what
everybody does. UBL and CII have one text for all of it (BT-19, BT-133): several fields are written
there as `CostCenter=4410; Project=P-1`, and a text of that form is read back into its fields.
"""

import re
from collections.abc import Mapping

from msgspec import Struct

from mappers.canonical import Accounting
from mappers.convert import Convert
from mappers.rows import Row, Take

FIELDS = {
    "cost_center": "CostCenter",
    "gl_account": "GLAccount",
    "project": "Project",
    "job": "Job",
    "department": "Department",
    "location": "Location",
    "requisitioner": "Requisitioner",
}
"""How each field is named in what we write."""

_NAMES = "|".join(FIELDS.values())
_PART = re.compile(rf"({_NAMES})=([^;=]+)")
_WHOLE = re.compile(rf"(?:{_NAMES})=[^;=]+(?:; (?:{_NAMES})=[^;=]+)*")


class AccountingNames(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a partner calls the fields of accounting, without regard to case, blanks and signs."""

    cost_center: tuple[str, ...] = ()
    gl_account: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    job: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    requisitioner: tuple[str, ...] = ()

    def by_field(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names by field, in letters and digits alone."""
        told = {field: getattr(self, field) for field in FIELDS}
        return {
            field: tuple(plain for name in names if (plain := "".join(filter(str.isalnum, name))))
            for field, names in told.items()
            if names
        }


def loosened(name: str) -> str:
    """Return a name as names are compared: letters and digits, without regard to case."""
    return "".join(filter(str.isalnum, name.casefold()))


def cost_text(splits: tuple[Accounting, ...]) -> str | None:
    """Return the accounting of the first split as one text, None where it has none.

    What the buyer calls an accounting cost is written as it is.
    """
    for split in splits[:1]:
        told = [(name, getattr(split, field)) for field, name in FIELDS.items()]
        parts = [f"{name}={value}" for name, value in told if value and not set(value) & set(";=")]
        return split.segments.get("accounting_cost") or "; ".join(parts) or None
    return None


def cost_rows(path: str) -> tuple[Row, ...]:
    """Return the rows that read the one text at `path` into its fields, or as it is."""
    return (
        *(Take(field, path, _part(name)) for field, name in FIELDS.items()),
        Take("segments.accounting_cost", path, _other),
    )


def _part(name: str) -> Convert:
    def read(raw: str, _year: int) -> str | None:
        text = raw.strip()
        return dict(_PART.findall(text)).get(name) if _WHOLE.fullmatch(text) else None

    return Convert("identifier", read, str, optional=True)


_other = Convert(
    "identifier",
    lambda raw, _year: None if _WHOLE.fullmatch(raw.strip()) else raw.strip(),
    str,
    optional=True,
)
