"""Parties, addresses and identifiers of cXML (Address, Contact, InvoicePartner, Credential)."""

from mappers.canonical import Address, Party
from mappers.convert import Convert, identifier
from mappers.rules import Collect, Join, One, Pairs, Row, Table, Take, When

SCHEMES = {
    "networkid": "network_id",
    "duns": "duns",
    "duns+4": "duns4",
    "duns4": "duns4",
    "gln": "gln",
    "scac": "scac",
}
_TAX_IDS = (
    "taxNumber|taxID|vatID|vat|vatNumber|supplierTaxID|buyerTaxID|federalTaxID|stateTaxID|gstID"
    "|gstTaxID|abnNumber|businessNumber|providerTaxID"
)
_ACCOUNTS = "ibanID|iban|accountID|bankAccountID|accountNumber"
_BANKING = f"{_ACCOUNTS}|bankRoutingID|swiftID|bicID|abaID|accountName|accountType|branchName"

ADDRESS = Table(
    "cXML address",
    Address,
    (
        Collect("deliver_to", "DeliverTo", "."),
        Collect("street", "Street", "."),
        Take("city", "City"),
        Take("region", ("State", "State/@isoStateCode")),
        Take("postal_code", "PostalCode"),
        Take("country", ("Country/@isoCountryCode", "Country")),
    ),
)


_PLUS = Convert("phone", lambda raw, _year: f"+{raw.lstrip('+ ')}", str, "a telephone number")


def phone_rows(at: str = "") -> tuple[Row, ...]:
    """Return the rows that put a TelephoneNumber together: +1 800 5551212."""
    number = f"{at}Phone/TelephoneNumber[Number]"
    parts = tuple(f"{number}/{name}" for name in ("CountryCode", "AreaOrCityCode", "Number"))
    return (
        When(parts[0], (), (Join("phone", parts, _PLUS),)),
        Join("phone", parts[1:]),
    )


def party_rows(at: str = "") -> tuple[Row, ...]:
    """Return the rows of an Address or Contact that stands at `at` ("Contact/"), or here."""
    references = [f"{at}IdReference"]
    if at.endswith("Contact/"):  # an InvoicePartner has identifiers beside its contact, too
        references.append(f"{at.removesuffix('Contact/')}IdReference")
    return (
        Take("name", f"{at}Name"),
        Take("ids.address_id", f"{at}@addressID", identifier),
        *(
            Pairs(
                "ids",
                f"{path}[!@domain~={_BANKING}|{_TAX_IDS}]",
                "@domain",
                "@identifier",
                names=SCHEMES,
            )
            for path in references
        ),
        Take(
            "tax_id",
            tuple(f"{path}[@domain~={_TAX_IDS}]/@identifier" for path in references),
            identifier,
        ),
        One("address", ADDRESS, f"{at}PostalAddress"),
        Take("email", f"{at}Email"),
        *phone_rows(at),
    )


def credential_rows(side: str) -> tuple[Row, ...]:
    """Return the rows of the identifiers in the header's `From` or `To`."""
    return (
        Pairs(
            "ids",
            f"/Header/{side}/Credential",
            key="@domain",
            value=("Identity", "Identity/IdReference/@identifier"),
            names=SCHEMES,
        ),
    )


def header_party(name: str, side: str, contact: str) -> Table:
    """Return the table of a party known from the header's credentials and a contact's role."""
    correspondent = f"/Header/{side}/Correspondent/Contact"
    return Table(
        f"cXML {name}",
        Party,
        (
            *credential_rows(side),
            Take("contact", f"{contact}/Name"),
            One("address", ADDRESS, f"{contact}/PostalAddress"),
            Take("email", f"{contact}/Email"),
            *phone_rows(f"{contact}/"),
            When(
                f"{correspondent}/name()",
                (),
                (
                    Take("name", f"{correspondent}/Name"),
                    One("address", ADDRESS, f"{correspondent}/PostalAddress"),
                    Take("email", f"{correspondent}/Email"),
                    *phone_rows(f"{correspondent}/"),
                ),
            ),
        ),
    )


ADDRESSED = Table("cXML party", Party, party_rows())
"""An Address, or a Contact that stands alone."""


def partner_rows(at: str = "") -> tuple[Row, ...]:
    """Return the rows of the InvoicePartner at `at`: a contact, and identifiers beside it."""
    return (
        *party_rows(f"{at}Contact/"),
        Take(
            "bank_account",
            (
                f"{at}IdReference[@domain~={_ACCOUNTS}]/@identifier",
                f"{at}Contact/IdReference[@domain~={_ACCOUNTS}]/@identifier",
            ),
            identifier,
        ),
    )


PARTNER = Table("cXML partner", Party, partner_rows())
