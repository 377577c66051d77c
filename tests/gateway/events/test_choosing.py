"""Endpoints choose events by their names, and may have numbers and links alone."""

import json

import pytest

from gateway.events.catalogue import CATALOGUE
from gateway.events.choosing import kinds, thinned
from gateway.events.samples import sample


def test_patterns_name_types() -> None:
    assert kinds(()) == ()
    assert kinds(["invoice.matched"]) == ("invoice.matched",)
    assert set(kinds(["shipment.*", "order.sent"])) == {
        "order.sent",
        "shipment.notified",
        "shipment.received",
    }
    assert kinds(["*", "invoice.*"]) == tuple(CATALOGUE)


@pytest.mark.parametrize("pattern", ["invoice.mached", "invoices.*", "Invoice.matched", ""])
def test_what_no_event_is_called_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no event is called"):
        kinds(["order.sent", pattern])


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_thin_event_is_small_and_says_whose_it_is(kind: str) -> None:
    whole, thin = sample(kind), thinned(sample(kind))
    assert (thin.id, thin.type, thin.subject) == (whole.id, whole.type, whole.subject)
    told = json.loads(thin.data)
    links = told.pop("links")
    assert all(isinstance(value, int | str) for value in told.values())
    assert told.items() <= json.loads(whole.data).items()
    assert all(link.startswith("/v1/") for link in links)
    assert len(thin.data) < 200


def test_the_links_of_a_result() -> None:
    assert json.loads(thinned(sample("invoice.exception")).data) == {
        "document": 1201,
        "record": 4711,
        "version": 1,
        "links": ["/v1/documents/1201", "/v1/records/4711", "/v1/reconciliations/4711"],
    }
