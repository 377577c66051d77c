"""The states of what went out: whether its acknowledgment is awaited, and what it said.

sent      none is awaited, as for acknowledgments themselves
awaited   until its time runs out: then it is overdue, and still awaited
accepted, accepted_with_errors, partially_accepted, rejected: what came back
"""

SENT, AWAITED = "sent", "awaited"
ACCEPTED, WITH_ERRORS = "accepted", "accepted_with_errors"
PARTIALLY, REJECTED = "partially_accepted", "rejected"
ACCEPTING = (ACCEPTED, WITH_ERRORS)

SYNTAX, APPLICATION, DOCUMENT = "syntax", "application", "document"
"""What is sent for: to acknowledge syntax or business, or as a document of our own."""
