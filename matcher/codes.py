"""Every code that matching can give: severity, role, bucket, sentence and suggestions (S9.2).

Codes are stable and never renumbered; docs/findings.md explains each. A sentence is written once,
here, with its arithmetic; the words in braces are the values of the finding. Severity and role may
be changed by policy, the bucket may not.
"""

from typing import Literal

from msgspec import Struct

from matcher.result import Severity

Bucket = Literal["approve", "pend", "dispute", ""]
Effect = Literal["", "unmatched", "duplicate"]


class Code(Struct, frozen=True, kw_only=True):
    """What a code means; `effect` is a verdict of its own, where it has one."""

    severity: Severity
    role: str = ""
    bucket: Bucket = ""
    effect: Effect = ""
    sentence: str
    suggestions: tuple[str, ...] = ()


def _blocks(role: str, bucket: Bucket, sentence: str, *suggestions: str) -> Code:
    return Code(
        severity="block", role=role, bucket=bucket, sentence=sentence, suggestions=suggestions
    )


def _waits(role: str, sentence: str, *suggestions: str) -> Code:
    return Code(
        severity="wait", role=role, bucket="pend", sentence=sentence, suggestions=suggestions
    )


def _passes(sentence: str) -> Code:
    return Code(
        severity="tolerance",
        bucket="approve",
        sentence=sentence,
        suggestions=("Post the variance of {money}.",),
    )


def _unmatched(sentence: str, *suggestions: str) -> Code:
    return Code(
        severity="block",
        role="AP",
        bucket="pend",
        effect="unmatched",
        sentence=sentence,
        suggestions=suggestions,
    )


def _duplicate(sentence: str, suggestion: str = "Reject it as a copy of {other_number}.") -> Code:
    return Code(
        severity="block",
        role="AP",
        bucket="dispute",
        effect="duplicate",
        sentence=sentence,
        suggestions=(suggestion,),
    )


def _informs(severity: Severity, sentence: str, *suggestions: str) -> Code:
    return Code(severity=severity, sentence=sentence, suggestions=suggestions)


def _warns(role: str, sentence: str, *suggestions: str) -> Code:
    return Code(severity="warning", role=role, sentence=sentence, suggestions=suggestions)


_QUANTITY = {
    "QTY_OVER_ORDERED": _blocks(
        "buyer",
        "dispute",
        "Billed {billed} {unit}{earlier}, ordered {ordered}{allowing}: {units} over, "
        "{money} disputed.",
        "Raise the ordered quantity by {units} {unit}.",
        "Request a credit of {money} for {units} {unit}.",
    ),
    "QTY_OVER_RECEIVED": _blocks(
        "receiver",
        "dispute",
        "Billed {billed} {unit}{earlier}, received {kept} and no more will come: {units} over, "
        "{money} disputed.",
        "Confirm that the delivery was short by {units} {unit}.",
        "Send a debit memo of {money}.",
    ),
    "WAITING_RECEIPT": _waits(
        "receiver",
        "Billed {billed} {unit}{earlier}, received {kept} of {ordered}{by_receipt}: {units} wait "
        "for a receipt, {money} pending{announced}.",
        "Book the receipt of {units} {unit}.",
    ),
    "WAITING_RECEIPT_OVERDUE": _waits(
        "receiver",
        "Billed {billed} {unit}{earlier}, received {kept} of {ordered}{by_receipt}: {units} wait "
        "for a receipt for {waited} days, {money} pending{announced}.",
        "Book the receipt of {units} {unit}.",
        "Escalate to the receiver's manager.",
    ),
    "WAITING_INSPECTION": _waits(
        "quality",
        "Billed {billed} {unit}{earlier}, accepted {accepted} of {kept} received: {units} wait in "
        "inspection, {money} pending.",
        "Decide on the use of {units} {unit}.",
    ),
    "QTY_REJECTED": _blocks(
        "supplier",
        "dispute",
        "Billed {billed} {unit}{earlier}, accepted {accepted}, rejected {rejected}: {units} were "
        "rejected, {money} {bucket}.",
        "Send a debit memo of {money} for {units} {unit}.",
    ),
    "RETURN_NOT_CREDITED": _blocks(
        "supplier",
        "dispute",
        "Billed {billed} {unit}{earlier}, {returned} of them went back for credit: {units} are not "
        "credited yet, {money} disputed.",
        "Send a debit memo of {money} for {units} {unit}.",
    ),
    "PO_CANCELLED": _blocks(
        "supplier",
        "dispute",
        "Billed {billed} {unit}{earlier}, but the order was cancelled with {kept} received: "
        "{units} over, {money} disputed.",
        "Reject the excess of {units} {unit}.",
    ),
    "QTY_TOL": _passes(
        "Billed {billed} {unit}{earlier}, ordered {ordered}, received {kept}: {units} over, within "
        "the ceiling of {ceiling}, {money} approved."
    ),
    "QTY_MISSING": _blocks(
        "AP",
        "pend",
        "The line bills {money} without a quantity, so nothing can be counted: {money} pending.",
        "Complete the quantity.",
    ),
    "UOM_MISMATCH": _blocks(
        "buyer",
        "pend",
        "Billed {billed} {billed_unit}, ordered in {unit}, and no factor is known{implied}: "
        "{money} pending.",
        "Add how many {unit} one {billed_unit} is{implied}.",
    ),
    "BLANKET_LIMIT": _blocks(
        "buyer",
        "dispute",
        "Order {order} is limited to {limit} over all invoices: {money} of this line are beyond, "
        "disputed.",
        "Raise the order's limit by {over}.",
    ),
    "OVER_RELEASED": _blocks(
        "AP",
        "",
        "{released} were released, {payable} are due now: recover {money}.",
        "Recover {money}, or wait for a credit memo.",
    ),
    "CREDIT_EXCEEDS_BILLED": _blocks(
        "AP",
        "pend",
        "Credited {credited}, {money} more than was billed: {money} pending.",
        "Ask the supplier which invoice the credit is for.",
    ),
    "WAITING_INVOICE": _waits(
        "AP",
        "The memo over {credited} is for invoice {invoice}, not here or not payable yet: "
        "{money} pending.",
        "Wait for invoice {invoice}, or find it.",
    ),
}

