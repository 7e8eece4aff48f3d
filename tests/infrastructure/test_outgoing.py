import pytest

from domain.errors import InvalidInput, Refused
from infrastructure import outgoing
from infrastructure.outgoing import Reply, post
from tests.authorities import serving


def test_an_answer_comes_back_whatever_its_status() -> None:
    with serving(lambda body: (409, "Text/Plain; charset=utf-8", body[::-1])) as server:
        assert post(server.url, b"abc", "text/x", 3) == Reply(409, "text/plain", b"cba")
    assert server.bodies == [b"abc"]


def test_an_answer_is_bounded_in_size_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda body: (200, "text/plain", bytes(100))) as server:
        with pytest.raises(Refused, match="at most 99 bytes"):
            post(server.url, b"", "text/x", 99)
        ticks = iter([0.0, 31.0])
        monkeypatch.setattr(outgoing, "monotonic", lambda: next(ticks))
        with pytest.raises(Refused, match="within 30 seconds"):
            post(server.url, b"", "text/x", 100)


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1/", "file:///etc/passwd"])
def test_what_is_no_address_is_invalid(url: str) -> None:
    with pytest.raises(InvalidInput, match="an address, http or https"):
        post(url, b"", "text/x", 1)


def test_nobody_there_is_refused() -> None:
    with serving(lambda body: (200, "text/plain", body)) as server:
        pass
    with pytest.raises(Refused, match="an answer"):
        post(server.url, b"", "text/x", 1)
