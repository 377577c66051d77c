"""Spans stand in the trace of their document, and webhooks carry it on."""

import hashlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from gateway.watching.traces import (
    NO_SPANS,
    OtelSpans,
    TracesError,
    TraceSettings,
    spans_of,
    trace_id,
)


@pytest.fixture
def exporter() -> Any:
    memory = import_module("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    return memory.InMemorySpanExporter()


def test_a_document_has_one_trace_wherever_its_spans_are_made(exporter: Any) -> None:
    parents = []
    for _process in range(2):
        spans = OtelSpans(exporter, "dockmatch")
        with spans.span("match", 1201, documents=1) as parent:
            parents.append(parent)
        exporter.shutdown = lambda: None
        spans.close()
    ids = {f"{one.context.trace_id:032x}" for one in exporter.get_finished_spans()}
    assert ids == {trace_id(1201)} == {hashlib.sha256(b"dockmatch/document/1201").hexdigest()[:32]}
    first, second = parents
    assert first != second
    assert str(first).startswith(f"00-{trace_id(1201)}-")
    assert str(first).endswith("-01")


def test_a_span_says_what_it_is_about(exporter: Any) -> None:
    spans = OtelSpans(exporter, "gateway of the north")
    with spans.span("deliver", 7, endpoint=3):
        pass
    with spans.span("match", None, documents=20):
        pass
    spans.close()
    first, second = exporter.get_finished_spans()
    assert dict(first.attributes) == {"endpoint": 3, "document": 7}
    assert first.resource.attributes["service.name"] == "gateway of the north"
    assert second.parent is None


def test_without_a_collector_nothing_is_made() -> None:
    spans = spans_of(TraceSettings())
    assert spans is NO_SPANS
    with spans.span("match", 1) as parent:
        assert parent is None
    spans.close()


def test_without_the_library_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Callable[..., Any]:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr("gateway.watching.traces.import_module", missing)
    with pytest.raises(TracesError, match=r"install dockmatch\[otel\]"):
        spans_of(TraceSettings(endpoint="http://collector:4318/v1/traces"))