_PRICE = {
    "PRICE_OVER": _blocks(
        "buyer",
        "dispute",
        "Billed {billed} for {quantity} {unit}, the order's price makes {expected}, at most "
        "{ceiling}: {money} over, disputed.",
        "Accept the price with an order change.",
        "Send a debit memo of {money}.",
    ),
    "PRICE_CAP": _blocks(
        "buyer",
        "dispute",
        "Billed {billed} for {quantity} {unit}, the order's price makes {expected}: {money} are "
        "beyond the line's budget for variances and disputed.",
        "Accept the price with an order change.",
        "Send a debit memo of {money}.",
    ),
    "PRICE_TOL": _passes(
        "Billed {billed} for {quantity} {unit}, the order's price makes {expected}: {money} over, "
        "within tolerance, approved."
    ),
    "PRICE_UNDER": _passes(
        "Billed {billed} for {quantity} {unit}, the order's price makes {expected}: {money} less, "
        "approved as billed."
    ),
    "PRICE_UNDER_BLOCK": _blocks(
        "buyer",
        "pend",
        "Billed {billed} for {quantity} {unit}, the order's price makes {expected}: {variance} "
        "less is too cheap to be right, {money} pending.",
        "Check item and unit.",
    ),
    "PRICE_MISSING": _blocks(
        "buyer",
        "pend",
        "Billed {billed} for {quantity} {unit}, but the order has no price: {money} pending.",
        "Price the order line.",
    ),
}

_PAIRING = {
    "ITEM_NOT_ON_PO": _blocks(
        "buyer",
        "dispute",
        "Order {order} has no line for {item}: {money} disputed.",
        "Add a line to the order.",
        "Reject the line.",
    ),
    "PAIR_CONFLICT": _blocks(
        "AP",
        "dispute",
        "The line names line {named} of order {order}, which is for {ordered_item}, but bills "
        "{item}: {money} disputed.",
        "Agree {item} as a substitute.",
        "Reject the line.",
    ),
    "PAIR_AMBIGUOUS": _blocks(
        "AP",
        "pend",
        "The line may be for order line {choices}, equally likely: {money} pending.",
        "Pick line {choices}.",
    ),
    "PAIR_BY_ITEM": _informs(
        "info",
        "The line names order line {named}, its item is that of line {paired}: paired there.",
    ),
    "PO_MISSING": _unmatched(
        "No order is named{candidates}: {money} pending.", "Pick the order{candidates}."
    ),
    "PO_NOT_FOUND": _unmatched(
        "Order {number} is not known{candidates}: {money} pending.", "Pick the order{candidates}."
    ),
    "PO_AMBIGUOUS": _unmatched(
        "Several orders fit equally well{candidates}: {money} pending.",
        "Pick the order{candidates}.",
    ),
    "PO_RECOVERED": _informs(
        "info",
        "{named_order} was read as order {order}: number {by_number}, items {by_items}, amount "
        "{by_amount} make {score}.",
    ),
    "LINES_MISSING": _blocks(
        "AP",
        "pend",
        "The document has no lines that could be matched: {money} pending.",
        "Complete the lines.",
    ),
}

