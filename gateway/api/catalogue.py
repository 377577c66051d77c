"""All operations of the API, in the order in which they are documented."""

from typing import Final

from gateway.api import deliveries, documents, feed, keys, partners, records, results
from gateway.api.registry import Operation
from gateway.doors import resuming, upload
from gateway.punchout import api as punchout

OPERATIONS: Final[tuple[Operation, ...]] = (
    upload.receive,
    resuming.begin,
    resuming.state,
    resuming.go_on,
    resuming.forget,
    documents.documents,
    documents.document,
    documents.content,
    documents.quarantine,
    records.records,
    records.record,
    results.reconciliations,
    results.reconciliation,
    results.decide,
    results.decisions,
    feed.feed,
    feed.acceptance,
    feed.balance,
    partners.partners,
    partners.partner,
    deliveries.listed,
    punchout.start,
    punchout.listed,
    punchout.one,
    punchout.order,
    keys.listed,
    keys.create,
    keys.one,
    keys.revoke,
)
