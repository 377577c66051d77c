"""Who pays inside the buyer: Distribution/Accounting in both its forms, and Extrinsics.

The names of segments and extrinsics are free and differ from buyer to buyer; they are compared
without blanks, signs and case. What is not listed here stays in `segments` under its own name.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from mappers.accounting import AccountingNames, loosened
from mappers.canonical import Accounting
from mappers.convert import decimal, identifier
from mappers.cxml.convert import amount
from mappers.rules import Each, Inside, One, Pairs, Row, Table, Take, When

NAMES = {
    "cost_center": "CostCenter|CostCentre|CCentre|CCenter|CostCtr|CostCenterCode",
    "gl_account": (
        "GLAccount|GLCode|GL|GeneralLedger|GeneralLedgerAccount|Account|AccountCode|MainAccount"
        "|AccountNumber"
    ),
    "project": "Project|ProjectCode|ProjectNumber|ProjectID|WBS|WBSElement|InternalOrder",
    "job": "Job|JobCode|JobNumber|JobID",
    "department": "Department|DepartmentCode|Dept|UserDepartment|Organization|Organisation",
    "location": "Location|LocationCode|Plant|Site|UserLocation",
    "requisitioner": "Requisitioner|Requester|Requestor|RequestedBy",
}
_PERCENT = "Percentage|Percent"
_PLAIN_NAMES = "DistributionCharge|Buyer Account|Accounting|Default"


def _segment(names: str) -> tuple[str, ...]:
    return (
        f"Accounting/AccountingSegment[Name~={names}]/@id",
        f"Accounting/Segment[@type~={names}]/@id",
    )


def _distribution(names: Mapping[str, str]) -> Table:
    known = "|".join((*names.values(), _PERCENT))
    return Table(
        "cXML distribution",
        Accounting,
        (
            *(Take(field, _segment(one), identifier) for field, one in names.items()),
            Take("percent", _segment(_PERCENT), decimal, severity="warning"),
            Take("amount", "Charge/Money", amount, severity="warning"),
            Pairs(
                "segments",
                f"Accounting/AccountingSegment[!Name~={known}]|Accounting/Segment[!@type~={known}]"
                f"|Accounting[!@name~={_PLAIN_NAMES}]",
                key="Name|@type|name()",
                value=("@id", "@name"),
                keep_case=True,
            ),
        ),
    )


def _extrinsics(names: Mapping[str, str]) -> Table:
    return Table(
        "cXML accounting extrinsics",
        Accounting,
        tuple(Take(field, f"Extrinsic[@name~={one}]", identifier) for field, one in names.items()),
    )


DISTRIBUTION = _distribution(NAMES)
EXTRINSICS = _extrinsics(NAMES)
"""The extrinsics of a header or an item that say who pays."""


def with_names(tables: Mapping[str, Table], more: AccountingNames) -> dict[str, Table]:
    """Return cXML tables that know a partner's names of accounting, before everybody's."""
    told = more.by_field()
    theirs = {loosened(name) for names in told.values() for name in names}
    names = {
        field: "|".join(
            (
                *told.get(field, ()),
                *(name for name in ours.split("|") if loosened(name) not in theirs),
            )
        )
        for field, ours in NAMES.items()
    }
    new = {table.name: table for table in (_distribution(names), _extrinsics(names))}
    return {kind: _exchanged(table, new) for kind, table in tables.items()}


def _exchanged(table: Table, new: Mapping[str, Table]) -> Table:
    """Return a table in which those that have a new one are exchanged for it, at any depth."""
    return new.get(table.name) or replace(
        table, rows=tuple(_exchanged_row(row, new) for row in table.rows)
    )


def _exchanged_row(row: Row, new: Mapping[str, Table]) -> Row:
    if isinstance(row, Each | One | Inside):
        return replace(row, table=_exchanged(row.table, new))
    if isinstance(row, When):
        return replace(row, rows=tuple(_exchanged_row(inner, new) for inner in row.rows))
    return row