_ORDER = {
    "PO_CLOSED": _blocks(
        "buyer", "pend", "Order {order} is closed: {money} pending.", "Re-open the order."
    ),
    "PO_NOT_APPROVED": _blocks(
        "buyer", "pend", "Order {order} is not approved: {money} pending.", "Approve the order."
    ),
    "PO_CONFLICT": _blocks(
        "buyer",
        "pend",
        "Order {order} came twice with one revision number and other terms: {money} pending.",
        "Say which version holds.",
    ),
    "BLANKET_EXPIRED": _blocks(
        "buyer",
        "pend",
        "{date} lies outside the order's validity, {valid_from} to {valid_to}: {money} pending.",
        "Extend the order.",
    ),
}

_HEADER = {
    "CHARGE_OVER": _blocks(
        "buyer",
        "dispute",
        "Billed {billed} for {type}, planned {planned}, allowed {allowed}{used_before}: "
        "{money} over, disputed.",
        "Accept the charge.",
        "Deduct {money}.",
    ),
    "CHARGE_UNPLANNED": _blocks(
        "buyer",
        "dispute",
        "Billed {billed} for {type}, which no order planned, allowed {allowed}{used_before}: "
        "{money} over, disputed.",
        "Accept the charge.",
        "Deduct {money}.",
    ),
    "CHARGE_TOL": _passes(
        "Billed {billed} for {type}, planned {planned}{used_before}: {money} over, within the "
        "allowed {allowed}, approved."
    ),
    "TAX_OVER": _blocks(
        "supplier",
        "dispute",
        "Tax {billed} billed, {sums} make {expected}: {money} over, disputed.",
        "Ask for a corrected invoice.",
    ),
    "TAX_RATE_MISMATCH": _blocks(
        "supplier",
        "dispute",
        "Tax {billed} billed at {rate} %, the order has {ordered_rate} %: {sums} make {expected}, "
        "{money} apart.",
        "Ask for a corrected invoice.",
    ),
    "TAX_UNDER": _informs(
        "warning",
        "Tax {billed} billed, {sums} make {expected}: {money} less, paid as billed.",
        "Assess {money} of tax yourself.",
    ),
    "TAX_ROUNDING": _passes(
        "Tax {billed} billed, {sums} make {expected}: {money} apart, within {slack}, approved."
    ),
    "ARITH_LINE": _blocks(
        "supplier",
        "dispute",
        "The line states {stated}, but {quantity} at {price} make {computed}: the lesser is "
        "matched, {money} disputed.",
        "Ask for a corrected invoice.",
    ),
    "ARITH_TOTAL": _blocks(
        "supplier",
        "dispute",
        "The total is {total}, its parts make {sum}: {difference} apart, more than rounding.",
        "Ask for a corrected invoice.",
    ),
    "ROUNDING": _passes(
        "The total is {total}, its parts make {sum}: {difference} is accepted as rounding."
    ),
    "CURRENCY_MISMATCH": _blocks(
        "supplier",
        "dispute",
        "Billed in {currency}, ordered in {ordered_currency}, and no rate is agreed: {money} "
        "disputed.",
        "Ask for an invoice in {ordered_currency}.",
    ),
    "INV_DATE_FUTURE": _blocks(
        "supplier",
        "pend",
        "The invoice is dated {date}, {days} days after {as_of}: {money} pending.",
        "Ask for a corrected date, or wait for it.",
    ),
    "INV_BEFORE_PO": _informs(
        "warning", "The invoice is dated {date}, before order {order} of {ordered_date}."
    ),
    "INV_BEFORE_PO_BLOCK": _blocks(
        "buyer",
        "pend",
        "The invoice is dated {date}, before order {order} of {ordered_date}: {money} pending.",
        "Confirm the order.",
    ),
    "INV_STALE": _informs("warning", "The invoice is dated {date}, {days} days before {as_of}."),
    "TERMS_WORSE": _informs(
        "warning", "The invoice asks for {stated}, the order has {ordered}: the order's terms pay."
    ),
    "TERMS_BETTER": _informs("info", "The invoice offers {stated}, the order has {ordered}."),
}

