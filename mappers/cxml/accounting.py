"""Who pays inside the buyer: Distribution/Accounting in both its forms, and Extrinsics.

The names of segments and extrinsics are free and differ from buyer to buyer; they are compared
without blanks, signs and case. What is not listed here stays in `segments` under its own name.
"""

from mappers.canonical import Accounting
from mappers.convert import decimal, identifier
from mappers.cxml.convert import amount
from mappers.rules import Pairs, Table, Take

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
WRITTEN_AS = {
    "cost_center": "CostCenter",
    "gl_account": "GLAccount",
    "project": "Project",
    "job": "Job",
    "department": "Department",
    "location": "Location",
    "requisitioner": "Requisitioner",
}
"""How segments are named in what we write."""

_PERCENT = "Percentage|Percent"
_KNOWN = "|".join((*NAMES.values(), _PERCENT))
_PLAIN_NAMES = "DistributionCharge|Buyer Account|Accounting|Default"


def _segment(names: str) -> tuple[str, ...]:
    return (
        f"Accounting/AccountingSegment[Name~={names}]/@id",
        f"Accounting/Segment[@type~={names}]/@id",
    )


DISTRIBUTION = Table(
    "cXML distribution",
    Accounting,
    (
        *(Take(field, _segment(names), identifier) for field, names in NAMES.items()),
        Take("percent", _segment(_PERCENT), decimal, severity="warning"),
        Take("amount", "Charge/Money", amount, severity="warning"),
        Pairs(
            "segments",
            f"Accounting/AccountingSegment[!Name~={_KNOWN}]|Accounting/Segment[!@type~={_KNOWN}]"
            f"|Accounting[!@name~={_PLAIN_NAMES}]",
            key="Name|@type|name()",
            value=("@id", "@name"),
            keep_case=True,
        ),
    ),
)

EXTRINSICS = Table(
    "cXML accounting extrinsics",
    Accounting,
    tuple(Take(field, f"Extrinsic[@name~={names}]", identifier) for field, names in NAMES.items()),
)

"""The extrinsics of a header or an item that say who pays."""
