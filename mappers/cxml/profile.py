"""Requests without business of their own: ProfileRequest and its response, and CopyRequest.

A profile says which requests a server takes, and where. What a CopyRequest carries is read as a
document of its own.
"""

from mappers.canonical import Other
from mappers.rules import Pairs, Table

REQUEST = Table("ProfileRequest", Other, ())
COPY = Table("CopyRequest", Other, (Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),))
RESPONSE = Table(
    "ProfileResponse",
    Other,
    (
        Pairs("fields", "Transaction", "@requestName", "URL", keep_case=True),
        Pairs("fields", "Option|Transaction/Option", "@name", ".", keep_case=True),
    ),
)
"""Each request by its name, with the address that takes it; options by theirs."""
