"""An authority that is asked over HTTP: `openssl ts`, and ones that answer wrongly."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from rfc3161_client._rust import parse_timestamp_request

from domain.errors import Refused, UnreadableFile
from infrastructure.signing.authority import HttpAuthority, read_roots
from infrastructure.signing.timestamps import verify_timestamp
from scripts.timestamps_by_hand import Authority, Timestamp
from tests.authorities import NEEDS_OPENSSL, REPLY, Answer, OpensslAuthority, serving

MESSAGE = b"a checkpoint"
BY_HAND = Authority()


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpensslAuthority:
    return OpensslAuthority(tmp_path_factory.mktemp("tsa") / "authority")


@NEEDS_OPENSSL
@pytest.mark.parametrize("sha512", [False, True])
def test_a_timestamp_of_openssl_is_checked_and_kept_as_openssl_verifies_it(
    openssl: OpensslAuthority, sha512: bool
) -> None:
    roots = read_roots(openssl.root)
    with serving(openssl) as server:
        authority = HttpAuthority(server.url, roots)
        timestamp = authority.stamp(MESSAGE, sha512=sha512)
    assert authority.name == server.url
    told = verify_timestamp(timestamp, [MESSAGE], roots)
    assert (told.authority, told.objection) == ("Test-Authority", "")
    assert openssl.verifies(timestamp, MESSAGE)
    asked = parse_timestamp_request(server.bodies[0])
    assert asked.cert_req
    assert len(asked.message_imprint.message) == (64 if sha512 else 32)


def by_hand(**wrong: object) -> Answer:
    """Answers with the nonce that was sent, unless something is wrong on purpose."""

    def answer(body: bytes) -> tuple[int, str, bytes]:
        asked = parse_timestamp_request(body)
        given = Timestamp(BY_HAND, MESSAGE, nonce=asked.nonce)
        return 200, REPLY, replace(given, **wrong).response()  # type: ignore[arg-type]  # by name

    return answer


def stamp(answer: Answer) -> bytes:
    with serving(answer) as server:
        return HttpAuthority(server.url, [BY_HAND.root_der]).stamp(MESSAGE)


def test_an_answer_with_the_nonce_that_was_sent_is_right() -> None:
    assert verify_timestamp(stamp(by_hand()), [MESSAGE], [BY_HAND.root_der]).objection == ""


WRONG: dict[str, tuple[Answer, str]] = {
    "nonce": (by_hand(nonce=7), "Nonce mismatch"),
    "no nonce": (by_hand(nonce=None), "Nonce mismatch"),
    "imprint": (by_hand(message=b"another"), "over the sha256"),
    "another hash": (by_hand(hash_name="sha512"), "the hash 2.16.840.1.101.3.4.2.1"),
    "expired": (by_hand(authority=Authority(first=2020, last=2024)), "has expired"),
    "purpose": (by_hand(authority=Authority(purposes=None)), "unsuitable certificate purpose"),
    "signed by another": (by_hand(authority=Authority("x")), "no root that you trust"),
    "names another": (by_hand(names=b"another"), "named by the signed attributes"),
    "refused": (by_hand(status=2), "the status 0, granted, found 2"),
    "status": (lambda _: (503, REPLY, b""), "found 503"),
    "media type": (lambda body: (200, "text/html", by_hand()(body)[2]), "'text/html'"),
    "page": (lambda _: (200, REPLY, b"<html>"), "an RFC 3161 timestamp in DER"),
    "too much": (lambda _: (200, REPLY, bytes(2**17)), "at most 65536 bytes"),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_that_is_wrong_is_refused_with_the_name_of_who_gave_it(what: str) -> None:
    answer, told = WRONG[what]
    with pytest.raises(Refused, match=re.escape(told)) as refused:
        stamp(answer)
    assert "127.0.0.1" in refused.value.place


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(Refused, match="found 302"):
        stamp(lambda _: (302, REPLY, b""))


def test_nobody_there_is_refused() -> None:
    with serving(by_hand()) as server:
        authority = HttpAuthority(server.url, [BY_HAND.root_der])
    with pytest.raises(Refused, match="an answer"):
        authority.stamp(MESSAGE)


def test_roots_are_read_from_pem(tmp_path: Path) -> None:
    path, other = tmp_path / "roots.pem", Authority("other")
    path.write_text(BY_HAND.root_pem + "\nof another:\n" + other.root_pem)
    assert read_roots(path) == [BY_HAND.root_der, other.root_der]
    path.write_text("none")
    for each in (path, tmp_path / "nowhere"):
        with pytest.raises(UnreadableFile, match="root certificates, in PEM"):
            read_roots(each)
