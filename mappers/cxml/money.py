"""Terms, taxes, allowances and charges of cXML."""

from mappers.canonical import Adjustment, Tax, Terms
from mappers.convert import codes, decimal, identifier, integer
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
        Take("discount_percent", _DISCOUNT, decimal),
        Take("discount_amount", "Discount/DiscountAmount[Money!=0]/Money", amount),
        When(
            "|".join((*_DISCOUNT, "Discount/DiscountAmount[Money!=0]/Money")),
            (),
            (Take("discount_days", "@payInNumberOfDays", integer),),
        ),
        Take("net_days", f".{_NO_DISCOUNT}/@payInNumberOfDays", integer),
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
        Take("rate", "@percentageRate", decimal),
        Take("taxable", "TaxableAmount/Money", amount),
        Take("amount", ("TaxAmount/Money", "Money"), amount),
        Take("jurisdiction", "TaxLocation"),
        Take("exempt", ("@exemptDetail", "TaxExemption/@exemptCode")),
    ),
)
"""A TaxDetail, or a Tax that has none."""

_AMOUNTS = ("Money", "AdditionalDeduction/DeductionAmount/Money", "AdditionalCost/Money")
_CODES = codes(
    {
        "Shipping": "shipping",
        "InvoiceDetailLineShipping": "shipping",
        "SpecialHandlingAmount": "special_handling",
        "InvoiceDetailLineSpecialHandling": "special_handling",
        "InvoiceDetailDiscount": "discount",
    },
    other="modification",
)
_LOWERS = codes({"InvoiceDetailDiscount": "allowance"}, other="charge")
_RAISES = codes({"InvoiceDetailDiscount": "charge"}, other="allowance")

ADJUSTMENT = Table(
    "cXML adjustment",
    Adjustment,
    (
        When(".[AdditionalDeduction*=-]/name()", (), (Const("type", "charge"),)),
        When(".[AdditionalDeduction]/name()", (), (Const("type", "allowance"),)),
        When(".[AdditionalCost*=-]/name()", (), (Const("type", "allowance"),)),
        When(".[AdditionalCost]/name()", (), (Const("type", "charge"),)),
        Take("type", ".[Money*=-]/name()", _RAISES),
        Take("type", "name()", _LOWERS),
        Take("code", ("ModificationDetail/@code", "ModificationDetail/@name"), identifier),
        Take("code", "name()", _CODES),
        Take(
            "reason",
            ("ModificationDetail/Description", "ModificationDetail/@name", "Description"),
        ),
        Take("amount", _AMOUNTS, magnitude),
        Take(
            "percent",
            (
                "@percentageRate",
                "AdditionalDeduction/DeductionPercent/@percent",
                "AdditionalCost/Percentage/@percent",
            ),
            decimal,
        ),
    ),
)
"""Shipping, special handling, a discount or a Modification; a negative one is its opposite."""
