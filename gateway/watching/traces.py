"""Traces: a span for each piece of work, all of one document under one trace.

The trace id is made of the number of the document, so that whoever knows a receipt finds its trace,
on every machine and in the receiver: webhooks carry it as `traceparent` (W3C Trace Context). Spans
are sent with OpenTelemetry where `[traces]` names a collector, and cost nothing where not.
"""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import Any, Protocol

from msgspec import Struct

_ONCE = 5.0


class TraceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where spans go: `endpoint` is that of OTLP over HTTP, `service` what we are called there."""

    endpoint: str | None = None
    service: str = "dockmatch"


class TracesError(Exception):
    """Traces are configured, and their library is not installed."""


class Spans(Protocol):
    """Makes spans."""

    def span(
        self, name: str, document: int | None, /, **about: str | int
    ) -> AbstractContextManager[str | None]:
        """Span what is done inside a `with`; gives its `traceparent`, None where none is sent."""

    def close(self) -> None:
        """Send what is not sent yet."""


class NoSpans:
    """Where nothing is configured."""

    def span(
        self, _name: str, _document: int | None, /, **_about: str | int
    ) -> AbstractContextManager[str | None]:
        """Do nothing."""
        return nullcontext()

    def close(self) -> None:
        """Do nothing."""


NO_SPANS = NoSpans()


class OtelSpans:
    """Spans of OpenTelemetry, handed to `exporter` in the background."""

    def __init__(self, exporter: Any, service: str) -> None:
        self._api = import_module(".trace", "opentelemetry")
        sdk = import_module("opentelemetry.sdk.trace")
        sending = import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        named = resources.Resource({resources.SERVICE_NAME: service})
        self._provider = sdk.TracerProvider(resource=named, shutdown_on_exit=False)
        self._provider.add_span_processor(sending.BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("dockmatch")

    @contextmanager
    def span(self, name: str, document: int | None, /, **about: str | int) -> Iterator[str | None]:
        """Span what is done inside a `with`, in the trace of `document` where it is about one."""
        within = None if document is None else self._trace_of(document)
        about |= {} if document is None else {"document": document}
        with self._tracer.start_as_current_span(name, context=within, attributes=about) as made:
            told = made.get_span_context()
            yield f"00-{told.trace_id:032x}-{told.span_id:016x}-01"

    def close(self) -> None:
        """Send what is not sent yet."""
        self._provider.shutdown()

    def _trace_of(self, document: int) -> Any:
        root = self._api.SpanContext(
            trace_id=int(trace_id(document), 16),
            span_id=int(trace_id(document)[:16], 16),
            is_remote=True,
            trace_flags=self._api.TraceFlags(self._api.TraceFlags.SAMPLED),
        )
        return self._api.set_span_in_context(self._api.NonRecordingSpan(root))


def trace_id(document: int) -> str:
    """Return the trace id of a document, 32 hexadecimal digits."""
    return hashlib.sha256(f"dockmatch/document/{document}".encode()).hexdigest()[:32]


def spans_of(settings: TraceSettings) -> Spans:
    """Return what makes spans by `settings`; raises TracesError where it is not installed."""
    if settings.endpoint is None:
        return NO_SPANS
    try:
        exporting = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        exporter = exporting.OTLPSpanExporter(endpoint=settings.endpoint, timeout=_ONCE)
        return OtelSpans(exporter, settings.service)
    except ModuleNotFoundError as error:
        message = f"{error.name} is missing; install dockmatch[otel]"
        raise TracesError(message) from error
