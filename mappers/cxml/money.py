"""Terms, taxes, allowances and charges of cXML."""

from mappers.canonical import Adjustment, Tax, Terms
from mappers.convert import Convert, decimal, identifier, integer
from mappers.cxml.convert import amount, magnitude
from mappers.rules import Const, Table, Take, When

_DISCOUNT = (
    "Discount/DiscountPercent[@percent!=0]/@percent",
    ".[@percentageRate!=0]/@percentageRate",
)
_NO_DISCOUNT = (
    "[!Discount/DiscountPercent/@percent!=0][!Discount/DiscountAmount/Money!=0]"
    "[!@percentageRate!=0]"
)

TERMS = Table(
    "cXML payment term",
    Terms,
    (
        Take("discount_percent", _DISCOUNT, decimal, severity="warning"),
        Take(
            "discount_amount", "Discount/DiscountAmount[Money!=0]/Money", amount, severity="warning"
        ),
        When(
            "|".join((*_DISCOUNT, "Discount/DiscountAmount[Money!=0]/Money")),
            (),
            (Take("discount_days", "@payInNumberOfDays", integer, severity="warning"),),
        ),
        Take("net_days", f".{_NO_DISCOUNT}/@payInNumberOfDays", integer, severity="warning"),
        Take("text", ("Description", "Extrinsic[@name~=description|paymentTermText]")),
    ),
)
"""A PaymentTerm, or the elder InvoiceDetailPaymentTerm with its percentage as an attribute."""

TAX = Table(
    "cXML tax",
    Tax,
    (
        When("@isWithholdingTax", ("yes",), (Const("type", "withholding"),)),
        Take("type", "@category"),
        Take("rate", "@percentageRate", decimal, severity="warning"),
        Take("taxable", "TaxableAmount/Money", amount, severity="warning"),
        Take("amount", ("TaxAmount/Money", "Money"), amount),
        Take("jurisdiction", "TaxLocation"),
        Take("exempt", ("@exemptDetail", "TaxExemption/@exemptCode")),
    ),
)
"""A TaxDetail, or a Tax that has none."""

_AMOUNTS = ("AdditionalDeduction/DeductionAmount/Money", "AdditionalCost/Money")


def _by_sign(positive: str, negative: str) -> Convert:
    """Return the converter of an amount to allowance or charge: a negative one is the opposite."""
    return Convert(
        "number",
        lambda raw, _year: negative if raw.lstrip().startswith("-") else positive,
        str,
        "an amount",
    )


_RAISES, _LOWERS = _by_sign("charge", "allowance"), _by_sign("allowance", "charge")


def adjustment_table(code: str) -> Table:
    """Return the table of an element that states shipping, special handling or a discount."""
    return Table(
        f"cXML {code}",
        Adjustment,
        (
            Take("type", "Money", _LOWERS if code == "discount" else _RAISES),
            Const("code", code),
            Take("reason", "Description"),
            Take("amount", "Money", magnitude),
            Take("percent", "@percentageRate", decimal, severity="warning"),
        ),
    )


SHIPPING = adjustment_table("shipping")
SPECIAL_HANDLING = adjustment_table("special_handling")
DISCOUNT = adjustment_table("discount")

MODIFICATION = Table(
    "cXML modification",
    Adjustment,
    (
        Take("type", "AdditionalDeduction/DeductionAmount/Money", _LOWERS),
        Take("type", "AdditionalCost/Money", _RAISES),
        When(".[AdditionalDeduction]/name()", (), (Const("type", "allowance"),)),
        Const("type", "charge"),
        Take("code", ("ModificationDetail/@code", "ModificationDetail/@name"), identifier),
        Const("code", "modification"),
        Take("reason", ("ModificationDetail/Description", "ModificationDetail/@name")),
        Take("amount", _AMOUNTS, magnitude),
        Take(
            "percent",
            (
                "AdditionalDeduction/DeductionPercent/@percent",
                "AdditionalCost/Percentage/@percent",
            ),
            decimal,
            severity="warning",
        ),
    ),
)
