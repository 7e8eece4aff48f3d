import pytest

from interface.api.errors import TooManyRequests
from interface.api.rate_limits import RateLimiter
from interface.api.settings import read_settings


def limiter() -> RateLimiter:
    return RateLimiter(read_settings({"token_rate": "3/day", "failure_rate": "2/day"}))


def test_a_token_has_its_share_and_no_more() -> None:
    limits = limiter()
    for _ in range(3):
        limits.hit("t-1")
    with pytest.raises(TooManyRequests) as caught:
        limits.hit("t-1")
    assert str(caught.value) == "the token: expected at most 3 in 86400 seconds, found more"
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 86_400


def test_tokens_and_addresses_are_counted_apart() -> None:
    limits = limiter()
    for name in ("t-1", "t-2", "192.0.2.1"):
        for _ in range(3):
            limits.hit(name)
    limits.failed("192.0.2.1")
    limits.failed("192.0.2.2")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8::1", "2001:db8::ffff:ffff"),
        ("fe80::1%eth0", "fe80::2"),
        ("testclient", "testclient"),
    ],
)
def test_who_fails_too_often_is_told_to_wait(first: str, second: str) -> None:
    limits = limiter()
    limits.failed(first)
    limits.failed(second)
    with pytest.raises(TooManyRequests) as caught:
        limits.failed(first)
    assert caught.value.place == "the address"


def test_neighbours_are_not_told_to_wait() -> None:
    limits = limiter()
    for last in range(9):
        limits.failed(f"192.0.2.{last}")
        limits.failed(f"2001:db8:0:{last}::1")


def test_two_services_do_not_share_what_they_count() -> None:
    one, other = limiter(), limiter()
    for limits in (one, other):
        for _ in range(3):
            limits.hit("t-1")
