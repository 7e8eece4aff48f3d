"""What Prometheus is told, in a registry that belongs to one app.

Labels are templates of routes and known methods, never what a caller wrote. Not here: who may read
them, and what is measured of an archive (whoever has it adds gauges).
"""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

MEDIA_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})


class Metrics:
    """Counts requests, and tells what else was registered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "eval752_http_requests",
            "Requests that were answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "eval752_http_request_seconds",
            "From the head of a request to the end of its answer.",
            ["method", "route"],
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "eval752_http_requests_in_flight",
            "Requests that are being answered.",
            registry=self.registry,
        )

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """Tell one more number, which is read whenever somebody asks."""
        Gauge(f"eval752_{name}", about, registry=self.registry).set_function(read)

    def began(self) -> None:
        """Count a request as in flight."""
        self._in_flight.inc()

    def ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request as answered."""
        known = method if method in _METHODS else "other"
        self._in_flight.dec()
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def page(self) -> bytes:
        """All of it in Prometheus' text format, whose media type is ``MEDIA_TYPE``."""
        return generate_latest(self.registry)