_PAYEE = {
    "SUPPLIER_MISMATCH": _blocks(
        "AP",
        "pend",
        "Billed by {supplier}, but order {order} went to {ordered_from}: {money} pending.",
        "Verify the supplier by a channel in master data.",
    ),
    "SUPPLIER_BLOCKED": _blocks(
        "AP",
        "pend",
        "Supplier {supplier} is blocked in master data: {money} pending.",
        "Lift the block in master data, or reject.",
    ),
    "TAX_ID_MISMATCH": _blocks(
        "AP",
        "pend",
        "The invoice states tax number {stated}, master data has {known}: {money} pending.",
        "Verify the supplier by a channel in master data.",
    ),
    "BANK_CHANGE": Code(
        severity="critical",
        role="AP",
        bucket="pend",
        sentence="The invoice asks for payment to {stated}, master data has {known}: {money} "
        "pending.",
        suggestions=("Verify the account by a channel in master data, never by the invoice.",),
    ),
    "REMIT_TO_CHANGE": _blocks(
        "AP",
        "pend",
        "The invoice asks for remittance to {stated}, master data has {known}: {money} pending.",
        "Verify the address by a channel in master data.",
    ),
    "FACT_CONFLICT": _blocks(
        "AP",
        "pend",
        "Document {number} came twice with other contents: {money} pending.",
        "Say which version holds.",
    ),
    "FACT_REFUSED": _blocks(
        "AP",
        "pend",
        "{what} cannot be used: {reason}.",
        "Correct the document and send it again.",
    ),
}

_CONTRACT = {
    "TIER_NOT_APPLIED": _warns(
        "buyer",
        "Billed {billed} for {quantity} {unit} as ordered, but contract {contract} has "
        "{price} from {minimum} on, which makes {expected}: {money} too much.",
        "Ask for {money} back.",
    ),
    "SURCHARGE_OVER_CAP": _warns(
        "buyer",
        "Billed {billed} for {type}, but contract {contract} caps it at {cap}: {money} too much.",
        "Ask for {money} back.",
    ),
    "DISCOUNT_NOT_GIVEN": _warns(
        "buyer",
        "Contract {contract} promises {percent} % off {goods}, which is {expected}, and {given} "
        "were given: {money} too much.",
        "Ask for {money} back.",
    ),
}

_DUPLICATES = {
    "DUP_EXACT": _duplicate(
        "Number {number} and total {total} are those of {other_number} of {other_date}: "
        "{money} disputed."
    ),
    "DUP_FUZZY": _duplicate(
        "Number {number} reads like {other_number} of {other_date}, with the same total {total}: "
        "{money} disputed."
    ),
    "ERS_DUPLICATE": _duplicate(
        "Order {order} is paid from its receipts without an invoice: {money} disputed.",
        "Reject it: the receipts pay for this order.",
    ),
    "DUP_SUSPECT": _blocks(
        "AP",
        "pend",
        "Number {number} is one keystroke from {other_number} of {other_date}, with the same total "
        "{total}: {money} pending.",
        "Compare with {other_number} of {other_date}.",
    ),
    "DUP_NUMBER_REUSED": _blocks(
        "AP",
        "pend",
        "Number {number} was used on {other_date} for {other_total}: {money} pending.",
        "Compare with {other_number} of {other_date}.",
    ),
    "DUP_CROSS_SUPPLIER": _blocks(
        "AP",
        "pend",
        "{other_number} of {other_date} has this number and total, too, from a supplier with the "
        "same tax number or bank account: {money} pending.",
        "Compare with {other_number} of {other_date}.",
    ),
}

CODES: dict[str, Code] = {
    **_QUANTITY,
    **_PRICE,
    **_PAIRING,
    **_ORDER,
    **_HEADER,
    **_PAYEE,
    **_CONTRACT,
    **_DUPLICATES,
}
