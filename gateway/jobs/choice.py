"""Which job engine goes with a database."""

from importlib import import_module

from gateway.clock import Clock
from gateway.jobs.embedded import EmbeddedJobs
from gateway.jobs.port import Jobs
from gateway.store.engine import Store


def engine_of(store: Store, clock: Clock) -> Jobs:
    """Return the embedded engine on SQLite, where we are alone, and Procrastinate on PostgreSQL.

    On SQLite, jobs that a process before this one held are ready again at once.
    """
    engine = shared_engine_of(store, clock)
    if isinstance(engine, EmbeddedJobs):
        engine.recover()
    return engine


def shared_engine_of(store: Store, clock: Clock) -> Jobs:
    """Return the same, for one who works beside a gateway that may be running."""
    if store.path is not None:
        return EmbeddedJobs(store, clock)
    shared: Jobs = import_module("gateway.jobs.procrastinate").ProcrastinateJobs(store, clock)
    return shared
