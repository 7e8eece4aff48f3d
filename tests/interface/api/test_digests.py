import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from starlette.datastructures import Headers

from domain.errors import InvalidInput
from interface.api.digests import announced_digest, as_announced, check_digest, content_digest

DIGEST = sha256(b"hello").digest()
OF_HELLO = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"


def announced(*values: str) -> bytes | None:
    raw = [(b"content-digest", value.encode()) for value in values]
    return announced_digest(Headers(raw=raw))


def test_a_digest_is_told_in_the_form_of_the_rfc() -> None:
    assert content_digest(DIGEST) == OF_HELLO


@pytest.mark.parametrize(
    "values",
    [
        (OF_HELLO,),
        (f" {OF_HELLO}\t",),
        (f"sha-512=:AAAA:,  {OF_HELLO}",),
        ("md5=::", OF_HELLO),
    ],
)
def test_the_digest_of_a_body_is_read_wherever_it_stands(values: tuple[str, ...]) -> None:
    assert announced(*values) == DIGEST


def test_a_body_need_not_be_announced() -> None:
    assert announced() is None
    check_digest(DIGEST, None)


@pytest.mark.parametrize(
    "values",
    [
        ("sha-512=:AAAA:",),
        ("sha-256=AAAA",),
        ("sha-256=::",),
        ("sha-256=:AAAA:",),
        (OF_HELLO.replace("CQ=", "CR="),),
        (OF_HELLO.replace("=:", ":"),),
        (OF_HELLO.upper(),),
        (f"{OF_HELLO};x=1",),
        (f"{OF_HELLO},",),
        (OF_HELLO, OF_HELLO),
        (OF_HELLO.replace("LPJN", "LP\nJN"),),
    ],
)
def test_a_digest_that_cannot_be_checked_is_refused(values: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as caught:
        announced(*values)
    assert caught.value.place == "Content-Digest"


async def _chunks() -> AsyncIterator[bytes]:
    yield b"hel"
    yield b"lo"


def test_a_body_passes_as_it_comes() -> None:
    async def read(digest: bytes | None) -> list[bytes]:
        return [chunk async for chunk in as_announced(_chunks(), digest)]

    assert asyncio.run(read(DIGEST)) == [b"hel", b"lo"]
    assert asyncio.run(read(None)) == [b"hel", b"lo"]


def test_a_body_of_another_digest_is_refused_at_its_end() -> None:
    async def read() -> pytest.ExceptionInfo[InvalidInput]:
        passing = as_announced(_chunks(), bytes(32))
        before = await anext(passing) + await anext(passing)
        with pytest.raises(InvalidInput) as caught:
            await anext(passing)
        assert before == b"hello"
        return caught

    caught = asyncio.run(read())
    assert (caught.value.expected, caught.value.found) == (content_digest(bytes(32)), OF_HELLO)
