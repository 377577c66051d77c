"""A partner's profile: all that `partners/NAME.toml` may say of one partner.

Whose identifiers speak for it and how it is written to; the rows of our tables that it changes; the
codes, units and item numbers that are its own; what it must send; and what is agreed on
acknowledgments. docs/partner-profile.md describes each key.
"""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from mappers.accounting import AccountingNames
from mappers.agreements import Acknowledgments, Duplicates
from mappers.connection import Connection
from mappers.partners import RowChange

Language = Annotated[str, Meta(pattern=r"^[a-z]{3}(_[a-z]+)?$")]


class Identifier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An interchange identifier and its qualifier: ISA05 and ISA06, UNB 0007 and 0004."""

    id: str
    qualifier: str | None = None


class Credential(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cXML credential: the domain says what kind of identity it is (DUNS, NetworkID)."""

    domain: str
    identity: str


class Identifiers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what somebody is known in envelopes; the first of each is the one that is written.

    `parties` are its ids inside of documents, by scheme (duns, gln, assigned_by_buyer, ...).
    """

    isa: tuple[Identifier, ...] = ()
    gs: tuple[str, ...] = ()
    unb: tuple[Identifier, ...] = ()
    ung: tuple[str, ...] = ()
    cxml: tuple[Credential, ...] = ()
    parties: dict[str, str] = {}


class X12Writing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How X12 is written: GS08 and ISA12, and the delimiters.

    `sets` names the version of a set that has another than the rest (`{"810" = "005010"}`);
    `segment` ends segments and `line_break` puts each on a line of its own.
    """

    version: str = "004010"
    interchange_version: str = "00401"
    sets: dict[str, str] = {}
    element: str = "*"
    component: str = ">"
    repetition: str = "^"
    segment: str = "~"
    line_break: bool = True
    acknowledgment_requested: bool = False


class EdifactWriting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How EDIFACT is written: the syntax (UNB 0001, 0002), the directory, and the service string.

    `directory` is UNH 0052 and 0054 with a point (`D.96A`), `association` 0057 (`EAN008`);
    `messages` names the directory of a message that has another than the rest.
    """

    syntax: str = "UNOC"
    syntax_version: str = "3"
    directory: str = "D.96A"
    association: str | None = None
    messages: dict[str, str] = {}
    service_string: str = ":+.? '"
    always_una: bool = False
    line_break: bool = True
    acknowledgment_requested: bool = False


class Writing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How documents to this partner are written; `test` marks them as tests."""

    x12: X12Writing = X12Writing()
    edifact: EdifactWriting = EdifactWriting()
    cxml_version: str | None = None
    test: bool = False


class UnitFactor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `unit` holds `factor` of the unit `of`: of one item, by any of its numbers, or of all."""

    unit: str
    factor: Decimal
    of: str
    item: str | None = None


class NumberRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an item number of the partner becomes ours.

    Characters in `drop` are left out, then a `prefix` and a `suffix`, then leading zeros.
    """

    drop: str = ""
    prefix: str = ""
    suffix: str = ""
    leading_zeros: Literal["keep", "drop"] = "keep"


class Requirement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field that the partner's documents must have (`lines.item.buyer_part`: on every line).

    `document` is the kind of record or of document (`invoice`, `810`), all of them where it is
    absent; `severity` is what is said where the field is missing.
    """

    field: str
    document: str | None = None
    severity: Literal["error", "warning"] = "error"


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is agreed with one partner; what a profile does not say is as for everybody.

    `codes` translates the partner's codes into those that we know: by the name of a field (`uom`)
    or by the element where they stand (`REF/01`). `currency` and `time_zone` are meant where a
    document says none. `languages` are those of the partner's scans besides English, as Tesseract
    names them.
    """

    name: str | None = None
    identifiers: Identifiers = Identifiers()
    ours: Identifiers = Identifiers()
    writing: Writing = Writing()
    x12: tuple[RowChange, ...] = ()
    edifact: tuple[RowChange, ...] = ()
    cxml: tuple[RowChange, ...] = ()
    ubl: tuple[RowChange, ...] = ()
    cii: tuple[RowChange, ...] = ()
    oci: tuple[RowChange, ...] = ()
    codes: dict[str, dict[str, str]] = {}
    units: tuple[UnitFactor, ...] = ()
    items: dict[str, NumberRule] = field(default_factory=dict)
    required: tuple[Requirement, ...] = ()
    accounting: AccountingNames = AccountingNames()
    currency: str | None = None
    time_zone: str | None = None
    languages: tuple[Language, ...] = ()
    acknowledgments: Acknowledgments = Acknowledgments()
    duplicates: Duplicates = Duplicates()
    connection: Connection = Connection()
