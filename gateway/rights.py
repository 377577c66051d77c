"""What somebody may do here: rights, and the roles that people hold as sets of them.

API keys carry rights directly (their scopes). A right is named `what:how`; whoever may write may
not thereby read, so that a role or a scope says all that it opens.
"""

from typing import Final

RIGHTS: Final = {
    "documents:send": "send documents",
    "documents:read": "see what became of documents, and their bytes",
    "records:read": "read records and results of matching",
    "exceptions:read": "see the exceptions and their sources",
    "exceptions:decide": "decide on exceptions, comment, correct what was read",
    "approvals:decide": "approve or refuse what was handed to an approver",
    "receipts:write": "say what arrived",
    "events:read": "read the feed of events",
    "events:settle": "say what an ERP made of an event",
    "punchout:use": "start punchout sessions and order their carts",
    "partners:read": "see partners and their profiles",
    "partners:write": "change partners, their profiles and policies",
    "endpoints:read": "see who is told of events, and deliveries",
    "endpoints:write": "change who is told of events, and replay deliveries",
    "audit:read": "read the history, verify it, take evidence out",
    "operations:read": "see the measures of the gateway itself",
    "people:write": "invite people, give and take roles, make API keys",
}

_READING = frozenset(right for right in RIGHTS if right.endswith(":read"))

ROLES: Final = {
    "admin": frozenset(RIGHTS),
    "ap": (_READING - {"audit:read"})
    | {"documents:send", "exceptions:decide", "punchout:use", "endpoints:write", "receipts:write"},
    "approver": frozenset({"exceptions:read", "records:read", "documents:read"})
    | {"approvals:decide", "exceptions:decide", "punchout:use"},
    "receiver": frozenset({"receipts:write"}),
    "auditor": _READING,
}


ROLE_WORDS: Final = {
    "admin": "may do everything, and says what others may",
    "ap": "reviews invoices, decides on exceptions, replays deliveries",
    "approver": "decides on what is handed to them",
    "receiver": "says what arrived",
    "auditor": "reads everything, changes nothing",
}


def rights_of(roles: frozenset[str]) -> frozenset[str]:
    """Return what these roles open together; raises KeyError for one that does not exist."""
    return frozenset[str]().union(*(ROLES[role] for role in roles))
