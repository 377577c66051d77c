"""Exact decimals: currencies, rounding, and which numbers are fit to calculate with.

Amounts are rounded once, half away from zero, at the currency's ISO 4217 exponent (S2.1, S2.2);
quantities and unit prices keep every digit. Nothing here, or above, is ever a binary float.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
UNLIMITED = Decimal("Infinity")

_LARGEST_EXPONENT = 15
_SMALLEST_EXPONENT = -15
_MOST_DIGITS = 30
_USUAL = 2
_UNUSUAL = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"),
            *("VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD "
    "BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP "
    "DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS "
    "INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR "
    "PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS "
    "SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL"
)
_CURRENCIES = frozenset(_CODES.split())
_QUANTA = {exponent: Decimal(1).scaleb(-exponent) for exponent in range(5)}


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 currency."""
    return code in _CURRENCIES


def minor_unit(currency: str | None) -> Decimal:
    """Return the smallest amount of `currency`: 0.01 for USD, 1 for JPY, 0.001 for KWD."""
    return _QUANTA[_UNUSUAL.get(currency or "", _USUAL)]


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """Round `amount` to whole minor units, half away from zero (S2.2)."""
    return amount.quantize(unit, ROUND_HALF_UP)


def is_sane(number: Decimal) -> bool:
    """Whether `number` is finite and of a size that a purchasing document can mean.

    Up to 30 digits, below 10^16, at most 15 decimal places: a fact outside that is refused.
    """
    if not number.is_finite():
        return False
    if not number:
        return True
    _, digits, exponent = number.as_tuple()
    return (
        len(digits) <= _MOST_DIGITS
        and number.adjusted() <= _LARGEST_EXPONENT
        and isinstance(exponent, int)
        and exponent >= _SMALLEST_EXPONENT
    )


def bare(number: Decimal) -> Decimal:
    """Return a quantity without trailing zeros."""
    return number if number == UNLIMITED else number.normalize()


def from_words(text: str) -> Decimal:
    """Read what `in_words` wrote."""
    return UNLIMITED if text == "unlimited" else Decimal(text)


def in_words(number: Decimal) -> str:
    """Write `number` plainly, without exponent: as stated, or unlimited."""
    return "unlimited" if number == UNLIMITED else f"{number:f}"
