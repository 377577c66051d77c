"""PaymentRemittanceRequest: money paid, and for which invoices (cXML 1.2 PaymentRemittance)."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from mappers.asking import number_at, place_of
from mappers.canonical import (
    BankAccount,
    OrderRef,
    Party,
    Payment,
    PaymentAdjustment,
    PaymentLine,
    Problem,
)
from mappers.convert import identifier
from mappers.cxml.arithmetic import tolerance
from mappers.cxml.convert import amount, currency, day
from mappers.cxml.differing import differs
from mappers.cxml.parties import credential_rows, partner_rows
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take
from parsers.form import Form

_HEAD = "PaymentRemittanceRequestHeader"
_SUMMARY = "PaymentRemittanceSummary"
_INVOICE = "PayableInfo/PayableInvoiceInfo"
_ZERO = Decimal(0)


def _partner(role: str) -> str:
    return f"{_HEAD}/PaymentPartner[Contact/@role~={role}]"


def _party(name: str, side: str, role: str) -> Table:
    return Table(
        f"PaymentRemittanceRequest {name}",
        Party,
        (*credential_rows(side), *partner_rows(f"{_partner(role)}/")),
    )


def _account(role: str, bank: str) -> Table:
    """Return the table of a party's account: told of itself, or of its bank."""
    at = (f"{_partner(bank)}/", f"{_partner(role)}/")

    def told(domains: str) -> tuple[str, ...]:
        return tuple(f"{place}IdReference[@domain~={domains}]/@identifier" for place in at)

    return Table(
        f"PaymentRemittanceRequest account of the {role}",
        BankAccount,
        (
            Take("number", told("ibanID|iban|accountID|bankAccountID|accountNumber"), identifier),
            Take("type", told("accountType"), identifier),
            Take("bank", told("swiftID|bicID|bankRoutingID|abaID|bankCode"), identifier),
        ),
    )


ADJUSTMENT = Table(
    "PaymentRemittanceRequest adjustment",
    PaymentAdjustment,
    (
        Take("amount", "Money", amount),
        Take("code", "Modifications/Modification/ModificationDetail/@name", identifier),
        Take("reason", "Modifications/Modification/ModificationDetail/Description"),
    ),
)

ORDER = Table(
    "PaymentRemittanceRequest order",
    OrderRef,
    (
        Take(
            "number",
            tuple(
                f"{at}PayableOrderInfo/{name}/@orderID"
                for at in (f"{_INVOICE}/", "PayableInfo/")
                for name in ("OrderReference", "OrderIDInfo")
            ),
            identifier,
        ),
    ),
)

LINE = Table(
    "PaymentRemittanceRequest line",
    PaymentLine,
    (
        Take(
            "invoice",
            (
                f"{_INVOICE}/InvoiceReference/@invoiceID",
                f"{_INVOICE}/InvoiceIDInfo/@invoiceID",
                "@referenceDocumentNumber",
            ),
            identifier,
        ),
        Take(
            "date",
            (
                f"{_INVOICE}/InvoiceReference/@invoiceDate",
                f"{_INVOICE}/InvoiceIDInfo/@invoiceDate",
            ),
            day,
            severity="warning",
        ),
        One("order", ORDER),
        Take("gross", "GrossAmount/Money", amount),
        Take("discount", "DiscountAmount/Money", amount),
        Take("paid", "NetAmount/Money", amount, required=True),
        Each("adjustments", "AdjustmentAmount[Money!=0]", ADJUSTMENT),
        Take("fields.lineNumber", "@lineNumber", identifier),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
    ),
)


def _finished(payment: Payment, form: Form) -> Payment:
    """Return a payment with the signs of its adjustments, and what does not add up."""
    lines = tuple(_signed(line) for line in payment.lines)
    told = replace(payment, lines=lines)
    return replace(told, problems=(*told.problems, *_problems(told, form)))


def _signed(line: PaymentLine) -> PaymentLine:
    """Return a line whose adjustments lower what is paid where only that makes it add up."""
    added = sum((one.amount or _ZERO for one in line.adjustments), _ZERO)
    if line.gross is None or line.paid is None or not added:
        return line
    before = line.gross - (line.discount or _ZERO)
    if line.paid != before - added or line.paid == before + added:
        return line
    turned = (replace(one, amount=-(one.amount or _ZERO)) for one in line.adjustments)
    return replace(line, adjustments=tuple(turned))


def _problems(payment: Payment, form: Form) -> Iterator[Problem]:
    slack = tolerance(payment.currency)
    details = list(form.each("RemittanceDetail"))
    for index, line in enumerate(payment.lines):
        if line.gross is None or line.paid is None:
            continue
        added = sum((one.amount or _ZERO for one in line.adjustments), _ZERO)
        due = line.gross - (line.discount or _ZERO) + added
        if abs(line.paid - due) >= slack:
            yield differs(
                "cxml.remittance_line",
                f"what is paid of {line.invoice} is not gross less discount and adjustments",
                place_of(details[index], "NetAmount/Money"),
                found=line.paid,
                due=due,
                pointer=f"/lines/{index}/paid",
            )
    paid = [line.paid for line in payment.lines if line.paid is not None]
    stated = number_at(form, f"{_SUMMARY}/NetAmount/Money")
    if paid and stated is not None and abs(stated - sum(paid, _ZERO)) >= slack:
        yield differs(
            "cxml.remittance_total",
            "the payments of the lines do not add up to that of the summary",
            place_of(form, f"{_SUMMARY}/NetAmount/Money"),
            found=stated,
            due=sum(paid, _ZERO),
            pointer="/amount",
        )


PAYMENT = Table(
    "PaymentRemittanceRequest",
    Payment,
    (
        Const("type", "credit"),
        Take(
            "number",
            (f"{_HEAD}/@paymentReferenceNumber", f"{_HEAD}/@paymentRemittanceID"),
            identifier,
            required=True,
        ),
        Take("date", f"{_HEAD}/@paymentDate", day, severity="warning"),
        Take(
            "currency",
            (f"{_SUMMARY}/NetAmount/Money/@currency", f"{_SUMMARY}/GrossAmount/Money/@currency"),
            currency,
        ),
        Take("amount", f"{_SUMMARY}/NetAmount/Money", amount),
        Take("method", f"{_HEAD}/PaymentMethod/@type", identifier),
        One("payer", _party("payer", "From", "payer")),
        One("payee", _party("payee", "To", "payee|remitTo")),
        One("payer_account", _account("payer", "originatingBank")),
        One("payee_account", _account("payee", "receivingBank")),
        Each("lines", "RemittanceDetail", LINE),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        Take("fields.paymentRemittanceID", f"{_HEAD}/@paymentRemittanceID", identifier),
        Take("fields.isPaymentCanceled", f"{_HEAD}/@isPaymentCanceled", identifier),
        Take("fields.gross", f"{_SUMMARY}/GrossAmount/Money", identifier),
        Take("fields.discount", f"{_SUMMARY}/DiscountAmount/Money", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
    finish=_finished,
)
