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
    if store.path is None:
        shared: Jobs = import_module("gateway.jobs.procrastinate").ProcrastinateJobs(store, clock)
        return shared
    embedded = EmbeddedJobs(store, clock)
    embedded.recover()
    return embedded
