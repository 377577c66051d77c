"""References of cXML to orders, and what a document does to an earlier one."""

from mappers.canonical import OrderRef
from mappers.convert import codes, identifier
from mappers.cxml.convert import day
from mappers.rules import Table, Take

OPERATION = codes({"new": "new", "update": "change", "delete": "cancel"})


def order_number(at: str = "") -> tuple[str, ...]:
    """Return the paths to the order number of what stands at `at`, in order of preference.

    It is the order's own, or the payloadID of buyers whose payloadID is their order number (one
    without an @).
    """
    return (
        f"{at}OrderReference/@orderID",
        f"{at}OrderIDInfo/@orderID",
        f"{at}OrderReference/DocumentReference[!@payloadID*=@]/@payloadID",
    )


def order_line(at: str, line: str | tuple[str, ...]) -> Table:
    """Return the table of an order line: the order is told at `at`, its line at `line`."""
    return Table(
        f"cXML order line at {at}",
        OrderRef,
        (
            Take("number", order_number(at), identifier),
            Take("line", line, identifier),
            Take("date", f"{at}OrderReference/@orderDate", day, severity="warning"),
        ),
    )
