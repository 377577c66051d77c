"""Parties of UBL: Party, its identifiers, address, tax registrations and contact."""

from mappers.canonical import Address, Party
from mappers.convert import identifier
from mappers.rules import Collect, One, Pairs, Row, Table, Take

SCHEMES = {
    "0088": "gln",
    "0060": "duns",
    "0062": "duns4",
    "ID": "id",
    "EndpointID": "endpoint",
    "URIID": "endpoint",
    "GlobalID": "id",
}
"""Party id schemes by ISO 6523 code; identifiers without a scheme by their element."""

REGISTRATION = {**SCHEMES, "ID": "registration", "CompanyID": "registration"}

ADDRESS = Table(
    "UBL address",
    Address,
    (
        Collect("street", "StreetName|AdditionalStreetName|AddressLine/Line", "."),
        Take("city", "CityName"),
        Take("region", ("CountrySubentity", "CountrySubentityCode")),
        Take("postal_code", "PostalZone"),
        Take("country", ("Country/IdentificationCode", "Country/Name")),
    ),
)


def party_rows(at: str = "") -> tuple[Row, ...]:
    """Return the rows of the Party at `at` ("Party/"), or of this one."""
    return (
        Take("name", (f"{at}PartyLegalEntity/RegistrationName", f"{at}PartyName/Name")),
        Pairs("ids", f"{at}PartyIdentification/ID", "@schemeID|name()", ".", names=SCHEMES),
        Pairs("ids", f"{at}EndpointID", "@schemeID|name()", ".", names=SCHEMES),
        Pairs(
            "ids",
            f"{at}PartyLegalEntity/CompanyID",
            "@schemeID|name()",
            ".",
            names=REGISTRATION,
        ),
        Take("ids.fc", f"{at}PartyTaxScheme[!TaxScheme/ID=VAT|GST]/CompanyID", identifier),
        Take(
            "tax_id",
            (
                f"{at}PartyTaxScheme[TaxScheme/ID=VAT|GST]/CompanyID",
                f"{at}PartyTaxScheme[!TaxScheme/ID]/CompanyID",
            ),
            identifier,
        ),
        One("address", ADDRESS, f"{at}PostalAddress"),
        Take("contact", f"{at}Contact/Name"),
        Take("phone", f"{at}Contact/Telephone"),
        Take("email", f"{at}Contact/ElectronicMail"),
    )


PARTY = Table("UBL party", Party, party_rows())

DELIVERY = Table(
    "UBL delivery",
    Party,
    (
        Take(
            "name",
            (
                "DeliveryParty/PartyName/Name",
                "DeliveryParty/PartyLegalEntity/RegistrationName",
                "DeliveryLocation/Name",
            ),
        ),
        Pairs("ids", "DeliveryLocation/ID", "@schemeID|name()", ".", names=SCHEMES),
        Pairs(
            "ids", "DeliveryParty/PartyIdentification/ID", "@schemeID|name()", ".", names=SCHEMES
        ),
        One(
            "address",
            ADDRESS,
            ("DeliveryLocation/Address", "DeliveryAddress", "DeliveryParty/PostalAddress"),
        ),
        Take("contact", "DeliveryParty/Contact/Name"),
        Take("phone", "DeliveryParty/Contact/Telephone"),
        Take("email", "DeliveryParty/Contact/ElectronicMail"),
    ),
)
"""Where goods go: Delivery with its location and party (BG-13)."""
