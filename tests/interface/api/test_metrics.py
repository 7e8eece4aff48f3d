import pytest

from interface.api.metrics import Metrics


def test_requests_are_counted_by_method_route_and_status() -> None:
    metrics = Metrics()
    for status in (200, 200, 404):
        metrics.began()
        metrics.ended("GET", "/v1/runs/{id}", status, 0.25)
    page = metrics.page().decode()
    counted = 'eval752_http_requests_total{method="GET",route="/v1/runs/{id}",status="200"} 2.0'
    assert counted in page
    timed = 'eval752_http_request_seconds_sum{method="GET",route="/v1/runs/{id}"} 0.75'
    assert timed in page


def test_requests_in_flight_are_told() -> None:
    metrics = Metrics()
    metrics.began()
    metrics.began()
    metrics.ended("GET", "/", 200, 0.0)
    assert "eval752_http_requests_in_flight 1.0" in metrics.page().decode()


def test_methods_that_callers_make_up_make_no_labels() -> None:
    metrics = Metrics()
    metrics.ended("BREW", "/", 405, 0.0)
    assert 'method="other"' in metrics.page().decode()
    assert "BREW" not in metrics.page().decode()


def test_a_gauge_is_read_when_somebody_asks() -> None:
    metrics, depth = Metrics(), [3]
    metrics.gauge("queue_depth", "What waits.", lambda: depth[0])
    depth[0] = 5
    assert "eval752_queue_depth 5.0" in metrics.page().decode()
    with pytest.raises(ValueError, match="Duplicated"):
        metrics.gauge("queue_depth", "Again.", lambda: 1)


def test_two_apps_do_not_share_what_they_count() -> None:
    one, other = Metrics(), Metrics()
    one.began()
    assert "eval752_http_requests_in_flight 0.0" in other.page().decode()
